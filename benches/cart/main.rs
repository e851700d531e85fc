//! What the API costs on top of its SQL where a cart of one instant item is processed, against the very statements
//! that it issues, replayed by pgbench on the same database in the same run; and how much faster it is told that
//! something is sold out.
//!
//! `cargo bench --bench cart` prints the ratios: at least 0.5 of its SQL, and at least 10 refusals for one sale.
//! Absolute figures say something about the machine only.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

mod api;
#[path = "../replay/mod.rs"]
mod replay;
mod seed;
mod sold;

use std::process::ExitCode;

use traveloure_config::{Flags, Paths};
use traveloure_server::{
    cluster::{Cluster, Options},
    serve::{Setup, serve},
};
use uuid::Uuid;

const CLIENTS: usize = 8;
/// Items sold in one measurement.
const BATCH: usize = 1_600;
/// Items refused in one measurement.
const REFUSED: usize = 8_000;
const ROUNDS: usize = 5;
const OF_ITS_SQL: f64 = 0.5;
const OF_A_SALE: f64 = 10.0;

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if runtime.block_on(run()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn run() -> bool {
    // Where PostgreSQL's own account can reach it, also when root runs this.
    let home = tempfile::Builder::new().prefix("traveloure-bench").tempdir_in("/tmp").unwrap();
    let cluster = Cluster::open(home.path(), Options::new(None), |_| {}).await.unwrap();
    let paths = Paths::resolve(Some(home.path()), false).unwrap();
    let settings = traveloure_config::load(&paths, std::iter::empty(), &Flags::default()).unwrap();
    let mut setup = Setup::new(&settings, cluster.owner_options(), cluster.app_options());
    setup.listen = "127.0.0.1:0".parse().unwrap();
    setup.rate_limit = None;
    let server = serve(setup, |_| {}).await.unwrap();
    let shop = seed::open(&server, &cluster).await;
    shop.process("the last place", &shop.sold_out_item()).await;

    // The first ones warm the caches of both sides and are not counted.
    shop.sell("warm", 400, CLIENTS).await;
    shop.refuse("warm refused", 400, CLIENTS).await;
    let script = sold::capture(&shop, &cluster).await;
    println!("one sale issues {} statements", script.statements());
    let (mut sales, mut refusals) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let ids: Vec<Uuid> = (0..BATCH).map(|_| Uuid::from_u128(rand::random())).collect();
        seed::analyze(&cluster).await;
        let sold = shop.sell(&format!("round {round}"), BATCH, CLIENTS).await;
        let replayed = script.replay(&cluster, &ids, CLIENTS).await;
        let refused = shop.refuse(&format!("refused {round}"), REFUSED, CLIENTS).await;
        println!(
            "  sales {sold:5.0}/s   pgbench {replayed:5.0}/s   ratio {:.2}   sold out {refused:6.0}/s   ratio {:.1}",
            sold / replayed,
            refused / sold
        );
        sales.push(sold / replayed);
        refusals.push(refused / sold);
    }
    server.stop().await;
    cluster.close().await.unwrap();
    let is_kept = [
        verdict("process-cart of one instant item against its SQL", sales, OF_ITS_SQL),
        verdict("a sold-out answer against a sale", refusals, OF_A_SALE),
    ];
    is_kept == [true, true]
}

fn verdict(what: &str, mut ratios: Vec<f64>, wanted: f64) -> bool {
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    let is_kept = median >= wanted;
    let word = if is_kept { "kept" } else { "MISSED" };
    println!("{what}: median ratio {median:.2}, wanted at least {wanted:.1}: {word}");
    is_kept
}
