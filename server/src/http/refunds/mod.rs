//! `/api/refunds/`, for administrators

pub mod given_back;
