//! `/api/cart/`

pub mod empty;
pub mod get;
pub mod save;
