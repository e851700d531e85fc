//! What only a sandbox can do: fail on purpose, pay without a page, dispute, and more. Each is a method
//! of [`Sandbox`], and a route below `/control` that takes the secret key and JSON.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    Sandbox, api,
    call::{Call, Entry, Origin},
    cards::TestCard,
    deliver,
    faults::Fault,
    object::Kind,
    refusal::{Failure, Outcome, Place, Refusal},
    request::Request,
    resources::{
        accounts::{self, Onboarding},
        checkout, disputes, payment_intents, payment_methods,
        payments::Attempted,
        setup_intents,
    },
    store::{deliveries, forgetting},
};

/// Why a control did nothing.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The sandbox refuses; the message is what Stripe would say.
    #[error("the sandbox refused: {0}")]
    Refused(String),
    #[error("the database of the sandbox failed: {0}")]
    Database(#[source] sqlx::Error),
}

impl From<Failure> for ControlError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal.message().to_owned()),
            Failure::Database(error) => Self::Database(error),
        }
    }
}

/// Where a person is after a step on the pay page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum PageStep {
    /// The checkout is complete: paid, or the card is saved.
    Complete,
    /// The bank asks the cardholder.
    AsksCardholder,
    /// The card was declined; another may be tried.
    Declined { message: String },
}

impl From<Attempted> for PageStep {
    fn from(attempted: Attempted) -> Self {
        match attempted {
            Attempted::Paid => Self::Complete,
            Attempted::AsksCardholder => Self::AsksCardholder,
            Attempted::Declined(why) => Self::Declined { message: why.message.to_owned() },
        }
    }
}

/// How many deliveries of events are in which state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// To be sent, now or later.
    pub due: i64,
    pub delivered: i64,
    pub given_up: i64,
}

type Controlled<T> = Result<T, ControlError>;

impl Sandbox {
    fn own_origin(&self) -> Origin {
        Origin { base: self.0.public_url.clone().unwrap_or_default(), ..Origin::default() }
    }

