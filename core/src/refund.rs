//! What happens to money that was to go back and did not arrive.

use chrono::TimeDelta;

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
