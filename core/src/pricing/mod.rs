//! What a service costs: the terms a provider writes, and the price that follows from them.

mod number;
mod quote;
mod terms;
mod validate;

pub use quote::{Ask, Estimate, Line, LineKind, Priced, Quote, QuoteError};
pub use terms::{
    DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
    PricingType, Season,
};
