//! A request of the API, from its key to its answer.

use std::time::Duration;

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{Acquire, PgConnection};
use subtle::ConstantTimeEq;
use tokio::time::sleep;

use super::{
    API_VERSION, Sandbox,
    call::{Call, Origin, Told},
    expand::expand,
    faults::Effect,
    object::Kind,
    params::Params,
    refusal::{Effects, Failure, Outcome, Refusal},
    request::Request,
    routes,
    store::{
        idempotency::{self, Stored},
        objects,
    },
};

/// No fault holds a connection for longer, in milliseconds.
const LONGEST_HOLD: i64 = 120_000;
const LONGEST_KEY: usize = 255;

/// An answer, or what becomes of the connection instead.
enum Answer {
    Given {
        status: u16,
        body: String,
        replayed: Option<String>,
    },
    /// The connection ends without one.
    Lost,
}

impl Answer {
    fn refused(refusal: &Refusal) -> Self {
        Self::Given { status: refusal.status, body: refusal.body().to_string(), replayed: None }
    }
}

/// Answers a request of the API.
pub(super) async fn answer(sandbox: Sandbox, request: Request) -> Response {
    let request_id = format!("req_{}", sandbox.letters(14));
    let key = request.header("idempotency-key").map(ToOwned::to_owned);
    let version = request.header("stripe-version").unwrap_or(API_VERSION).to_owned();
    let id = request_id.clone();
    // A client that goes away stops waiting, not the work.
    let answered = tokio::spawn(async move { answer_or_fail(&sandbox, &request, id).await }).await;
    let answer = answered.unwrap_or_else(|error| {
        tracing::error!(%error, "the sandbox broke off");
        Answer::refused(&Refusal::broken("The sandbox broke off. Nothing was changed."))
    });
    respond(answer, &request_id, key.as_deref(), &version)
}

fn respond(answer: Answer, request_id: &str, key: Option<&str>, version: &str) -> Response {
    let Answer::Given { status, body, replayed } = answer else {
        let lost = futures_util::stream::once(async {
            Err::<Vec<u8>, _>(std::io::Error::other("the answer is lost on purpose"))
        });
        return Response::new(Body::from_stream(lost));
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE.as_str(), "application/json");
    set("request-id", request_id);
    set("stripe-version", version);
    if let Some(key) = key {
        set("idempotency-key", key);
    }
    if let Some(original) = replayed {
        set("idempotent-replayed", "true");
        set("original-request", &original);
    }
    if matches!(status, 409 | 429) {
        set("stripe-should-retry", "true");
    }
    response
}

async fn answer_or_fail(sandbox: &Sandbox, request: &Request, request_id: String) -> Answer {
    match befall(sandbox, request, request_id).await {
        Ok(answer) => answer,
        Err(Failure::Refused(refusal)) => Answer::refused(&refusal),
        Err(Failure::Database(error)) => {
            let code = error.as_database_error().and_then(|error| error.code().map(String::from));
            // A deadlock was broken, or a lock not had: Stripe asks for patience then.
            if matches!(code.as_deref(), Some("40P01" | "55P03")) {
                return Answer::refused(&Refusal::rate_limited().with("code", "lock_timeout"));
            }
            tracing::error!(%error, "the database of the sandbox failed");
            let message = "The sandbox cannot use its database. Nothing was changed.";
            Answer::refused(&Refusal::broken(message))
        }
    }
}

/// The request, and the fault that befalls it.
async fn befall(sandbox: &Sandbox, request: &Request, request_id: String) -> Outcome<Answer> {
    authorise(sandbox, request)?;
    let path = request.path.join("/");
    let fault = sandbox.strike_request(&format!("{} /{path}", request.method)).await?;
    let hold =
        |amount: i64| sleep(Duration::from_millis(amount.clamp(0, LONGEST_HOLD).unsigned_abs()));
    match fault {
        Some((Effect::FailBefore, _)) => {
            return Err(Refusal::broken("An unexpected error occurred.").into());
        }
        Some((Effect::RateLimit, _)) => return Err(Refusal::rate_limited().into()),
        Some((Effect::Hang, amount)) => {
            hold(amount).await;
            return Ok(Answer::Lost);
        }
        Some((Effect::Late, amount)) => hold(amount).await,
        _ => {}
    }
    let fails = matches!(fault, Some((Effect::FailAfter, _)));
    let answer = work(sandbox, request, request_id, fails).await?;
    if let Some((Effect::LoseAnswer, amount)) = fault {
        hold(amount).await;
        return Ok(Answer::Lost);
    }
    Ok(answer)
}

/// Does the work, or finds what was answered to it before. With `fails` its answer becomes a 500.
#[expect(clippy::disallowed_methods, reason = "this runs in a task that nobody cancels")]
async fn work(
    sandbox: &Sandbox,
    request: &Request,
    request_id: String,
    fails: bool,
) -> Outcome<Answer> {
    let now = sandbox.now();
    let key = if request.method == Method::POST { idempotency_key(request)? } else { None };
    let mut pairs = request.form();
    let mut params = Params::parse(&pairs)?;
    let expands = params.texts("expand")?;
    let account = request.header("stripe-account").unwrap_or_default().to_owned();
    let origin = Origin {
        account,
        base: request.base.clone(),
        request_id: Some(request_id),
        key: key.clone(),
    };
    let path = format!("/{}", request.path.join("/"));
    pairs.sort();
    let fingerprint = Sha256::digest(serde_json::to_vec(&pairs).unwrap_or_default()).to_vec();

    let asked = Asked { sandbox, request, origin: &origin, key: key.as_deref(), path, fingerprint };
    let mut tx = sandbox.0.pool.begin().await?;
    let outcome = asked.answer(&mut tx, params, &expands, fails, now).await;
    // The end is waited for, so that the key is free by the time the client has the answer.
    if outcome.is_ok() {
        tx.commit().await?;
        sandbox.0.told.notify_waiters();
    } else {
        tx.rollback().await?;
    }
    outcome
}

