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
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How many connections are open at once; more wait in the system's queue. Five thousand of them may
/// be event streams.
const MOST: usize = 8192;
/// How long the headers of a request may take, and a kept connection may be silent: whoever sends a
/// byte a minute must not keep the place of another.
const HEADERS: Duration = Duration::from_secs(30);
/// How long answers may take once the server is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(8);
/// What the system cannot accept now (no file descriptors left) is tried again after this.
const EXHAUSTED: Duration = Duration::from_millis(100);

/// Answers connections with `router` until `stop`; then lets the answers that are being given finish.
pub(super) async fn accept(listener: TcpListener, router: Router, stop: CancellationToken) {
    let places = Arc::new(Semaphore::new(MOST));
    let open = GracefulShutdown::new();
    loop {
        let (place, stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            next = next(&listener, &places) => match next {
                Some(next) => next,
                None => break,
            },
        };
        let connection = open.watch(connection(stream, peer, router.clone()));
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
        .header_read_timeout(HEADERS)
        .serve_connection(TokioIo::new(stream), service)
}
