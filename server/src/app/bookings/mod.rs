//! Bookings: reading them, and letting go of those that were not paid in time.

mod cancel;
mod complete;
pub mod make;
mod manifest;

use chrono::{DateTime, NaiveDate, Utc};
use traveloure_core::{
    actor::{Actor, Role},
    api::{
        booking::{Booking, BookingRow},
        event::Kind,
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
    },
    booking::Status,
    ids::{BookingId, ServiceId},
};

use crate::app::{Context, cursor, payments as paying};
use crate::{
    error::{AppError, AppResult},
    store::{
        bookings::{self, Scope, Wanted},
        capacity, payments,
    },
};

pub use cancel::{cancel, quote_cancellation, refund};
pub use complete::{complete, ended, next_end, next_share, share_out, unearned};
pub use manifest::manifest;

/// The filters of a list.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub statuses: Vec<Status>,
    pub service: Option<ServiceId>,
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub words: Option<String>,
    /// Latest start first instead of earliest.
    pub descending: bool,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

fn scope(actor: &Actor) -> Scope {
    match (actor.role, actor.provider) {
        (Role::Provider, Some(provider)) => Scope::Provider(provider),
        _ => Scope::Traveler(actor.user),
    }
}

/// A page of the actor's bookings, a provider's or a traveler's, by their start.
///
/// # Errors
/// `malformed_parameter` for a cursor that is none.
pub async fn list(
    context: &Context,
    actor: &Actor,
    query: ListQuery,
) -> AppResult<Page<BookingRow>> {
    let scope = scope(actor);
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = query.after.as_deref().map(cursor::read).transpose()?;
    let wanted = Wanted {
        scope,
        statuses: query.statuses.iter().map(|status| status.as_str().to_owned()).collect(),
        service: query.service,
        from: query.from,
        until: query.until,
        words: query.words,
        descending: query.descending,
        after: after.map(|(at, id)| (at, BookingId::from(id))),
        // One more than asked for tells whether there is a next page.
        limit: i64::from(limit) + 1,
    };
    let mut db = context.pool.acquire().await?;
    let mut found = bookings::list(&mut db, &wanted).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next =
        found.last().filter(|_| more).map(|last| cursor::write(last.starts_at, last.id.as_uuid()));
    let for_provider = matches!(scope, Scope::Provider(_));
    Ok(Page {
        items: found.iter().map(|booking| booking.to_row(for_provider)).collect(),
        next,
        total: None,
    })
}

/// One booking of the actor's.
///
/// # Errors
/// `not_found`.
pub async fn get(context: &Context, actor: &Actor, id: BookingId) -> AppResult<Booking> {
    let scope = scope(actor);
    let mut db = context.pool.acquire().await?;
    let found =
        bookings::get(&mut db, id, scope).await?.ok_or_else(|| AppError::not_found("booking"))?;
    let movements = bookings::movements(&mut db, id, found.currency()).await?;
    found.to_booking(matches!(scope, Scope::Provider(_)), movements, context.now())
}

/// Bookings that were not paid in time.
///
/// # Errors
/// A fault only.
pub async fn unpaid(context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::unpaid(&mut db, context.now(), limit).await?)
}

/// Cancels a booking whose payment deadline has passed and frees its slot. Says whether it was one, and nobody else's.
/// Safe to run twice and by several servers at once.
///
/// # Errors
/// A fault only.
pub async fn cancel_unpaid(context: &Context, id: BookingId) -> AppResult<bool> {
    close_payments(context, id).await?;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(booking) = bookings::lock_unpaid(work.db(), id, now).await? else {
                    return Ok(false);
                };
                let (db, counters) = work.db_and_counters();
                capacity::release_booking(db, counters, id, now).await?;
                let version = bookings::cancel_unpaid(work.db(), id, now).await?;
                let (user, provider) = (Some(booking.user), Some(booking.provider));
                work.tell(Kind::BookingCancelled, id, Some(version), user, provider);
                work.tell(Kind::CapacityChanged, booking.service, None, None, provider);
                Ok(true)
            })
        })
        .await
}

// What is open for it could still be paid, or was paid a moment ago: the processor is asked first. Where it cannot be
// reached the booking lapses all the same, and money that comes later takes the place again or goes back.
async fn close_payments(context: &Context, id: BookingId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let live = payments::live_of_booking(&mut db, id).await?;
    drop(db);
    for payment in &live {
        if let Err(error) = paying::close(context, payment).await {
            tracing::warn!(payment = %payment.id, %error, "a page stays open while its booking lapses");
        }
    }
    Ok(())
}

/// When the next payment deadline of an unpaid booking is.
///
/// # Errors
/// A fault only.
pub async fn next_unpaid(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::next_unpaid(&mut db, context.now()).await?)
}
