//! `/api/jobs/`, for administrators

pub mod list;
pub mod retry;
pub mod troubles;
