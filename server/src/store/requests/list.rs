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

/// One page. Whose rows they are and how they are ordered is part of the statement, so that an index
/// gives them in order and no plan has to guess.
macro_rules! page {
    ($db:ident, $wanted:ident, $who:expr, $scope:tt, $status:tt, $behind:tt, $order:tt $(,)?) => {
        select_requests!(
            [
                "WHERE ",
                $scope,
                " AND ",
                $status,
                " AND ($2::timestamptz IS NULL OR ",
                $behind,
                ")",
                r#"
          AND (cardinality($4::text[]) = 0 OR r.status = ANY ($4))
          AND ($5::uuid IS NULL OR r.service_id = $5)
          AND ($6::date IS NULL OR r.terms_date >= $6)
          AND ($7::date IS NULL OR r.terms_date < $7)
          AND ($8::text IS NULL OR u.name ILIKE $8 OR p.name ILIKE $8 OR s.name ILIKE $8)
                "#,
                " ORDER BY ",
                $order,
                " LIMIT $9"
            ],
            $who.as_uuid(),
            $wanted.after.map(|(at, _)| at),
            $wanted.after.map(|(_, id)| id.as_uuid()),
            &$wanted.filter.statuses,
            $wanted.filter.service.map(Uuid::from),
            $wanted.filter.from,
            $wanted.filter.until,
            $wanted.filter.words.as_deref().map(contains),
            $wanted.limit,
        )
        .fetch_all(&mut *$db)
        .await
    };
}

/// The page's rows, in its order.
pub async fn list(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Stored>> {
    let rows = match (wanted.scope, wanted.order) {
        (Scope::Provider(provider), Order::Expiring) => {
            page!(
                db,
                wanted,
                provider,
                "r.provider_id = $1",
                "r.status IN ('pending_provider', 'counter_offered')",
                "(r.expires_at, r.id) > ($2, $3::uuid)",
                "r.expires_at, r.id"
            )
        }
        (Scope::Traveler(user), Order::Expiring) => {
            page!(
                db,
                wanted,
                user,
                "r.user_id = $1",
                "r.status IN ('pending_provider', 'counter_offered')",
                "(r.expires_at, r.id) > ($2, $3::uuid)",
                "r.expires_at, r.id"
            )
        }
        (Scope::Provider(provider), Order::Newest) => {
            page!(
                db,
                wanted,
                provider,
                "r.provider_id = $1",
                "true",
                "(r.updated_at, r.id) < ($2, $3::uuid)",
                "r.updated_at DESC, r.id DESC"
            )
        }
        (Scope::Traveler(user), Order::Newest) => {
            page!(
                db,
                wanted,
                user,
                "r.user_id = $1",
                "true",
                "(r.updated_at, r.id) < ($2, $3::uuid)",
                "r.updated_at DESC, r.id DESC"
            )
        }
    }?;
    rows.into_iter().map(row).collect()
}
