//! "What would it cost?": a date and a party, and the quote that the terms make of them.

use chrono::{Datelike, Days, Months, NaiveDate};
use traveloure_core::{
    api::service::Service,
    money::Money,
    pricing::{Ask, MAX_NIGHTS, Priced, PricingTerms, QuoteError, quote},
};

use super::figures::range;
use crate::tui::{
    layers::form::{Field, Form, Kind},
    widgets::text,
};

/// The largest party that is tried.
const MOST_PEOPLE: u32 = 1_000;

/// What is tried. The date is also the cursor of the price calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    pub date: NaiveDate,
    /// Of a stay, for services sold by night.
    pub nights: u32,
    pub party: u32,
}

impl Trial {
    #[must_use]
    pub const fn new(date: NaiveDate) -> Self {
        Self { date, nights: 1, party: 2 }
    }

    /// What the terms say it costs when booked on `today`.
    ///
    /// # Errors
    /// Why they say nothing.
    pub fn quote(
        &self,
        terms: &PricingTerms,
        service: &Service,
        today: NaiveDate,
    ) -> Result<Priced, QuoteError> {
        let end = self.date.checked_add_days(Days::new(self.nights.into()));
        let ask = Ask {
            date: self.date,
            end_date: end.filter(|_| service.by_night),
            time: None,
            party: self.party,
            booked_on: today,
        };
        quote(terms, &ask)
    }

    /// `Thu 24 Dec, 3 nights, 2 people`
    #[must_use]
    pub fn words(&self, service: &Service, today: NaiveDate) -> String {
        let people = text::counted(self.party.into(), "person", "people");
        let day = text::day(self.date, today);
        if service.by_night {
            let nights = text::counted(self.nights.into(), "night", "nights");
            return format!("{day}, {nights}, {people}");
        }
        format!("{day}, {people}")
    }

    /// `24 Dec 3n for 2`
    #[must_use]
    pub fn short_words(&self, service: &Service, today: NaiveDate) -> String {
        let day = range(self.date, self.date, today);
        let nights = if service.by_night { format!(" {}n", self.nights) } else { String::new() };
        format!("{day}{nights} for {}", self.party)
    }

    /// So many days on, or back.
    pub fn step_days(&mut self, days: i64) {
        let size = Days::new(days.unsigned_abs());
        let moved = if days < 0 {
            self.date.checked_sub_days(size)
        } else {
            self.date.checked_add_days(size)
        };
        self.go(moved);
    }

    /// So many months on, or back; the 31st becomes the last day there is.
    pub fn step_months(&mut self, months: i32) {
        let size = Months::new(months.unsigned_abs());
        let moved = if months < 0 {
            self.date.checked_sub_months(size)
        } else {
            self.date.checked_add_months(size)
        };
        self.go(moved);
    }

    /// No price is for another time than these years.
    fn go(&mut self, date: Option<NaiveDate>) {
        if let Some(date) = date.filter(|date| (2000..=2199).contains(&date.year())) {
            self.date = date;
        }
    }

    pub fn step_party(&mut self, people: i32) {
        self.party = self.party.saturating_add_signed(people).clamp(1, MOST_PEOPLE);
    }

    /// A form to type it.
    #[must_use]
    pub fn form(&self, by_night: bool, today: NaiveDate) -> Form {
        let mut fields = vec![
            Field::new("date", "Date", Kind::Date { today }).with(&self.date.to_string()),
            Field::new("party", "Party", Kind::Number { min: 1, max: MOST_PEOPLE })
                .with(&self.party.to_string()),
        ];
        if by_night {
            let max = u32::try_from(MAX_NIGHTS).unwrap_or(u32::MAX);
            let nights = Field::new("nights", "Nights", Kind::Number { min: 1, max });
            fields.insert(1, nights.with(&self.nights.to_string()));
        }
        Form::new("Try a price", "try it", fields)
    }

    /// Takes what the form says, as far as it can be read.
    pub fn read(&mut self, form: &Form) {
        self.go(form.field("date").date());
        if let Ok(party) = form.field("party").number() {
            self.party = party;
        }
        if let Some(Ok(nights)) = form.try_field("nights").map(Field::number) {
            self.nights = nights;
        }
    }
}

/// The amount that the platform takes its fee of; none for a range.
#[must_use]
pub fn total(priced: &Priced) -> Option<Money> {
    match priced {
        Priced::Quote(quote) => Some(quote.total),
        Priced::Estimate(_) => None,
    }
}
