//! What cannot be opened says what happened, what was kept and what to do, and opens after the remedy.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use nix::unistd::Uid;
use traveloure_server::cluster::{
    BuildSource, Cluster, ClusterError, MINIMUM_MAJOR, Options, Search, Step,
};

use crate::support::{Home, answers};

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A folder of programs: `initdb` is the given script, the others only report a version.
fn programs(folder: &Path, version: &str, initdb: &str) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    allow(folder, 0o755);
    let report = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n");
    for (name, script) in
        [("postgres", report.as_str()), ("pg_ctl", report.as_str()), ("initdb", initdb)]
    {
        fs::write(folder.join(name), script).unwrap();
        allow(&folder.join(name), 0o755);
    }
    folder.to_path_buf()
}

fn only(home: &Home, bin_dir: PathBuf) -> Options {
    Options {
        search: Search { configured: None, path: None, folders: vec![bin_dir] },
        ..home.options()
    }
}

/// Knows a build, and is cut off before it can be had.
#[derive(Debug)]
struct OutOfReach;

impl BuildSource for OutOfReach {
    fn newest(&self, _major: Option<u32>) -> BoxFuture<'_, Result<String, String>> {
        Box::pin(async { Ok("17.2.0".to_owned()) })
    }

    fn download<'a>(&'a self, _version: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async { Err("no route to host".to_owned()) })
    }
}

/// What is in the cluster's folder apart from the locks and the folders for log and socket.
fn kept_in(home: &Home) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(home.cluster())
        .unwrap()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !["gate", "users", "log", "run"].contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn the_ancestor_that_bars_the_way_is_named() {
    let home = Home::below("closed/home");
    let closed = home.top().join("closed");
    fs::create_dir(&closed).unwrap();
    allow(home.top(), 0o711);
    allow(&closed, 0o700);

    if Uid::effective().is_root() {
        let refused = home.open().await.unwrap_err();
        let ClusterError::Barred { ancestor, .. } = &refused else {
            panic!("{refused}");
        };
        assert_eq!(ancestor, &closed.canonicalize().unwrap());
        assert!(refused.to_string().contains("chmod o+x"), "{refused}");
        assert!(!home.path().exists(), "nothing was created");
        allow(&closed, 0o711);
    }
    // Whoever runs PostgreSQL as themselves needs no way in for others.
    let cluster = home.open().await.unwrap();
    assert!(answers(&cluster).await);
    cluster.close().await.unwrap();
}

/// As root the data folder belongs to another account.
fn give_away(data: &Path) {
    if Uid::effective().is_root() {
        let nobody = nix::unistd::User::from_name("nobody").unwrap().unwrap();
        std::os::unix::fs::chown(data, Some(nobody.uid.as_raw()), None).unwrap();
    }
}

#[tokio::test]
async fn garbage_in_the_data_folder_is_left_alone() {
    let home = Home::new();
    fs::create_dir_all(home.data()).unwrap();
    let photo = home.data().join("holiday.jpg");
    fs::write(&photo, "…").unwrap();
    give_away(&home.data());

    let refused = home.open().await.unwrap_err();

    assert!(matches!(refused, ClusterError::NotACluster { .. }), "{refused}");
    assert_eq!(fs::read_to_string(photo).unwrap(), "…");
}

