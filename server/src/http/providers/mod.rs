//! `/api/providers/`

pub mod create;
pub mod get;
