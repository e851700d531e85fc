# Stops a test server that nobody uses any more, and removes it.
# $1: its folder; $2: for how many seconds in a row nobody may have used it.
# Takes the locks in the order and with the meaning of locks.rs.

cd "$1" || exit 0
exec 7>>keeper
flock -n 7 || exit 0

idle=0
while [ "$idle" -lt "$2" ]; do
    exec 8>&- 9>&-
    sleep 1
    idle=$((idle + 1))
    # Without the folder there is nothing left to keep.
    [ -e gate ] || exit 0
    exec 8>>gate 9>>users
    flock -n 8 && flock -n 9 || idle=0
done

# Both locks are held: nobody uses it, and nobody can come in.
pid=$(head -n 1 data/postmaster.pid 2>/dev/null)
[ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null
tries=0
while [ -e data/postmaster.pid ] && kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
folder=$(pwd)
# At one stroke: whoever comes in while a folder is being emptied would find half a cluster.
cd / && mv "$folder" "$folder.$$" && rm -rf "$folder.$$"
rmdir "$(dirname "$folder")" 2>/dev/null
