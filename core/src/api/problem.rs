//! Errors on the wire: RFC 9457 problem details. A client decides by [`Code`] alone.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:tt, $status:literal, $title:literal;)+) => {
        /// Every way in which the API refuses. The text is stable; `title` and `detail` may change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)+
        }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code's text on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// A short summary, the same for every occurrence.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

codes! {
    /// The body is no JSON, or not of the documented form.
    MalformedBody = "malformed_body", 400, "The body could not be read";
    /// A message that the payment processor did not sign, or not lately.
    WrongSignature = "wrong_signature", 400, "The signature is wrong";
    /// A query parameter or header is not of the documented form.
    MalformedParameter = "malformed_parameter", 400, "A parameter could not be read";
    /// No token, or one that is unknown, expired or revoked.
    NotSignedIn = "not_signed_in", 401, "Sign in first";
    /// E-mail and password do not match an account.
    WrongCredentials = "wrong_credentials", 401, "E-mail or password is wrong";
    /// The bank turned the card down.
    CardDeclined = "card_declined", 402, "The card was declined";
    /// The account does not hold the role that the route needs.
    RoleRequired = "role_required", 403, "This needs another role";
    /// Unknown, or someone else's.
    NotFound = "not_found", 404, "Not found";
    MethodNotAllowed = "method_not_allowed", 405, "The method is not allowed here";
    /// The account exists already.
    EmailTaken = "email_taken", 409, "There is an account with this e-mail";
    /// The account already has a provider.
    AlreadyProvider = "already_provider", 409, "You are a provider already";
    /// Nothing of what was asked for is left at that time.
    SlotTaken = "slot_taken", 409, "The slot is taken";
    /// The provider's rules do not offer that time; ask with `over_rules` to accept all the same.
    NotOffered = "not_offered", 409, "Not offered at that time";
    /// The other side has to answer first.
    NotYourTurn = "not_your_turn", 409, "It is the other side's turn";
    /// Somebody was faster, or it was answered on another screen.
    AlreadyAnswered = "already_answered", 409, "Already answered";
    /// The time to answer has ended.
    RequestExpired = "request_expired", 409, "The request has expired";
    TooManyRounds = "too_many_rounds", 409, "No more rounds";
    /// A quote-based request without a price cannot be accepted.
    PriceRequired = "price_required", 409, "There is no price yet";
    /// Nobody books their own service.
    OwnService = "own_service", 409, "This is your own service";
    /// The provider wants a request, or makes an offer for each.
    AskFirst = "ask_first", 409, "Ask its provider first";
    /// The price is another by now.
    PriceChanged = "price_changed", 409, "The price has changed";
    /// Nothing of it waits to be paid.
    NothingDue = "nothing_due", 409, "Nothing is due";
    /// The processor is still busy with a payment for the same.
    PaymentRunning = "payment_running", 409, "A payment is under way";
    /// The booking cannot be paid in that way.
    MethodNotOffered = "method_not_offered", 409, "It cannot be paid that way";
    /// The booking is over, cancelled or refunded already.
    NotCancellable = "not_cancellable", 409, "It cannot be cancelled any more";
    /// Another amount would come back by now.
    RefundChanged = "refund_changed", 409, "Another amount would come back";
    /// More than was paid and has not come back.
    RefundTooLarge = "refund_too_large", 409, "More than was paid";
    /// Something else still relies on it as it is.
    InUse = "in_use", 409, "Still in use";
    /// The same `Idempotency-Key` is being worked on right now.
    StillRunning = "still_running", 409, "The same request is still running";
    /// The row changed since it was read; fetch it again.
    VersionMismatch = "version_mismatch", 412, "Changed in the meantime";
    BodyTooLarge = "body_too_large", 413, "The body is too large";
    UnsupportedMediaType = "unsupported_media_type", 415, "Send application/json";
    /// A field is refused; `fields` says which and why.
    Invalid = "invalid", 422, "Some fields need another value";
    /// The `Idempotency-Key` was used for another request.
    KeyReused = "key_reused", 422, "The key belongs to another request";
    /// The service is priced in another currency.
    CurrencyMismatch = "currency_mismatch", 422, "Another currency";
    /// Send `If-Match` with the version that was read.
    PreconditionRequired = "precondition_required", 428, "If-Match is missing";
    /// Send an `Idempotency-Key`.
    KeyRequired = "key_required", 400, "Idempotency-Key is missing";
    RateLimited = "rate_limited", 429, "Too many requests";
    /// A fault of the server; nothing was changed. `request_id` finds it in the log.
    Internal = "internal", 500, "Something went wrong on the server";
    /// The payment processor is out of reach, or none is configured. What was intended is kept.
    ProcessorUnavailable = "processor_unavailable", 503, "The payment processor cannot be reached";
    /// The database or another part is out of reach; nothing was changed.
    Unavailable = "unavailable", 503, "The service is not available right now";
    /// The request took too long and was given up; ask whether it took effect, or repeat it with the same key.
    TimedOut = "timed_out", 504, "The request took too long";
}

/// A problem document, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    pub type_uri: String,
    pub title: String,
    pub status: u16,
    pub code: Code,
    /// What happened, what was kept, what to do next.
    pub detail: String,
    /// Finds the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The fields that were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<crate::field::FieldError>,
    /// The row's present version, with `version_mismatch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    /// How many are left, with `slot_taken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
}

impl Problem {
    #[must_use]
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            type_uri: format!("/problems/{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: detail.into(),
            request_id: None,
            fields: Vec::new(),
            current_version: None,
            left: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back_and_are_errors() {
        for code in Code::ALL {
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
            assert_eq!(serde_json::from_str::<Code>(&json).unwrap(), *code);
            assert!((400..600).contains(&code.status()));
        }
    }
}
