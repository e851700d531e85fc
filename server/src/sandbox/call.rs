//! The transaction that an operation works in.
//!
//! It runs in a task that a client who goes away cannot cancel: a cancelled `begin` can hand a
//! connection back to the pool inside a transaction (sqlx issue 4393).

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    API_VERSION, Sandbox,
    faults::{Effect, strike_events},
    object::{Kind, Object, fields},
    refusal::{Effects, Failure, Outcome, Place, Refusal},
    store::{balances, deliveries, endpoints, events, objects},
};

/// Who asks, and what events say about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// The connected account that is acted for; empty for the platform.
    pub(super) account: String,
    /// Where pages are.
    pub(super) base: String,
    pub(super) request_id: Option<String>,
    pub(super) key: Option<String>,
}

/// The inside of one transaction.
pub(super) struct Call<'t> {
    pub(super) db: &'t mut PgConnection,
    pub(super) sandbox: &'t Sandbox,
    /// One moment for the whole transaction.
    pub(super) now: DateTime<Utc>,
    pub(super) origin: &'t Origin,
    /// What is to be sent when it is over.
    pub(super) told: &'t mut Told,
}

/// Events of a transaction that are in the books and not yet on their way, the first one first.
#[derive(Debug, Default)]
pub(super) struct Told(Vec<Event>);

#[derive(Debug)]
struct Event {
    id: String,
    kind: String,
    heard_by: Vec<String>,
}

impl Told {
    /// Puts them on their way, and lets the faults befall them that are switched on. The last thing that a transaction
    /// does.
    pub(super) async fn send(
        self,
        db: &mut PgConnection,
        sandbox: &Sandbox,
        now: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let kinds: Vec<&str> = self.0.iter().map(|event| event.kind.as_str()).collect();
        let effects = strike_events(db, sandbox, &kinds).await?;
        for (event, effects) in self.0.iter().zip(effects) {
            let (mut copies, mut due_at, mut lose) = (1, now, 0);
            for (effect, amount) in effects {
                match effect {
                    Effect::Duplicate => copies += amount.clamp(0, 100),
                    Effect::Drop => lose = i32::try_from(amount).unwrap_or(i32::MAX),
                    Effect::Delay => due_at += TimeDelta::milliseconds(amount),
                    Effect::Shuffle => {
                        let random = i64::from(u32::from_be_bytes(sandbox.0.entropy.bytes()));
                        due_at += TimeDelta::milliseconds(random % amount.max(1));
                    }
                    _ => {}
                }
            }
            for endpoint in &event.heard_by {
                for _ in 0..copies {
                    deliveries::insert(db, &event.id, endpoint, due_at, lose).await?;
                }
            }
        }
        Ok(())
    }
}

