//! Who moves the money of a server: Stripe where a key is configured, else the sandbox in this very process, spoken
//! to over HTTP as Stripe is.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};

use axum::Router;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use traveloure_config::{Affiliates, Secret, ServerUrl};
use traveloure_core::affiliate::Partner;

use super::error::ServeError;
use crate::{
    adapters::stripe::{Patience, Stripe, StripeSettings},
    app::{Context, context::Processor},
    sandbox::{self, Destinations, Sandbox},
};

/// Where the sandbox is nested.
const SANDBOX: &str = "/sandbox";

/// The processor of a server, before its use cases know it.
pub(super) struct Chosen {
    pub processor: Processor,
    sandbox: Option<Sandbox>,
    here: String,
}

impl Chosen {
    /// Chooses, for a server that listens on `address` and that people reach at `public_url`.
    pub(super) async fn choose(
        context: &Context,
        settings: &traveloure_config::Stripe,
        public_url: Option<&ServerUrl>,
        address: SocketAddr,
    ) -> Result<Self, ServeError> {
        let here = format!("http://{}", reachable(address));
        let public = public_url
            .map_or_else(|| here.clone(), |url| url.to_string().trim_end_matches('/').to_owned());
        let return_url = format!("{public}/paid/");
        let (stripe, sandbox) = if let Some(stripe) = StripeSettings::configured(settings) {
            (stripe, None)
        } else {
            let sandbox = open(context, public_url.map(|_| format!("{public}{SANDBOX}"))).await?;
            let keys = sandbox.settings().clone();
            let base_url = format!("{here}{SANDBOX}");
            let stripe = StripeSettings {
                base_url: base_url.parse().map_err(|_| ServeError::Processor(base_url))?,
                api_key: Secret::from(keys.api_key),
                webhook_secrets: [keys.webhook_secret, keys.connect_webhook_secret]
                    .map(Secret::from)
                    .into(),
                patience: Patience::configured(settings),
            };
            (stripe, Some(sandbox))
        };
        let gateway =
            Stripe::try_new(stripe).map_err(|error| ServeError::Processor(error.to_string()))?;
        let pages = sandbox.as_ref().map(|_| format!("{public}{SANDBOX}"));
        let processor = Processor { gateway: Arc::new(gateway), return_url, sandbox: pages };
        Ok(Self { processor, sandbox, here })
    }

    /// The routes of the API, and those of the sandbox beside them.
    pub(super) fn routes(&self, api: Router) -> Router {
        match &self.sandbox {
            Some(sandbox) => {
                Router::new().nest(SANDBOX, sandbox::router(sandbox.clone())).fallback_service(api)
            }
            None => api,
        }
    }

    /// Starts what a processor does by itself: it tells what happened.
    pub(super) fn start(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        if let Some(sandbox) = &self.sandbox {
            let hook = format!("{}/api/webhooks/stripe/", self.here);
            let to = Destinations { account: hook.clone(), connect: hook };
            tasks.spawn(sandbox::deliver(sandbox.clone(), to, stop.clone()));
        }
    }
}

async fn open(context: &Context, public_url: Option<String>) -> Result<Sandbox, ServeError> {
    let (pool, clock, entropy) =
        (context.pool.clone(), context.clock.clone(), context.entropy.clone());
    Sandbox::open(pool, clock, entropy, public_url)
        .await
        .map_err(|error| ServeError::Processor(error.to_string()))
}

// A server that listens everywhere reaches itself on the loopback.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut address = address;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    address
}

/// The partners' templates by partner.
pub(crate) fn affiliates(settings: &Affiliates) -> BTreeMap<Partner, String> {
    let Affiliates { booking_com, expedia, getyourguide, viator, opentable } = settings.clone();
    BTreeMap::from([
        (Partner::BookingCom, booking_com),
        (Partner::Expedia, expedia),
        (Partner::Getyourguide, getyourguide),
        (Partner::Viator, viator),
        (Partner::Opentable, opentable),
    ])
}
