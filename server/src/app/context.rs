//! What every use case works with.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgPool;
use tokio::sync::Notify;

use traveloure_core::{affiliate::Partner, api::problem::Code};

use super::{gateway::PaymentGateway, passwords::Passwords};
use crate::{
    clock::Clock,
    entropy::Entropy,
    error::{AppError, AppResult},
};

/// As the design has it; a setting changes it.
const PAYOUT_HOLD: TimeDelta = TimeDelta::hours(24);

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
    /// Rung when an operator has something tried again, so that the jobs of this process need not sleep on.
    pub retried: Arc<Notify>,
    /// Partners' link templates.
    pub affiliates: Arc<BTreeMap<Partner, String>>,
    /// How long after its end a booking is paid out.
    pub payout_hold: TimeDelta,
    pub(crate) processor: Option<Processor>,
}

/// The payment processor, and where its pages lead back to.
#[derive(Clone, Debug)]
pub struct Processor {
    pub gateway: Arc<dyn PaymentGateway>,
    /// A page of ours that says what to do next; whoever pays came from a terminal.
    pub return_url: String,
    /// Where the sandbox is that this process carries, such as `http://127.0.0.1:8080/sandbox`; none where the
    /// processor is elsewhere.
    pub sandbox: Option<String>,
}

impl Processor {
    /// Where a page is now that was opened at `url`. The link of a sandbox's page names the process that opened it,
    /// which may be gone; every other one on the same database shows the page as well.
    #[must_use]
    pub fn page_now(&self, url: String) -> String {
        match (&self.sandbox, url.rsplit_once("/sandbox/")) {
            (Some(sandbox), Some((_, page))) => format!("{sandbox}/{page}"),
            _ => url,
        }
    }
}

impl Context {
    #[must_use]
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            pool,
            clock,
            entropy,
            passwords: Passwords::default(),
            committed: Arc::default(),
            retried: Arc::default(),
            affiliates: Arc::default(),
            payout_hold: PAYOUT_HOLD,
            processor: None,
        }
    }

    /// The same with a payment processor.
    #[must_use]
    pub fn with_processor(self, processor: Processor) -> Self {
        Self { processor: Some(processor), ..self }
    }

    /// Whoever moves the money.
    ///
    /// # Errors
    /// `processor_unavailable` where none is configured.
    pub fn processor(&self) -> AppResult<&Processor> {
        self.processor.as_ref().ok_or_else(|| {
            AppError::refused(
                Code::ProcessorUnavailable,
                "This server has no payment processor. Nothing was changed; whoever runs it sets stripe.api_key.",
            )
        })
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}