    /// Does what a person does who types a card into a checkout's page; `card` is the number of a test
    /// card, or a name such as `pm_card_visa`.
    ///
    /// # Errors
    /// A card that is no test card; a checkout that is not open.
    pub async fn pay(&self, checkout: &str, card: &str) -> Controlled<PageStep> {
        let (checkout, card) = (checkout.to_owned(), test_card(card)?);
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move { checkout::pay(call, &checkout, card).await })
        });
        Ok(step.await?.1.into())
    }

    /// Does what a person does who is asked by their bank: on a checkout's page, or for a payment or
    /// setup intent that waits for it.
    ///
    /// # Errors
    /// Nothing of that id waits.
    pub async fn authenticate(&self, id: &str, passes: bool) -> Controlled<PageStep> {
        let id = id.to_owned();
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move { authenticated(call, &id, passes).await })
        });
        Ok(step.await?.into())
    }

    /// Does what a person does on the onboarding page of a connected account: finish, or leave a document
    /// out.
    ///
    /// # Errors
    /// There is no such account.
    pub async fn onboard(&self, account: &str, finishes: bool) -> Controlled<()> {
        let account = account.to_owned();
        let onboarding = if finishes { Onboarding::Finished } else { Onboarding::LacksDocument };
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move {
                let mut account = call.find_to_change(Kind::Account, &account, Place::Path).await?;
                accounts::onboard(call, &mut account, onboarding).await
            })
        });
        Ok(step.await?)
    }

    /// Does what a cardholder does who objects at their bank; returns the dispute's id.
    ///
    /// # Errors
    /// The charge is not there, or nothing is left of it to dispute.
    pub async fn open_dispute(&self, charge: &str, reason: &str) -> Controlled<String> {
        let (charge, reason) = (charge.to_owned(), reason.to_owned());
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move {
                let mut charge = call.find_to_change(Kind::Charge, &charge, Place::Path).await?;
                disputes::open(call, &mut charge, &reason).await
            })
        });
        Ok(step.await?.id)
    }

    /// Lets the bank decide a dispute.
    ///
    /// # Errors
    /// The dispute is not there, or decided.
    pub async fn end_dispute(&self, dispute: &str, is_won: bool) -> Controlled<()> {
        let dispute = dispute.to_owned();
        let verdict = if is_won { disputes::Verdict::Won } else { disputes::Verdict::Lost };
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move {
                let mut dispute = call.find_to_change(Kind::Dispute, &dispute, Place::Path).await?;
                disputes::end(call, &mut dispute, verdict).await
            })
        });
        Ok(step.await?)
    }

    /// Settles now every refund that is pending or about to fail; returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn settle_refunds(&self) -> Controlled<usize> {
        let far = self.now() + chrono::TimeDelta::days(1);
        deliver::settle(self, far).await.map_err(ControlError::Database)
    }

    /// Adds money to the balance of the platform (an empty `account`) or a connected account, or takes
    /// it away: minor units of a currency.
    ///
    /// # Errors
    /// The database's.
    pub async fn fund(&self, account: &str, amount: i64, currency: &str) -> Controlled<()> {
        let (account, currency) = (account.to_owned(), currency.to_lowercase());
        let step = self.transact(self.own_origin(), move |call| {
            Box::pin(async move {
                let source = call.id("tu_");
                let entry = Entry {
                    kind: if amount < 0 { "payout" } else { "topup" },
                    category: if amount < 0 { "payout" } else { "topup" },
                    amount,
                    fee: 0,
                    currency: &currency,
                    source: &source,
                    description: None,
                    is_taken: false,
                };
                call.book(&account, entry).await.map(drop)
            })
        });
        Ok(step.await?)
    }

    /// How many events wait, arrived, or were given up.
    ///
    /// # Errors
    /// The database's.
    pub async fn deliveries(&self) -> sqlx::Result<Delivered> {
        let mut db = self.0.pool.acquire().await?;
        let (due, delivered, given_up) = deliveries::count(&mut db).await?;
        Ok(Delivered { due, delivered, given_up })
    }

    /// Makes every event due now that waits or was given up; returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn hurry_deliveries(&self) -> sqlx::Result<u64> {
        let mut db = self.0.pool.acquire().await?;
        let hurried = deliveries::hurry(&mut db, self.now()).await?;
        self.0.told.notify_waiters();
        Ok(hurried)
    }

    /// Counts every event that waits as delivered, for whoever has asked after everything already; returns how many.
    ///
    /// # Errors
    /// The database's.
    pub async fn pass_over_deliveries(&self) -> sqlx::Result<u64> {
        let mut db = self.0.pool.acquire().await?;
        deliveries::pass_over(&mut db).await
    }

    /// Forgets everything but its keys: books, events, kept answers, faults.
    ///
    /// # Errors
    /// The database's.
    pub async fn forget_everything(&self) -> Controlled<()> {
        let step = self.transact(self.own_origin(), |call| {
            Box::pin(async move { Ok(forgetting::everything(call.db).await?) })
        });
        Ok(step.await?)
    }
}

fn test_card(card: &str) -> Result<&'static TestCard, ControlError> {
    TestCard::by_number(card)
        .or_else(|| TestCard::by_token(card))
        .ok_or_else(|| Failure::from(payment_methods::no_test_card()).into())
}