/// What is asked, and under which key.
struct Asked<'a> {
    sandbox: &'a Sandbox,
    request: &'a Request,
    origin: &'a Origin,
    key: Option<&'a str>,
    path: String,
    fingerprint: Vec<u8>,
}

impl Asked<'_> {
    async fn answer(
        self,
        db: &mut PgConnection,
        params: Params,
        expands: &[String],
        fails: bool,
        now: DateTime<Utc>,
    ) -> Outcome<Answer> {
        let Self { sandbox, request, origin, key, path, fingerprint } = self;
        if let Some(key) = key {
            if !idempotency::claim(db, &origin.account, key).await? {
                return Err(Refusal::key_in_use(key).into());
            }
            let stored = idempotency::find(db, &origin.account, key, now.timestamp()).await?;
            if let Some(stored) = stored {
                return replay(key, &path, &fingerprint, stored);
            }
        }
        // What the operation did is undone by the savepoint if it is refused; the refusal is kept.
        let mut inner = db.begin().await?;
        let mut told = Told::default();
        let mut call = Call { db: &mut inner, sandbox, now, origin, told: &mut told };
        let outcome = operate(&mut call, request, params, expands).await;
        let (status, body, effects) = match outcome {
            Ok(doc) => (200, doc, Effects::Kept),
            Err(Failure::Refused(refusal)) => (refusal.status, refusal.body(), refusal.effects),
            Err(failure) => return Err(failure),
        };
        match effects {
            Effects::Kept => {
                told.send(&mut inner, sandbox, now).await?;
                inner.commit().await?;
            }
            Effects::Undone | Effects::NeverBegan => inner.rollback().await?,
        }
        let fails = fails && effects != Effects::NeverBegan;
        let (status, body) = if fails {
            (500, Refusal::broken("An unexpected error occurred.").body())
        } else {
            (status, body)
        };
        let body = body.to_string();
        if let Some(key) = key.filter(|_| effects != Effects::NeverBegan) {
            let request_id = origin.request_id.clone().unwrap_or_default();
            let stored =
                Stored { path, fingerprint, status: status.into(), body: body.clone(), request_id };
            idempotency::keep(db, &origin.account, key, &stored, now.timestamp()).await?;
        }
        Ok(Answer::Given { status, body, replayed: None })
    }
}

async fn operate(
    call: &mut Call<'_>,
    request: &Request,
    params: Params,
    expands: &[String],
) -> Outcome<Value> {
    let account = &call.origin.account;
    if !account.is_empty() {
        let found = objects::find(call.db, "", account).await?;
        if found.is_none_or(|found| found.kind != Kind::Account) {
            return Err(Refusal::foreign_account(account).into());
        }
    }
    let path: Vec<&str> = request.path.iter().skip(1).map(String::as_str).collect();
    let mut doc = routes::operate(call, &request.method, &path, params).await?;
    expand(call, &mut doc, expands).await?;
    Ok(doc)
}

fn replay(key: &str, path: &str, fingerprint: &[u8], stored: Stored) -> Outcome<Answer> {
    if stored.path != path {
        let why = format!(
            "for the same endpoint they were first used for ('{path}' vs '{}')",
            stored.path
        );
        return Err(Refusal::key_reused(key, &why).into());
    }
    if stored.fingerprint != fingerprint {
        let why = "with the same parameters they were first used with";
        return Err(Refusal::key_reused(key, why).into());
    }
    Ok(Answer::Given {
        status: u16::try_from(stored.status).unwrap_or(500),
        body: stored.body,
        replayed: Some(stored.request_id),
    })
}

fn idempotency_key(request: &Request) -> Result<Option<String>, Refusal> {
    let Some(key) = request.header("idempotency-key") else { return Ok(None) };
    if key.is_empty() || key.len() > LONGEST_KEY {
        let message = "Idempotency keys have 1 to 255 characters.";
        return Err(Refusal::state("", message).with("type", "idempotency_error"));
    }
    Ok(Some(key.to_owned()))
}

/// # Errors
/// 401 without the sandbox's own secret key.
pub(super) fn authorise(sandbox: &Sandbox, request: &Request) -> Result<(), Refusal> {
    let Some(given) = request.header(header::AUTHORIZATION.as_str()).and_then(secret_key) else {
        return Err(Refusal::unauthorized(
            "You did not provide an API key. You need to provide your API key in the Authorization \
             header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
        ));
    };
    let is_ours = given.as_bytes().ct_eq(sandbox.settings().api_key.as_bytes());
    if is_ours.into() {
        return Ok(());
    }
    let end: String = given.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    Err(Refusal::unauthorized(format!("Invalid API Key provided: ****{end}")))
}

/// The key of `Bearer KEY`, or the user of `Basic`.
fn secret_key(authorization: &str) -> Option<String> {
    let (scheme, rest) = authorization.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(rest.trim()).ok()?).ok()?;
    Some(decoded.split(':').next().unwrap_or_default().to_owned())
}
