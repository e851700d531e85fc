//! `/api/platform/`, for administrators

pub mod reconciliation;
pub mod revenue;
pub mod simulate;
