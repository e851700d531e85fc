//! `/api/checkouts/…`, `/api/payment-methods/…`

pub mod cards;
pub mod get;
