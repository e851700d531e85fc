//! A sign that something takes longer. It appears late, so that what is quick does not flicker.

use chrono::{DateTime, TimeDelta, Utc};

use crate::tui::theme::Symbols;

const PATIENCE: TimeDelta = TimeDelta::milliseconds(250);
const STEP: TimeDelta = TimeDelta::milliseconds(150);

/// The sign for something begun at `since`; none while it may still be quick.
#[must_use]
pub fn frame(since: DateTime<Utc>, now: DateTime<Utc>, symbols: &Symbols) -> Option<&'static str> {
    let waited = now - since - PATIENCE;
    if waited < TimeDelta::zero() || symbols.spinner.is_empty() {
        return None;
    }
    let step = usize::try_from(waited.num_milliseconds() / STEP.num_milliseconds()).unwrap_or(0);
    symbols.spinner.get(step % symbols.spinner.len()).copied()
}

/// When [`frame`] changes next; none when it stands still from now on.
#[must_use]
pub fn next_change(
    since: DateTime<Utc>,
    now: DateTime<Utc>,
    symbols: &Symbols,
) -> Option<DateTime<Utc>> {
    let shown = since + PATIENCE;
    if now < shown {
        return Some(shown);
    }
    if symbols.spinner.len() < 2 {
        return None;
    }
    let steps = (now - shown).num_milliseconds() / STEP.num_milliseconds() + 1;
    Some(shown + TimeDelta::milliseconds(steps * STEP.num_milliseconds()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_then_turns() {
        let since = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        assert_eq!(frame(since, since, &Symbols::DRAWN), None);
        let mut now = since;
        let mut seen = Vec::new();
        for _ in 0..5 {
            now = next_change(since, now, &Symbols::DRAWN).unwrap();
            seen.push(frame(since, now, &Symbols::DRAWN).unwrap());
        }
        assert_eq!(seen, ["-", "\\", "|", "/", "-"]);
        assert_eq!(next_change(since, now, &Symbols::PLAIN), None);
    }
}
