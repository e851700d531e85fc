//! Carts, payments, cancellations and refunds, against a processor that really listens.

mod cancelling;
mod carts;
mod completing;
mod manifest;
mod paying;
mod payouts;
mod reconciling;
mod refunding;
mod refused;
mod reporting;
mod rush;
mod signatures;
mod tracing;
mod twice;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use traveloure_core::{
    api::{
        booking::Booking,
        cart::CartResult,
        checkout::{Checkout, PaymentStarted},
        service::Service,
    },
    ids::BookingId,
    money::Money,
};
use traveloure_server::{
    app::{invariants, payouts as money_out},
    jobs::{Pace, run_due},
    testing::{Backend, Person},
};

const PACE: Pace = Pace {
    expire: Duration::from_secs(1),
    remind: Duration::from_secs(1),
    keep_events: TimeDelta::days(365),
};

pub const VISA: &str = "4242424242424242";

/// A provider, a traveler, and a walk that is booked by the day for 120 EUR.
pub struct Town {
    pub backend: Backend,
    pub ana: Person,
    pub ben: Person,
    pub walk: Service,
}

impl Town {
    pub async fn new() -> Self {
        Self::with(json!({})).await
    }

    pub async fn with(service: Value) -> Self {
        let backend = Backend::start_with_bank().await;
        let ana = backend.provider("Ana").await;
        let ben = backend.traveler("Ben").await;
        let walk = backend.service(&ana, service).await;
        Self { backend, ana, ben, walk }
    }

    pub fn wish(&self, date: &str) -> Value {
        json!({"booking_type": "instant", "service_id": self.walk.id, "date": date, "travelers": 2})
    }

    /// Puts these items through process-cart.
    pub async fn process(&self, items: &[Value]) -> CartResult {
        let body = json!({"items": items});
        self.backend.post(&self.ben, "/api/bookings/process-cart/", &body).await.ok()
    }

    /// Begins to pay.
    pub async fn start(&self, checkout: &Checkout, method: &str) -> PaymentStarted {
        let body = json!({"checkout_id": checkout.id, "method": method});
        self.backend.post(&self.ben, "/api/bookings/create-payment-intent/", &body).await.ok()
    }

    /// Books the walk on a date and pays for it in that way, the webhook included.
    pub async fn paid(&self, date: &str, method: &str) -> Checkout {
        let result = self.process(&[self.wish(date)]).await;
        let started = self.start(&result.payment_intent[0], method).await;
        self.pay(&started, VISA).await;
        self.backend.hear().await;
        self.checkout(&started.checkout).await
    }

    /// Types a card on the processor's page.
    pub async fn pay(&self, started: &PaymentStarted, card: &str) {
        let url = started.payment.as_ref().unwrap().url.clone().unwrap();
        let session = url.rsplit('/').find(|part| !part.is_empty()).unwrap().to_owned();
        self.backend.sandbox().pay(&session, card).await.unwrap();
    }

    pub async fn checkout(&self, checkout: &Checkout) -> Checkout {
        let path = format!("/api/checkouts/{}/", checkout.id);
        self.backend.get(&self.ben, &path).await.ok()
    }

    /// A booking as `who` sees it.
    pub async fn booking(&self, who: &Person, id: BookingId) -> Booking {
        self.backend.get(who, &format!("/api/bookings/{id}/")).await.ok()
    }

    /// It is that moment: whatever is due is done, twice, and what the processor has to tell is heard.
    pub async fn at(&self, moment: &str) {
        self.backend.clock.set(moment.parse().unwrap());
        for _ in 0..2 {
            run_due(&self.backend.context, PACE).await.unwrap();
            self.backend.hear().await;
        }
    }

    /// The provider finishes the processor's form.
    pub async fn onboard(&self) -> String {
        let onboarding =
            money_out::onboard(&self.backend.context, self.ana.provider()).await.unwrap();
        let account = onboarding.account.id.unwrap();
        self.backend.sandbox().onboard(&account, true).await.unwrap();
        self.backend.hear().await;
        account
    }

    /// The provider's payouts as (status, amount, transferred), the oldest first.
    pub async fn payouts(&self) -> Vec<(String, String, String)> {
        let mut owner = self.backend.owner().await;
        sqlx::query_as(
            "SELECT status, amount::numeric(9,2)::text, coalesce(transferred, 0)::numeric(9,2)::text
             FROM payouts ORDER BY due_at, id",
        )
        .fetch_all(&mut owner)
        .await
        .unwrap()
    }

    /// How many transfers the processor has made.
    pub async fn transfers(&self) -> i64 {
        let mut owner = self.backend.owner().await;
        sqlx::query_scalar("SELECT count(*) FROM sandbox.objects WHERE kind = 'transfer'")
            .fetch_one(&mut owner)
            .await
            .unwrap()
    }

    /// Every invariant holds.
    pub async fn holds(&self) {
        let broken = invariants::check(&self.backend.context).await.unwrap();
        assert!(broken.is_empty(), "{broken:?}");
    }

    /// What the processor holds for us, and what it has kept.
    pub async fn before_fees(&self) -> String {
        self.balances(&["processor_balance", "processor_fees"]).await
    }

    /// What an account of the ledger holds in EUR: what is owed and earned is negative.
    pub async fn balance(&self, account: &str) -> String {
        self.balances(&[account]).await
    }

    async fn balances(&self, accounts: &[&str]) -> String {
        let mut owner = self.backend.owner().await;
        let sum: rust_decimal::Decimal = sqlx::query_scalar(
            "SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE account = ANY ($1)",
        )
        .bind(accounts)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        sum.round_dp(2).to_string()
    }
}

pub fn eur(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}
