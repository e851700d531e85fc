//! `/api/booking-requests/…`

pub mod accept;
pub mod bulk;
pub mod counter_offer;
pub mod decline;
pub mod get;
pub mod list;
pub mod messages;
pub mod respond;
pub mod submit;
pub mod withdraw;
