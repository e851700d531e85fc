//! The forms of prices, one for each thing that terms say, and the edit that each makes.
//!
//! Fields are named as in [`PricingTerms`], so that what validation finds goes to its field.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use traveloure_core::{
    field::FieldError,
    pricing::{
        DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
        PricingType, Season,
    },
    time,
};

use super::{
    edit::{Deposit, Edit, Price, Swap},
    figures::{percent_change, read_multiplier, read_percent},
};
use crate::tui::layers::form::{Field, Form, Kind};

/// The most dates that get a price of their own at once.
const MOST_DATES: i64 = 62;

/// What is being edited; none of a list's entries is a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Price,
    Season(Option<Season>),
    Date(Option<DateOverride>),
    Group(Option<GroupDiscount>),
    Lead(Option<LeadTimeDiscount>),
    Deposit,
}

/// A form and what it is about.
#[derive(Clone, Debug)]
pub struct Editing {
    pub what: What,
    pub form: Form,
}

/// Dates to begin a form with.
pub type Dates = RangeInclusive<NaiveDate>;

impl Editing {
    /// Begins with what `terms` say. New entries are for `dates`, and new discounts of `lead`.
    #[must_use]
    pub fn new(
        what: What,
        terms: &PricingTerms,
        dates: &Dates,
        lead: LeadTime,
        today: NaiveDate,
    ) -> Self {
        let form = match &what {
            What::Price => price_form(terms),
            What::Season(season) => season_form(season.as_ref(), dates, today),
            What::Date(date) => date_form(date.as_ref(), terms, dates, today),
            What::Group(tier) => group_form(tier.as_ref()),
            What::Lead(tier) => lead_form(tier.as_ref(), lead),
            What::Deposit => deposit_form(terms),
        };
        Self { what, form }
    }

    /// The edit that the fields stand for.
    ///
    /// # Errors
    /// The fields that stand for nothing, with what would be right.
    pub fn edit(&self, terms: &PricingTerms) -> Result<Edit, Vec<FieldError>> {
        let mut values = Values { form: &self.form, faults: Vec::new() };
        let edit = match &self.what {
            What::Price => price(&mut values),
            What::Season(before) => season(&mut values, before.as_ref()),
            What::Date(before) => dates(&mut values, before.as_ref(), terms),
            What::Group(before) => group(&mut values, before.as_ref()),
            What::Lead(before) => lead(&mut values, before.as_ref()),
            What::Deposit => deposit(&mut values),
        };
        match edit {
            Some(edit) if values.faults.is_empty() => Ok(edit),
            _ => Err(values.faults),
        }
    }
}

fn amount(amount: Option<Decimal>) -> String {
    amount.map_or_else(String::new, |amount| amount.to_string())
}

fn money(
    name: &'static str,
    label: &'static str,
    now: Option<Decimal>,
    terms: &PricingTerms,
) -> Field {
    let kind = Kind::Money { currency: terms.currency, base: now.or(terms.base_price) };
    Field::new(name, label, kind).with(&amount(now))
}

fn price_form(terms: &PricingTerms) -> Form {
    let options = vec![
        ("fixed", "Fixed: one price".to_owned()),
        ("dynamic", "Dynamic: by date".to_owned()),
        ("quote_based", "Quote-based: your offer".to_owned()),
    ];
    let chosen = match terms.pricing_type {
        PricingType::Fixed => 0,
        PricingType::Dynamic => 1,
        PricingType::QuoteBased => 2,
    };
    let fields = vec![
        Field::new("pricing_type", "Pricing", Kind::Choice { options, chosen })
            .hint("Another kind takes out what it cannot use; the plan shows that."),
        money("base_price", "Base price", terms.base_price, terms)
            .optional()
            .hint("Of one date. Arithmetic works: *1.1, +10%, =120*0.9"),
        money("estimated_range_min", "Quote from", terms.estimated_range_min, terms)
            .optional()
            .hint("For quote-based pricing: what travelers may expect at least"),
        money("estimated_range_max", "Quote to", terms.estimated_range_max, terms)
            .optional()
            .hint("For quote-based pricing: what travelers may expect at most"),
        Field::new("per_person", "Per person", Kind::Switch(terms.per_person))
            .hint("Space switches: each person pays, or the party pays once."),
    ];
    Form::new("Price", "take it", fields)
}

