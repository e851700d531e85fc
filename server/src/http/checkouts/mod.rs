//! `/api/checkouts/…`, `/api/payment-methods/…`, `/paid/`

pub mod cards;
pub mod get;
pub mod paid;
