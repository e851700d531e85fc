//! What was sold and kept, month by month.

use chrono::{Datelike, Months, NaiveDate};
use traveloure_core::{
    api::report::{CurrencyRevenue, RevenueRow},
    category::Category,
    money::{Currency, Money},
};

/// So many months at a time.
const SHOWN: u32 = 12;

/// Whole months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first of a month.
    pub from: NaiveDate,
    /// The first of the month behind the last one.
    pub to: NaiveDate,
}

impl Period {
    /// The months up to the one of `today`.
    #[must_use]
    pub fn up_to(today: NaiveDate) -> Self {
        let first = today.with_day(1).unwrap_or(today);
        let to = first.checked_add_months(Months::new(1)).unwrap_or(first);
        Self { from: to.checked_sub_months(Months::new(SHOWN)).unwrap_or(to), to }
    }

    #[must_use]
    pub fn before(self) -> Self {
        let from = self.from.checked_sub_months(Months::new(SHOWN)).unwrap_or(self.from);
        Self { from, to: self.from }
    }

    #[must_use]
    pub fn after(self) -> Self {
        let to = self.to.checked_add_months(Months::new(SHOWN)).unwrap_or(self.to);
        Self { from: self.to, to }
    }
}

/// One month, all categories together and apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub first: NaiveDate,
    pub bookings: u64,
    pub gmv: Money,
    pub fees: Money,
    pub rows: Vec<RevenueRow>,
}

impl Month {
    fn is_nothing(&self) -> bool {
        self.bookings == 0 && self.gmv.is_zero() && self.fees.is_zero()
    }

    /// What was kept of one category; none where none of it was sold.
    #[must_use]
    pub fn fees_of(&self, category: Category) -> Option<Money> {
        self.rows.iter().find(|row| row.category == category).map(|row| row.fees)
    }
}

/// The months of the period in which something was sold or kept, the newest first; and how many there are besides.
#[must_use]
pub fn months(revenue: &CurrencyRevenue, from: NaiveDate, to: NaiveDate) -> (Vec<Month>, usize) {
    let firsts = (0..).map_while(|n| from.checked_add_months(Months::new(n)));
    let mut months: Vec<Month> = firsts
        .take_while(|first| *first < to)
        .map(|first| month(revenue, first, revenue.currency))
        .collect();
    let all = months.len();
    months.retain(|month| !month.is_nothing());
    months.reverse();
    let empty = all - months.len();
    (months, empty)
}

fn month(revenue: &CurrencyRevenue, first: NaiveDate, currency: Currency) -> Month {
    let name = first.format("%Y-%m").to_string();
    let rows: Vec<RevenueRow> =
        revenue.rows.iter().filter(|row| row.month == name && !is_nothing(row)).cloned().collect();
    let sum = |of: fn(&RevenueRow) -> Money| {
        rows.iter().fold(Money::zero(currency), |sum, row| sum.plus(of(row)).unwrap_or(sum))
    };
    Month {
        first,
        bookings: rows.iter().map(|row| row.bookings).sum(),
        gmv: sum(|row| row.gmv),
        fees: sum(|row| row.fees),
        rows,
    }
}

fn is_nothing(row: &RevenueRow) -> bool {
    row.bookings == 0 && row.gmv.is_zero() && row.fees.is_zero()
}

/// What was kept of what was sold, in percent with one decimal; nothing where nothing was sold.
#[must_use]
pub fn share(fees: Money, gmv: Money) -> String {
    if gmv.is_zero() {
        return String::new();
    }
    let percent = fees.amount() * rust_decimal::Decimal::ONE_HUNDRED / gmv.amount();
    format!("{:.1} %", percent.round_dp(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_whole_months_and_those_beside_them() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let now = Period::up_to(date("2026-11-20"));
        assert_eq!((now.from, now.to), (date("2025-12-01"), date("2026-12-01")));
        assert_eq!(now.before().to, now.from);
        assert_eq!(now.before().after(), now);
    }

    #[test]
    fn shares_have_one_decimal() {
        let euros = |amount: i64| Money::try_new(amount.into(), Currency::EUR).unwrap();
        assert_eq!(share(euros(30), euros(240)), "12.5 %");
        assert_eq!(share(euros(1), euros(3)), "33.3 %");
        assert_eq!(share(euros(0), euros(0)), "");
    }
}
