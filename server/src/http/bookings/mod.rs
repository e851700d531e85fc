//! `/api/bookings/…`, `/api/providers/{provider_id}/bookings/`

pub mod get;
pub mod list;
