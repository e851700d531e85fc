//! The terms of a service: the document that a provider edits and that `provider_pricing` stores.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::number;
use crate::money::{self, Currency};

/// How the price of a service comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PricingType {
    /// One price on every date.
    Fixed,
    /// A base price that seasons multiply and single dates replace.
    Dynamic,
    /// The provider names the price in an offer; until then an estimated range is shown.
    QuoteBased,
}

/// A stretch of dates, both included, whose price is the base price times `multiplier`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// What the provider calls it; travelers read it in the price.
    pub season: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    #[serde(deserialize_with = "number::ratio")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "1.4"))]
    pub multiplier: Decimal,
}

/// A date with a price of its own, instead of the base price and of any season; like the base price,
/// for one person if the terms are per person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DateOverride {
    pub date: NaiveDate,
    #[serde(deserialize_with = "number::amount")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "500.00"))]
    pub price: Decimal,
}

/// Percent off for parties of at least `min_people`; of several that fit, the largest party's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupDiscount {
    pub min_people: u32,
    #[serde(deserialize_with = "number::ratio")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "10"))]
    pub discount_percent: Decimal,
}

/// Whether a discount rewards booking long before, or shortly before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeadTime {
    /// Booked at least `days_before` the first date.
    Early,
    /// Booked at most `days_before` the first date.
    LastMinute,
}

/// Percent off for booking early or at the last minute, counted in calendar days of the service's
/// zone. Of several that fit, the one with the narrowest condition counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadTimeDiscount {
    pub kind: LeadTime,
    pub days_before: u16,
    #[serde(deserialize_with = "number::ratio")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "5"))]
    pub discount_percent: Decimal,
}

/// What a deposit is measured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DepositType {
    Percentage,
    Fixed,
}

/// Everything that decides what a service costs, flat as the columns of `provider_pricing`.
///
/// All amounts are in `currency`. For a stay, the base price, seasons and date overrides are per
/// night. What is read is not yet sound: [`PricingTerms::validate`] says whether it is, and
/// [`PricingTerms::normalised`] brings it into the one order and form that is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PricingTerms {
    pub pricing_type: PricingType,
    #[serde(default = "usd")]
    pub currency: Currency,
    /// The price of one date, for one person if `per_person`, else for the whole party.
    #[serde(default, deserialize_with = "number::optional_amount")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "120.00"))]
    pub base_price: Option<Decimal>,
    /// May also be read as the plan writes it, with a list of `dates` instead of `from` and `to`.
    #[serde(default, deserialize_with = "seasons")]
    pub seasonal_pricing: Vec<Season>,
    #[serde(default)]
    pub date_overrides: Vec<DateOverride>,
    /// Follows from the pricing type: true for quote-based, never with a price that is known.
    #[serde(default)]
    pub requires_quote: bool,
    #[serde(default, deserialize_with = "number::optional_amount")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "800.00"))]
    pub estimated_range_min: Option<Decimal>,
    #[serde(default, deserialize_with = "number::optional_amount")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "1500.00"))]
    pub estimated_range_max: Option<Decimal>,
    #[serde(default)]
    pub per_person: bool,
    #[serde(default)]
    pub group_discounts: Vec<GroupDiscount>,
    #[serde(default)]
    pub lead_time_discounts: Vec<LeadTimeDiscount>,
    #[serde(default)]
    pub requires_deposit: bool,
    #[serde(default)]
    pub deposit_type: Option<DepositType>,
    /// A fixed deposit, for the whole booking.
    #[serde(default, deserialize_with = "number::optional_amount")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "50.00"))]
    pub deposit_amount: Option<Decimal>,
    #[serde(default, deserialize_with = "number::optional_ratio")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "30"))]
    pub deposit_percentage: Option<Decimal>,
}

impl PricingTerms {
    /// One price on every date, for the whole party, nothing else; the place to start from.
    #[must_use]
    pub const fn fixed(base_price: Decimal, currency: Currency) -> Self {
        Self {
            pricing_type: PricingType::Fixed,
            currency,
            base_price: Some(base_price),
            seasonal_pricing: Vec::new(),
            date_overrides: Vec::new(),
            requires_quote: false,
            estimated_range_min: None,
            estimated_range_max: None,
            per_person: false,
            group_discounts: Vec::new(),
            lead_time_discounts: Vec::new(),
            requires_deposit: false,
            deposit_type: None,
            deposit_amount: None,
            deposit_percentage: None,
        }
    }

    /// The same terms in the form that is stored and compared: lists sorted, amounts with the
    /// currency's decimals, ratios without trailing zeros, `requires_quote` as the type says.
    /// Terms that are not valid come back with their faults.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.requires_quote |= self.pricing_type == PricingType::QuoteBased;
        self.seasonal_pricing.sort_by_key(|season| season.from);
        self.date_overrides.sort_by_key(|change| change.date);
        self.group_discounts.sort_by_key(|tier| tier.min_people);
        self.lead_time_discounts.sort_by_key(|tier| (tier.kind, tier.days_before));

        let currency = self.currency;
        let amounts = [
            &mut self.base_price,
            &mut self.estimated_range_min,
            &mut self.estimated_range_max,
            &mut self.deposit_amount,
        ];
        amounts.into_iter().flatten().for_each(|amount| fill_decimals(amount, currency));
        for change in &mut self.date_overrides {
            fill_decimals(&mut change.price, currency);
        }

