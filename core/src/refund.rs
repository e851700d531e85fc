//! Why money goes back, and what happens to what did not arrive.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RefundReason))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    Cancelled,
    /// It came after the place was given to somebody else.
    LatePayment,
    /// Somebody else took the place of a late cancellation.
    Resold,
    ByProvider,
    ByAdmin,
}

impl Reason {
    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::LatePayment => "late_payment",
            Self::Resold => "resold",
            Self::ByProvider => "by_provider",
            Self::ByAdmin => "by_admin",
        }
    }
}

/// The pauses before a refund that failed is made anew. A bank that turns it away does so for days, and a card that is
/// closed stays closed: after these somebody has to find another way, such as a bank transfer.
const RETRIES: [TimeDelta; 3] = [TimeDelta::hours(1), TimeDelta::days(1), TimeDelta::days(3)];

/// After how long a refund is made anew of which so many have failed; none: it waits for an operator.
#[must_use]
pub fn retry_after(failed: u32) -> Option<TimeDelta> {
    let place = usize::try_from(failed.checked_sub(1)?).ok()?;
    RETRIES.get(place).copied()
}

/// Why a refund did not arrive, in words, with the processor's code behind them: `reason` is what Stripe gives as the
/// `failure_reason` of a refund. A reason of several words is said as it is.
#[must_use]
pub fn why_failed(reason: &str) -> String {
    let words = match reason {
        "lost_or_stolen_card" => "the card was reported lost or stolen",
        "expired_or_canceled_card" => "the card has expired or was cancelled",
        "declined" => "the bank turned it down",
        "insufficient_funds" => "there was too little money with the processor",
        "charge_for_pending_refund_disputed" => "the payment was disputed meanwhile",
        "merchant_request" => "it was stopped at the processor",
        "unknown" | "" => return "the processor does not say why".to_owned(),
        _ if reason.contains(char::is_whitespace) => return reason.to_owned(),
        code => return format!("the processor says {} ({code})", code.replace('_', " ")),
    };
    format!("{words} ({reason})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_said_in_words_with_its_code_behind() {
        for (reason, said) in [
            (
                "expired_or_canceled_card",
                "the card has expired or was cancelled (expired_or_canceled_card)",
            ),
            ("unknown", "the processor does not say why"),
            ("odd_new_code", "the processor says odd new code (odd_new_code)"),
            ("It cannot be reached.", "It cannot be reached."),
        ] {
            assert_eq!(why_failed(reason), said);
        }
    }

    #[test]
    fn a_refund_is_made_anew_three_times_and_then_waits() {
        let pauses: Vec<_> =
            (0..6).map(|failed| retry_after(failed).map(|pause| pause.num_hours())).collect();
        assert_eq!(pauses, [None, Some(1), Some(24), Some(72), None, None]);
    }
}
