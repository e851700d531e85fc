//! A cardholder objects at their bank: what they paid is away until it is decided, and nobody is paid out of it.

use rust_decimal::Decimal;
use traveloure_core::{
    api::{event::Kind, payout::PayoutStatus},
    cancellation::Shares,
    ids::{BookingId, PaymentId},
    ledger,
    money::Money,
};

use super::{For, take_back, tell};
use crate::{
    app::{
        Context,
        books::post,
        gateway::{Dispute, DisputeId, DisputeStatus as Said, GatewayError},
        payments::told,
        work::Work,
    },
    error::AppResult,
    store::{
        bookings,
        checkouts::{self, Payable},
        disputes::{self, Stored},
        payments,
        payouts::{self, Move},
    },
};

/// Reads from the processor where a dispute stands and does what follows, once. Safe to call any number of times.
/// One about somebody else's payment is passed over.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn settle_dispute(context: &Context, id: &str) -> AppResult<()> {
    let said = match context.processor()?.gateway.dispute(&DisputeId::from(id)).await {
        Ok(said) => said,
        Err(GatewayError::NotFound) => return Ok(()),
        Err(error) => return Err(told(&error)),
    };
    let mut db = context.pool.acquire().await?;
    let by_charge = payments::by_reference(&mut db, said.charge.as_str()).await?;
    let payment = match (by_charge, &said.intent) {
        (None, Some(intent)) => payments::by_reference(&mut db, intent.as_str()).await?,
        (found, _) => found,
    };
    drop(db);
    let Some(payment) = payment else { return Ok(()) };
    context
        .transact(move |work| Box::pin(async move { apply(work, payment.id, &said).await }))
        .await
}

async fn apply(work: &mut Work<'_>, payment: PaymentId, said: &Dispute) -> AppResult<()> {
    let now = work.now;
    let left = disputes::left_of_payment(work.db(), payment).await?;
    let ids: Vec<BookingId> = left.iter().map(|(booking, _)| *booking).collect();
    let bookings = checkouts::lock_bookings(work.db(), &ids).await?;
    let id = said.id.as_str();
    let (dispute, is_new) = match disputes::lock(work.db(), id).await? {
        Some(known) => (Some(known), false),
        None => (opened(work, payment, said).await?, true),
    };
    let Some(dispute) = dispute.filter(|dispute| dispute.is_open) else { return Ok(()) };
    let parts = parts(&dispute, &bookings);
    let is_taken = dispute.money_taken || took_money(said.status);
    if is_taken && !dispute.money_taken {
        for (booking, amount) in &parts {
            let posting = ledger::dispute_opened(booking.parties(), *amount);
            post(work, &format!("dispute:{id}:{}", booking.id), &posting).await?;
        }
        disputes::money_taken(work.db(), id).await?;
    }
    if is_new || is_taken != dispute.money_taken || !said.status.is_open() {
        for (booking, _) in &parts {
            let (user, provider) = (Some(booking.user), Some(booking.provider));
            work.tell(Kind::DisputeChanged, booking.id, None, user, provider);
        }
    }
    if said.status.is_open() {
        return freeze(work, &parts).await;
    }
    let is_lost = said.status == Said::Lost;
    for (booking, amount) in parts.iter().filter(|_| is_taken) {
        if is_lost {
            lose(work, id, booking, *amount).await?;
        } else {
            let posting = ledger::dispute_won(booking.parties(), *amount);
            post(work, &format!("dispute:{id}:{}:won", booking.id), &posting).await?;
        }
    }
    disputes::close(work.db(), id, !is_lost, now).await?;
    for (payout, provider) in payouts::release(work.db(), &ids, now).await? {
        tell(work, payout, provider);
    }
    Ok(())
}

// One that is over before we heard of it took nothing, unless the bank decided it.
async fn opened(
    work: &mut Work<'_>,
    payment: PaymentId,
    said: &Dispute,
) -> AppResult<Option<Stored>> {
    let id = said.id.as_str();
    if matches!(said.status, Said::WarningClosed | Said::Prevented) {
        return Ok(None);
    }
    let now = work.now;
    let left = disputes::left_of_payment(work.db(), payment).await?;
    let weights: Vec<Decimal> = left.iter().map(|(_, amount)| *amount).collect();
    let shares = said.amount.apportion(&weights);
    let parts: Vec<(BookingId, Money)> =
        left.iter().map(|(booking, _)| *booking).zip(shares).collect();
    let charge = said.charge.as_str();
    disputes::insert(work.db(), id, charge, payment, said.amount, &parts, now).await?;
    disputes::lock(work.db(), id).await
}

fn parts<'a>(dispute: &Stored, bookings: &'a [Payable]) -> Vec<(&'a Payable, Money)> {
    dispute
        .parts
        .iter()
        .filter_map(|(id, amount)| {
            bookings.iter().find(|booking| booking.id == *id).map(|booking| (booking, *amount))
        })
        .collect()
}

const fn took_money(status: Said) -> bool {
    matches!(status, Said::NeedsResponse | Said::UnderReview | Said::Won | Said::Lost)
}

async fn freeze(work: &mut Work<'_>, parts: &[(&Payable, Money)]) -> AppResult<()> {
    let now = work.now;
    for (booking, _) in parts {
        for payout in payouts::lock_of_booking(work.db(), booking.id).await? {
            if payout.status.is_open() && payout.status != PayoutStatus::Frozen {
                payouts::moved(work.db(), payout.id, &Move::Frozen, now).await?;
                tell(work, payout.id, payout.provider);
            }
        }
    }
    Ok(())
}

async fn lose(work: &mut Work<'_>, id: &str, booking: &Payable, amount: Money) -> AppResult<()> {
    let is_earned = bookings::frozen(work.db(), booking.id).await?.is_earned;
    let posting = ledger::dispute_lost(booking.parties(), amount, &booking.amounts, is_earned);
    post(work, &format!("dispute:{id}:{}:lost", booking.id), &posting).await?;
    if is_earned {
        let share = Shares::of(amount, &booking.amounts).provider;
        take_back(work, booking, share, For::Dispute(id)).await?;
    }
    Ok(())
}
