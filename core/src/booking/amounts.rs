//! The money of a booking and the sums that always hold (invariant 6).

use serde::{Deserialize, Serialize};

use crate::money::{Money, MoneyError};

/// `total = service + expert fee`, `provider payout + platform fee = service`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Amounts {
    /// What the service costs.
    pub service_amount: Money,
    /// What the platform keeps of it.
    pub platform_fee: Money,
    /// What a local expert gets on top.
    pub expert_fee: Money,
    /// What the traveler pays.
    pub total_amount: Money,
    /// What the provider receives.
    pub provider_payout: Money,
}

/// Why amounts do not make a booking.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountsError {
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("the platform fee {fee} is not between nothing and the service amount {service}")]
    FeeOutOfRange { fee: Money, service: Money },
}

impl Amounts {
    /// # Errors
    /// Mixed currencies, or a fee below zero or above the service amount.
    pub fn try_new(
        service: Money,
        platform_fee: Money,
        expert_fee: Money,
    ) -> Result<Self, AmountsError> {
        let provider_payout = service.minus(platform_fee)?;
        if platform_fee.is_negative() || provider_payout.is_negative() {
            return Err(AmountsError::FeeOutOfRange { fee: platform_fee, service });
        }
        Ok(Self {
            service_amount: service,
            platform_fee,
            expert_fee,
            total_amount: service.plus(expert_fee)?,
            provider_payout,
        })
    }
}
