//! How long an event takes from its commit to every one of 5,000 open event streams, over HTTP.
//!
//! `cargo bench --bench fan_out` prints the 99th percentile (at most 250 ms is wanted) and its ratio to
//! the same number of bytes written to as many bare sockets. Readers and server share the machine.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use traveloure_config::{Flags, Paths};
use traveloure_core::api::{auth::Register, event::Kind};
use traveloure_server::{
    app::{Context, accounts},
    cluster::{Cluster, Options},
    serve::{Setup, serve},
};
use uuid::Uuid;

const STREAMS: usize = 5_000;
/// Each of them opens its share of the streams; an administrator sees every event.
const ACCOUNTS: usize = 50;
const EVENTS: usize = 40;
const WANTED: Duration = Duration::from_millis(250);

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    // Where PostgreSQL's own account can reach it, also when root runs this.
    let home = tempfile::Builder::new().prefix("traveloure-bench").tempdir_in("/tmp").unwrap();
    let cluster = Cluster::open(home.path(), Options::new(None), |_| {}).await.unwrap();
    let paths = Paths::resolve(Some(home.path()), false).unwrap();
    let settings = traveloure_config::load(&paths, std::iter::empty(), &Flags::default()).unwrap();
    let setup = Setup::embedded(&settings, cluster.owner_options(), cluster.app_options());
    let server = serve(setup, |_| {}).await.unwrap();

    let (heard, mut arrivals) = mpsc::unbounded_channel();
    for account in 0..ACCOUNTS {
        let token = administrator(server.context(), account).await;
        // Others are still being registered, of which the streams hear too: only ours are counted.
        for _ in 0..STREAMS / ACCOUNTS {
            let stream = open(server.address(), &token).await;
            tokio::spawn(listen(stream, heard.clone(), b"\"fee.changed\""));
        }
    }
    let mut delays = Vec::with_capacity(EVENTS * STREAMS);
    for _ in 0..EVENTS {
        tell(server.context()).await;
        delays.extend(wait_for_all(&mut arrivals, Instant::now()).await);
    }
    let ours = percentiles("event streams", &mut delays);
    // The streams end with the server: as many sockets again would be more than a process may have.
    server.stop().await;
    cluster.close().await.unwrap();
    let bare = bare_sockets().await;
    let verdict = if ours <= WANTED { "kept" } else { "MISSED" };
    println!(
        "p99 {:.0} ms, wanted at most {:.0} ms: {verdict}; {:.1} times that of bare sockets",
        millis(ours),
        millis(WANTED),
        ours.as_secs_f64() / bare.as_secs_f64(),
    );
}

async fn administrator(context: &Context, number: usize) -> String {
    let register = Register {
        email: format!("admin{number}@example.org"),
        password: "a long enough password".to_owned(),
        name: "Ada".to_owned(),
    };
    accounts::register_admin(context, register).await.unwrap().token
}

/// An event stream that has begun.
async fn open(address: SocketAddr, token: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET /api/events/ HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
         traveloure-role: admin\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !contains(&head, b"\nid: ") {
        assert!(stream.read_buf(&mut head).await.unwrap() > 0, "the stream ended");
    }
    assert!(head.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&head));
    stream
}

/// Says when each event arrives.
async fn listen(mut stream: TcpStream, heard: mpsc::UnboundedSender<Instant>, mark: &'static [u8]) {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        if contains(&bytes, mark) {
            bytes.clear();
            if heard.send(Instant::now()).is_err() {
                return;
            }
        }
    }
}

async fn tell(context: &Context) {
    context
        .transact(|work| {
            Box::pin(async move {
                work.tell(Kind::FeeChanged, Uuid::nil(), None, None, None);
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn wait_for_all(
    arrivals: &mut mpsc::UnboundedReceiver<Instant>,
    told: Instant,
) -> Vec<Duration> {
    let mut delays = Vec::with_capacity(STREAMS);
    while delays.len() < STREAMS {
        delays.push(arrivals.recv().await.unwrap().saturating_duration_since(told));
    }
    delays
}

/// The floor: the same bytes to as many sockets, with nothing in between.
async fn bare_sockets() -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (heard, mut arrivals) = mpsc::unbounded_channel();
    let mut writers = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        let reader = TcpStream::connect(address).await.unwrap();
        let (writer, _) = listener.accept().await.unwrap();
        writer.set_nodelay(true).unwrap();
        writers.push(writer);
        tokio::spawn(listen(reader, heard.clone(), b"data: "));
    }
    let event: Vec<u8> = [b"data: ".as_slice(), &[b'x'; 200], b"\n\n"].concat();
    let mut delays = Vec::with_capacity(EVENTS * STREAMS);
    for _ in 0..EVENTS {
        let told = Instant::now();
        for writer in &mut writers {
            writer.write_all(&event).await.unwrap();
        }
        delays.extend(wait_for_all(&mut arrivals, told).await);
    }
    percentiles("bare sockets", &mut delays)
}

fn percentiles(name: &str, delays: &mut [Duration]) -> Duration {
    delays.sort_unstable();
    let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
    println!(
        "{name:13} p50 {:6.1} ms   p99 {:6.1} ms   most {:6.1} ms",
        millis(at(50)),
        millis(at(99)),
        millis(at(100)),
    );
    at(99)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
