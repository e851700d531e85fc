//! Finding services among many.

use sqlx::PgConnection;
use traveloure_core::{api::service::Service, category::Category, ids::ProviderId};
use uuid::Uuid;

use super::read::{Raw, row, select_services};
use crate::{error::AppResult, store::read::contains};

/// Which services are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whose services are found although they are not listed.
    pub viewer: Option<ProviderId>,
    pub provider: Option<ProviderId>,
    pub city: Option<String>,
    pub category: Option<Category>,
    /// Part of the service's or the provider's name.
    pub words: Option<String>,
    /// The row after which the page begins.
    pub after: Option<(String, Uuid)>,
    pub limit: i64,
}

/// Services by name.
///
/// Whether they are open on a day is not asked here, but of a batch of them at a time: a statement that knows both goes
/// through all of them, because PostgreSQL cannot tell how few their rules leave out, and so sorts what it could read in
/// order.
pub async fn found(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Service>> {
    let (name, id) = wanted.after.clone().unzip();
    select_services!(
        r#"
        WHERE (s.is_listed OR s.provider_id = $8)
          AND ($1::uuid IS NULL OR s.provider_id = $1)
          AND ($2::text IS NULL OR lower(s.city) = lower($2))
          AND ($3::text IS NULL OR s.category = $3)
          AND ($4::text IS NULL OR lower(s.name) LIKE lower($4)
               OR s.provider_id IN (SELECT id FROM service_providers WHERE lower(name) LIKE lower($4)))
          AND ($5::text IS NULL OR (lower(s.name), s.id) > (lower($5), $6::uuid))
        ORDER BY lower(s.name), s.id
        LIMIT $7
        "#,
        wanted.provider.map(Uuid::from),
        wanted.city,
        wanted.category.map(Category::as_str),
        wanted.words.as_deref().map(contains),
        name,
        id,
        wanted.limit,
        wanted.viewer.map(Uuid::from),
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(row)
    .collect()
}
