//! After kill -9, of us or of PostgreSQL.

use std::{fs, time::Duration};

use futures_util::future::join;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::time::sleep;
use traveloure_server::cluster::{Left, Step};

use crate::support::{Home, Process, answers, is_alive, wait_until};

#[tokio::test]
async fn the_server_of_a_killed_process_is_taken_over() {
    let home = Home::durable();
    let mut victim = Process::start(&home);
    victim.expect("opened");
    let postmaster = home.postmaster().unwrap();
    victim.kill();
    assert!(is_alive(postmaster), "PostgreSQL outlives its user");

    let (cluster, steps) = home.open_telling().await;
    let version = cluster.version();
    assert_eq!(steps, [Step::Looking, Step::Ready { version }]);
    assert_eq!(home.postmaster(), Some(postmaster));
    assert!(answers(&cluster).await);
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
    wait_until("the end of the server", || !is_alive(postmaster));
}

#[tokio::test]
async fn a_killed_server_is_brought_back_with_its_data() {
    let home = Home::durable();
    let cluster = home.open().await.unwrap();
    let mut owner = cluster.owner_options().connect().await.unwrap();
    sqlx::query("CREATE TABLE kept AS SELECT 42 AS answer").execute(&mut owner).await.unwrap();
    assert!(!cluster.ensure_running(|_| ()).await.unwrap(), "it runs");

    let postmaster = home.postmaster().unwrap();
    kill(postmaster, Signal::SIGKILL).unwrap();
    wait_until("the server's death", || !is_alive(postmaster));

    let mut steps = Vec::new();
    let had_to = cluster.ensure_running(|step| steps.push(step)).await;
    assert!(had_to.unwrap());
    assert_eq!(steps, [Step::Recovering]);
    assert_ne!(home.postmaster(), Some(postmaster));
    let mut owner = cluster.owner_options().connect().await.unwrap();
    let answer: i32 =
        sqlx::query_scalar("SELECT answer FROM kept").fetch_one(&mut owner).await.unwrap();
    assert_eq!(answer, 42);
    owner.close().await.unwrap();
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
}

#[tokio::test]
async fn a_start_waits_for_what_the_killed_server_ran() {
    let home = Home::durable();
    let cluster = home.open().await.unwrap();
    let mut owner = cluster.owner_options().connect().await.unwrap();
    let orphan: i32 =
        sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut owner).await.unwrap();
    let orphan = Pid::from_raw(orphan);
    // It notices nothing while it stands still.
    kill(orphan, Signal::SIGSTOP).unwrap();
    let postmaster = home.postmaster().unwrap();
    kill(postmaster, Signal::SIGKILL).unwrap();
    wait_until("the server's death", || !is_alive(postmaster));

    let refused_once = || {
        let log = fs::read_to_string(home.cluster().join("log/postgresql.log")).unwrap_or_default();
        log.contains("pre-existing shared memory block")
    };
    let (back, ()) = join(cluster.ensure_running(|_| ()), async {
        while !refused_once() {
            sleep(Duration::from_millis(20)).await;
        }
        kill(orphan, Signal::SIGCONT).unwrap();
    })
    .await;
    assert!(back.unwrap());
    assert!(answers(&cluster).await);
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
}

#[tokio::test]
async fn after_everything_was_killed_the_next_start_recovers() {
    let home = Home::durable();
    let mut victim = Process::start(&home);
    victim.expect("opened");
    let postmaster = home.postmaster().unwrap();
    kill(postmaster, Signal::SIGKILL).unwrap();
    victim.kill();
    wait_until("the server's death", || !is_alive(postmaster));

    let (cluster, steps) = home.open_telling().await;
    let version = cluster.version();
    assert_eq!(steps, [Step::Looking, Step::Recovering, Step::Ready { version }]);
    assert!(answers(&cluster).await);
    cluster.close().await.unwrap();
}

#[tokio::test]
async fn a_leftover_pid_file_that_names_a_stranger_is_no_obstacle() {
    let home = Home::durable();
    home.open().await.unwrap().close().await.unwrap();
    let stale = format!("{}\n/elsewhere\n1\n5432\n", std::process::id());
    fs::write(home.data().join("postmaster.pid"), stale).unwrap();

    let (cluster, steps) = home.open_telling().await;
    assert!(steps.contains(&Step::Recovering));
    assert!(answers(&cluster).await);
    cluster.close().await.unwrap();
}
