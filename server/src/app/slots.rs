//! Taking slots: which rows of capacity a booking needs, and what stands against it.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use traveloure_core::{
    api::problem::{Code, Problem},
    availability::{
        Answer, Ask, BUCKET_MINUTES, PreparedRules, Reason, check, pool_buckets, takes,
    },
    ids::{RequestId, uuid_v7},
    request::{Side, Terms},
    time,
};

use super::work::Work;
use crate::{
    error::{AppError, AppResult},
    store::{
        bookable::Bookable,
        capacity::{self, Holder, RowKey, Wanted},
        occupancy::{self, Window},
        read::column,
    },
};

/// The question that terms on a table ask of the availability.
#[must_use]
pub fn ask(terms: &Terms) -> Ask {
    Ask { date: terms.date, end_date: terms.end_date, time: terms.time, party: terms.travelers }
}

/// The service's rules, ready for the dates of `ask`.
#[must_use]
pub fn prepare(service: &Bookable, ask: &Ask) -> PreparedRules {
    PreparedRules::prepare(&service.rules, &service.setting, dates(ask))
}

// Also of a question that makes no sense, such as a departure before the arrival.
fn dates(ask: &Ask) -> Range<NaiveDate> {
    ask.date..ask.end_date.unwrap_or(ask.date).max(time::next_day(ask.date))
}

/// The window that `ask` is about.
#[must_use]
pub fn window_of(service: &Bookable, ask: &Ask) -> Window {
    window(service, dates(ask))
}

/// The local dates of a window and the instants around it, wide enough for buffers and every zone.
#[must_use]
pub fn window(service: &Bookable, dates: Range<NaiveDate>) -> Window {
    let zone = service.setting.zone;
    let around = TimeDelta::minutes(
        i64::from(service.rules.buffer_before_minutes.max(service.rules.buffer_after_minutes))
            + i64::from(service.setting.duration_minutes.unwrap_or(0))
            // The bucket in which the first buffer begins may have begun before it.
            + BUCKET_MINUTES,
    );
    Window {
        from: dates.start,
        until: dates.end,
        starts: time::instant(dates.start, NaiveTime::MIN, zone) - around,
        ends: time::instant(dates.end, NaiveTime::MIN, zone) + around,
    }
}

/// What the availability says to `ask`. What `except` holds itself does not stand in its way.
///
/// # Errors
/// A fault only: that it is closed is an answer.
pub async fn look(
    db: &mut sqlx::PgConnection,
    service: &Bookable,
    ask: &Ask,
    except: Option<RequestId>,
    now: DateTime<Utc>,
) -> AppResult<Answer> {
    let prepared = prepare(service, ask);
    let occupancy = occupancy::of(db, service, window_of(service, ask), except, now).await?;
    Ok(check(&prepared, &occupancy, ask, now))
}

/// What the availability says to each of many questions, in their order, read at once.
///
/// # Errors
/// A fault only.
pub async fn look_all(
    db: &mut sqlx::PgConnection,
    asked: &[(&Bookable, Ask)],
    now: DateTime<Utc>,
) -> AppResult<Vec<Answer>> {
    let windows: Vec<(&Bookable, Window)> =
        asked.iter().map(|(service, ask)| (*service, window_of(service, ask))).collect();
    let occupancies = occupancy::of_all(db, &windows, None, now).await?;
    Ok(asked
        .iter()
        .zip(&occupancies)
        .map(|((service, ask), occupancy)| check(&prepare(service, ask), occupancy, ask, now))
        .collect())
}

/// Claims what `ask` needs for `holder`. The claim stands once the transaction has committed; where it
/// would exceed a capacity the transaction is undone and refused.
///
/// # Errors
/// `slot_taken` or `not_offered` where there is no such row to claim.
pub async fn take(
    work: &mut Work<'_>,
    service: &Bookable,
    ask: &Ask,
    holder: Holder,
) -> AppResult<()> {
    let prepared = prepare(service, ask);
    let rows = takes(&prepared, ask).map_err(|reason| refused(&[reason], Side::Traveler))?;
    let mut wanted: Vec<Wanted> = rows
        .into_iter()
        .map(|row| Wanted {
            key: RowKey::of_service(service.id, row.date, row.slot),
            target: column(row.target),
            quantity: column(row.quantity),
        })
        .collect();
    if !service.pools.is_empty() {
        let rules = prepared.rules();
        let span = prepared.span(ask);
        let buckets = pool_buckets(span, rules.buffer_before_minutes, rules.buffer_after_minutes);
        for pool in &service.pools {
            wanted.extend(buckets.iter().map(|bucket| Wanted {
                key: RowKey::of_pool(pool.id, *bucket),
                target: column(pool.capacity),
                quantity: column(pool.units),
            }));
        }
    }
    wanted.sort_by_key(|one| one.key);
    let now = work.now;
    let ids: Vec<_> = (0..2 * wanted.len()).map(|_| uuid_v7(now, work.random())).collect();
    let mut ids = ids.into_iter();
    let mut fallback = || uuid_v7(now, [0; 10]);
    let (db, counters) = work.db_and_counters();
    capacity::claim(db, counters, &wanted, holder, now, || {
        ids.next().unwrap_or_else(&mut fallback)
    })
    .await?;
    Ok(())
}

/// Whether these reasons mean that it is taken, or that it is not offered.
#[must_use]
pub fn code(reasons: &[Reason]) -> Code {
    if reasons.iter().any(is_taken) { Code::SlotTaken } else { Code::NotOffered }
}

/// The reasons as a sentence, without its full stop.
#[must_use]
pub fn in_words(reasons: &[Reason], to: Side) -> String {
    let one = |reason: &Reason| match to {
        Side::Provider => reason.to_string(),
        Side::Traveler => reason.clone().for_others().to_string(),
    };
    let mut words: Vec<String> = reasons.iter().map(one).collect();
    // Without their names a guide and a van are taken in the same words.
    words.dedup();
    sentence(&words.join("; "))
}

/// The refusal for these reasons: taken, or not offered. A traveler is not told what the provider wrote to themselves.
#[must_use]
pub fn refused(reasons: &[Reason], to: Side) -> AppError {
    let mut problem = Problem::new(
        code(reasons),
        format!("{}. Nothing was changed; another date or time may do.", in_words(reasons, to)),
    );
    problem.left = reasons.iter().filter_map(left).min();
    AppError::Refused(Box::new(problem))
}

/// Whether a capacity, and not a rule, stands in the way.
#[must_use]
pub fn is_taken(reason: &Reason) -> bool {
    matches!(reason, Reason::Full { .. } | Reason::Held { .. } | Reason::PoolBusy { .. })
}

fn left(reason: &Reason) -> Option<u32> {
    match reason {
        Reason::Full { left, .. } | Reason::Held { left, .. } => Some(*left),
        Reason::PoolBusy { .. } => Some(0),
        _ => None,
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
