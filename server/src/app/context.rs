//! What every use case works with.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::Notify;

use super::passwords::Passwords;
use crate::{clock::Clock, entropy::Entropy};

/// The parts that use cases share; cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    pub pool: PgPool,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub passwords: Passwords,
    /// Rung after every commit that appended events, so that the relay of this process need not wait
    /// for its next look. Other processes find them by looking.
    pub committed: Arc<Notify>,
}

impl Context {
    #[must_use]
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { pool, clock, entropy, passwords: Passwords::default(), committed: Arc::default() }
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
