//! `/api/services/…`, `/api/providers/{provider_id}/services/`

pub mod create;
pub mod edit;
pub mod get;
pub mod of_provider;
pub mod search;
