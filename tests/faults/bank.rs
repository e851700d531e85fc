//! The payment processor: the sandbox in this process, with books of its own, so that it outlives the server and
//! its database as another company does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use sqlx::PgPool;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use traveloure_server::{
    clock::SystemClock,
    cluster::scratch::TestDatabase,
    database::{self, MIGRATIONS},
    entropy::SystemEntropy,
    sandbox::{self, Destinations, Effect, Fault, Sandbox},
};

use crate::trap::{Edge, Seen, Trap};

/// A processor that listens and tells. It ends with the value.
#[derive(Debug)]
pub struct Bank {
    pub sandbox: Sandbox,
    /// Its books.
    pub books: PgPool,
    pub url: String,
    watch: Watch,
    stop: CancellationToken,
    tasks: JoinSet<()>,
    _database: TestDatabase,
}

/// What is done to requests on their way in.
#[derive(Clone, Debug)]
struct Watch {
    trap: Trap,
    forgets_keys: Arc<AtomicBool>,
}

impl Bank {
    /// Opens it; it tells what happens to `hook`.
    pub async fn open(trap: Trap, hook: String) -> Self {
        let database = TestDatabase::migrated(&MIGRATIONS).await;
        let books = database::connect(database.app_options(), 12).await.unwrap();
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let sandbox = Sandbox::open(books.clone(), clock, entropy, None).await.unwrap();
        let watch = Watch { trap, forgets_keys: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/sandbox", listener.local_addr().unwrap());
        let router = Router::new()
            .nest("/sandbox", sandbox::router(sandbox.clone()))
            .layer(from_fn_with_state(watch.clone(), pass));
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let to = Destinations { account: hook.clone(), connect: hook };
        let (telling, stopped) = (sandbox.clone(), stop.clone());
        tasks.spawn(sandbox::deliver(telling, to, stopped));
        Self { sandbox, books, url, watch, stop, tasks, _database: database }
    }

    /// From now on it does everything that it is asked as often as it is asked, as if no request carried a key:
    /// what a processor without idempotency would do.
    pub fn forget_keys(&self, forgets: bool) {
        self.watch.forgets_keys.store(forgets, Ordering::SeqCst);
    }

    /// Switches a fault on for so many operations.
    pub async fn fail(&self, operation: &str, effect: Effect, amount: u32, count: usize) {
        let count = Some(u16::try_from(count).unwrap());
        let fault = Fault { amount, count, ..Fault::once(operation, effect) };
        self.sandbox.add_fault(&fault).await.unwrap();
    }

    /// Ends it in order: nothing of it may be half-way when its database goes.
    pub async fn close(&mut self) {
        self.stop.cancel();
        self.tasks.shutdown().await;
        self.books.close().await;
    }
}

async fn pass(State(watch): State<Watch>, mut request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let path = path.trim_start_matches("/sandbox").to_owned();
    // Whoever is killed gets no answer; this one goes nowhere.
    let nowhere = || StatusCode::SERVICE_UNAVAILABLE.into_response();
    if watch.trap.kills_at(Edge::Before, Seen::Call(method.as_str(), &path)) {
        return nowhere();
    }
    if watch.forgets_keys.load(Ordering::SeqCst) {
        request.headers_mut().remove("idempotency-key");
    }
    let answer = next.run(request).await;
    if watch.trap.kills_at(Edge::After, Seen::Call(method.as_str(), &path)) {
        return nowhere();
    }
    answer
}