async fn authenticated(call: &mut Call<'_>, id: &str, passes: bool) -> Outcome<Attempted> {
    if id.starts_with(Kind::CheckoutSession.prefix()) {
        return Ok(checkout::authenticated(call, id, passes).await?.1);
    }
    let kind = if id.starts_with(Kind::SetupIntent.prefix()) {
        Kind::SetupIntent
    } else {
        Kind::PaymentIntent
    };
    let mut intent = call.find_to_change(kind, id, Place::Path).await?;
    if kind == Kind::SetupIntent {
        setup_intents::authenticated(call, &mut intent, passes).await
    } else {
        payment_intents::authenticated(call, &mut intent, passes).await
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pay {
    card: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authenticate {
    passes: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Onboard {
    finishes: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenDispute {
    charge: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndDispute {
    is_won: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fund {
    #[serde(default)]
    account: String,
    amount: i64,
    currency: String,
}

/// Answers a request below `/control`.
pub(super) async fn answer(sandbox: Sandbox, request: Request) -> Response {
    let outcome = match api::authorise(&sandbox, &request) {
        Ok(()) => control(&sandbox, &request).await,
        Err(refusal) => return refused(&refusal),
    };
    match outcome {
        Ok(doc) => Json(doc).into_response(),
        Err(ControlError::Refused(message)) => refused(&Refusal::state("", message)),
        Err(ControlError::Database(error)) => {
            tracing::error!(%error, "the database of the sandbox failed");
            refused(&Refusal::broken("The sandbox cannot use its database."))
        }
    }
}

fn refused(refusal: &Refusal) -> Response {
    let status = StatusCode::from_u16(refusal.status).unwrap_or_default();
    (status, Json(refusal.body())).into_response()
}

async fn control(sandbox: &Sandbox, request: &Request) -> Controlled<Value> {
    let path: Vec<&str> = request.path.iter().skip(1).map(String::as_str).collect();
    let database = ControlError::Database;
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["faults"]) => Ok(json!(sandbox.faults().await.map_err(database)?)),
        ("POST", ["faults"]) => {
            let fault: Fault = read(request)?;
            sandbox.add_fault(&fault).await.map_err(database)?;
            Ok(json!(sandbox.faults().await.map_err(database)?))
        }
        ("DELETE", ["faults"]) => {
            sandbox.clear_faults().await.map_err(database)?;
            Ok(json!([]))
        }
        ("POST", ["checkouts", id, "pay"]) => {
            let Pay { card } = read(request)?;
            Ok(json!(sandbox.pay(id, &card).await?))
        }
        ("POST", ["checkouts" | "intents", id, "authenticate"]) => {
            let Authenticate { passes } = read(request)?;
            Ok(json!(sandbox.authenticate(id, passes).await?))
        }
        ("POST", ["accounts", id, "onboard"]) => {
            let Onboard { finishes } = read(request)?;
            sandbox.onboard(id, finishes).await?;
            Ok(json!({}))
        }
        ("POST", ["disputes"]) => {
            let OpenDispute { charge, reason } = read(request)?;
            Ok(json!({"id": sandbox.open_dispute(&charge, &reason).await?}))
        }
        ("POST", ["disputes", id, "end"]) => {
            let EndDispute { is_won } = read(request)?;
            sandbox.end_dispute(id, is_won).await?;
            Ok(json!({}))
        }
        ("POST", ["refunds", "settle"]) => Ok(json!({"settled": sandbox.settle_refunds().await?})),
        ("POST", ["balance"]) => {
            let Fund { account, amount, currency } = read(request)?;
            sandbox.fund(&account, amount, &currency).await?;
            Ok(json!({}))
        }
        ("GET", ["deliveries"]) => Ok(json!(sandbox.deliveries().await.map_err(database)?)),
        ("POST", ["deliveries", "hurry"]) => {
            Ok(json!({"hurried": sandbox.hurry_deliveries().await.map_err(database)?}))
        }
        (method, path) => Err(ControlError::Refused(format!(
            "{method} /control/{} is nothing that the sandbox can do; see docs/SANDBOX.md",
            path.join("/")
        ))),
    }
}

fn read<T: DeserializeOwned>(request: &Request) -> Controlled<T> {
    serde_json::from_slice(request.body())
        .map_err(|error| ControlError::Refused(format!("the body does not fit: {error}")))
}
