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
    assert!(!is_alive(postmaster));
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
async fn dropping_leaves_too() {
    let home = Home::new();
    let first = home.open().await.unwrap();
    let second = home.open().await.unwrap();
    let postmaster = home.postmaster().unwrap();
    drop(first);
    assert!(answers(&second).await);
    drop(second);
    wait_until("the server's end", || !is_alive(postmaster));

    // While it was still going down, the next one would have waited for it.
    let third = home.open().await.unwrap();
    assert!(answers(&third).await);
    third.close().await.unwrap();
}

#[tokio::test]
async fn starting_right_after_a_stop_was_asked_for_waits_for_it() {
    let home = Home::new();
    drop(home.open().await.unwrap());
    let cluster = home.open().await.unwrap();
    assert!(answers(&cluster).await);
    assert_eq!(cluster.close().await.unwrap(), Left::Stopped);
}
