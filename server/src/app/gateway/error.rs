//! Why the processor did not do as asked, sorted by what a use case does about it.

use std::time::Duration;

use super::IntentId;

/// Why the processor did not do as asked. Printed, each is a sentence for a person; none contains a
/// key or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The bank or the processor turned the card down; nothing was charged. `code` is
    /// `card_declined` (then `decline_code` says why: `insufficient_funds`, …),
    /// `authentication_required`, `expired_card`, …; `message` is written for the cardholder.
    #[error("The card was not charged. {message}")]
    Card {
        code: String,
        decline_code: Option<String>,
        message: String,
        /// The intent that failed, where one was made.
        intent: Option<IntentId>,
    },
    /// The processor does not take these parameters, or not in the state the object is in: a fault
    /// of ours. Nothing happened.
    #[error("The payment processor refused the request ({code}). Nothing was changed. {message}")]
    Refused { code: String, message: String },
    /// There is no such object, or not for our key.
    #[error("The payment processor does not know this object. Nothing was changed.")]
    NotFound,
    /// The idempotency key was used before with other parameters: a fault of ours. Nothing happened.
    #[error(
        "The payment processor has answered another request under this key. Nothing was changed."
    )]
    KeyReused,
    /// A request with this key, or one that holds the same object, is running at this moment. Ask
    /// again later, with the same key.
    #[error("The payment processor is still busy with this. It can be asked again in a moment.")]
    KeyInUse,
    /// It may have happened or not: the time ran out or the connection was lost behind the sending,
    /// or the processor failed. Look for it by its metadata.
    #[error(
        "The payment processor gave no usable answer ({because}). What became of it is looked up before \
         anything is tried again."
    )]
    Unknown {
        /// What was seen, for the operator.
        because: String,
        /// The processor's name for the request, for its support.
        request_id: Option<String>,
    },
    /// Certainly not sent: no address, no connection.
    #[error(
        "The payment processor cannot be reached ({because}). Nothing was sent; it can be tried again."
    )]
    Unreachable { because: String },
    /// We ask too often. Nothing happened.
    #[error(
        "The payment processor is asked too often. Nothing was changed; try again in a moment."
    )]
    RateLimited { retry_after: Option<Duration> },
    /// The key is wrong, withdrawn, or lacks a right: for the operator.
    #[error(
        "The payment processor does not accept this server's key. Nothing was changed; whoever runs \
         the server must check the setting stripe.api_key."
    )]
    Unauthorized,
}

impl GatewayError {
    /// Whether it is certain that nothing was changed. Only then may the next attempt take a new key
    /// without looking.
    #[must_use]
    pub const fn nothing_happened(&self) -> bool {
        match self {
            Self::Card { .. }
            | Self::Refused { .. }
            | Self::NotFound
            | Self::KeyReused
            | Self::Unreachable { .. }
            | Self::RateLimited { .. }
            | Self::Unauthorized => true,
            Self::Unknown { .. } | Self::KeyInUse => false,
        }
    }

    /// Whether the same request, with the same key, may end otherwise later without anybody changing
    /// anything.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::KeyInUse
                | Self::Unknown { .. }
                | Self::Unreachable { .. }
                | Self::RateLimited { .. }
        )
    }
}

/// Why a message is not taken for one of the processor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    #[error("the signature header is not of the form t=...,v1=...")]
    Malformed,
    #[error("no signature was made with a secret of this server")]
    Wrong,
    #[error("the signature is more than five minutes from now")]
    Stale,
    /// Signed, and yet no event: the processor changed its form, or the secret signs other things.
    #[error("the signed message is not an event")]
    NoEvent,
}
