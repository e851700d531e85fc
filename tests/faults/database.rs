//! PostgreSQL killed, and PostgreSQL restarted, under a server that is at work.

use std::time::{Duration, Instant};

use rand::Rng;
use tokio_util::sync::CancellationToken;

use crate::{load, table::Trials, world::World};

const CROWD: usize = 6;

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Killed,
    Stopped,
}

/// Ends it so often while many are on their way, and starts it again.
pub async fn ends(world: &World, end: End, times: usize) -> Trials {
    let over = CancellationToken::new();
    let ending = async {
        let mut recoveries = Vec::new();
        for _ in 0..times {
            let pause = rand::rng().random_range(300..1500);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let start = Instant::now();
            match end {
                End::Killed => world.kill_database(),
                End::Stopped => world.stop_database(),
            }
            world.database_is_back().await;
            answers(world).await;
            recoveries.push(start.elapsed());
        }
        over.cancel();
        recoveries
    };
    let (recoveries, crowd) = tokio::join!(ending, load::crowd(world, CROWD, over.clone()));
    Trials { count: recoveries.len(), recoveries, wrong: crowd.wrong, note: crowd.note }
}

/// Waits until somebody is answered from the database again.
async fn answers(world: &World) {
    let who = world.traveler(0);
    let seen = world.api.insist(who, "GET", "/api/cart/", None, &serde_json::Value::Null).await;
    seen.unwrap();
}