impl Call<'_> {
    /// The same transaction, acting for somebody else.
    pub(super) fn reborrow<'a>(&'a mut self, origin: &'a Origin) -> Call<'a> {
        let Self { db, sandbox, now, told, .. } = self;
        Call { db, sandbox, now: *now, origin, told }
    }

    pub(super) fn timestamp(&self) -> i64 {
        self.now.timestamp()
    }

    /// A new id behind a prefix.
    pub(super) fn id(&self, prefix: &str) -> String {
        format!("{prefix}{}", self.sandbox.letters(24))
    }

    /// A new object of the account that is acted for, which is in no book yet.
    pub(super) fn make(&self, kind: Kind, doc: Value) -> Object {
        self.make_for(&self.origin.account, kind, doc)
    }

    pub(super) fn make_for(&self, account: &str, kind: Kind, doc: Value) -> Object {
        let mut object = Object {
            id: self.id(kind.prefix()),
            kind,
            account: account.to_owned(),
            created: self.timestamp(),
            doc: fields(doc),
            hidden: fields(json!({})),
        };
        let id = object.id.clone();
        object.set("id", id);
        object.set("object", kind.as_str());
        object.set("created", object.created);
        object.set("livemode", false);
        object
    }

    pub(super) async fn insert(&mut self, object: &Object) -> Outcome<()> {
        Ok(objects::insert(self.db, object).await?)
    }

    pub(super) async fn save(&mut self, object: &Object) -> Outcome<()> {
        Ok(objects::save(self.db, object).await?)
    }

    /// # Errors
    /// There is none of that kind and id, or it is another account's.
    pub(super) async fn find(&mut self, kind: Kind, id: &str, place: Place<'_>) -> Outcome<Object> {
        let found = objects::find(self.db, &self.origin.account, id).await?;
        expect(found, kind, id, place)
    }

    /// The same, and nobody else changes it until the end of the transaction. Locks are taken in this
    /// order: checkout, intent, payment method; or transfer; or charge, refund, dispute. Balances come behind
    /// them, and faults last.
    pub(super) async fn find_to_change(
        &mut self,
        kind: Kind,
        id: &str,
        place: Place<'_>,
    ) -> Outcome<Object> {
        let found = objects::lock(self.db, &self.origin.account, id).await?;
        expect(found, kind, id, place)
    }

    /// Appends an event about an object, to be delivered behind the commit.
    pub(super) async fn tell(&mut self, kind: &str, object: &Object) -> Outcome<()> {
        let account = object.account.clone();
        self.tell_of(kind, object, &account).await
    }

    /// The same as an event of a connected account, whoever keeps the object.
    pub(super) async fn tell_of(
        &mut self,
        kind: &str,
        object: &Object,
        account: &str,
    ) -> Outcome<()> {
        let id = self.id("evt_");
        let heard_by = endpoints::hearing(self.db, !account.is_empty(), kind).await?;
        let mut event = json!({
            "id": id, "object": "event", "api_version": API_VERSION, "created": self.timestamp(),
            "data": {"object": object.shown()}, "livemode": false, "pending_webhooks": heard_by.len(),
            "request": {"id": self.origin.request_id, "idempotency_key": self.origin.key},
            "type": kind,
        });
        if !account.is_empty() {
            event["account"] = account.into();
        }
        events::insert(self.db, &id, account, kind, self.timestamp(), &event).await?;
        self.told.0.push(Event { id, kind: kind.to_owned(), heard_by });
        Ok(())
    }

    /// Enters what moved an account's balance; `amount` and `fee` in minor units, `amount` negative
    /// where money left. The balance itself must be moved beside it where it may not fall below zero.
    pub(super) async fn book(&mut self, account: &str, entry: Entry<'_>) -> Outcome<Object> {
        let net = entry.amount - entry.fee;
        let object = self.make_for(
            account,
            Kind::BalanceTransaction,
            json!({
                "amount": entry.amount, "fee": entry.fee, "net": net, "currency": entry.currency,
                "type": entry.kind, "reporting_category": entry.category, "source": entry.source,
                "description": entry.description, "status": "available", "balance_type": "payments",
                "available_on": self.timestamp(), "exchange_rate": null,
                "fee_details": if entry.fee == 0 { json!([]) } else { json!([{
                    "amount": entry.fee, "application": null, "currency": entry.currency,
                    "description": "Processing fee of the sandbox", "type": "stripe_fee",
                }]) },
            }),
        );
        self.insert(&object).await?;
        if !entry.is_taken {
            balances::add(self.db, account, entry.currency, net).await?;
        }
        Ok(object)
    }
}

fn expect(found: Option<Object>, kind: Kind, id: &str, place: Place<'_>) -> Outcome<Object> {
    match found {
        Some(object) if object.kind == kind => Ok(object),
        _ => Err(Refusal::missing(kind.as_str(), id, place).into()),
    }
}

/// What moved a balance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Stripe's `type`: `charge`, `refund`, `transfer`, …
    pub(super) kind: &'a str,
    pub(super) category: &'a str,
    pub(super) amount: i64,
    pub(super) fee: i64,
    pub(super) currency: &'a str,
    pub(super) source: &'a str,
    pub(super) description: Option<&'a str>,
    /// The balance has been moved already, by a check that there was enough.
    pub(super) is_taken: bool,
}

impl Sandbox {
    /// Runs `step` in one transaction and commits it; a refusal undoes it, unless its effects are kept.
    pub(super) async fn transact<T, F>(&self, origin: Origin, step: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: for<'c, 't> FnOnce(&'c mut Call<'t>) -> BoxFuture<'c, Outcome<T>> + Send + 'static,
    {
        let sandbox = self.clone();
        let work = async move { once(&sandbox, &origin, step).await };
        tokio::spawn(work).await.unwrap_or_else(|error| {
            tracing::error!(%error, "the sandbox broke off");
            Err(Refusal::broken("The sandbox broke off. Nothing was changed.").into())
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn once<T, F>(sandbox: &Sandbox, origin: &Origin, step: F) -> Outcome<T>
where
    F: for<'c, 't> FnOnce(&'c mut Call<'t>) -> BoxFuture<'c, Outcome<T>> + Send,
{
    let mut tx = sandbox.0.pool.begin().await?;
    let (now, mut told) = (sandbox.now(), Told::default());
    let mut call = Call { db: &mut tx, sandbox, now, origin, told: &mut told };
    let outcome = step(&mut call).await;
    if outcome.is_ok() || matches!(&outcome, Err(Failure::Refused(r)) if r.effects == Effects::Kept)
    {
        told.send(&mut tx, sandbox, now).await?;
        tx.commit().await?;
        sandbox.0.told.notify_waiters();
    } else {
        tx.rollback().await?;
    }
    outcome
}
