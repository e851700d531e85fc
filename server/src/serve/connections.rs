//! Connections: accepted up to a limit, given a deadline for their headers, ended in order.

use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// What connections may take up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// How many are open at once; more wait in the system's queue. Five thousand may be event streams.
    most: usize,
    /// How long the headers of a request may take, and a kept connection may be silent: whoever sends a
    /// byte a minute must not keep the place of another.
    headers: Duration,
}

pub(super) const BOUNDS: Bounds = Bounds { most: 8192, headers: Duration::from_secs(30) };

/// How long answers may take once the server is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(8);
/// What the system cannot accept now (no file descriptors left) is tried again after this.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Answers connections with `router` until `stop`; then lets the answers that are being given finish.
pub(super) async fn accept(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    stop: CancellationToken,
) {
    let places = Arc::new(Semaphore::new(bounds.most));
    let open = GracefulShutdown::new();
    loop {
        let (place, stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            next = next(&listener, &places) => match next {
                Some(next) => next,
                None => break,
            },
        };
        let connection = open.watch(connection(stream, peer, router.clone(), bounds.headers));
        tokio::spawn(async move {
            // A connection that breaks is the peer's business.
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    if timeout(LAST_ANSWERS, open.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and were cut off");
    }
}

/// Lets this process open as many files as the connections need, where the system's hard limit allows it: the
/// customary soft limit of 1024 is there for programs that use `select`.
pub(super) fn allow_files(bounds: Bounds) {
    // And some for the database, the log and what the client opens beside an embedded server.
    let wanted = bounds.most as u64 + 512;
    let allowed = getrlimit(Resource::RLIMIT_NOFILE).and_then(|(soft, hard)| {
        let enough = wanted.min(hard);
        if soft < enough {
            setrlimit(Resource::RLIMIT_NOFILE, enough, hard)?;
        }
        Ok(soft.max(enough))
    });
    match allowed {
        Ok(files) if files >= wanted => {}
        Ok(files) => tracing::warn!(
            files,
            wanted,
            "few files may be open, so there is room for fewer connections; raise the limit of the service"
        ),
        Err(error) => tracing::warn!(%error, "the limit of open files is not known"),
    }
}

async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(tokio::sync::OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return Some((place, stream, peer)),
            Err(error) if is_the_peers(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted; trying again");
                sleep(EXHAUSTED).await;
            }
        }
    }
}

fn is_the_peers(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    headers: Duration,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Events are small and wanted at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%peer, %error, "small packets will be held back");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.oneshot(request).await as Result<Response, Infallible>
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(headers)
        .serve_connection(TokioIo::new(stream), service)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        task::JoinHandle,
    };

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const PATIENCE: Duration = Duration::from_secs(20);

    async fn started(bounds: Bounds) -> (SocketAddr, CancellationToken, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let router = Router::new().route("/", get(|| async { "here" }));
        let task = tokio::spawn(accept(listener, router, bounds, stop.clone()));
        (address, stop, task)
    }

    /// What is sent until the other side closes.
    async fn heard(stream: &mut TcpStream) -> String {
        let mut text = Vec::new();
        // A reset is an end too.
        let _ = timeout(PATIENCE, stream.read_to_end(&mut text)).await.expect("it is closed");
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn headers_that_do_not_come_end_the_connection() {
        let bounds = Bounds { most: 10, headers: Duration::from_millis(30) };
        let (address, stop, task) = started(bounds).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(&REQUEST[..10]).await.unwrap();
        assert!(!heard(&mut slow).await.contains("here"));
        let mut quick = TcpStream::connect(address).await.unwrap();
        quick.write_all(REQUEST).await.unwrap();
        assert!(heard(&mut quick).await.ends_with("here"));
        stop.cancel();
        task.await.unwrap();
    }

    #[tokio::test]
    async fn no_more_are_open_than_may_be() {
        let bounds = Bounds { most: 1, headers: PATIENCE };
        let (address, stop, task) = started(bounds).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(&REQUEST[..10]).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(REQUEST).await.unwrap();
        // The second waits for the first one's place.
        let early = timeout(Duration::from_millis(50), second.read_u8()).await;
        assert!(early.is_err(), "{early:?}");
        first.write_all(&REQUEST[10..]).await.unwrap();
        assert!(heard(&mut first).await.ends_with("here"));
        assert!(heard(&mut second).await.ends_with("here"));
        stop.cancel();
        task.await.unwrap();
    }
}
