//! The settings of the private cluster.

/// How much of PostgreSQL's durability a cluster keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Everything committed survives a crash of the machine.
    #[default]
    Full,
    /// Nothing is flushed: a crash of the machine may ruin the cluster. For throw-away data of tests only.
    None,
}

/// What `initdb`'s own `postgresql.conf` is extended by.
///
/// The log says what the server as a whole does; errors of single statements are the program's to report, and left out
/// so that a client cannot fill the disk with them.
const ALWAYS: &str = "
# --- Traveloure: a small private cluster, reached through its socket only.
listen_addresses = ''
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
idle_in_transaction_session_timeout = '5s'
max_connections = 100
shared_buffers = '64MB'
max_wal_size = '512MB'
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = log
log_checkpoints = off
log_autovacuum_min_duration = -1
cluster_name = 'traveloure'
";

const FULL: &str = "fsync = on
full_page_writes = on
synchronous_commit = on
";

const NONE: &str = "fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
";

/// Who may connect: every role with its password, through the socket. There is no other line.
pub(super) const ACCESS: &str = "# Traveloure: through the socket, with a password.
local all all scram-sha-256
";

/// The text to append to `postgresql.conf`.
pub(super) fn postgresql_conf(durability: Durability) -> String {
    let rest = match durability {
        Durability::Full => FULL,
        Durability::None => NONE,
    };
    format!("{ALWAYS}{rest}")
}
