//! Services: making, editing and finding what can be booked.

mod create;
mod edit;
mod read;
mod search;

pub use create::create;
pub use edit::edit;
pub use read::{ListQuery, get, of_provider};
pub use search::{SearchQuery, search};

use traveloure_core::{
    actor::{Actor, Role},
    ids::{PoolId, ProviderId},
};

use super::{words::Words, work::Work};
use crate::{error::AppResult, store::pools};

/// How many shared resources one booking draws from at the most.
const MAX_POOLS: usize = 20;

/// The provider whose unlisted services the actor may see: their own, while they act as it.
pub(super) fn viewer(actor: &Actor) -> Option<ProviderId> {
    actor.provider.filter(|_| actor.role == Role::Provider)
}

/// The pools named in a form, which must be the provider's own. They stay as they are until the transaction ends;
/// this comes before any lock on a service's rules.
async fn own_pools(
    work: &mut Work<'_>,
    words: &mut Words,
    provider: ProviderId,
    named: &[PoolId],
) -> AppResult<Vec<PoolId>> {
    if named.is_empty() {
        return Ok(Vec::new());
    }
    if named.len() > MAX_POOLS {
        words.refuse("pools", "too_many", format!("a service draws from at most {MAX_POOLS}"));
        return Ok(Vec::new());
    }
    let own = pools::keep(work.db(), named, provider).await?;
    for (index, pool) in named.iter().enumerate() {
        if !own.contains(pool) {
            words.refuse(format!("pools[{index}]"), "unknown", "you have no such shared resource");
        }
    }
    Ok(own)
}
