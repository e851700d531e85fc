//! Bookings that have taken place, and whose the money is then.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::event::Kind,
    booking::Status,
    cancellation::Shares,
    ids::LedgerTransactionId,
    ledger::{self, Posting},
};

use crate::{
    app::{Context, payouts, work::Work},
    error::{AppResult, Fault},
    store::{
        bookings,
        checkouts::{self, Payable},
        ledger as books,
    },
};

const BATCH: i64 = 50;

/// Completes confirmed bookings whose end has passed, and shares out the money of those whose time has come. Returns
/// how many; call again while there are any. Safe to run twice and by several servers at once.
///
/// A booking whose balance is not paid stays confirmed, however long ago it ended: either the traveler still pays, or
/// its provider decides to cancel it. What was retained of a cancelled booking is shared out a hold after the booking
/// would have ended, as if it had taken place. While a dispute is open nothing of its bookings is shared out.
///
/// # Errors
/// A fault only.
pub async fn complete_ended(context: &Context) -> AppResult<usize> {
    let completed = context.transact(|work| Box::pin(complete(work))).await?;
    let hold = context.payout_hold;
    let shared = context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let ids = bookings::lock_unearned(work.db(), now, hold, BATCH).await?;
                for booking in checkouts::lock_bookings(work.db(), &ids).await? {
                    share_out(work, &booking).await?;
                }
                Ok(ids.len())
            })
        })
        .await?;
    Ok(completed + shared)
}

async fn complete(work: &mut Work<'_>) -> AppResult<usize> {
    let now = work.now;
    let ids = bookings::lock_ended(work.db(), now, BATCH).await?;
    for booking in checkouts::lock_bookings(work.db(), &ids).await? {
        let version = bookings::complete(work.db(), booking.id, now).await?;
        let (user, provider) = (Some(booking.user), Some(booking.provider));
        work.tell(Kind::BookingCompleted, booking.id, Some(version), user, provider);
    }
    Ok(ids.len())
}

/// When the next booking ends, or the money of a cancelled one is shared out.
///
/// # Errors
/// A fault only.
pub async fn next_end(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    let ends = bookings::next_end(&mut db).await?;
    let shared = bookings::next_unearned(&mut db, context.payout_hold).await?;
    Ok([ends, shared].into_iter().flatten().min())
}

// What we hold becomes the provider's, the expert's and ours. Of what was paid on site the provider owes the fees.
async fn share_out(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let ending = bookings::ending(work.db(), booking.id).await?;
    let held = booking.paid;
    if !held.is_zero() {
        let posting = ledger::earned(booking.parties(), held, &booking.amounts);
        post(work, &format!("earned:{}", booking.id), &posting).await?;
        let share = Shares::of(held, &booking.amounts).provider;
        payouts::owe(work, booking, share, ending.ends_at, None).await?;
    } else if ending.on_site && booking.status == Status::Completed {
        let posting = ledger::paid_on_site(booking.parties(), &booking.amounts)
            .map_err(|error| Fault::Broken(error.to_string()))?;
        post(work, &format!("on_site:{}", booking.id), &posting).await?;
    }
    bookings::earned(work.db(), booking.id, now).await?;
    Ok(())
}

async fn post(work: &mut Work<'_>, cause: &str, posting: &Posting) -> AppResult<()> {
    let now = work.now;
    let id = LedgerTransactionId::new(now, work.random());
    Ok(books::post(work.db(), id, cause, posting, now).await?)
}
