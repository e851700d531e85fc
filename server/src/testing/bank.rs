//! The payment processor of a test's backend: the sandbox, behind a port of its own, as the adapter reaches it.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, task::JoinSet};
use traveloure_config::{Affiliates, Secret, Stripe as Settings};

use crate::{
    adapters::stripe::{Patience, Stripe, StripeSettings},
    app::{Context, context::Processor},
    http::{self, Operation},
    sandbox::{self, Destinations, Sandbox},
};

/// A sandbox that listens.
#[derive(Debug)]
pub(super) struct Bank {
    pub(super) sandbox: Sandbox,
    hook: String,
    _listening: JoinSet<()>,
}

impl Bank {
    pub(super) async fn open(context: &Context, operation: &Operation) -> (Self, Processor) {
        let (pool, clock, entropy) =
            (context.pool.clone(), context.clock.clone(), context.entropy.clone());
        let sandbox = Sandbox::open(pool, clock, entropy, None).await.expect("the sandbox opens");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let here = format!("http://{}", listener.local_addr().expect("a bound port"));
        let keys = sandbox.settings().clone();
        let settings = StripeSettings {
            base_url: format!("{here}/sandbox").parse().expect("an address"),
            api_key: Secret::from(keys.api_key),
            webhook_secrets: [keys.webhook_secret, keys.connect_webhook_secret]
                .map(Secret::from)
                .into(),
            patience: Patience {
                timeout: Duration::from_secs(20),
                retries: 2,
                pause: Duration::from_millis(1),
            },
        };
        let gateway = Stripe::try_new(settings).expect("no secure connection is needed");
        let processor = Processor {
            gateway: Arc::new(gateway),
            return_url: format!("{here}/paid/"),
            sandbox: None,
        };
        // What the sandbox tells comes in where travelers do.
        let api =
            http::router(context.clone().with_processor(processor.clone()), operation.clone());
        let router = axum::Router::new()
            .nest("/sandbox", sandbox::router(sandbox.clone()))
            .fallback_service(api);
        let mut listening = JoinSet::new();
        listening.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        let hook = format!("{here}/api/webhooks/stripe/");
        (Self { sandbox, hook, _listening: listening }, processor)
    }

    pub(super) async fn deliver(&self) {
        let to = Destinations { account: self.hook.clone(), connect: self.hook.clone() };
        sandbox::deliver_due(&self.sandbox, &to).await.expect("the sandbox's events are sent");
    }
}

/// No key: a server takes the sandbox.
pub(super) fn no_stripe() -> Settings {
    Settings {
        base_url: "https://api.stripe.com".parse().expect("an address"),
        api_key: None,
        webhook_secret: None,
        connect_webhook_secret: None,
        timeout_seconds: 20,
        retries: 2,
    }
}

/// Partners that lead to themselves.
pub(super) fn no_affiliates() -> Affiliates {
    let template = |name: &str| format!("https://{name}.example/?q={{query}}&d={{date}}");
    Affiliates {
        booking_com: template("booking"),
        expedia: template("expedia"),
        getyourguide: template("getyourguide"),
        viator: template("viator"),
        opentable: template("opentable"),
    }
}
