//! What a cancelled booking costs: the policy that is frozen into it, and the quote that is shown
//! before anybody cancels.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    booking::{Amounts, CancelledBy},
    money::{Money, MoneyError},
};

/// What a provider chooses from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CancellationPolicy))]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Everything back until a day before.
    Flexible,
    /// Everything back until five days before, half until a day before.
    #[default]
    Moderate,
    /// Everything back until two weeks before, half until one week before.
    Strict,
}

impl Policy {
    pub const ALL: [Self; 3] = [Self::Flexible, Self::Moderate, Self::Strict];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flexible => "flexible",
            Self::Moderate => "moderate",
            Self::Strict => "strict",
        }
    }

    /// The tiers that a booking made under this policy keeps, whatever the policy becomes later.
    #[must_use]
    pub fn terms(self) -> Terms {
        let tiers = match self {
            Self::Flexible => vec![Tier { hours_before: 24, percent: 100 }],
            Self::Moderate => vec![
                Tier { hours_before: 5 * 24, percent: 100 },
                Tier { hours_before: 24, percent: 50 },
            ],
            Self::Strict => vec![
                Tier { hours_before: 14 * 24, percent: 100 },
                Tier { hours_before: 7 * 24, percent: 50 },
            ],
        };
        Terms { policy: self, tiers }
    }
}

/// Until so many hours before the start, so much of the price comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CancellationTier))]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub hours_before: u32,
    /// Of the booking's total, 0 to 100.
    pub percent: u32,
}

/// A policy as it is frozen into a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CancellationTerms))]
#[serde(deny_unknown_fields)]
pub struct Terms {
    pub policy: Policy,
    /// The longest notice first; with less than the last one nothing comes back.
    pub tiers: Vec<Tier>,
}

impl Terms {
    /// The percentage of the total that comes back when cancelled at `now`.
    #[must_use]
    pub fn percent(&self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
        self.tier(starts_at, now).map_or(0, |tier| tier.percent.min(100))
    }

    fn tier(&self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<&Tier> {
        let notice = starts_at - now;
        self.tiers.iter().find(|tier| notice >= TimeDelta::hours(tier.hours_before.into()))
    }

    /// When the percentage that holds at `now` ends, if a lower one follows.
    #[must_use]
    pub fn until(&self, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.tier(starts_at, now).map(|tier| starts_at - TimeDelta::hours(tier.hours_before.into()))
    }
}

/// What cancelling now would do with the money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CancellationQuote))]
pub struct Quote {
    /// What was paid and has not come back yet.
    pub captured: Money,
    /// What comes back.
    pub refund: Money,
    /// What stays, and is shared as the booking's price was.
    pub retained: Money,
    /// The provider's part of what stays.
    pub provider_keeps: Money,
    /// Why, in words.
    pub reason: String,
    /// Until when this holds; none if it does not get less.
    pub until: Option<DateTime<Utc>>,
}

/// The quote for cancelling at `now`, by whom. A cancellation by the provider, an admin or the system gives
/// everything back; a traveler's keeps what the frozen terms say, and never more than was captured.
///
/// # Errors
/// Amounts in more than one currency.
pub fn quote(
    terms: &Terms,
    amounts: &Amounts,
    captured: Money,
    by: CancelledBy,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Quote, MoneyError> {
    let percent = if by == CancelledBy::User { terms.percent(starts_at, now) } else { 100 };
    let comes_back = amounts.total_amount.percent(Decimal::from(percent))?;
    let owed = amounts.total_amount.minus(comes_back)?;
    let retained = if owed.amount() > captured.amount() { captured } else { owed };
    let shares = Shares::of(retained, amounts);
    Ok(Quote {
        captured,
        refund: captured.minus(retained)?,
        retained,
        provider_keeps: shares.provider,
        reason: reason(terms, by, percent),
        until: terms.until(starts_at, now).filter(|_| by == CancelledBy::User),
    })
}

fn reason(terms: &Terms, by: CancelledBy, percent: u32) -> String {
    match by {
        CancelledBy::Provider => "the provider cancels, so everything comes back".to_owned(),
        CancelledBy::Admin | CancelledBy::System => {
            "Traveloure cancels, so everything comes back".to_owned()
        }
        CancelledBy::User => {
            let policy = terms.policy.as_str();
            match percent {
                100 => format!("{policy} policy: everything comes back"),
                0 => format!("{policy} policy: nothing comes back this late"),
                _ => format!("{policy} policy: {percent} % of the price comes back"),
            }
        }
    }
}

/// A part of a booking's money, divided as its price was: provider's payout, platform's fee, expert's fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    pub provider: Money,
    pub platform: Money,
    pub expert: Money,
}

impl Shares {
    /// Divides `part`; the shares sum to it exactly (largest remainder).
    #[must_use]
    pub fn of(part: Money, amounts: &Amounts) -> Self {
        let weights =
            [amounts.provider_payout, amounts.platform_fee, amounts.expert_fee].map(Money::amount);
        let shares = part.apportion(&weights);
        Self { provider: shares[0], platform: shares[1], expert: shares[2] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn usd(amount: i64) -> Money {
        Money::try_new(Decimal::new(amount, 2), Currency::USD).unwrap()
    }

    fn hundred() -> Amounts {
        Amounts::try_new(usd(10000), usd(1500), usd(1000)).unwrap()
    }

    #[test]
    fn the_longer_the_notice_the_more_comes_back() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let terms = Policy::Moderate.terms();
        let at = |hours| terms.percent(start, start - TimeDelta::hours(hours));
        assert_eq!([at(500), at(120), at(119), at(24), at(23), at(-1)], [100, 100, 50, 50, 0, 0]);
        assert_eq!(
            terms.until(start, start - TimeDelta::hours(30)),
            Some(start - TimeDelta::hours(24))
        );
        assert_eq!(terms.until(start, start), None);
    }

    #[test]
    fn what_stays_is_never_more_than_was_paid() {
        let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let cancel = |captured, by, hours| {
            let now = start - TimeDelta::hours(hours);
            quote(&Policy::Moderate.terms(), &hundred(), usd(captured), by, start, now).unwrap()
        };
        let half = cancel(11000, CancelledBy::User, 48);
        assert_eq!((half.refund, half.retained), (usd(5500), usd(5500)));
        assert_eq!(half.provider_keeps, usd(42_50));
        let deposit = cancel(3000, CancelledBy::User, 48);
        assert_eq!((deposit.refund, deposit.retained), (usd(0), usd(3000)));
        let late = cancel(11000, CancelledBy::Provider, 1);
        assert_eq!((late.refund, late.retained), (usd(11000), usd(0)));
        assert_eq!(late.until, None);
    }

    #[test]
    fn shares_sum_exactly() {
        let shares = Shares::of(usd(33_33), &hundred());
        let sum = shares.provider.plus(shares.platform).unwrap().plus(shares.expert).unwrap();
        assert_eq!(sum, usd(33_33));
    }
}
