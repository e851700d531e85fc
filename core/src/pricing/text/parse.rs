//! From lines of text to terms.

use super::cursor::{Cursor, Place};
use crate::{
    field::FieldError,
    line_error::LineError,
    money::Currency,
    pricing::{
        DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
        PricingType, Season,
    },
};

/// More faults than these are not told at once.
const MAX_FAULTS: usize = 20;

const WORDS: &str =
    "lines begin with base, quote, dynamic, season, on, group, early, last minute or deposit";

/// Reads terms from text as the module says, normalised and valid. `currency` is the one of prices
/// that do not name theirs.
///
/// # Errors
/// Every line that could not be read, at most twenty; if all could, everything that
/// [`PricingTerms::validate`] refuses, at the place it was written.
pub fn parse(text: &str, currency: Currency) -> Result<PricingTerms, Vec<LineError>> {
    let mut draft = Draft::new(currency);
    let mut faults = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Err(fault) = draft.read(&mut Cursor::new(index + 1, line)) {
            faults.push(fault);
        }
        if faults.len() == MAX_FAULTS {
            return Err(faults);
        }
    }
    faults.extend(draft.mixed_currencies());
    if faults.is_empty() {
        let refused = draft.terms.validate().err().unwrap_or_default();
        let last_line = text.lines().count().max(1);
        faults.extend(
            refused.into_iter().take(MAX_FAULTS).map(|fault| draft.located(fault, last_line)),
        );
    }
    faults.truncate(MAX_FAULTS);
    if faults.is_empty() { Ok(draft.terms.normalised()) } else { Err(faults) }
}

/// The terms so far, and where each field of them was written.
struct Draft {
    terms: PricingTerms,
    places: Vec<(String, Place)>,
    currencies: Vec<(Currency, Place)>,
}

impl Draft {
    fn new(currency: Currency) -> Self {
        let terms = PricingTerms { base_price: None, ..PricingTerms::fixed(0_u8.into(), currency) };
        Self { terms, places: Vec::new(), currencies: Vec::new() }
    }

    fn read(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        if line.is_done() {
            return Ok(());
        }
        if line.word("base") {
            self.base(line)?;
        } else if line.word("quote") {
            self.quote(line)?;
        } else if line.word("dynamic") {
            line.expect_like("dynamic");
            self.becomes_dynamic();
        } else if line.word("season") {
            self.season(line)?;
        } else if line.word("on") {
            self.date_override(line)?;
        } else if line.word("group") {
            self.group_discount(line)?;
        } else if line.word("early") {
            line.expect_like("early 60d 5%");
            self.lead_time_discount(line, LeadTime::Early)?;
        } else if line.word("last") {
            self.last_minute(line)?;
        } else if line.word("deposit") {
            self.deposit(line)?;
        } else {
            return Err(LineError { hint: Some(WORDS.to_owned()), ..line.leftover() });
        }
        line.end()
    }

    fn base(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("base 120 USD per person");
        let place = line.place();
        let (amount, currency) = line.amount("a price")?;
        self.once("base_price", place)?;
        self.terms.base_price = Some(amount);
        self.leading_currency(currency, place);
        self.per_person(line)
    }

    fn quote(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("quote 800 - 1500 USD");
        let place = line.place();
        let (least, first_currency) = line.amount("the lower end of the range")?;
        self.once("estimated_range_min", place)?;
        through(line)?;
        let upper = line.place();
        let (most, last_currency) = line.amount("the upper end of the range")?;
        self.at("estimated_range_max", upper);
        self.terms.pricing_type = PricingType::QuoteBased;
        self.terms.estimated_range_min = Some(least);
        self.terms.estimated_range_max = Some(most);
        self.leading_currency(last_currency, upper);
        self.leading_currency(first_currency, place);
        self.per_person(line)
    }

    fn per_person(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        if line.word("per") {
            let place = line.place();
            if !line.word("person") {
                return Err(line.expected(place, "\"person\""));
            }
            self.terms.per_person = true;
        }
        Ok(())
    }

    fn season(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("season \"High summer\" 2026-07-01 - 2026-08-31 x1.4");
        let index = self.terms.seasonal_pricing.len();
        let mut at =
            |name: &str, place| self.places.push((item("seasonal_pricing", index, name), place));
        at("season", line.place());
        let season = line.name()?;
        at("from", line.place());
        let from = line.date()?;
        let to = if line.symbol(&['-', '–']) || line.word("to") {
            at("to", line.place());
            line.date()?
        } else {
            from
        };
        let place = line.place();
        if !line.word("x") && !line.symbol(&['×']) {
            return Err(line.expected(place, "a multiplier such as x1.4"));
        }
        at("multiplier", place);
        let multiplier = line.number("a multiplier such as x1.4")?;
        self.terms.seasonal_pricing.push(Season { season, from, to, multiplier });
        self.becomes_dynamic();
        Ok(())
    }

