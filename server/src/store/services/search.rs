//! Finding services among many: everything that an index or a plain column can decide is decided here, so that only
//! likely ones are loaded whole.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use traveloure_core::{api::service::Service, category::Category, ids::ProviderId};
use uuid::Uuid;

use super::read::{Raw, row, select_services};
use crate::{
    error::AppResult,
    store::read::{column, contains},
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
    pub day: Option<Day>,
    /// The row after which the page begins.
    pub after: Option<(String, Uuid)>,
    pub limit: i64,
}

/// The day, and the party, for which they should be open.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    pub date: NaiveDate,
    pub party: u32,
    pub now: DateTime<Utc>,
    /// The latest date that it is anywhere on Earth: horizons are counted in the service's zone, which is not
    /// looked at here.
    pub latest_today: NaiveDate,
}

/// Services by name. With a day, those whose rules surely close it are left out; of the others it must still
/// be asked.
pub async fn found(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Service>> {
    let (name, id) = wanted.after.clone().unzip();
    let day = wanted.day;
    select_services!(
        r#"
        WHERE (s.is_listed OR s.provider_id = $12)
          AND ($1::uuid IS NULL OR s.provider_id = $1)
          AND ($2::text IS NULL OR lower(s.city) = lower($2))
          AND ($3::text IS NULL OR s.category = $3)
          AND ($4::text IS NULL OR s.name ILIKE $4 OR p.name ILIKE $4)
          AND ($5::text IS NULL OR (lower(s.name), s.id) > (lower($5), $6::uuid))
          AND ($7::date IS NULL OR (
                a.is_available
            AND NOT a.blocked_dates ? to_char($7::date, 'YYYY-MM-DD')
            AND (coalesce(a.available_dates, '[]') = '[]' OR a.available_dates ? to_char($7::date, 'YYYY-MM-DD'))
            AND (a.horizon_days IS NULL OR $7 <= $9::date + a.horizon_days)
            AND coalesce(a.party_min, 1) <= $8::int AND coalesce(a.party_max, $8) >= $8
            AND NOT (a.availability_type = 'calendar' AND EXISTS (
                SELECT 1 FROM capacity taken
                WHERE taken.service_id = s.id AND taken.date = $7 AND taken.slot IS NULL
                  AND taken.booked >= taken.capacity
                  AND NOT EXISTS (
                      SELECT 1 FROM claims
                      WHERE claims.capacity_id = taken.id AND released_at IS NULL AND held_until <= $10
                  )))
          ))
        ORDER BY lower(s.name), s.id
        LIMIT $11
        "#,
        wanted.provider.map(Uuid::from),
        wanted.city,
        wanted.category.map(Category::as_str),
        wanted.words.as_deref().map(contains),
        name,
        id,
        day.map(|day| day.date),
        day.map(|day| column(day.party)),
        day.map(|day| day.latest_today),
        day.map(|day| day.now),
        wanted.limit,
        wanted.viewer.map(Uuid::from),
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(row)
    .collect()
}
