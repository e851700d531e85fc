//! The first start: what is made, with which rights.

use std::fs;
use std::os::unix::fs::MetadataExt;

use sqlx::{Connection as _, Row as _};
use traveloure_server::cluster::{APP_ROLE, DATABASE, Left, OWNER_ROLE, Step};

use crate::support::{Home, Process, connect, is_alive, wait_until};

async fn setting(connection: &mut sqlx::PgConnection, name: &str) -> String {
    sqlx::query("SELECT current_setting($1)").bind(name).fetch_one(connection).await.unwrap().get(0)
}

#[tokio::test]
async fn the_first_start_creates_and_the_second_only_starts() {
    let home = Home::durable();

    let (cluster, steps) = home.open_telling().await;
    let version = cluster.version();
    assert_eq!(steps, [Step::Looking, Step::Creating, Step::Starting, Step::Ready { version }]);
    let postmaster = home.postmaster().unwrap();
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
    wait_until("the end of the server", || !is_alive(postmaster));

    let (cluster, steps) = home.open_telling().await;
    assert_eq!(steps, [Step::Looking, Step::Starting, Step::Ready { version }]);
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
}

#[tokio::test]
async fn roles_settings_and_files_are_as_promised() {
    let home = Home::durable();
    let cluster = home.open().await.unwrap();

    let mut app = connect(&cluster).await;
    let identity = sqlx::query("SELECT current_user::text, current_database()::text")
        .fetch_one(&mut app)
        .await
        .unwrap();
    assert_eq!(identity.get::<String, _>(0), APP_ROLE);
    assert_eq!(identity.get::<String, _>(1), DATABASE);
    for (name, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
    ] {
        assert_eq!(setting(&mut app, name).await, value, "{name}");
    }
    let refused = sqlx::query("CREATE TABLE mine (id int)").execute(&mut app).await;
    assert!(refused.is_err(), "rights come from migrations");
    app.close().await.unwrap();

    let mut owner = sqlx::PgConnection::connect_with(&cluster.owner_options()).await.unwrap();
    let rights = sqlx::query(
        "SELECT current_user::text, rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert_eq!(rights.get::<String, _>(0), OWNER_ROLE);
    assert!(!rights.get::<bool, _>(1));
    sqlx::query("CREATE EXTENSION btree_gist")
        .execute(&mut owner)
        .await
        .expect("the owner migrates");
    owner.close().await.unwrap();

    for role in [OWNER_ROLE, APP_ROLE, "postgres"] {
        let file = home.cluster().join(format!("{role}.password"));
        let metadata = fs::metadata(&file).unwrap();
        assert_eq!(metadata.mode() & 0o777, 0o600, "{}", file.display());
    }
    assert_eq!(fs::metadata(home.data()).unwrap().mode() & 0o777, 0o700);
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn nobody_connects_without_the_right_password() {
    let home = Home::new();
    let cluster = home.open().await.unwrap();
    for options in [
        cluster.app_options().password(""),
        cluster.app_options().password("0123456789"),
        cluster.superuser_options().password("postgres"),
        cluster.app_options().username("postgres"),
    ] {
        let refused = sqlx::PgConnection::connect_with(&options).await.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(|error| error.code().map(std::borrow::Cow::into_owned));
        assert_eq!(code.as_deref(), Some("28P01"), "{refused}");
    }
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn a_home_too_deep_or_too_odd_for_a_socket_works_all_the_same() {
    for below in ["deep/".repeat(30), "it's mine, über & all (1)".to_owned()] {
        let home = Home::below(below);
        let cluster = home.open().await.unwrap();
        assert!(crate::support::answers(&cluster).await);
        let short = cluster.app_options().get_socket().cloned().unwrap();
        assert!(short.starts_with("/tmp"), "{}", short.display());
        assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
        assert!(!short.exists(), "nothing is left behind");
    }
}

#[tokio::test]
async fn two_processes_racing_for_the_first_start_create_one_cluster() {
    let home = Home::new();
    let mut racers = [Process::start(&home), Process::start(&home)];
    for racer in &mut racers {
        racer.expect("opened");
    }
    let postmaster = home.postmaster().unwrap();
    for racer in racers {
        racer.leave();
    }
    wait_until("the end of the server", || !is_alive(postmaster));
}

#[tokio::test]
async fn a_process_killed_while_creating_leaves_no_half_cluster() {
    let home = Home::durable();
    let mut victim = Process::start(&home);
    victim.expect("creating");
    // Killed in the middle of initdb, which shows in a folder that fills up.
    wait_until("initdb at work", || {
        fs::read_dir(home.cluster()).unwrap().flatten().any(|entry| {
            entry.file_name().to_string_lossy().starts_with("data.partial-")
                && entry.path().join("base").exists()
        })
    });
    victim.kill();
    assert!(!home.data().exists());

    let (cluster, steps) = home.open_telling().await;
    assert!(steps.contains(&Step::Creating));
    assert!(crate::support::answers(&cluster).await);
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn an_opening_that_is_given_up_leaves_nothing_running() {
    let home = Home::durable();
    home.open().await.unwrap().close().await.unwrap();

    // Given up while the server is starting, which shows in its log.
    let log = home.cluster().join("log/postgresql.log");
    let length = || fs::metadata(&log).unwrap().len();
    let before = length();
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let path = home.path();
    let options = home.options();
    let opening = tokio::spawn(async move {
        traveloure_server::cluster::Cluster::open(&path, options, move |step| {
            if step == Step::Starting
                && let Some(tell) = tell.take()
            {
                let _ = tell.send(());
            }
        })
        .await
    });
    told.await.unwrap();
    wait_until("the server's beginning", || length() > before);
    opening.abort();
    assert!(opening.await.unwrap_err().is_cancelled());

    wait_until("the end of what had begun", || home.postmaster().is_none());
    let cluster = home.open().await.unwrap();
    assert!(crate::support::answers(&cluster).await);
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
}
