//! `/api/providers/{provider_id}/pools/`

pub mod create;
pub mod delete;
pub mod edit;
pub mod list;
