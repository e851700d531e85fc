//! What a provider allows for a service.

use serde::{Deserialize, Serialize};

use crate::cancellation::Policy;

/// How a service can be booked and paid. Resolved service over provider over default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct BookingSettings {
    /// Booked without asking, where it has a price.
    pub instant: bool,
    /// Asked for first.
    pub request: bool,
    /// May be paid on site.
    pub pay_later: bool,
    pub cancellation: Policy,
    /// What a late cancellation cost comes back if somebody else books the place.
    pub refund_if_resold: bool,
}
