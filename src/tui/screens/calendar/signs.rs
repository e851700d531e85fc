//! How a day's state is shown: a sign, a word and a colour, so that none of them is needed.

use ratatui::style::Style;
use traveloure_core::availability::{DayState, State};

use super::paint::Painted;
use crate::tui::theme::Theme;

/// In the order of the legend.
pub const STATES: [State; 5] =
    [State::Open, State::Partly, State::Full, State::Held, State::Closed];
/// More is booked than is offered.
pub const CONFLICT: &str = "!";
/// Edited, and not applied yet.
pub const EDITED: &str = "*";

/// Not closed, but what is taken has not come yet.
pub const UNKNOWN: &str = "?";

/// One column.
#[must_use]
pub const fn sign(state: State) -> &'static str {
    match state {
        State::Open => "○",
        State::Partly => "◐",
        State::Full => "●",
        State::Held => "◌",
        State::Closed => "×",
    }
}

/// For the legend.
#[must_use]
pub const fn short_word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Partly => "partly",
        State::Full => "full",
        State::Held => "held",
        State::Closed => "closed",
    }
}

/// For sentences.
#[must_use]
pub const fn word(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::Partly => "partly booked",
        State::Full => "fully booked",
        State::Held => "held",
        State::Closed => "closed",
    }
}

/// For sentences about a day of which not everything may be known.
#[must_use]
pub fn word_of(painted: &Painted) -> &'static str {
    let day = &painted.day;
    if day.state == State::Full && day.booked + day.held == 0 {
        // Another service has what this one shares with it.
        "taken elsewhere"
    } else if painted.is_counted || day.state == State::Closed {
        word(day.state)
    } else {
        "not known yet"
    }
}

#[must_use]
pub const fn style(state: State, theme: &Theme) -> Style {
    match state {
        State::Open => theme.open,
        State::Partly => theme.partly,
        State::Full => theme.full,
        State::Held => theme.held,
        State::Closed => theme.closed,
    }
}

/// Beside the sign: that the day is in conflict, else that it was edited.
#[must_use]
pub fn flag(painted: &Painted, theme: &Theme) -> Option<(&'static str, Style)> {
    if painted.is_conflict {
        return Some((CONFLICT, theme.bad));
    }
    painted.before.is_some().then_some((EDITED, theme.strong))
}

/// How much is taken, in as many columns: `5/8`, else `63%`; nothing where nothing counts.
#[must_use]
pub fn taken(day: &DayState, columns: u16) -> String {
    let taken = day.booked + day.held;
    let Some(capacity) = day.capacity else {
        return if taken > 0 { taken.to_string() } else { String::new() };
    };
    if day.left.is_none() || (day.slots.is_empty() && capacity == 1) {
        return String::new();
    }
    if capacity == 0 && taken == 0 {
        return String::new();
    }
    let whole = format!("{taken}/{capacity}");
    if whole.len() <= usize::from(columns) {
        return whole;
    }
    let percent = u64::from(taken) * 100 / u64::from(capacity.max(1));
    format!("{percent}%")
}

/// A bar of so many columns: what is booked, what is held, what is left. What is taken at all is
/// never drawn as nothing, what is left never as gone.
#[must_use]
pub fn bar(day: &DayState, columns: u16) -> String {
    let Some(capacity) = day.capacity.filter(|capacity| *capacity > 0 && columns > 0) else {
        return String::new();
    };
    let columns = u32::from(columns);
    let share = |amount: u32| {
        let exact = u64::from(amount) * u64::from(columns) / u64::from(capacity);
        u32::try_from(exact).unwrap_or(columns).clamp(u32::from(amount > 0), columns)
    };
    let all = day.booked + day.held;
    let taken = if all >= capacity { columns } else { share(all).min((columns - 1).max(1)) };
    let booked = match (day.booked, day.held) {
        (_, 0) => taken,
        (0, _) => 0,
        (booked, _) => share(booked).min((taken - 1).max(1)),
    };
    let held = taken - booked;
    let part = |sign: &str, count: u32| sign.repeat(usize::try_from(count).unwrap_or(0));
    format!("{}{}{}", part("█", booked), part("▒", held), part("·", columns - taken))
}

/// How much of a day is taken as the height of one column; a closed day is a dot.
#[must_use]
pub fn column(painted: &Painted) -> &'static str {
    const HEIGHTS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
    let day = &painted.day;
    let Some(capacity) = day.capacity.filter(|capacity| *capacity > 0) else { return "·" };
    if day.state == State::Closed || !painted.is_counted {
        return "·";
    }
    let taken = (day.booked + day.held).saturating_add(painted.elsewhere).min(capacity);
    let height = usize::try_from(u64::from(taken) * 7 / u64::from(capacity)).unwrap_or(7);
    // Something taken stands above nothing taken.
    HEIGHTS[height.max(usize::from(taken > 0))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(capacity: u32, booked: u32, held: u32) -> DayState {
        DayState {
            date: chrono::NaiveDate::MIN,
            state: State::Open,
            capacity: Some(capacity),
            booked,
            held,
            left: Some(capacity.saturating_sub(booked + held)),
            slots: Vec::new(),
            reasons: Vec::new(),
        }
    }

    #[test]
    fn a_bar_shows_that_something_is_taken_and_that_something_is_left() {
        assert_eq!(bar(&day(8, 0, 0), 8), "········");
        assert_eq!(bar(&day(8, 4, 2), 8), "████▒▒··");
        assert_eq!(bar(&day(8, 8, 0), 8), "████████");
        assert_eq!(bar(&day(8, 6, 2), 8), "██████▒▒");
        assert_eq!(bar(&day(1000, 1, 0), 8), "█·······");
        assert_eq!(bar(&day(1000, 999, 0), 8), "███████·");
        assert_eq!(bar(&day(1000, 0, 1), 8), "▒·······");
        assert_eq!(bar(&day(4, 9, 3), 8).chars().count(), 8);
        assert_eq!(bar(&day(0, 1, 0), 8), "");
        for capacity in 1..12 {
            for (booked, held) in (0..14).flat_map(|booked| (0..5).map(move |held| (booked, held)))
            {
                for columns in 1..12 {
                    let bar = bar(&day(capacity, booked, held), columns);
                    assert_eq!(bar.chars().count(), usize::from(columns));
                }
            }
        }
    }

    #[test]
    fn counts_become_shares_where_they_do_not_fit() {
        assert_eq!(taken(&day(8, 4, 1), 4), "5/8");
        assert_eq!(taken(&day(250, 199, 1), 4), "80%");
        assert_eq!(taken(&day(1, 1, 0), 4), "");
    }
}
