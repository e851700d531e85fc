//! Refunds that could not go back to their card, and that somebody paid in another way.

use traveloure_core::{
    actor::Actor,
    api::{
        cancel::{GivenBack, Refund, RefundStatus},
        event::Kind,
        problem::Code,
    },
    cancellation::Shares,
    ids::RefundId,
    job::Job,
    ledger,
};

use super::{
    super::{
        Context,
        books::post,
        payouts::{self, For},
        troubles::tell,
        words::Words,
        work::{Key, Work},
    },
    anew::in_its_stead,
    outcome::{all_back, posting},
};
use crate::{
    error::{AppError, AppResult},
    store::{
        checkouts,
        refunds::{self, Hand},
        troubles,
    },
};

/// Writes down that a refund which did not arrive was paid in another way: as a refund of its own that went through, by
/// whom and under which reference, booked from our own account. Nothing is left to be retried.
///
/// # Errors
/// `not_found` where it has not failed for good, or was given back already; `invalid`.
pub async fn given_back(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RefundId,
    body: GivenBack,
) -> AppResult<Refund> {
    let user = actor.user;
    let done = context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let mut words = Words::default();
                let reference = words.line("reference", &body.reference, 1..=200);
                let note = words.text("note", &body.note, 0..=500);
                words.finish()?;
                book(work, id, &Hand { user, reference: &reference, note: &note }).await
            })
        })
        .await?;
    tracing::info!(%user, refund = %id, "an operator has given it back in another way");
    Ok(done)
}

async fn book(work: &mut Work<'_>, id: RefundId, hand: &Hand<'_>) -> AppResult<Refund> {
    let gone = || AppError::not_found("refund");
    let failed = refunds::get(work.db(), id).await?.ok_or_else(gone)?;
    // The booking first, as everywhere.
    checkouts::lock_bookings(work.db(), &[failed.booking]).await?.pop().ok_or_else(gone)?;
    let failed = refunds::lock(work.db(), id).await?.ok_or_else(gone)?;
    let is_followed = refunds::follower(work.db(), id).await?.is_some();
    if failed.status != RefundStatus::Failed || is_followed {
        return Err(not_waiting("It has not failed for good, or was made anew since"));
    }
    if !refunds::is_left(work.db(), &failed).await? {
        return Err(not_waiting("What it was to give back has gone back since"));
    }
    let made = in_its_stead(work, &failed, RefundStatus::Succeeded).await?;
    let reason = refunds::reason(work.db(), id).await?;
    refunds::insert_given_back(work.db(), &made, reason, hand).await?;
    // As it stands with this refund.
    let booking = checkouts::lock_bookings(work.db(), &[made.booking]).await?.pop();
    let booking = booking.ok_or_else(gone)?;
    let booked = ledger::given_back(&posting(&made, &booking));
    post(work, &format!("refund:{}:{}", made.id, made.attempt), &booked).await?;
    if made.of_earned {
        let share = Shares::of(made.amount, &booking.amounts).provider;
        payouts::take_back(work, &booking, share, For::Refund(made.id)).await?;
    }
    troubles::resolve(work.db(), Job::SettleRefunds, &id.to_string()).await?;
    tell(work);
    work.tell(Kind::RefundChanged, made.id, None, Some(booking.user), Some(booking.provider));
    all_back(work, &booking).await?;
    Ok(made.to_refund())
}

fn not_waiting(why: &str) -> AppError {
    AppError::refused(
        Code::NotFound,
        format!("{why}. Nothing was written down; look at the booking's refunds before you pay."),
    )
}
