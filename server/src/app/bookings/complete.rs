//! Bookings that have taken place, and whose the money is then.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::event::Kind, booking::Status, cancellation::Shares, ids::BookingId, ledger,
};

use crate::{
    app::{Context, books::post, payouts, work::Work},
    error::{AppResult, Fault},
    store::{
        bookings,
        checkouts::{self, Payable},
    },
};

/// Confirmed bookings that are over.
///
/// # Errors
/// A fault only.
pub async fn ended(context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::ended(&mut db, context.now(), limit).await?)
}

/// Completes a confirmed booking whose end has passed. Says whether it was one, and nobody else's. Safe to run twice
/// and by several servers at once.
///
/// A booking whose balance is not paid stays confirmed, however long ago it ended: either the traveler still pays, or
/// its provider decides to cancel it.
///
/// # Errors
/// A fault only.
pub async fn complete(context: &Context, id: BookingId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                if !bookings::lock_ended(work.db(), id, now).await? {
                    return Ok(false);
                }
                let booking = locked(work, id).await?;
                let version = bookings::complete(work.db(), id, now).await?;
                let (user, provider) = (Some(booking.user), Some(booking.provider));
                work.tell(Kind::BookingCompleted, id, Some(version), user, provider);
                Ok(true)
            })
        })
        .await
}

/// When the next booking ends.
///
/// # Errors
/// A fault only.
pub async fn next_end(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::next_end(&mut db, context.now()).await?)
}

/// Bookings whose money is to be shared out.
///
/// # Errors
/// A fault only.
pub async fn unearned(context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::unearned(&mut db, context.now(), context.payout_hold, limit).await?)
}

/// Shares out the money of a booking whose time has come. Says whether it was one, and nobody else's. Safe to run
/// twice and by several servers at once.
///
/// What was retained of a cancelled booking is shared out a hold after the booking would have ended, as if it had
/// taken place. While a dispute is open nothing of its bookings is shared out.
///
/// # Errors
/// A fault only.
pub async fn share_out(context: &Context, id: BookingId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let (now, hold) = (work.now, work.payout_hold());
                if !bookings::lock_unearned(work.db(), id, now, hold).await? {
                    return Ok(false);
                }
                let booking = locked(work, id).await?;
                shared_out(work, &booking).await?;
                Ok(true)
            })
        })
        .await
}

/// When the money of the next cancelled booking is shared out; that of completed ones is at once.
///
/// # Errors
/// A fault only.
pub async fn next_share(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::next_unearned(&mut db, context.now(), context.payout_hold).await?)
}

async fn locked(work: &mut Work<'_>, id: BookingId) -> AppResult<Payable> {
    let found = checkouts::lock_bookings(work.db(), &[id]).await?.pop();
    found.ok_or_else(|| Fault::Broken(format!("booking {id} is locked and not there")).into())
}

// What we hold becomes the provider's, the expert's and ours. Of what was paid on site the provider owes the fees.
async fn shared_out(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let ending = bookings::ending(work.db(), booking.id).await?;
    let held = booking.paid;
    if !held.is_zero() {
        let posting = ledger::earned(booking.parties(), held, &booking.amounts);
        post(work, &format!("earned:{}", booking.id), &posting).await?;
        let share = Shares::of(held, &booking.amounts).provider;
        payouts::owe(work, booking, share, ending.ends_at, None).await?;
    } else if ending.on_site && booking.status == Status::Completed {
        let posting = ledger::paid_on_site(booking.parties(), &booking.amounts);
        post(work, &format!("on_site:{}", booking.id), &posting).await?;
    }
    bookings::earned(work.db(), booking.id, now).await?;
    Ok(())
}
