//! Pages of requests.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{RequestId, ServiceId};
use uuid::Uuid;

use super::{
    Scope,
    read::{Raw, Stored, row, select_requests},
};
use crate::{error::AppResult, store::read::contains};

/// In which order a list comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Open requests only, the first to expire first: an inbox to be cleared.
    Expiring,
    /// Whatever was decided last comes first.
    Newest,
}

/// Which requests are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Any of these; all if empty.
    pub statuses: Vec<String>,
    pub service: Option<ServiceId>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Part of the traveler's, the provider's or the service's name.
    pub words: Option<String>,
}

/// A page.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub scope: Scope,
    pub order: Order,
    pub filter: Filter,
    /// The row after which the page begins.
    pub after: Option<(DateTime<Utc>, RequestId)>,
    pub limit: i64,
}

/// The page's rows, in its order.
pub async fn list(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Stored>> {
    let rows = match wanted.order {
        Order::Expiring => expiring(db, wanted).await?,
        Order::Newest => newest(db, wanted).await?,
    };
    rows.into_iter().map(row).collect()
}

async fn expiring(db: &mut PgConnection, wanted: &Wanted) -> sqlx::Result<Vec<Raw>> {
    let (after, after_id) = cursor(wanted);
    select_requests!(
        r#"
        WHERE r.status IN ('pending_provider', 'counter_offered')
          AND ($1::uuid IS NULL OR r.user_id = $1)
          AND ($2::uuid IS NULL OR r.provider_id = $2)
          AND ($3::timestamptz IS NULL OR (r.expires_at, r.id) > ($3, $4::uuid))
          AND (cardinality($5::text[]) = 0 OR r.status = ANY ($5))
          AND ($6::uuid IS NULL OR r.service_id = $6)
          AND ($7::date IS NULL OR r.terms_date >= $7)
          AND ($8::date IS NULL OR r.terms_date < $8)
          AND ($9::text IS NULL OR u.name ILIKE $9 OR p.name ILIKE $9 OR s.name ILIKE $9)
        ORDER BY r.expires_at, r.id
        LIMIT $10
        "#,
        wanted.scope.user(),
        wanted.scope.provider(),
        after,
        after_id,
        &wanted.filter.statuses,
        wanted.filter.service.map(Uuid::from),
        wanted.filter.from,
        wanted.filter.until,
        wanted.filter.words.as_deref().map(contains),
        wanted.limit,
    )
    .fetch_all(db)
    .await
}

async fn newest(db: &mut PgConnection, wanted: &Wanted) -> sqlx::Result<Vec<Raw>> {
    let (after, after_id) = cursor(wanted);
    select_requests!(
        r#"
        WHERE ($1::uuid IS NULL OR r.user_id = $1)
          AND ($2::uuid IS NULL OR r.provider_id = $2)
          AND ($3::timestamptz IS NULL OR (r.updated_at, r.id) < ($3, $4::uuid))
          AND (cardinality($5::text[]) = 0 OR r.status = ANY ($5))
          AND ($6::uuid IS NULL OR r.service_id = $6)
          AND ($7::date IS NULL OR r.terms_date >= $7)
          AND ($8::date IS NULL OR r.terms_date < $8)
          AND ($9::text IS NULL OR u.name ILIKE $9 OR p.name ILIKE $9 OR s.name ILIKE $9)
        ORDER BY r.updated_at DESC, r.id DESC
        LIMIT $10
        "#,
        wanted.scope.user(),
        wanted.scope.provider(),
        after,
        after_id,
        &wanted.filter.statuses,
        wanted.filter.service.map(Uuid::from),
        wanted.filter.from,
        wanted.filter.until,
        wanted.filter.words.as_deref().map(contains),
        wanted.limit,
    )
    .fetch_all(db)
    .await
}

fn cursor(wanted: &Wanted) -> (Option<DateTime<Utc>>, Option<Uuid>) {
    wanted.after.map_or((None, None), |(at, id)| (Some(at), Some(id.as_uuid())))
}
