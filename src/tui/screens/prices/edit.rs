//! The edits of prices: each knows how to make itself on any terms, so that edits can be taken back,
//! made again, and moved onto terms that changed elsewhere.

use rust_decimal::Decimal;
use traveloure_core::pricing::{
    DateOverride, DepositType, GroupDiscount, LeadTimeDiscount, PricingTerms, PricingType, Season,
    text,
};

use super::figures::percent_change;

/// Entries of a list in place of others; nothing in place of them takes them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap<T> {
    pub before: Vec<T>,
    pub after: Vec<T>,
}

impl<T: PartialEq + Clone> Swap<T> {
    #[must_use]
    pub fn new(before: Option<T>, after: T) -> Self {
        Self { before: before.into_iter().collect(), after: vec![after] }
    }

    #[must_use]
    pub fn drop(entry: T) -> Self {
        Self { before: vec![entry], after: Vec::new() }
    }

    /// The entry in words, or that it goes.
    fn label(&self, words: impl Fn(&T) -> String) -> String {
        match (self.after.first(), self.before.first()) {
            (Some(after), _) => words(after),
            (None, Some(before)) => format!("without {}", words(before)),
            (None, None) => String::new(),
        }
    }

    fn make(&self, list: &mut Vec<T>) {
        list.retain(|entry| !self.before.contains(entry));
        list.extend_from_slice(&self.after);
    }
}

/// How the price comes about, and from what.
#[expect(clippy::struct_field_names, reason = "the fields of the terms that it sets")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub pricing_type: PricingType,
    pub base_price: Option<Decimal>,
    pub range: Option<(Decimal, Decimal)>,
    pub per_person: bool,
}

/// What is due at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deposit {
    None,
    Percentage(Decimal),
    Fixed(Decimal),
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    Price(Price),
    Season(Swap<Season>),
    Date(Swap<DateOverride>),
    Group(Swap<GroupDiscount>),
    Lead(Swap<LeadTimeDiscount>),
    Deposit(Deposit),
    /// The terms written anew as text.
    Write {
        before: Box<PricingTerms>,
        after: Box<PricingTerms>,
    },
}

impl Edit {
    /// The terms with this edit made. Whether they are valid is for
    /// [`PricingTerms::validate`] to say.
    #[must_use]
    pub fn make(&self, terms: &PricingTerms) -> PricingTerms {
        let mut terms = terms.clone();
        match self {
            Self::Price(price) => set_price(&mut terms, price),
            Self::Season(swap) => {
                swap.make(&mut terms.seasonal_pricing);
                by_date(&mut terms, !swap.after.is_empty());
            }
            Self::Date(swap) => {
                swap.make(&mut terms.date_overrides);
                by_date(&mut terms, !swap.after.is_empty());
            }
            Self::Group(swap) => swap.make(&mut terms.group_discounts),
            Self::Lead(swap) => swap.make(&mut terms.lead_time_discounts),
            Self::Deposit(deposit) => set_deposit(&mut terms, *deposit),
            Self::Write { before, after } if terms == **before => terms = (**after).clone(),
            Self::Write { before, after } => {
                terms = carry_over(before, after, &terms).unwrap_or_else(|| (**after).clone());
            }
        }
        terms
    }

    /// What it does, for the list of edits and to say what was taken back.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Self::Price(price) => match (price.base_price, price.range) {
                (Some(base), _) => format!("base price {base}"),
                (None, Some((min, max))) => format!("your offer, about {min} - {max}"),
                (None, None) => "price".to_owned(),
            },
            Self::Season(swap) => swap.label(|season| {
                format!("season {} {}", season.season, percent_change(season.multiplier))
            }),
            Self::Date(swap) if swap.after.len() > 1 => {
                format!("price of {} dates", swap.after.len())
            }
            Self::Date(swap) => swap.label(|own| format!("price of {}", own.date)),
            Self::Group(swap) => swap.label(|tier| {
                format!("{}% off from {} people", tier.discount_percent, tier.min_people)
            }),
            Self::Lead(swap) => swap.label(|tier| {
                format!("{}% off, {} days before", tier.discount_percent, tier.days_before)
            }),
            Self::Deposit(Deposit::None) => "no deposit".to_owned(),
            Self::Deposit(Deposit::Percentage(percent)) => format!("deposit {percent}%"),
            Self::Deposit(Deposit::Fixed(amount)) => format!("deposit {amount}"),
            Self::Write { .. } => "prices written as text".to_owned(),
        }
    }
}

/// A season or a date's own price makes prices differ by date, as in the terms' text.
fn by_date(terms: &mut PricingTerms, has_some: bool) {
    if has_some && terms.pricing_type == PricingType::Fixed {
        terms.pricing_type = PricingType::Dynamic;
    }
}