    fn date_override(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("on 2026-12-31 price 500");
        let index = self.terms.date_overrides.len();
        self.at(item("date_overrides", index, "date"), line.place());
        let date = line.date()?;
        let place = line.place();
        if !line.word("price") {
            return Err(line.expected(place, "\"price\""));
        }
        let place = line.place();
        let (price, currency) = line.amount("a price")?;
        self.at(item("date_overrides", index, "price"), place);
        self.currencies.extend(currency.map(|currency| (currency, place)));
        self.terms.date_overrides.push(DateOverride { date, price });
        self.becomes_dynamic();
        Ok(())
    }

    fn group_discount(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("group 5+ 10%");
        let index = self.terms.group_discounts.len();
        self.at(item("group_discounts", index, "min_people"), line.place());
        let min_people = line.whole("a number of people such as 5+")?;
        line.symbol(&['+']);
        self.at(item("group_discounts", index, "discount_percent"), line.place());
        let discount_percent = line.percent("a discount such as 10%")?;
        self.terms.group_discounts.push(GroupDiscount { min_people, discount_percent });
        Ok(())
    }

    fn last_minute(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("last minute 3d 10%");
        let place = line.place();
        if !line.word("minute") {
            return Err(line.expected(place, "\"minute\""));
        }
        self.lead_time_discount(line, LeadTime::LastMinute)
    }

    fn lead_time_discount(
        &mut self,
        line: &mut Cursor<'_>,
        kind: LeadTime,
    ) -> Result<(), LineError> {
        let index = self.terms.lead_time_discounts.len();
        self.at(item("lead_time_discounts", index, "days_before"), line.place());
        let days_before = line.whole("a number of days such as 60d")?;
        let place = line.place();
        if !["d", "day", "days"].iter().any(|unit| line.word(unit)) {
            return Err(line.expected(place, "a \"d\" for days"));
        }
        self.at(item("lead_time_discounts", index, "discount_percent"), line.place());
        let discount_percent = line.percent("a discount such as 5%")?;
        let discount = LeadTimeDiscount { kind, days_before, discount_percent };
        self.terms.lead_time_discounts.push(discount);
        Ok(())
    }

    fn deposit(&mut self, line: &mut Cursor<'_>) -> Result<(), LineError> {
        line.expect_like("deposit 30%");
        let place = line.place();
        let (figure, currency) = line.amount("a percentage or an amount")?;
        self.once("deposit_type", place)?;
        self.terms.requires_deposit = true;
        if currency.is_none() && line.symbol(&['%']) {
            self.at("deposit_percentage", place);
            self.terms.deposit_type = Some(DepositType::Percentage);
            self.terms.deposit_percentage = Some(figure);
        } else {
            self.at("deposit_amount", place);
            self.terms.deposit_type = Some(DepositType::Fixed);
            self.terms.deposit_amount = Some(figure);
            self.currencies.extend(currency.map(|currency| (currency, place)));
        }
        Ok(())
    }

    fn becomes_dynamic(&mut self) {
        if self.terms.pricing_type == PricingType::Fixed {
            self.terms.pricing_type = PricingType::Dynamic;
        }
    }

    fn at(&mut self, field: impl Into<String>, place: Place) {
        self.places.push((field.into(), place));
    }

    /// As `at`, for what a text says once.
    fn once(&mut self, field: &str, place: Place) -> Result<(), LineError> {
        if let Some((_, first)) = self.places.iter().find(|(known, _)| known == field) {
            let message = format!("line {} says this already", first.line);
            return Err(place.fault(message, Some("keep one of the two lines")));
        }
        self.at(field, place);
        Ok(())
    }

    /// The currency after `base` or `quote` is that of all prices.
    fn leading_currency(&mut self, currency: Option<Currency>, place: Place) {
        if let Some(currency) = currency {
            self.terms.currency = currency;
            self.currencies.push((currency, place));
        }
    }

    fn mixed_currencies(&self) -> Vec<LineError> {
        let own = self.terms.currency;
        let others = self.currencies.iter().filter(|(currency, _)| *currency != own);
        others
            .map(|(currency, place)| {
                let message = format!("prices here are in {own}, this one is in {currency}");
                place.fault(message, Some("say the currency once, after base or quote"))
            })
            .collect()
    }

    /// The fault at the place its field was written, else its item or list, else the last line.
    fn located(&self, fault: FieldError, last_line: usize) -> LineError {
        let field = fault.field.as_str();
        let whole = field.rsplit_once('.').map_or(field, |(item, _)| item);
        let places = || self.places.iter();
        let found = places()
            .find(|(known, _)| known == field)
            .or_else(|| places().find(|(known, _)| known.starts_with(whole)))
            .map(|(_, place)| *place);
        let hint = (field == "base_price" && fault.code == "required").then_some("base 120 USD");
        let place = found.unwrap_or(Place { line: last_line, column: 1 });
        place.fault(fault.message, hint)
    }
}

/// The word or dash between the two ends of a range.
fn through(line: &mut Cursor<'_>) -> Result<(), LineError> {
    let place = line.place();
    if line.symbol(&['-', '–']) || line.word("to") {
        return Ok(());
    }
    Err(line.expected(place, "a - and the upper end of the range"))
}

fn item(list: &str, index: usize, name: &str) -> String {
    format!("{list}[{index}].{name}")
}
