//! Which weeks are shown, with those in which nothing happened.

use chrono::{Datelike, Days, NaiveDate};
use traveloure_core::{
    api::earnings::{CurrencyEarnings, Figures, WeekEarnings},
    money::{Currency, Money},
};

/// So many weeks at a time.
pub const WEEKS: u64 = 12;

/// Whole weeks, so that their figures are those of all their entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// A Monday.
    pub from: NaiveDate,
    /// The Monday behind the last week.
    pub to: NaiveDate,
}

impl Period {
    /// The weeks up to the one of `today`.
    #[must_use]
    pub fn up_to(today: NaiveDate) -> Self {
        let monday = today
            .checked_sub_days(Days::new(today.weekday().num_days_from_monday().into()))
            .unwrap_or(today);
        let to = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
        Self { from: to.checked_sub_days(Days::new(WEEKS * 7)).unwrap_or(to), to }
    }

    #[must_use]
    pub fn before(self) -> Self {
        let from = self.from.checked_sub_days(Days::new(WEEKS * 7)).unwrap_or(self.from);
        Self { from, to: self.from }
    }

    #[must_use]
    pub fn after(self) -> Self {
        let to = self.to.checked_add_days(Days::new(WEEKS * 7)).unwrap_or(self.to);
        Self { from: self.to, to }
    }
}

/// Every week from `from` to `to`, the newest first.
#[must_use]
pub fn weeks(earned: &CurrencyEarnings, from: NaiveDate, to: NaiveDate) -> Vec<WeekEarnings> {
    let mondays = from.iter_days().step_by(7).take_while(|monday| *monday < to);
    let mut weeks: Vec<WeekEarnings> = mondays
        .map(|monday| {
            let known = earned.weeks.iter().find(|week| week.begins == monday);
            known.cloned().unwrap_or_else(|| nothing(monday, earned.currency))
        })
        .collect();
    weeks.reverse();
    weeks
}

fn nothing(monday: NaiveDate, currency: Currency) -> WeekEarnings {
    let zero = Money::zero(currency);
    WeekEarnings {
        week: monday.format("%G-W%V").to_string(),
        begins: monday,
        figures: Figures {
            earned: zero,
            fees: zero,
            refunds: zero,
            owed_on_site: zero,
            paid_out: zero,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_whole_weeks_and_the_twelve_beside_them() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let now = Period::up_to(date("2026-11-20"));
        assert_eq!((now.from, now.to), (date("2026-08-31"), date("2026-11-23")));
        assert_eq!(Period::up_to(date("2026-11-22")), now);
        assert_eq!(Period::up_to(date("2026-11-23")).from, date("2026-09-07"));
        assert_eq!(now.before().to, now.from);
        assert_eq!(now.before().after(), now);
    }
}
