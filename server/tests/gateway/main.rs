//! The adapter to Stripe against the sandbox, over HTTP: the two agree on every call of the port, and on
//! what a fault leaves behind.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod faults;
mod localstripe;
mod payments;
mod payouts;
#[path = "../python/mod.rs"]
mod python;

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use traveloure_config::Secret;
use traveloure_core::money::Money;
use traveloure_server::{
    adapters::stripe::{Patience, Stripe, StripeSettings},
    app::gateway::{
        Confirmation, Customer, CustomerId, IdempotencyKey, Intent, LineItem, Metadata,
        NewCheckout, NewCheckoutMode, NewCustomer, NewIntent, NewPaymentPage, PaymentGateway,
        PaymentMethodId,
    },
    clock::Clock,
    entropy::SystemEntropy,
    sandbox::{self, Sandbox},
    testing::Backend,
};

/// A sandbox that listens, and the adapter that speaks to it.
struct Bank {
    stripe: Stripe,
    sandbox: Sandbox,
    // Ends when it is dropped, before the database.
    _listening: JoinSet<()>,
    backend: Backend,
}

impl Bank {
    async fn open() -> Self {
        let backend = Backend::start().await;
        let (pool, clock) = (backend.context.pool.clone(), Arc::new(backend.clock.clone()));
        let sandbox = Sandbox::open(pool, clock, Arc::new(SystemEntropy), None).await.unwrap();
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/sandbox", listener.local_addr().unwrap());
        let router = axum::Router::new().nest("/sandbox", sandbox::router(sandbox.clone()));
        let mut listening = JoinSet::new();
        listening.spawn(async move { axum::serve(listener, router).await.unwrap() });
        let keys = sandbox.settings().clone();
        let settings = StripeSettings {
            base_url: url.parse().unwrap(),
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
        let stripe = Stripe::try_new(settings).unwrap();
        Self { stripe, sandbox, _listening: listening, backend }
    }

    fn now(&self) -> DateTime<Utc> {
        self.backend.clock.now()
    }

    async fn customer(&self) -> Customer {
        let new = NewCustomer {
            email: "ana@example.com".to_owned(),
            name: Some("Ana".to_owned()),
            metadata: metadata("u-1"),
        };
        self.stripe.create_customer(&key("customer"), &new).await.unwrap()
    }

    /// A card that is saved to the customer by a page in setup mode.
    async fn saved_card(&self, customer: &CustomerId, card: &str) -> PaymentMethodId {
        let new = checkout(customer, NewCheckoutMode::Setup);
        let session = self.stripe.create_checkout(&key("setup"), &new).await.unwrap();
        self.sandbox.pay(session.id.as_str(), card).await.unwrap();
        let session = self.stripe.checkout(&session.id).await.unwrap();
        let setup = self.stripe.setup_intent(&session.setup_intent.unwrap()).await.unwrap();
        setup.payment_method.unwrap()
    }

    /// An intent that took this much of a good card.
    async fn paid(&self, amount: Money) -> Intent {
        let customer = self.customer().await.id;
        let card = self.saved_card(&customer, "4242424242424242").await;
        let new = charge(&customer, &card, amount);
        self.stripe.create_intent(&key("paid"), &new).await.unwrap()
    }
}

fn key(what: &str) -> IdempotencyKey {
    IdempotencyKey::from(format!("{what}:1"))
}

fn money(amount: &str, currency: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), currency.parse().unwrap()).unwrap()
}

fn metadata(id: &str) -> Metadata {
    Metadata::from([("row".to_owned(), id.to_owned())])
}

fn page(amount: Money) -> NewCheckoutMode {
    NewCheckoutMode::Payment(NewPaymentPage {
        items: vec![LineItem { name: "Boat & lunch".to_owned(), unit_amount: amount, quantity: 2 }],
        save_card: true,
        transfer_group: Some("booking-1".to_owned()),
    })
}

fn checkout(customer: &CustomerId, mode: NewCheckoutMode) -> NewCheckout {
    NewCheckout {
        customer: customer.clone(),
        mode,
        metadata: metadata("c-1"),
        success_url: "https://t.example/paid".to_owned(),
        cancel_url: "https://t.example/back".to_owned(),
        expires_at: Some("2026-06-01T10:00:00Z".parse().unwrap()),
    }
}

fn charge(customer: &CustomerId, card: &PaymentMethodId, amount: Money) -> NewIntent {
    NewIntent {
        amount,
        customer: customer.clone(),
        payment_method: card.clone(),
        confirmation: Confirmation::OffSession,
        metadata: metadata("b-1"),
        transfer_group: Some("booking-1".to_owned()),
        description: Some("Balance".to_owned()),
    }
}
