//! Why a request was not answered as asked, in the form of Stripe's errors.

use serde_json::{Map, Value, json};

use super::object::Object;

/// What a step of the sandbox gives.
pub(super) type Outcome<T = Value> = Result<T, Failure>;

/// Why a step did not give what was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    Refused(Box<Refusal>),
    /// The database failed; nothing was changed.
    Database(sqlx::Error),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What becomes of the work of a request that is refused, and of its idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effects {
    /// It never began: nothing is kept and the key is as good as new.
    NeverBegan,
    /// Its work is undone, and the refusal is what its key replays.
    Undone,
    /// Its work stands, as that of a declined charge does, and the refusal is what its key replays.
    Kept,
}

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) effects: Effects,
    error: Map<String, Value>,
}

impl Refusal {
    fn new(status: u16, kind: &str, effects: Effects, message: impl Into<String>) -> Self {
        let mut error = Map::new();
        error.insert("type".to_owned(), kind.into());
        error.insert("message".to_owned(), message.into().into());
        Self { status, effects, error }
    }

    /// A parameter that does not fit.
    pub(super) fn parameter(param: &str, code: &str, message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", Effects::NeverBegan, message)
            .with("param", param)
            .with("code", code)
    }

    /// What is asked for cannot be done with the object as it is.
    pub(super) fn state(code: &str, message: impl Into<String>) -> Self {
        let refusal = Self::new(400, "invalid_request_error", Effects::Undone, message);
        if code.is_empty() { refusal } else { refusal.with("code", code) }
    }

    /// A card that was not charged or not saved.
    pub(super) fn card(code: &str, decline_code: Option<&str>, message: &str) -> Self {
        let refusal = Self::new(402, "card_error", Effects::Kept, message).with("code", code);
        match decline_code {
            Some(reason) => refusal.with("decline_code", reason),
            None => refusal,
        }
    }

    /// An id, in the path or in a parameter, that is nobody's.
    pub(super) fn missing(noun: &str, id: &str, place: Place<'_>) -> Self {
        let (status, param) = match place {
            Place::Path => (404, "id"),
            Place::Param(param) => (400, param),
        };
        let message = format!("No such {noun}: '{id}'");
        Self::new(status, "invalid_request_error", Effects::Undone, message)
            .with("code", "resource_missing")
            .with("param", param)
    }

    pub(super) fn no_such_route(method: &str, path: &str) -> Self {
        let message = format!(
            "Unrecognized request URL ({method}: {path}). The sandbox does what docs/SANDBOX.md lists."
        );
        Self::new(404, "invalid_request_error", Effects::NeverBegan, message)
    }

    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", Effects::NeverBegan, message)
    }

    pub(super) fn foreign_account(account: &str) -> Self {
        let message = format!(
            "The provided key does not have access to account '{account}' (or that account does not \
             exist). Application access may have been revoked."
        );
        Self::new(403, "invalid_request_error", Effects::NeverBegan, message)
            .with("code", "account_invalid")
    }

    /// The key stands for another request.
    pub(super) fn key_reused(key: &str, why: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used {why}. Try using a key other than '{key}' if \
             you meant to execute a different request."
        );
        Self::new(400, "idempotency_error", Effects::NeverBegan, message)
    }

    pub(super) fn key_in_use(key: &str) -> Self {
        let message = format!(
            "There is currently another in-progress request using this idempotency key ({key}). Please \
             try again later."
        );
        Self::new(409, "idempotency_error", Effects::NeverBegan, message)
            .with("code", "idempotency_key_in_use")
    }

    pub(super) fn rate_limited() -> Self {
        let message = "Request rate limit exceeded.";
        Self::new(429, "invalid_request_error", Effects::NeverBegan, message)
            .with("code", "rate_limit")
    }

    pub(super) fn broken(message: &str) -> Self {
        Self::new(500, "api_error", Effects::NeverBegan, message)
    }

    pub(super) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.error.insert(field.to_owned(), value.into());
        self
    }

    /// Shows the object that it is about, as `payment_intent` or whatever its kind is called.
    pub(super) fn about(self, object: &Object) -> Self {
        self.with(object.kind.as_str(), object.shown())
    }

    pub(super) fn message(&self) -> &str {
        self.error.get("message").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn body(&self) -> Value {
        json!({ "error": self.error })
    }
}

/// Where an id stood that is nobody's: in a path that is 404, in a parameter 400.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place<'a> {
    Path,
    Param(&'a str),
}
