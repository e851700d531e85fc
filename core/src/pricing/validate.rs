//! Whether terms can be saved: every fault, each with the field it is in.

use rust_decimal::Decimal;

use super::{
    faults::{Faults, name_fault},
    terms::{DepositType, LeadTime, LeadTimeDiscount, PricingTerms, PricingType, Season},
};
use crate::field::FieldError;

/// A season may cost between a hundredth and a hundred times the base price; beyond that it is a slip.
const MULTIPLIERS: (Decimal, Decimal) =
    (Decimal::from_parts(1, 0, 0, false, 2), Decimal::ONE_HUNDRED);
const MULTIPLIER_DECIMALS: u32 = 4;
/// More than two years ahead nobody books "early"; it is a slip.
const MAX_DAYS_BEFORE: u16 = 730;
/// Lists longer than these are not written by hand; the limit keeps a quote fast.
const MAX_SEASONS: usize = 200;
const MAX_DATE_OVERRIDES: usize = 1000;
const MAX_TIERS: usize = 20;

impl PricingTerms {
    /// Whether the terms make one clear price of every date and party. The order of lists is of no
    /// importance.
    ///
    /// # Errors
    /// One [`FieldError`] for each fault: what the pricing type needs or cannot use, amounts that are
    /// negative or have more decimals than the currency, seasons that end before they begin or
    /// overlap (both are named), dates or tiers given twice, a larger group or a narrower booking
    /// window that gets a smaller discount, percentages outside 0 to 100, dates before 2000 or after
    /// 2199, and a deposit whose figures do not fit its type.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut faults = Faults(Vec::new());
        self.type_faults(&mut faults);
        self.amount_faults(&mut faults);
        self.season_faults(&mut faults);
        self.date_override_faults(&mut faults);
        self.group_discount_faults(&mut faults);
        self.lead_time_faults(&mut faults);
        self.deposit_faults(&mut faults);
        if faults.0.is_empty() { Ok(()) } else { Err(faults.0) }
    }

    fn type_faults(&self, faults: &mut Faults) {
        let quote_based = self.pricing_type == PricingType::QuoteBased;
        if quote_based {
            let range = [
                ("estimated_range_min", self.estimated_range_min),
                ("estimated_range_max", self.estimated_range_max),
            ];
            for (field, amount) in range {
                if amount.is_none() {
                    faults.add(field, "required", "travelers need an estimated range to decide by");
                }
            }
            let unused = [
                ("base_price", self.base_price.is_some()),
                ("group_discounts", !self.group_discounts.is_empty()),
                ("lead_time_discounts", !self.lead_time_discounts.is_empty()),
            ];
            for (field, present) in unused {
                if present {
                    faults.add(
                        field,
                        "not_allowed",
                        "a quote-based service costs what you offer; leave this out",
                    );
                }
            }
        } else {
            if self.base_price.is_none() {
                faults.add("base_price", "required", "say what one date costs");
            }
            if self.requires_quote {
                faults.add(
                    "requires_quote",
                    "not_allowed",
                    "only quote-based pricing waits for a quote; change the pricing type or leave this out",
                );
            }
            let range = [
                ("estimated_range_min", self.estimated_range_min),
                ("estimated_range_max", self.estimated_range_max),
            ];
            for (field, amount) in range {
                if amount.is_some() {
                    faults.add(
                        field,
                        "not_allowed",
                        "the price is known; an estimated range is for quote-based pricing",
                    );
                }
            }
        }
        if self.pricing_type != PricingType::Dynamic {
            let by_date = [
                ("seasonal_pricing", self.seasonal_pricing.is_empty()),
                ("date_overrides", self.date_overrides.is_empty()),
            ];
            for (field, empty) in by_date {
                if !empty {
                    faults.add(
                        field,
                        "not_allowed",
                        "prices by date are for dynamic pricing; change the pricing type",
                    );
                }
            }
        }
    }

    fn amount_faults(&self, faults: &mut Faults) {
        let amounts = [
            ("base_price", self.base_price),
            ("estimated_range_min", self.estimated_range_min),
            ("estimated_range_max", self.estimated_range_max),
            ("deposit_amount", self.deposit_amount),
        ];
        for (field, amount) in amounts {
            if let Some(amount) = amount {
                faults.amount(field, amount, self.currency);
            }
        }
        if let (Some(min), Some(max)) = (self.estimated_range_min, self.estimated_range_max)
            && min > max
        {
            faults.add(
                "estimated_range_min",
                "out_of_range",
                format!("the range begins at {min}, above its end {max}"),
            );
        }
    }

    fn season_faults(&self, faults: &mut Faults) {
        if !faults.fits("seasonal_pricing", self.seasonal_pricing.len(), MAX_SEASONS) {
            return;
        }
        for (index, season) in self.seasonal_pricing.iter().enumerate() {
            let field = |name: &str| format!("seasonal_pricing[{index}].{name}");
            if let Some(fault) = name_fault(&season.season) {
                faults.add(field("season"), "invalid", fault);
            }
            if season.to < season.from {
                faults.add(
                    field("to"),
                    "out_of_range",
                    format!(
                        "{} ends on {}, before it begins on {}",
                        season.season, season.to, season.from
                    ),
                );
            }
            faults.year(field("from"), season.from);
            faults.year(field("to"), season.to);
            let (least, most) = MULTIPLIERS;
            if season.multiplier < least || season.multiplier > most {
                faults.add(
                    field("multiplier"),
                    "out_of_range",
                    format!(
                        "{} is not between {least} and {most}; 1.4 adds 40%",
                        season.multiplier
                    ),
                );
            } else if season.multiplier.normalize().scale() > MULTIPLIER_DECIMALS {
                faults.add(
                    field("multiplier"),
                    "too_precise",
                    format!("{} has more than {MULTIPLIER_DECIMALS} decimals", season.multiplier),
                );
            }
        }
        self.overlaps(faults);
    }

    fn overlaps(&self, faults: &mut Faults) {
        let mut by_start: Vec<(usize, &Season)> = self
            .seasonal_pricing
            .iter()
            .enumerate()
            .filter(|(_, season)| season.from <= season.to)
            .collect();
        by_start.sort_by_key(|(_, season)| season.from);
        let mut latest: Option<&Season> = None;
        for (index, season) in by_start {
            if let Some(earlier) = latest
                && season.from <= earlier.to
            {
                faults.add(
                    format!("seasonal_pricing[{index}].from"),
                    "overlap",
                    format!(
                        "{} ({} - {}) overlaps {} ({} - {}); a date can be in one season only",
                        season.season,
                        season.from,
                        season.to,
                        earlier.season,
                        earlier.from,
                        earlier.to
                    ),
                );
            }
            if latest.is_none_or(|earlier| season.to > earlier.to) {
                latest = Some(season);
            }
        }
    }

    fn date_override_faults(&self, faults: &mut Faults) {
        if !faults.fits("date_overrides", self.date_overrides.len(), MAX_DATE_OVERRIDES) {
            return;
        }
        for (index, change) in self.date_overrides.iter().enumerate() {
            faults.year(format!("date_overrides[{index}].date"), change.date);
            faults.amount(format!("date_overrides[{index}].price"), change.price, self.currency);
        }
        let mut dates: Vec<_> = self
            .date_overrides
            .iter()
            .enumerate()
            .map(|(index, change)| (change.date, index))
            .collect();
        dates.sort_unstable();
        for pair in dates.windows(2) {
            if pair[0].0 == pair[1].0 {
                faults.add(
                    format!("date_overrides[{}].date", pair[1].1),
                    "duplicate",
                    format!("{} has a price already", pair[1].0),
                );
            }
        }
    }

    fn group_discount_faults(&self, faults: &mut Faults) {
        if !faults.fits("group_discounts", self.group_discounts.len(), MAX_TIERS) {
            return;
        }
        for (index, tier) in self.group_discounts.iter().enumerate() {
            let field = |name: &str| format!("group_discounts[{index}].{name}");
            faults.percent(field("discount_percent"), tier.discount_percent);
            if tier.min_people < 2 {
                faults.add(field("min_people"), "out_of_range", "a group has two people or more");
            }
            for (other_index, other) in self.group_discounts.iter().enumerate() {
                if tier.min_people == other.min_people && other_index < index {
                    faults.add(
                        field("min_people"),
                        "duplicate",
                        format!("there is a discount from {} people already", tier.min_people),
                    );
                }
                if tier.min_people > other.min_people
                    && tier.discount_percent < other.discount_percent
                {
                    faults.add(
                        field("discount_percent"),
                        "out_of_range",
                        format!(
                            "{}+ people would get {}%, less than {}+ people with {}%",
                            tier.min_people,
                            tier.discount_percent,
                            other.min_people,
                            other.discount_percent
                        ),
                    );
                }
            }
        }
    }

    fn lead_time_faults(&self, faults: &mut Faults) {
        if !faults.fits("lead_time_discounts", self.lead_time_discounts.len(), MAX_TIERS) {
            return;
        }
        for (index, tier) in self.lead_time_discounts.iter().enumerate() {
            let field = |name: &str| format!("lead_time_discounts[{index}].{name}");
            faults.percent(field("discount_percent"), tier.discount_percent);
            if tier.days_before > MAX_DAYS_BEFORE {
                faults.add(
                    field("days_before"),
                    "out_of_range",
                    format!("{} days is more than {MAX_DAYS_BEFORE}", tier.days_before),
                );
            }
            if tier.kind == LeadTime::Early && tier.days_before == 0 {
                faults.add(field("days_before"), "out_of_range", "early is a day before or more");
            }
            for (other_index, other) in self.lead_time_discounts.iter().enumerate() {
                if let Some((code, fault)) = lead_time_clash(tier, other, other_index < index) {
                    faults.add(field("days_before"), code, fault);
                }
            }
        }
    }

    fn deposit_faults(&self, faults: &mut Faults) {
        let figures = [
            ("deposit_percentage", self.deposit_percentage.is_some(), DepositType::Percentage),
            ("deposit_amount", self.deposit_amount.is_some(), DepositType::Fixed),
        ];
        match (self.requires_deposit, self.deposit_type) {
            (true, None) => {
                faults.add(
                    "deposit_type",
                    "required",
                    "say whether it is a percentage or a fixed amount",
                );
            }
            (false, Some(_)) => {
                faults.add("deposit_type", "not_allowed", "no deposit is required; leave this out");
            }
            _ => {}
        }
        for (field, present, kind) in figures {
            let wanted = self.requires_deposit && self.deposit_type == Some(kind);
            if wanted && !present {
                faults.add(field, "required", "say how much the deposit is");
            } else if present && !wanted {
                faults.add(
                    field,
                    "not_allowed",
                    "does not belong to this kind of deposit; leave it out",
                );
            }
        }
        if let Some(percent) = self.deposit_percentage {
            faults.percent("deposit_percentage", percent);
            if percent.is_zero() {
                faults.add("deposit_percentage", "out_of_range", "a deposit is more than nothing");
            }
        }
        if self.deposit_amount.is_some_and(|amount| amount.is_zero()) {
            faults.add("deposit_amount", "out_of_range", "a deposit is more than nothing");
        }
    }
}

/// Early tiers give more the earlier, last-minute tiers the later; and no day is both.
fn lead_time_clash(
    tier: &LeadTimeDiscount,
    other: &LeadTimeDiscount,
    is_second: bool,
) -> Option<(&'static str, String)> {
    let days = tier.days_before;
    if tier.kind != other.kind {
        let both = tier.kind == LeadTime::LastMinute && days >= other.days_before;
        return both.then(|| {
            let fault = format!(
                "{days} days before would be both last minute and, from {} days on, early",
                other.days_before
            );
            ("overlap", fault)
        });
    }
    if days == other.days_before {
        return is_second
            .then(|| ("duplicate", format!("there is a discount for {days} days already")));
    }
    let narrower = match tier.kind {
        LeadTime::Early => days > other.days_before,
        LeadTime::LastMinute => days < other.days_before,
    };
    (narrower && tier.discount_percent < other.discount_percent).then(|| {
        let fault = format!(
            "{days} days would give {}%, less than {} days with {}%",
            tier.discount_percent, other.days_before, other.discount_percent
        );
        ("out_of_range", fault)
    })
}

#[cfg(test)]
#[path = "validate_tests.rs"]
mod tests;