/// Another pricing type drops what it has no use for; the plan shows what that is.
fn set_price(terms: &mut PricingTerms, price: &Price) {
    terms.pricing_type = price.pricing_type;
    terms.per_person = price.per_person;
    terms.base_price = None;
    (terms.estimated_range_min, terms.estimated_range_max) = (None, None);
    terms.requires_quote = price.pricing_type == PricingType::QuoteBased;
    match price.pricing_type {
        PricingType::QuoteBased => {
            (terms.estimated_range_min, terms.estimated_range_max) = price.range.unzip();
            terms.group_discounts.clear();
            terms.lead_time_discounts.clear();
        }
        PricingType::Fixed | PricingType::Dynamic => terms.base_price = price.base_price,
    }
    if price.pricing_type != PricingType::Dynamic {
        terms.seasonal_pricing.clear();
        terms.date_overrides.clear();
    }
}

fn set_deposit(terms: &mut PricingTerms, deposit: Deposit) {
    let (kind, percentage, amount) = match deposit {
        Deposit::None => (None, None, None),
        Deposit::Percentage(percent) => (Some(DepositType::Percentage), Some(percent), None),
        Deposit::Fixed(amount) => (Some(DepositType::Fixed), None, Some(amount)),
    };
    terms.requires_deposit = kind.is_some();
    terms.deposit_type = kind;
    terms.deposit_percentage = percentage;
    terms.deposit_amount = amount;
}

/// What was changed from `before` to `mine`, made on `theirs` instead. None where both changed the
/// same line, so that nobody's change is lost unseen.
#[must_use]
pub fn carry_over(
    before: &PricingTerms,
    mine: &PricingTerms,
    theirs: &PricingTerms,
) -> Option<PricingTerms> {
    let (before, mine) = (text::to_lines(before), text::to_lines(mine));
    let mut lines = text::to_lines(theirs);
    for gone in before.iter().filter(|line| !mine.contains(line)) {
        let at = lines.iter().position(|line| line == gone)?;
        lines.remove(at);
    }
    for new in mine.iter().filter(|line| !before.contains(line)) {
        if !lines.contains(new) {
            lines.push(new.clone());
        }
    }
    text::parse(&lines.join("\n"), theirs.currency).ok()
}

#[cfg(test)]
mod tests {
    use traveloure_core::money::Currency;

    use super::*;

    fn terms(lines: &str) -> PricingTerms {
        text::parse(lines, Currency::EUR).unwrap()
    }

    fn carried(before: &str, mine: &str, theirs: &str) -> Option<String> {
        carry_over(&terms(before), &terms(mine), &terms(theirs)).map(|terms| text::to_text(&terms))
    }

    const BASE: &str = "base 120 EUR\nseason \"Peak\" 2026-12-20 - 2027-01-02 x1.4\n";

    #[test]
    fn changes_of_different_lines_meet() {
        let mine = "base 130 EUR\nseason \"Peak\" 2026-12-20 - 2027-01-02 x1.4\ndeposit 30%\n";
        let theirs = "base 120 EUR\ngroup 5+ 10%\n";
        let met = carried(BASE, mine, theirs).unwrap();
        assert_eq!(met, "base 130 EUR\ngroup 5+ 10%\ndeposit 30%\n");
    }

    #[test]
    fn changes_of_the_same_line_do_not() {
        let mine = BASE.replace("120", "130");
        assert_eq!(carried(BASE, &mine, &BASE.replace("120", "110")), None);
        assert_eq!(carried(BASE, "base 120 EUR", &BASE.replace("1.4", "1.5")), None);
        let overlap = "base 120 EUR\nseason \"Peak\" 2026-12-20 - 2027-01-02 x1.4\n\
                       season \"Spring\" 2027-03-01 - 2027-04-30 x1.1\n";
        let mine = overlap.replace("Spring\" 2027-03-01", "Late\" 2027-02-01");
        assert_eq!(carried(BASE, &mine, overlap), None);
    }

    #[test]
    fn nothing_changed_here_is_what_they_have() {
        let theirs = "base 99 EUR\ndeposit 20\n";
        assert_eq!(carried(BASE, BASE, theirs).unwrap(), theirs);
        assert_eq!(carried(BASE, theirs, BASE).unwrap(), theirs);
    }

    #[test]
    fn a_season_makes_prices_go_by_date() {
        let fixed = terms("base 120 EUR");
        let season = terms(BASE).seasonal_pricing.remove(0);
        let edited = Edit::Season(Swap::new(None, season)).make(&fixed);
        assert_eq!(edited.pricing_type, PricingType::Dynamic);
        assert_eq!(edited.validate(), Ok(()));
    }

    #[test]
    fn another_type_keeps_only_what_it_can_use() {
        let full = terms(&format!("{BASE}on 2026-12-31 price 500\ngroup 5+ 10%\ndeposit 30%\n"));
        for (pricing_type, range) in [
            (PricingType::Fixed, None),
            (PricingType::QuoteBased, Some((Decimal::ONE, Decimal::TEN))),
        ] {
            let base_price = Some(Decimal::ONE_HUNDRED);
            let price = Price { pricing_type, base_price, range, per_person: false };
            let edited = Edit::Price(price).make(&full);
            assert_eq!(edited.validate(), Ok(()), "{pricing_type:?}");
            assert_eq!(edited.deposit_percentage, full.deposit_percentage);
        }
    }
}
