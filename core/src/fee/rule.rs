//! One rule about what the platform keeps, and the decision that a set of them leads to.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    category::Category,
    field::FieldError,
    ids::{FeeId, ProviderId},
    money::{Currency, Money},
};

/// How far a rule reaches. Of two that apply, the narrower one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeeType {
    /// Every booking.
    Global,
    /// Every booking of one category.
    Category,
    /// Every booking with one provider.
    Provider,
}

/// Whether a rule takes a share or an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeeMethod {
    Percentage,
    Fixed,
}

/// A row of `platform_fees`. `fee_fixed_amount`, `min_fee` and `max_fee` are in `currency`, which they
/// need; a rule with a currency applies to bookings in that currency only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FeeRule {
    pub id: FeeId,
    pub fee_type: FeeType,
    pub category: Option<Category>,
    pub provider_id: Option<ProviderId>,
    pub fee_type_method: FeeMethod,
    /// 15 is 15% of the service amount.
    pub fee_percentage: Option<Decimal>,
    pub fee_fixed_amount: Option<Decimal>,
    pub min_fee: Option<Decimal>,
    pub max_fee: Option<Decimal>,
    pub currency: Option<Currency>,
    pub is_active: bool,
    /// Within one level, the higher number counts.
    pub priority: i32,
    pub created_at: DateTime<Utc>,
}

/// What became of one rule in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It set the fee.
    Applied,
    /// It fits the booking, and another rule counts more.
    Outranked,
    /// It does not fit the booking, or is switched off.
    NotApplicable,
}

/// One rule that was looked at, and why it did or did not set the fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Considered {
    pub rule_id: FeeId,
    pub outcome: Outcome,
    /// For a person: what the rule says, and why it lost if it did.
    pub reason: String,
}

/// How a service amount is divided between platform and provider, and by which rule.
/// `platform_fee + provider_payout` is `service_amount`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FeeDecision {
    /// The rule that set the fee; None if none applied and the built-in default did.
    pub rule_id: Option<FeeId>,
    pub service_amount: Money,
    pub platform_fee: Money,
    pub provider_payout: Money,
    /// How the fee came about, for a person.
    pub reason: String,
    /// Every rule that was looked at, the one that applied first.
    pub considered: Vec<Considered>,
}

impl FeeRule {
    /// Whether the rule says one clear thing.
    ///
    /// # Errors
    /// One [`FieldError`] for each fault: a level without its category or provider (or with one
    /// that is not its own), a method without its figure, a percentage outside 0 to 100 or with
    /// more than two decimals, amounts without a currency, negative, or with more decimals than it
    /// has, and a minimum above the maximum.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut faults = Vec::new();
        self.level_faults(&mut faults);
        self.method_faults(&mut faults);
        self.amount_faults(&mut faults);
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Whether any figure of the rule is an amount, which needs a currency.
    #[must_use]
    pub fn has_amounts(&self) -> bool {
        self.amounts().into_iter().any(|(_, amount)| amount.is_some())
    }

    fn amounts(&self) -> [(&'static str, Option<Decimal>); 3] {
        [
            ("fee_fixed_amount", self.fee_fixed_amount),
            ("min_fee", self.min_fee),
            ("max_fee", self.max_fee),
        ]
    }

    fn level_faults(&self, faults: &mut Vec<FieldError>) {
        let level = [
            ("category", self.category.is_some(), FeeType::Category),
            ("provider_id", self.provider_id.is_some(), FeeType::Provider),
        ];
        for (field, present, needed_by) in level {
            if !present && self.fee_type == needed_by {
                faults.push(FieldError::new(
                    field,
                    "required",
                    "say which one the rule is for, or make it a global rule",
                ));
            } else if present && self.fee_type != needed_by {
                faults.push(FieldError::new(
                    field,
                    "not_allowed",
                    "a rule is for one level only; leave this out or change the fee type",
                ));
            }
        }
    }

    fn method_faults(&self, faults: &mut Vec<FieldError>) {
        let methods = [
            ("fee_percentage", self.fee_percentage.is_some(), FeeMethod::Percentage),
            ("fee_fixed_amount", self.fee_fixed_amount.is_some(), FeeMethod::Fixed),
        ];
        for (field, present, needed_by) in methods {
            if !present && self.fee_type_method == needed_by {
                faults.push(FieldError::new(field, "required", "the method needs this figure"));
            } else if present && self.fee_type_method != needed_by {
                faults.push(FieldError::new(
                    field,
                    "not_allowed",
                    "the rule takes either a percentage or a fixed amount, not both",
                ));
            }
        }
        if let Some(percent) = self.fee_percentage {
            if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED {
                faults.push(FieldError::new(
                    "fee_percentage",
                    "out_of_range",
                    format!("{percent} is not between 0 and 100"),
                ));
            } else if percent.normalize().scale() > 2 {
                faults.push(FieldError::new(
                    "fee_percentage",
                    "too_precise",
                    format!("{percent} has more than two decimals"),
                ));
            }
        }
    }

    fn amount_faults(&self, faults: &mut Vec<FieldError>) {
        match self.currency {
            None if self.has_amounts() => faults.push(FieldError::new(
                "currency",
                "required",
                "a fixed, smallest or largest fee needs its currency",
            )),
            None => {}
            Some(currency) => {
                for (field, amount) in self.amounts() {
                    let Some(amount) = amount else { continue };
                    if amount < Decimal::ZERO {
                        faults.push(FieldError::new(field, "out_of_range", "is below zero"));
                    } else if let Err(error) = Money::try_new(amount, currency) {
                        faults.push(FieldError::new(field, "invalid", error.to_string()));
                    }
                }
            }
        }
        if let (Some(min), Some(max)) = (self.min_fee, self.max_fee)
            && min > max
        {
            faults.push(FieldError::new(
                "min_fee",
                "out_of_range",
                format!("the smallest fee {min} is above the largest {max}"),
            ));
        }
    }
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
