//! The relay of a test's backend, in a thread of its own.
//!
//! The test's runtime stops wherever it is when the test ends. A connection that is half made then keeps
//! the database from being dropped until the server gives it up, a minute later; so this one is ended in
//! order before.

use std::thread::{self, JoinHandle};

use sqlx::postgres::PgConnectOptions;
use tokio::{runtime, sync::oneshot};
use tokio_util::sync::CancellationToken;

use crate::{app::Context, database, events::Relay, http::Operation, jobs::Tally};

/// A running relay. Dropping it waits for its end.
#[derive(Debug)]
pub(super) struct Telling {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Telling {
    /// Starts telling of what `context` commits; `options` are its own connection's.
    pub(super) async fn start(context: &Context, options: PgConnectOptions) -> (Self, Operation) {
        let stop = CancellationToken::new();
        let (started, starting) = oneshot::channel();
        let (context, stopped) = (context.clone(), stop.clone());
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let pool = database::connect(options, 1).await.expect("the test server runs");
                let context = Context { pool: pool.clone(), ..context };
                let relay = Relay::open(context).await.expect("the outbox can be read");
                let operation = Operation::new(&relay, Tally::default(), None);
                if started.send(operation).is_ok() {
                    relay.run(stopped).await;
                }
                pool.close().await;
            });
        });
        let operation = starting.await.expect("the relay starts");
        (Self { stop, thread: Some(thread) }, operation)
    }
}

impl Drop for Telling {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic of its own has been printed, and the test fails by what it misses.
            let _ = thread.join();
        }
    }
}
