//! How much one account, or one address, may ask for in a minute.
//!
//! Who signs in with a good token is counted by account; an address, which may be a whole office's, may ask
//! for ten times as much. Signing in and registering are counted more strictly, by address and by the
//! account that is tried. Each answer says in `RateLimit-*` what is left of the stricter count.

mod address;
mod allowance;
mod meter;

use std::{fmt, num::NonZeroU32, sync::Arc, time::Instant};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::{NoOpMiddleware, StateInformationMiddleware},
    state::keyed::DashMapStateStore,
};
use traveloure_config::RateLimit;
use traveloure_core::ids::UserId;

use address::Address;
use allowance::Allowance;
pub use meter::{Meter, measure};

/// An address may be many accounts'.
const ACCOUNTS_OF_AN_ADDRESS: u32 = 10;

/// The limits of a server, and how much of them is used; cheap to clone.
#[derive(Clone)]
pub struct Limits(Option<Arc<Buckets>>);

struct Buckets {
    accounts: Bucket<UserId>,
    addresses: Bucket<Address>,
    sign_ins_by_address: Bucket<Address>,
    /// By the e-mail address that is tried, in lower case.
    sign_ins_by_account: Bucket<String>,
    /// The address is what the proxy in front says.
    behind_proxy: bool,
}

type Bucket<K> = RateLimiter<K, DashMapStateStore<K>, MonotonicClock, StateInformationMiddleware>;

impl Limits {
    /// No limits at all.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    #[must_use]
    pub fn new(settings: &RateLimit) -> Self {
        let sign_ins = settings.sign_in_per_minute;
        Self(Some(Arc::new(Buckets {
            accounts: bucket(settings.per_minute),
            addresses: bucket(settings.per_minute.saturating_mul(ACCOUNTS_OF_AN_ADDRESS)),
            sign_ins_by_address: bucket(sign_ins),
            sign_ins_by_account: bucket(sign_ins),
            behind_proxy: settings.behind_proxy,
        })))
    }

    /// Forgets who has not asked for anything lately.
    pub fn tidy(&self) {
        if let Some(buckets) = &self.0 {
            buckets.accounts.retain_recent();
            buckets.addresses.retain_recent();
            buckets.sign_ins_by_address.retain_recent();
            buckets.sign_ins_by_account.retain_recent();
        }
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Limits" } else { "Limits(none)" })
    }
}

fn bucket<K: Clone + Eq + std::hash::Hash>(per_minute: u32) -> Bucket<K> {
    let quota = Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
    RateLimiter::<_, _, _, NoOpMiddleware<Instant>>::new(
        quota,
        DashMapStateStore::default(),
        MonotonicClock,
    )
    .with_middleware()
}

fn take<K: Clone + Eq + std::hash::Hash>(bucket: &Bucket<K>, key: &K) -> Allowance {
    match bucket.check_key(key) {
        Ok(state) => Allowance::left(state.quota(), state.remaining_burst_capacity()),
        Err(refused) => {
            Allowance::used_up(refused.quota(), refused.wait_time_from(MonotonicClock.now()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_count_of_their_own() {
        let bucket = bucket::<&str>(2);
        assert_eq!(take(&bucket, &"ana").remaining, 1);
        assert_eq!(take(&bucket, &"ana").remaining, 0);
        let refused = take(&bucket, &"ana");
        // Two a minute: the next one in at most half a minute.
        assert!(
            refused.retry_after.is_some_and(|seconds| (1..=30).contains(&seconds)),
            "{refused:?}"
        );
        assert_eq!(take(&bucket, &"bob").retry_after, None);
    }
}
