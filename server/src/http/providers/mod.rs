//! `/api/providers/`

pub mod create;
pub mod earnings;
pub mod edit;
pub mod get;
pub mod list;
pub mod manifest;
pub mod onboard;
