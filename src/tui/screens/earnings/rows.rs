//! The rows: the weeks or the payouts of the currency that is shown, and which of them the cursor is on.

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        earnings::{CurrencyEarnings, WeekEarnings},
        payout::Payout,
    },
    ids::PayoutId,
};

use super::{Earnings, View, period};

/// What a row is about; it stays when the figures are fetched anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Week(NaiveDate),
    Payout(PayoutId),
}

impl Earnings {
    /// The figures of the currency that is shown.
    pub(super) fn shown(&self) -> Option<&CurrencyEarnings> {
        let currencies = &self.earned.get()?.currencies;
        currencies.get(self.currency.min(currencies.len().saturating_sub(1)))
    }

    pub(super) fn len(&self) -> usize {
        match self.view {
            View::Weeks => self.weeks.len(),
            View::Payouts => self.payouts.len(),
        }
    }

    pub(super) fn place(&self) -> Option<Place> {
        self.place_at(self.list.cursor())
    }

    fn place_at(&self, index: usize) -> Option<Place> {
        match self.view {
            View::Weeks => self.weeks.get(index).map(|week| Place::Week(week.begins)),
            View::Payouts => self.payouts.get(index).map(|payout| Place::Payout(payout.id)),
        }
    }

    pub(super) fn week(&self) -> Option<&WeekEarnings> {
        self.weeks.get(self.list.cursor()).filter(|_| self.view == View::Weeks)
    }

    pub(super) fn payout(&self) -> Option<&Payout> {
        self.payouts.get(self.list.cursor()).filter(|_| self.view == View::Payouts)
    }

    /// The rows of what has come; the cursor stays on its row.
    pub(super) fn sort_out(&mut self) {
        let before = self.place();
        let Some(earned) = self.earned.get() else { return };
        let (from, to) = (earned.from, earned.to);
        let shown = self.shown();
        let weeks = shown.map(|shown| period::weeks(shown, from, to)).unwrap_or_default();
        let currency = shown.map(|shown| shown.currency);
        let payouts = earned
            .payouts
            .iter()
            .filter(|payout| Some(payout.amount.currency()) == currency)
            .cloned()
            .collect();
        (self.weeks, self.payouts) = (weeks, payouts);
        let kept =
            (0..self.len()).find(|index| before.is_some() && self.place_at(*index) == before);
        self.list.select(kept.unwrap_or_else(|| self.list.cursor()), self.len());
    }
}
