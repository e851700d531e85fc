//! What a service costs: the terms a provider writes, and the price that follows from them.

mod calculate;
mod faults;
mod number;
mod plan;
mod quote;
#[cfg(test)]
mod strategies;
mod terms;
pub mod text;
mod validate;

pub use calculate::{DayPrice, DayReason, MAX_NIGHTS, day_price, offer, quote};
pub use plan::{DateTotal, MAX_WINDOW_DAYS, PlanError, PriceChange, PricePlan, Window, plan};
pub use quote::{Ask, Estimate, Line, LineKind, Priced, Quote, QuoteError};
pub use terms::{
    DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
    PricingType, Season,
};
