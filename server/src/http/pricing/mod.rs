//! `/api/providers/{provider_id}/pricing/`, `/api/services/{service_id}/quote/`

pub mod edit;
pub mod quote;
pub mod terms;