fn price(values: &mut Values) -> Option<Edit> {
    let pricing_type = match values.form.text("pricing_type").as_str() {
        "fixed" => PricingType::Fixed,
        "dynamic" => PricingType::Dynamic,
        _ => PricingType::QuoteBased,
    };
    let is_quoted = pricing_type == PricingType::QuoteBased;
    let base_price = if is_quoted { None } else { values.money("base_price") };
    let range = if is_quoted {
        let ends = (values.money("estimated_range_min"), values.money("estimated_range_max"));
        Some((ends.0?, ends.1?))
    } else {
        None
    };
    let per_person = values.form.field("per_person").is_on();
    Some(Edit::Price(Price { pricing_type, base_price, range, per_person }))
}

fn date_field(
    name: &'static str,
    label: &'static str,
    now: Option<NaiveDate>,
    today: NaiveDate,
) -> Field {
    let text = now.map_or_else(String::new, |date| date.to_string());
    Field::new(name, label, Kind::Date { today }).with(&text)
}

fn season_form(season: Option<&Season>, dates: &Dates, today: NaiveDate) -> Form {
    let (from, to) =
        season.map_or((*dates.start(), *dates.end()), |season| (season.from, season.to));
    let name = season.map_or("", |season| season.season.as_str());
    let change = season.map_or_else(String::new, |season| percent_change(season.multiplier));
    let fields = vec![
        Field::new("season", "Name", Kind::Line)
            .limit(60)
            .with(name)
            .hint("Travelers read it in the price."),
        date_field("from", "From", Some(from), today).hint("24 dec, fri, +3; + and - step"),
        date_field("to", "To", Some(to), today).hint("The last day, included"),
        Field::new("multiplier", "Change", Kind::Line)
            .limit(20)
            .with(&change)
            .hint("+40%, -10%, or x1.4 of the base price"),
    ];
    let title = if season.is_some() { "Season" } else { "New season" };
    Form::new(title, "take it", fields)
}

fn season(values: &mut Values, before: Option<&Season>) -> Option<Edit> {
    let season = values.form.text("season");
    let (from, to) = (values.date("from"), values.date("to"));
    let multiplier = values.read("multiplier", read_multiplier);
    let after = Season { season, from: from?, to: to?, multiplier: multiplier? };
    Some(Edit::Season(Swap::new(before.cloned(), after)))
}

fn date_form(
    date: Option<&DateOverride>,
    terms: &PricingTerms,
    dates: &Dates,
    today: NaiveDate,
) -> Form {
    let (from, to) = date.map_or((*dates.start(), *dates.end()), |own| (own.date, own.date));
    let last = (to != from).then_some(to);
    let mut fields = vec![date_field("date", "Date", Some(from), today)];
    if date.is_none() {
        fields.push(
            date_field("to", "Until", last, today)
                .optional()
                .hint("For several days in a row: the last one, included"),
        );
    }
    fields.push(
        money("price", "Price", date.map(|own| own.price), terms)
            .hint("In place of the base price. From the base: *1.5, +10%, =120*0.9"),
    );
    let title = if date.is_some() { "Price of a date" } else { "New price of a date" };
    Form::new(title, "take it", fields)
}

fn dates(values: &mut Values, before: Option<&DateOverride>, terms: &PricingTerms) -> Option<Edit> {
    let from = values.date("date");
    let to = if before.is_some() || values.form.field("to").is_empty() {
        from
    } else {
        values.date("to")
    };
    let price = values.money("price");
    let (from, to, price) = (from?, to?, price?);
    if to < from {
        values.fault("to", "is before the first date");
        return None;
    }
    if (to - from).num_days() >= MOST_DATES {
        values.fault("to", "is more than two months away; a season is made for that");
        return None;
    }
    let after: Vec<DateOverride> =
        time::nights(from, time::next_day(to)).map(|date| DateOverride { date, price }).collect();
    // A date has one price of its own: the new one takes the place of another.
    let replaced = |own: &&DateOverride| (from..=to).contains(&own.date);
    let mut gone: Vec<_> = terms.date_overrides.iter().filter(replaced).cloned().collect();
    gone.extend(before.cloned());
    Some(Edit::Date(Swap { before: gone, after }))
}

fn group_form(tier: Option<&GroupDiscount>) -> Form {
    let people = tier.map_or_else(String::new, |tier| tier.min_people.to_string());
    let percent = tier.map_or_else(String::new, |tier| format!("{}%", tier.discount_percent));
    let fields = vec![
        Field::new("min_people", "From people", Kind::Number { min: 2, max: 10_000 }).with(&people),
        Field::new("discount_percent", "Off", Kind::Line).limit(20).with(&percent).hint("10%"),
    ];
    Form::new("Group discount", "take it", fields)
}

