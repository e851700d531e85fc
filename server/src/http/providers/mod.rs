//! `/api/providers/`

pub mod create;
pub mod earnings;
pub mod edit;
pub mod get;
pub mod onboard;
