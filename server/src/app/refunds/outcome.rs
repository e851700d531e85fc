//! What became of a refund: booked once the processor takes it on, taken back where it did not arrive.

use traveloure_core::{
    api::{cancel::RefundStatus, event::Kind},
    booking::Status,
    cancellation::Shares,
    ids::RefundId,
    ledger::{self, Posting},
};

use super::{
    super::{
        Context,
        books::post,
        gateway::{Refund, RefundStatus as Said},
        payments::next_time,
        payouts::{self, For},
        work::Work,
    },
    anew::make_anew,
};
use crate::{
    error::{AppResult, Fault},
    store::{
        bookings,
        checkouts::{self, Payable},
        refunds::{self, Stored},
    },
};

pub(super) async fn apply(context: &Context, id: RefundId, said: Refund) -> AppResult<()> {
    let status = match said.status {
        Said::Pending | Said::RequiresAction => RefundStatus::Pending,
        Said::Succeeded => RefundStatus::Succeeded,
        Said::Failed | Said::Canceled => RefundStatus::Failed,
    };
    context
        .transact(move |work| {
            Box::pin(async move {
                let reference = said.id.as_str();
                let failure = said.failure_reason.as_deref();
                moved(work, id, status, Some(reference), failure).await
            })
        })
        .await
}

pub(super) async fn failed(context: &Context, id: RefundId, why: String) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { moved(work, id, RefundStatus::Failed, None, Some(&why)).await })
        })
        .await
}

async fn moved(
    work: &mut Work<'_>,
    id: RefundId,
    status: RefundStatus,
    reference: Option<&str>,
    failure: Option<&str>,
) -> AppResult<()> {
    let now = work.now;
    let Some(refund) = refunds::get(work.db(), id).await? else { return Ok(()) };
    // The booking first, as everywhere: whoever decides about its money holds it.
    let Some(booking) = checkouts::lock_bookings(work.db(), &[refund.booking]).await?.pop() else {
        return Err(Fault::Broken(format!("refund {id} of no booking")).into());
    };
    let Some(refund) = refunds::lock(work.db(), id).await? else { return Ok(()) };
    if refund.status == status {
        let look_at = (status == RefundStatus::Pending).then(|| next_time(8, now));
        refunds::moved(work.db(), id, status, reference, failure, look_at, now).await?;
        return Ok(());
    }
    if refund.status == RefundStatus::Failed {
        return Ok(());
    }
    let was_booked = refund.status != RefundStatus::Intended;
    let cause = format!("refund:{id}:{}", refund.attempt);
    let posting = posting(&refund, &booking);
    match (was_booked, status) {
        (false, RefundStatus::Pending | RefundStatus::Succeeded) => {
            post(work, &cause, &posting).await?;
            if refund.of_earned {
                let share = Shares::of(refund.amount, &booking.amounts).provider;
                payouts::take_back(work, &booking, share, For::Refund(id)).await?;
            }
        }
        (was_booked, RefundStatus::Failed) => {
            if was_booked {
                let back = ledger::reversed(&posting, "refund failed");
                post(work, &format!("{cause}:failed"), &back).await?;
            }
            theirs_again(work, &refund, &booking).await?;
        }
        _ => {}
    }
    let look_at = (status == RefundStatus::Pending).then(|| next_time(8, now));
    refunds::moved(work.db(), id, status, reference, failure, look_at, now).await?;
    work.tell(Kind::RefundChanged, id, None, Some(booking.user), Some(booking.provider));
    match status {
        RefundStatus::Succeeded => all_back(work, &booking).await,
        RefundStatus::Failed => make_anew(work, &refund, failure).await,
        _ => Ok(()),
    }
}

pub(super) fn posting(refund: &Stored, booking: &Payable) -> Posting {
    if refund.of_earned {
        ledger::refunded_earned(booking.parties(), refund.amount, &booking.amounts)
    } else {
        ledger::refunded_held(booking.parties(), refund.amount)
    }
}

// What a refund that failed was to give back belongs to those again who had earned it, or would have by now.
async fn theirs_again(work: &mut Work<'_>, refund: &Stored, booking: &Payable) -> AppResult<()> {
    let was_booked = refund.status != RefundStatus::Intended;
    let is_earned = bookings::frozen(work.db(), booking.id).await?.is_earned;
    if !is_earned || (refund.of_earned && !was_booked) {
        return Ok(());
    }
    if !refund.of_earned {
        let posting = ledger::earned(booking.parties(), refund.amount, &booking.amounts);
        post(work, &format!("earned:{}:{}", booking.id, refund.id), &posting).await?;
    }
    let share = Shares::of(refund.amount, &booking.amounts).provider;
    let ends_at = bookings::ending(work.db(), booking.id).await?.ends_at;
    payouts::owe(work, booking, share, ends_at, Some(refund.id)).await
}

// When everything that was paid is back, a booking that is over is refunded.
pub(super) async fn all_back(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let is_over = matches!(booking.status, Status::Cancelled | Status::Completed);
    let under_way = refunds::of_booking(work.db(), booking.id)
        .await?
        .iter()
        .any(|one| matches!(one.status, RefundStatus::Intended | RefundStatus::Pending));
    if !is_over || under_way || !booking.paid.is_zero() {
        return Ok(());
    }
    let version = bookings::refunded(work.db(), booking.id, now).await?;
    let (user, provider) = (Some(booking.user), Some(booking.provider));
    work.tell(Kind::BookingRefunded, booking.id, Some(version), user, provider);
    Ok(())
}
