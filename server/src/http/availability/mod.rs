//! `/api/providers/{provider_id}/availability/`, `…/conflicts/`, `/api/services/{service_id}/availability/`, `…/check/`

pub mod check;
pub mod conflicts;
pub mod days;
pub mod edit;
pub mod rules;
