//! What the API costs on top of its SQL: accepting booking requests over HTTP, against the very
//! statements that one accept issues, replayed by pgbench on the same database in the same run.
//!
//! `cargo bench --bench claims` prints the ratio over many slots (at least 0.7 is wanted) and on one hot
//! slot (at least 0.9). Absolute figures say something about the machine only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

mod accepted;
mod api;
#[path = "../replay/mod.rs"]
mod replay;
mod seed;

use traveloure_config::{Flags, Paths};
use traveloure_server::{
    cluster::{Cluster, Options},
    serve::{Setup, serve},
};

const CLIENTS: usize = 8;
/// Requests accepted in one measurement.
const BATCH: usize = 2_000;
const ROUNDS: usize = 5;

fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    // Where PostgreSQL's own account can reach it, also when root runs this.
    let home = tempfile::Builder::new().prefix("traveloure-bench").tempdir_in("/tmp").unwrap();
    let cluster = Cluster::open(home.path(), Options::new(None), |_| {}).await.unwrap();
    let paths = Paths::resolve(Some(home.path()), false).unwrap();
    let settings = traveloure_config::load(&paths, std::iter::empty(), &Flags::default()).unwrap();
    let mut setup = Setup::new(&settings, cluster.owner_options(), cluster.app_options());
    setup.listen = "127.0.0.1:0".parse().unwrap();
    setup.rate_limit = None;
    let server = serve(setup, |_| {}).await.unwrap();

    let batches = 2 * ROUNDS * BATCH;
    let stage = seed::stage(&server, &cluster, batches).await;
    for (name, wanted, hot) in [("many slots", 0.7, false), ("one hot slot", 0.9, true)] {
        let mut requests = seed::requests(&cluster, &stage, batches + 200, hot).await;
        // The first ones warm the caches of both sides and are not counted.
        let first: Vec<_> = requests.drain(..200).collect();
        api::accept_all(&server, &stage, &first[..100], CLIENTS).await;
        let script = accepted::capture(&server, &cluster, &stage, first[100]).await;
        println!("{name}: one accept issues {} statements", script.statements());

        let mut ratios = Vec::new();
        for round in 0..ROUNDS {
            let (ours, theirs): (Vec<_>, Vec<_>) =
                (requests.drain(..BATCH).collect(), requests.drain(..BATCH).collect());
            seed::analyze(&cluster).await;
            let (api, sql) = if round % 2 == 0 {
                let api = api::accept_all(&server, &stage, &ours, CLIENTS).await;
                (api, script.replay(&cluster, &theirs, CLIENTS).await)
            } else {
                let sql = script.replay(&cluster, &theirs, CLIENTS).await;
                seed::analyze(&cluster).await;
                (api::accept_all(&server, &stage, &ours, CLIENTS).await, sql)
            };
            println!("  API {api:6.0}/s   pgbench {sql:6.0}/s   ratio {:.2}", api / sql);
            ratios.push(api / sql);
        }
        ratios.sort_by(f64::total_cmp);
        let median = ratios[ROUNDS / 2];
        let verdict = if median >= wanted { "kept" } else { "MISSED" };
        println!("{name}: median ratio {median:.2}, wanted at least {wanted:.1}: {verdict}\n");
    }
    server.stop().await;
    cluster.close().await.unwrap();
}
