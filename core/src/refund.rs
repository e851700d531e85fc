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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_is_made_anew_three_times_and_then_waits() {
        let pauses: Vec<_> =
            (0..6).map(|failed| retry_after(failed).map(|pause| pause.num_hours())).collect();
        assert_eq!(pauses, [None, Some(1), Some(24), Some(72), None, None]);
    }
}
