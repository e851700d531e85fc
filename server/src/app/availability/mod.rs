//! Availability: the rules that a provider edits, the days they make, and the answer to "can we come then?".

mod conflicts;
mod edit;
mod read;
mod reclaim;

pub use conflicts::conflicts;
pub use edit::edit;
pub(super) use read::sensible;
pub use read::{check, days, rules};

use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    ids::{ProviderId, ServiceId},
};

use super::services::viewer;
use crate::{
    error::{AppError, AppResult},
    store::bookable::{self, Bookable},
};

/// The provider's own service.
pub(super) async fn own(
    db: &mut PgConnection,
    provider: ProviderId,
    service: ServiceId,
) -> AppResult<Bookable> {
    bookable::load(db, service)
        .await?
        .filter(|found| found.provider == provider)
        .ok_or_else(|| AppError::not_found("service"))
}

/// A service that is listed or the actor's own, and whether it is their own.
pub(super) async fn seen(
    db: &mut PgConnection,
    actor: &Actor,
    service: ServiceId,
) -> AppResult<(Bookable, bool)> {
    let found = bookable::load(db, service).await?.ok_or_else(|| AppError::not_found("service"))?;
    let is_own = viewer(actor) == Some(found.provider);
    if is_own || found.is_listed {
        Ok((found, is_own))
    } else {
        Err(AppError::not_found("service"))
    }
}