#[tokio::test]
async fn another_major_version_is_refused_by_both_names() {
    let home = Home::new();
    fs::create_dir_all(home.data().join("global")).unwrap();
    fs::write(home.data().join("PG_VERSION"), "13\n").unwrap();
    fs::write(home.data().join("global/pg_control"), "").unwrap();
    give_away(&home.data());

    let refused = home.open().await.unwrap_err();

    let ClusterError::OtherMajor { data_major, found, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(*data_major, 13);
    let major: u32 = found.split('.').next().unwrap().parse().unwrap();
    assert!(major >= MINIMUM_MAJOR, "{refused}");
    assert_eq!(fs::read_to_string(home.data().join("PG_VERSION")).unwrap(), "13\n");
}

#[tokio::test]
async fn a_machine_without_postgres_is_told_what_to_install() {
    let home = Home::new();
    allow(home.top(), 0o711);
    let old = programs(&home.top().join("old"), "14.11", "#!/bin/sh\n");

    let refused = Cluster::open(&home.path(), only(&home, old.clone()), |_| ()).await.unwrap_err();

    let ClusterError::NotInstalled { unusable, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(unusable, &[format!("14.11 in {}: too old", old.display())]);
    assert_eq!(refused.to_string().lines().count(), 1);
    assert_eq!(kept_in(&home), Vec::<String>::new());

    let with_download = Options { source: Some(Arc::new(OutOfReach)), ..only(&home, old) };
    let mut steps = Vec::new();
    let refused =
        Cluster::open(&home.path(), with_download, |step| steps.push(step)).await.unwrap_err();

    let ClusterError::NotInstalled { fetch: Some(reason), hint, .. } = &refused else {
        panic!("{refused}");
    };
    assert!(reason.contains("no route to host"), "{refused}");
    assert!(refused.to_string().ends_with(hint), "{refused}");
    assert_eq!(steps, [Step::Looking, Step::Fetching { version: "17.2.0".to_owned() }]);
    assert_eq!(kept_in(&home), Vec::<String>::new());
}

#[tokio::test]
async fn a_configured_folder_is_used_or_refused_but_never_replaced() {
    let home = Home::new();
    let refused = Cluster::open(
        &home.path(),
        Options { source: None, ..Options::new(Some(PathBuf::from("/nonexistent/bin"))) },
        |_| (),
    )
    .await
    .unwrap_err();
    assert!(matches!(refused, ClusterError::ConfiguredUnusable { .. }), "{refused}");

    let found = home.open().await.unwrap();
    let bin_dir = found.bin_dir().to_path_buf();
    found.close().await.unwrap();
    let configured = Options { source: None, ..Options::new(Some(bin_dir)) };
    let cluster = Cluster::open(&home.path(), configured, |_| ()).await.unwrap();
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn a_failing_or_full_creation_leaves_nothing_and_can_be_tried_again() {
    let home = Home::new();
    allow(home.top(), 0o711);
    // Stand-ins for initdb that fail after it has begun to write; --show, the check before, succeeds.
    let failing = |complaint: &str| {
        format!(
            "#!/bin/sh\ncase \"$*\" in *--show*) exit 0;; esac\n\
             while [ $# -gt 1 ]; do [ \"$1\" = --pgdata ] && echo 15 > \"$2/PG_VERSION\"; shift; done\n\
             echo '{complaint}' >&2\nexit 1\n"
        )
    };
    let folder = home.top().join("bin");

    let bin_dir = programs(&folder, "15.1", &failing("could not write: No space left on device"));
    let refused = Cluster::open(&home.path(), only(&home, bin_dir), |_| ()).await.unwrap_err();
    assert!(matches!(refused, ClusterError::DiskFull { .. }), "{refused}");
    assert_eq!(kept_in(&home), Vec::<String>::new());

    let bin_dir = programs(&folder, "15.1", &failing("initdb: error: invalid locale"));
    let refused = Cluster::open(&home.path(), only(&home, bin_dir), |_| ()).await.unwrap_err();
    assert!(matches!(refused, ClusterError::CreateFailed { .. }), "{refused}");
    assert!(refused.to_string().contains("invalid locale"), "{refused}");
    assert_eq!(kept_in(&home), Vec::<String>::new());

    home.open().await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_server_that_does_not_start_says_why() {
    let home = Home::new();
    home.open().await.unwrap().close().await.unwrap();
    let conf = home.data().join("postgresql.conf");
    let good = fs::read_to_string(&conf).unwrap();
    fs::write(&conf, format!("{good}no_such_setting = on\n")).unwrap();

    let refused = home.open().await.unwrap_err();

    assert!(matches!(refused, ClusterError::StartFailed { .. }), "{refused}");
    assert!(refused.to_string().contains("no_such_setting"), "{refused}");
    fs::write(&conf, good).unwrap();
    home.open().await.unwrap().close().await.unwrap();
}

#[tokio::test]
async fn a_lost_password_file_is_named_before_anything_starts() {
    let home = Home::new();
    home.open().await.unwrap().close().await.unwrap();
    let file = home.cluster().join("traveloure_app.password");
    fs::remove_file(&file).unwrap();

    let refused = home.open().await.unwrap_err();

    let ClusterError::Password { path, .. } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(path, &file);
    assert_eq!(home.postmaster(), None);
}

#[tokio::test]
async fn a_home_copied_under_a_running_server_is_not_taken_for_it() {
    let original = Home::new();
    let cluster = original.open().await.unwrap();
    let copy = Home::new();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([original.cluster(), copy.path()])
        .status()
        .unwrap();
    assert!(copied.success());

    let refused = copy.open().await.unwrap_err();

    assert!(matches!(refused, ClusterError::InUse { .. }), "{refused}");
    assert!(answers(&cluster).await, "the original is not touched");
    // Not the copy's to kill.
    fs::remove_file(copy.data().join("postmaster.pid")).unwrap();
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn a_home_that_is_a_file_or_not_ours_is_refused() {
    let home = Home::below("home");
    fs::write(home.path(), "a file").unwrap();
    let refused = home.open().await.unwrap_err();
    assert!(matches!(refused, ClusterError::Io { .. }), "{refused}");

    if !Uid::effective().is_root() {
        let closed = Home::below("closed/home");
        fs::create_dir(closed.top().join("closed")).unwrap();
        allow(&closed.top().join("closed"), 0o500);
        let refused = closed.open().await.unwrap_err();
        assert!(matches!(refused, ClusterError::Permission { .. }), "{refused}");
    }
}
