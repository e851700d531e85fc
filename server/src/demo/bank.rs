//! The payment processor of the demo's past: the sandbox by the demo's clock, spoken to over HTTP as ever. Its books
//! are those that the server's own sandbox goes on with.

use std::{fmt::Display, net::Ipv4Addr, sync::Arc, time::Duration};

use axum::Router;
use tokio::{net::TcpListener, task::JoinSet};
use traveloure_config::Secret;
use traveloure_core::api::checkout::Payment;

use crate::{
    adapters::stripe::{Patience, Stripe, StripeSettings},
    app::{Context, context::Processor},
    entropy::SeededEntropy,
    error::{AppError, AppResult, Fault},
    sandbox::{self, PageStep, Sandbox},
};

const PATIENCE: Patience =
    Patience { timeout: Duration::from_secs(30), retries: 2, pause: Duration::from_millis(50) };

/// A sandbox that listens until it is dropped.
#[derive(Debug)]
pub struct Bank {
    sandbox: Sandbox,
    _listening: JoinSet<()>,
}

impl Bank {
    /// Opens it on the database and by the clock of `context`; returns it, and the context that pays by it. What it
    /// draws comes from `seed`.
    ///
    /// # Errors
    /// A fault only.
    pub async fn open(context: Context, seed: u64) -> AppResult<(Self, Context)> {
        let entropy = Arc::new(SeededEntropy::new(seed));
        let sandbox =
            Sandbox::open(context.pool.clone(), context.clock.clone(), entropy, None).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(broken)?;
        let here = format!("http://{}", listener.local_addr().map_err(broken)?);
        let keys = sandbox.settings().clone();
        let gateway = Stripe::try_new(StripeSettings {
            base_url: format!("{here}/sandbox").parse().map_err(broken)?,
            api_key: Secret::from(keys.api_key),
            webhook_secrets: [keys.webhook_secret, keys.connect_webhook_secret]
                .map(Secret::from)
                .into(),
            patience: PATIENCE,
        })
        .map_err(broken)?;
        let router = Router::new().nest("/sandbox", sandbox::router(sandbox.clone()));
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                tracing::error!(%error, "the demo's payment processor does not answer any more");
            }
        });
        let return_url = format!("{here}/paid/");
        let processor = Processor { gateway: Arc::new(gateway), return_url, sandbox: None };
        Ok((Self { sandbox, _listening: listening }, context.with_processor(processor)))
    }

    /// Types these cards into the page of a payment, one after the other, until one is taken, and says to the bank that
    /// asks that it is their own. Returns whether one was.
    ///
    /// # Errors
    /// A fault only.
    pub async fn pay(&self, payment: &Payment, cards: &[&str]) -> AppResult<bool> {
        let Some(page) = payment.url.as_deref().and_then(last_part) else { return Ok(false) };
        for card in cards {
            let mut step = self.sandbox.pay(page, card).await.map_err(broken)?;
            if step == PageStep::AsksCardholder {
                step = self.sandbox.authenticate(page, true).await.map_err(broken)?;
            }
            if step == PageStep::Complete {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Fills in the form of a connected account.
    ///
    /// # Errors
    /// A fault only.
    pub async fn onboard(&self, account: &str) -> AppResult<()> {
        self.sandbox.onboard(account, true).await.map_err(broken)
    }

    /// Lets the banks answer that refunds are on their way to.
    ///
    /// # Errors
    /// A fault only.
    pub async fn settle_refunds(&self) -> AppResult<()> {
        self.sandbox.settle_refunds().await.map(drop).map_err(broken)
    }

    /// Ends it. Whoever was to be told of something has asked already.
    ///
    /// # Errors
    /// A fault only.
    pub async fn close(self) -> AppResult<()> {
        self.sandbox.pass_over_deliveries().await?;
        Ok(())
    }
}

/// Forgets what the sandbox of a demo holds that was never finished.
///
/// # Errors
/// A fault only.
pub async fn forget(context: &Context) -> AppResult<()> {
    let (pool, clock, entropy) =
        (context.pool.clone(), context.clock.clone(), context.entropy.clone());
    let sandbox = Sandbox::open(pool, clock, entropy, None).await?;
    sandbox.forget_everything().await.map_err(broken)
}

// The page's id is the last part of its address.
fn last_part(url: &str) -> Option<&str> {
    url.rsplit('/').find(|part| !part.is_empty())
}

fn broken(error: impl Display) -> AppError {
    Fault::Broken(format!("the demo's payment processor: {error}")).into()
}