        let seasons = self.seasonal_pricing.iter_mut().map(|season| &mut season.multiplier);
        let groups = self.group_discounts.iter_mut().map(|tier| &mut tier.discount_percent);
        let leads = self.lead_time_discounts.iter_mut().map(|tier| &mut tier.discount_percent);
        for ratio in seasons.chain(groups).chain(leads).chain(&mut self.deposit_percentage) {
            *ratio = ratio.normalize();
        }
        self
    }
}

/// 120 becomes 120.00; what has more decimals than the currency is left for validation to name.
fn fill_decimals(amount: &mut Decimal, currency: Currency) {
    let filled = money::round(*amount, currency);
    if filled == *amount {
        *amount = filled;
    }
}

fn usd() -> Currency {
    Currency::USD
}

/// One entry of `seasonal_pricing` as it may be written: the two forms share a name and a multiplier.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeasonInput {
    season: String,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    dates: Option<Vec<NaiveDate>>,
    #[serde(deserialize_with = "number::ratio")]
    multiplier: Decimal,
}

fn seasons<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Season>, D::Error> {
    let mut seasons = Vec::new();
    for input in Vec::<SeasonInput>::deserialize(deserializer)? {
        let SeasonInput { season, from, to, dates, multiplier } = input;
        let stretches = match (from, to, dates) {
            (Some(from), Some(to), None) => vec![(from, to)],
            (None, None, Some(dates)) => stretches(dates),
            _ => {
                return Err(de::Error::custom(format_args!(
                    "season {season:?} needs either \"from\" and \"to\", or \"dates\""
                )));
            }
        };
        seasons.extend(stretches.into_iter().map(|(from, to)| Season {
            season: season.clone(),
            from,
            to,
            multiplier,
        }));
    }
    Ok(seasons)
}

/// Dates in any order as the fewest stretches of days without a gap.
fn stretches(mut dates: Vec<NaiveDate>) -> Vec<(NaiveDate, NaiveDate)> {
    dates.sort_unstable();
    let mut stretches: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in dates {
        match stretches.last_mut() {
            Some((_, to)) if *to == date || to.succ_opt() == Some(date) => *to = date,
            _ => stretches.push((date, date)),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: serde_json::Value) -> Result<PricingTerms, serde_json::Error> {
        serde_json::from_value(json)
    }

    #[test]
    fn the_plans_own_examples_are_read() {
        let terms = read(json!({
            "pricing_type": "dynamic",
            "base_price": "120.00",
            "seasonal_pricing": [{
                "season": "peak",
                "dates": ["2026-07-02", "2026-07-01", "2026-07-02", "2026-12-31"],
                "multiplier": 1.5,
            }],
            "date_overrides": [{"date": "2026-12-31", "price": 500}],
            "group_discounts": [{"min_people": 5, "discount_percent": 10}],
            "deposit_percentage": 30,
        }))
        .unwrap();
        let stretches: Vec<_> = terms
            .seasonal_pricing
            .iter()
            .map(|season| format!("{} {} {}", season.from, season.to, season.multiplier))
            .collect();
        assert_eq!(stretches, ["2026-07-01 2026-07-02 1.5", "2026-12-31 2026-12-31 1.5"]);
        assert_eq!(terms.date_overrides[0].price, Decimal::from(500));
        assert_eq!(terms.currency, Currency::USD);
    }

    #[test]
    fn amounts_are_strings_and_never_floats() {
        let terms = PricingTerms::fixed(Decimal::new(12_050, 2), Currency::EUR);
        let json = serde_json::to_value(&terms).unwrap();
        assert_eq!(json["base_price"], "120.50");
        assert_eq!(read(json).unwrap(), terms);
        assert!(read(json!({"pricing_type": "fixed", "base_price": 120.5})).is_err());
        assert!(read(json!({"pricing_type": "fixed", "base_price": "1e3"})).is_err());
        assert!(read(json!({"pricing_type": "fixed", "base_price": "12O"})).is_err());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(read(json!({"pricing_type": "fixed", "weekend_price": "1"})).is_err());
        let half = json!([{"season": "x", "from": "2026-01-01", "multiplier": "1"}]);
        let error = read(json!({"pricing_type": "dynamic", "seasonal_pricing": half})).unwrap_err();
        assert!(error.to_string().contains("\"from\" and \"to\", or \"dates\""), "{error}");
    }

    #[test]
    fn the_stored_form_is_sorted_and_has_the_currencys_decimals() {
        let mut terms = PricingTerms::fixed(Decimal::from(120), Currency::USD);
        terms.group_discounts = vec![
            GroupDiscount { min_people: 9, discount_percent: Decimal::new(1500, 2) },
            GroupDiscount { min_people: 5, discount_percent: Decimal::new(10, 0) },
        ];
        let stored = terms.normalised();
        assert_eq!(stored.base_price.unwrap().to_string(), "120.00");
        let tiers: Vec<_> = stored
            .group_discounts
            .iter()
            .map(|tier| format!("{}: {}", tier.min_people, tier.discount_percent))
            .collect();
        assert_eq!(tiers, ["5: 10", "9: 15"]);
    }
}