fn group(values: &mut Values, before: Option<&GroupDiscount>) -> Option<Edit> {
    let min_people = values.number("min_people");
    let discount_percent = values.read("discount_percent", read_percent);
    let after = GroupDiscount { min_people: min_people?, discount_percent: discount_percent? };
    Some(Edit::Group(Swap::new(before.cloned(), after)))
}

fn lead_form(tier: Option<&LeadTimeDiscount>, kind: LeadTime) -> Form {
    let kind = tier.map_or(kind, |tier| tier.kind);
    let options = vec![
        ("early", "early: so many days before, or more".to_owned()),
        ("last_minute", "last minute: so many days before, or fewer".to_owned()),
    ];
    let chosen = usize::from(kind == LeadTime::LastMinute);
    let days = tier.map_or_else(String::new, |tier| tier.days_before.to_string());
    let percent = tier.map_or_else(String::new, |tier| format!("{}%", tier.discount_percent));
    let fields = vec![
        Field::new("kind", "Booked", Kind::Choice { options, chosen }),
        Field::new("days_before", "Days before", Kind::Number { min: 0, max: 730 })
            .with(&days)
            .hint("Counted in days of the service's own calendar"),
        Field::new("discount_percent", "Off", Kind::Line).limit(20).with(&percent).hint("5%"),
    ];
    Form::new("Early or last-minute discount", "take it", fields)
}

fn lead(values: &mut Values, before: Option<&LeadTimeDiscount>) -> Option<Edit> {
    let kind = match values.form.text("kind").as_str() {
        "early" => LeadTime::Early,
        _ => LeadTime::LastMinute,
    };
    let days = values.number("days_before").and_then(|days| u16::try_from(days).ok());
    let discount_percent = values.read("discount_percent", read_percent);
    let after = LeadTimeDiscount { kind, days_before: days?, discount_percent: discount_percent? };
    Some(Edit::Lead(Swap::new(before.cloned(), after)))
}

fn deposit_form(terms: &PricingTerms) -> Form {
    let options = vec![
        ("none", "none: all is due at once".to_owned()),
        ("percentage", "percentage".to_owned()),
        ("fixed", "fixed amount".to_owned()),
    ];
    let chosen = match terms.deposit_type {
        None => 0,
        Some(DepositType::Percentage) => 1,
        Some(DepositType::Fixed) => 2,
    };
    let percent =
        terms.deposit_percentage.map_or_else(String::new, |percent| format!("{percent}%"));
    let fields = vec![
        Field::new("deposit_type", "Deposit", Kind::Choice { options, chosen }),
        Field::new("deposit_percentage", "Percent", Kind::Line)
            .optional()
            .limit(20)
            .with(&percent)
            .hint("Of the service amount: 30%"),
        money("deposit_amount", "Amount", terms.deposit_amount, terms)
            .optional()
            .hint("For the whole booking"),
    ];
    Form::new("Deposit", "take it", fields)
}

fn deposit(values: &mut Values) -> Option<Edit> {
    let deposit = match values.form.text("deposit_type").as_str() {
        "none" => Deposit::None,
        "percentage" => Deposit::Percentage(values.read("deposit_percentage", read_percent)?),
        _ => Deposit::Fixed(values.money("deposit_amount")?),
    };
    Some(Edit::Deposit(deposit))
}

/// The values of a form, and what is wrong with them.
struct Values<'a> {
    form: &'a Form,
    faults: Vec<FieldError>,
}

impl Values<'_> {
    fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faults.push(FieldError::new(name, "invalid", message));
    }

    fn read<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        read(&self.form.text(name)).map_err(|fault| self.fault(name, fault)).ok()
    }

    fn money(&mut self, name: &str) -> Option<Decimal> {
        match self.form.field(name).money() {
            Ok(Some(money)) => return Some(money.amount()),
            Ok(None) => self.fault(name, "needed"),
            Err(fault) => self.fault(name, fault),
        }
        None
    }

    fn date(&mut self, name: &str) -> Option<NaiveDate> {
        let date = self.form.field(name).date();
        if date.is_none() {
            self.fault(name, "write a date as 2026-12-24, 24 dec, fri or +3");
        }
        date
    }

    fn number(&mut self, name: &str) -> Option<u32> {
        self.form.field(name).number().map_err(|fault| self.fault(name, fault)).ok()
    }
}
