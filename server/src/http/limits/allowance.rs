//! What is left for someone, as `RateLimit-*` says it.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use governor::Quota;
use traveloure_core::api::problem::Code;

use crate::error::AppError;

/// What is left of a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    pub(super) limit: u32,
    pub(super) remaining: u32,
    /// Seconds until nothing of it counts as used any more.
    pub(super) reset: u64,
    /// Seconds until one more is allowed, where none is now.
    pub(super) retry_after: Option<u64>,
}

impl Allowance {
    pub(super) fn left(quota: Quota, remaining: u32) -> Self {
        let limit = quota.burst_size().get();
        let used = limit.saturating_sub(remaining);
        let reset = whole_seconds(quota.replenish_interval().saturating_mul(used));
        Self { limit, remaining, reset, retry_after: None }
    }

    pub(super) fn used_up(quota: Quota, wait: Duration) -> Self {
        Self { retry_after: Some(whole_seconds(wait).max(1)), ..Self::left(quota, 0) }
    }

    /// # Errors
    /// [`Code::RateLimited`] where nothing is left.
    pub(super) fn check(&self) -> Result<(), AppError> {
        let Some(seconds) = self.retry_after else { return Ok(()) };
        Err(AppError::refused(
            Code::RateLimited,
            format!(
                "That was more than {} requests in a minute. Nothing was changed; try again in {seconds} s.",
                self.limit
            ),
        ))
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        let mut set = |name: &'static str, value: u64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        set("ratelimit-limit", self.limit.into());
        set("ratelimit-remaining", self.remaining.into());
        set("ratelimit-reset", self.reset);
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }

    /// Whether this one is nearer to its end than `other`.
    pub(super) fn is_stricter_than(&self, other: &Self) -> bool {
        (self.retry_after.is_none(), self.remaining)
            < (other.retry_after.is_none(), other.remaining)
    }
}

fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
