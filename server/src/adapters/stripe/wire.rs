//! What Stripe's answers have in common: references, instants, lists, and what is wrong with them.

use chrono::{DateTime, Utc};
use serde::Deserialize;

/// What in an answer is not as Stripe documents it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) String);

/// Another object: its id, or all of it where we asked for it to be expanded.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Expandable<T> {
    Id(String),
    Object(T),
}

/// An object of which only the id counts.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: String,
}

/// Another object, of which only the id counts.
pub(super) type Reference = Expandable<Named>;

impl Reference {
    pub(super) fn into_id<I: From<String>>(self) -> I {
        match self {
            Self::Id(id) | Self::Object(Named { id }) => id.into(),
        }
    }
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

/// Stripe's instants are seconds since 1970.
pub(super) fn instant(seconds: i64) -> Result<DateTime<Utc>, Malformed> {
    DateTime::from_timestamp(seconds, 0)
        .ok_or_else(|| Malformed(format!("{seconds} is no instant")))
}

/// A word that the pinned version does not have.
pub(super) fn unexpected(what: &str, word: &str) -> Malformed {
    Malformed(format!("{word:.40?} is no {what}"))
}
