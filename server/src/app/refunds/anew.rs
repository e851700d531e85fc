//! Refunds that did not arrive: they are made anew, by themselves for a while and then by hand.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::{cancel::RefundStatus, event::Kind},
    ids::RefundId,
    job::Job,
    refund,
};

use super::super::{troubles::put_down, work::Work};
use crate::{
    error::{AppError, AppResult},
    store::{
        bookings, checkouts,
        refunds::{self, Stored},
        troubles,
    },
};

// What did not arrive is owed still. While another refund of it is intended nobody else gives it back, and no payout
// of it leaves.
pub(super) async fn make_anew(
    work: &mut Work<'_>,
    failed: &Stored,
    failure: Option<&str>,
) -> AppResult<()> {
    let why = refund::why_failed(failure.unwrap_or_default());
    let why = why.trim_end_matches('.');
    let Some(pause) = refund::retry_after(failed.tries) else {
        let why = format!(
            "The refund did not arrive, {} times: {why}. The money is with us; give it back in another way, or retry.",
            failed.tries,
        );
        return put_down(work, Job::SettleRefunds, failed.id, failed.tries, &why, None).await;
    };
    let at = work.now + pause;
    let next = follow(work, failed, at).await?;
    let why = format!("The refund did not arrive: {why}. It is made anew by itself.");
    put_down(work, Job::SettleRefunds, next, failed.tries, &why, Some(at)).await
}

/// Locks the booking of a refund, before its trouble: in the order of everything else that touches both.
pub async fn lock_booking(work: &mut Work<'_>, subject: &str) -> AppResult<()> {
    let Ok(id) = subject.parse::<RefundId>() else { return Ok(()) };
    if let Some(refund) = refunds::get(work.db(), id).await? {
        checkouts::lock_bookings(work.db(), &[refund.booking]).await?;
    }
    Ok(())
}

/// Has a refund tried at once: one that is intended is asked for now, one that has failed is made anew. Returns the id
/// of what is tried. Of one that was given back in another way since nothing is tried; it is in trouble no more.
///
/// # Errors
/// `not_found`: there is no such refund.
pub async fn retry(work: &mut Work<'_>, subject: &str) -> AppResult<String> {
    let now = work.now;
    let gone = || AppError::not_found("refund");
    let id: RefundId = subject.parse().map_err(|_| gone())?;
    let refund = refunds::get(work.db(), id).await?.ok_or_else(gone)?;
    // The booking first, as everywhere.
    let booking = checkouts::lock_bookings(work.db(), &[refund.booking]).await?.pop();
    let booking = booking.ok_or_else(gone)?;
    let refund = refunds::lock(work.db(), id).await?.ok_or_else(gone)?;
    if refund.status != RefundStatus::Failed {
        refunds::hurry(work.db(), id, now).await?;
        return Ok(subject.to_owned());
    }
    troubles::resolve(work.db(), Job::SettleRefunds, subject).await?;
    if let Some(next) = refunds::follower(work.db(), id).await? {
        refunds::hurry(work.db(), next.id, now).await?;
        return Ok(next.id.to_string());
    }
    if !refunds::is_left(work.db(), &refund).await? {
        // It was given back in another way since.
        return Ok(subject.to_owned());
    }
    let next = follow(work, &refund, now).await?;
    work.tell(Kind::RefundChanged, next, None, Some(booking.user), Some(booking.provider));
    Ok(next.to_string())
}

// Over the same payment: what else was paid is none of this one's.
async fn follow(work: &mut Work<'_>, failed: &Stored, at: DateTime<Utc>) -> AppResult<RefundId> {
    let reason = refunds::reason(work.db(), failed.id).await?;
    let next = in_its_stead(work, failed, RefundStatus::Intended).await?;
    refunds::insert(work.db(), &next, reason, at).await?;
    Ok(next.id)
}

/// What takes the place of a refund that failed; it is not written down yet.
pub(super) async fn in_its_stead(
    work: &mut Work<'_>,
    failed: &Stored,
    status: RefundStatus,
) -> AppResult<Stored> {
    let now = work.now;
    Ok(Stored {
        id: RefundId::new(now, work.random()),
        status,
        attempt: 1,
        reference: None,
        of_earned: bookings::frozen(work.db(), failed.booking).await?.is_earned,
        failure: None,
        looks: 0,
        follows: Some(failed.id),
        tries: failed.tries + 1,
        created_at: now,
        ..failed.clone()
    })
}
