//! `/api/bookings/…`, `/api/providers/{provider_id}/bookings/`

pub mod cancel;
pub mod charge_balance;
pub mod confirm;
pub mod create_payment_intent;
pub mod get;
pub mod list;
pub mod process_cart;
pub mod refund;
