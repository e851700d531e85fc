//! Finding services among many.

use chrono::NaiveDate;
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    availability::{Closure, Setting},
    category::Category,
    ids::{ProviderId, ServiceId},
};
use uuid::Uuid;

use crate::{
    error::AppResult,
    store::read::{contains, corrupt, count},
};

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
    /// The day it should be open.
    pub date: Option<NaiveDate>,
    pub limit: i64,
}

/// A service that was found, with what tells most of those that are closed from the others.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub id: ServiceId,
    pub name: String,
    pub setting: Setting,
    /// What closes it again and again; none where it is switched off or the day is blocked.
    pub closures: Option<Vec<Closure>>,
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    name: String,
    zone: String,
    duration_minutes: Option<i32>,
    by_night: bool,
    closures: Option<Json<Vec<Closure>>>,
}

/// A page of names is cut first, and only then what closes each is looked up: together PostgreSQL goes through all
/// services, because it cannot tell how few are left out, and so sorts what it could read in order.
///
/// Where to look is no condition that may be left open: PostgreSQL plans once for all that is asked, and would go
/// through every city for one.
macro_rules! select_candidates {
    ($where:literal, $wanted:ident) => {{
        let (name, id) = $wanted.after.clone().unzip();
        sqlx::query_as!(
            Raw,
            r#"
        SELECT found.id, found.name, found.zone, found.duration_minutes, found.by_night,
               CASE WHEN a.is_available AND NOT a.blocked_dates ? $9 THEN a.recurring_unavailable END
                   AS "closures: Json<Vec<Closure>>"
        FROM (
            SELECT s.id, s.name, s.zone, s.duration_minutes, s.by_night
            FROM services s
            WHERE "# + $where + r#"
              AND (s.is_listed OR s.provider_id = $8)
              AND ($3::text IS NULL OR s.category = $3)
              AND ($4::text IS NULL OR lower(s.name) LIKE lower($4)
                   OR s.provider_id IN (SELECT id FROM service_providers WHERE lower(name) LIKE lower($4)))
              AND (lower(s.name), s.id)
                  > (lower(coalesce($5::text, '')), coalesce($6::uuid, '00000000-0000-0000-0000-000000000000'))
            ORDER BY lower(s.name), s.id
            LIMIT $7
        ) found
        JOIN provider_availability a ON a.service_id = found.id
        ORDER BY lower(found.name), found.id"#,
            $wanted.provider.map(Uuid::from),
            $wanted.city,
            $wanted.category.map(Category::as_str),
            $wanted.words.as_deref().map(contains),
            name,
            id,
            $wanted.limit,
            $wanted.viewer.map(Uuid::from),
            $wanted.date.map(|date| date.to_string()),
        )
    }};
}

/// Services by name.
pub async fn candidates(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Candidate>> {
    let found = if wanted.provider.is_some() {
        select_candidates!(
            "s.provider_id = $1 AND ($2::text IS NULL OR lower(s.city) = lower($2))",
            wanted
        )
        .fetch_all(db)
        .await?
    } else if wanted.city.is_some() {
        select_candidates!("$1::uuid IS NULL AND lower(s.city) = lower($2)", wanted)
            .fetch_all(db)
            .await?
    } else {
        select_candidates!("$1::uuid IS NULL AND $2::text IS NULL", wanted).fetch_all(db).await?
    };
    found.into_iter().map(candidate).collect()
}

fn candidate(raw: Raw) -> AppResult<Candidate> {
    let id = ServiceId::from(raw.id);
    let setting = Setting {
        zone: raw.zone.parse().map_err(|error| corrupt("zone", id, error))?,
        duration_minutes: raw.duration_minutes.map(count),
        by_night: raw.by_night,
    };
    let closures = raw.closures.map(|closures| closures.0);
    Ok(Candidate { id, name: raw.name, setting, closures })
}
