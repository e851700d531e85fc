//! Several processes, one PostgreSQL; the last one out stops it.

use traveloure_server::cluster::{Left, Step};

use crate::support::{Home, Process, answers, is_alive, wait_until};

#[tokio::test]
async fn a_second_process_shares_and_the_last_one_out_stops() {
    let home = Home::new();
    let (cluster, _) = home.open_telling().await;
    let postmaster = home.postmaster().unwrap();

    let mut other = Process::start(&home);
    other.expect("opened");
    assert_eq!(home.postmaster(), Some(postmaster), "one server for both");

    assert_eq!(cluster.close().await.unwrap(), Left::StillUsed);
    assert!(is_alive(postmaster));
    other.leave();
    wait_until("the end of the server", || !is_alive(postmaster));
    assert_eq!(home.postmaster(), None, "a clean end");
}

#[tokio::test]
async fn joining_a_running_cluster_starts_nothing() {
    let home = Home::new();
    let first = home.open().await.unwrap();
    let (second, steps) = home.open_telling().await;
    let version = second.version();
    assert_eq!(steps, [Step::Looking, Step::Ready { version }]);

    assert_eq!(first.close().await.unwrap(), Left::StillUsed);
    assert!(answers(&second).await);
    assert_eq!(second.close().await.unwrap(), Left::Stopped);
}

#[tokio::test]
async fn dropping_leaves_too_and_the_next_start_waits_for_the_end() {
    let home = Home::new();
    let first = home.open().await.unwrap();
    let second = home.open().await.unwrap();
    let postmaster = home.postmaster().unwrap();
    drop(first);
    assert!(answers(&second).await);

    drop(second);
    let third = home.open().await.unwrap();
    assert_ne!(home.postmaster(), Some(postmaster), "another server");
    assert!(answers(&third).await);
    third.close().await.unwrap();
}

#[tokio::test]
async fn ctrl_c_ends_the_process_and_not_its_database() {
    let home = Home::new();
    let mut other = Process::start(&home);
    other.expect("opened");
    let postmaster = home.postmaster().unwrap();

    other.interrupt_group();

    assert!(is_alive(postmaster));
    let cluster = home.open().await.unwrap();
    assert_eq!(home.postmaster(), Some(postmaster));
    assert!(answers(&cluster).await);
    cluster.close().await.unwrap();
}
