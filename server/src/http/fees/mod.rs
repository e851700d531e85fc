//! `/api/platform/fees/`

pub mod calculate;
pub mod create;
pub mod edit;
pub mod list;
