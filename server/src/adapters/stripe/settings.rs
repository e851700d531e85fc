//! Where Stripe is, as whom we speak to it, and how patiently.

use std::time::Duration;

use traveloure_config::{Secret, ServerUrl};

/// How long to wait, and how often to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For one answer, connecting included.
    pub timeout: Duration,
    /// How often a call is repeated where that is safe.
    pub retries: u32,
    /// Before the first repetition; doubled before each that follows.
    pub pause: Duration,
}

/// What [`super::Stripe`] needs to know.
#[derive(Clone, Debug)]
pub struct StripeSettings {
    /// `https`, or `http` on this very machine: the key never travels in the clear.
    pub base_url: ServerUrl,
    pub api_key: Secret,
    /// Of every endpoint whose messages we take: ours, and the one for connected accounts.
    pub webhook_secrets: Vec<Secret>,
    pub patience: Patience,
}

impl StripeSettings {
    /// What the configuration says; none where it holds no key.
    #[must_use]
    pub fn configured(settings: &traveloure_config::Stripe) -> Option<Self> {
        let webhook_secrets = [&settings.webhook_secret, &settings.connect_webhook_secret];
        Some(Self {
            base_url: settings.base_url.clone(),
            api_key: settings.api_key.clone()?,
            webhook_secrets: webhook_secrets.into_iter().flatten().cloned().collect(),
            patience: Patience::configured(settings),
        })
    }
}

impl Patience {
    #[must_use]
    pub fn configured(settings: &traveloure_config::Stripe) -> Self {
        Self {
            timeout: Duration::from_secs(settings.timeout_seconds.into()),
            retries: settings.retries,
            pause: Duration::from_millis(250),
        }
    }
}

/// This machine cannot make secure connections.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no secure connections can be made on this machine: {0}")]
pub struct NoSecureConnections(pub String);
