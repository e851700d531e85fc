//! What money that has come in does: it is booked, and its bookings are confirmed.

use chrono::NaiveTime;
use traveloure_core::{
    api::{event::Kind, problem::Code},
    availability::Ask,
    booking::{CancelledBy, Status},
    ids::UserId,
    ledger,
    money::Money,
    payment::{Purpose, first_reminder},
    refund::Reason,
    time,
};

use crate::{
    app::{books::post, refunds, slots, work::Work},
    error::{AppError, AppResult, Fault},
    store::{
        bookable,
        bookings::{self, BalancePlan},
        capacity::{self, Holder},
        checkouts::{self, Payable},
        payments,
    },
};

/// The local time at which a balance is charged on its due date: when people are awake to hear of it.
const CHARGED_AT: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Whether a place that was given away in the meantime is taken again, or its money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    TakeAgain,
    GiveBack,
}

/// Books what one booking gets of a payment, and confirms it. A booking that lapsed is confirmed all the same if its
/// place can be had again; else what was paid for it goes back.
pub(super) async fn credit(
    work: &mut Work<'_>,
    payment: &payments::Stored,
    booking: &Payable,
    amount: Money,
    lost: Lost,
) -> AppResult<()> {
    let cause = format!("payment:{}:{}", payment.id, booking.id);
    post(work, &cause, &ledger::captured(booking.parties(), amount)).await?;
    if payment.purpose == Purpose::Balance {
        return balance_came(work, payment.user, booking, amount).await;
    }
    match booking.status {
        Status::PendingPayment => {}
        Status::Cancelled if booking.lapsed => {}
        // Cancelled by somebody, or paid twice: it is not kept.
        _ => return refunds::intend(work, booking, amount, Reason::LatePayment).await.map(drop),
    }
    let is_lost = capacity::keep_for_good(work.db(), booking.id).await?;
    if !is_lost && booking.status == Status::PendingPayment {
        return confirm(work, booking).await;
    }
    if lost == Lost::GiveBack {
        cancel_lost(work, booking).await?;
        return refunds::intend(work, booking, amount, Reason::LatePayment).await.map(drop);
    }
    take_again(work, booking).await?;
    confirm(work, booking).await
}

/// Confirms a booking of which nothing is due before it takes place: its place is its own.
pub(super) async fn confirm_unpaid(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    capacity::keep_for_good(work.db(), booking.id).await?;
    confirm(work, booking).await
}

// What is due before it takes place is paid, and its place is kept.
async fn confirm(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let balance = bookings::balance_due(work.db(), booking.id).await?.map(|due| {
        let due_at = time::instant(due, CHARGED_AT, booking.zone);
        BalancePlan { due_at, reminder_at: first_reminder(due_at, now) }
    });
    let version = bookings::confirm(work.db(), booking.id, balance, now).await?;
    let (user, provider) = (Some(booking.user), Some(booking.provider));
    work.tell(Kind::BookingConfirmed, booking.id, Some(version), user, provider);
    work.tell(Kind::CapacityChanged, booking.service, None, None, provider);
    give_back_resold(work, booking).await
}

/// Whoever cancelled late and lost money by it gets it back when somebody else has their place, where the service
/// promised that.
async fn give_back_resold(work: &mut Work<'_>, sold: &Payable) -> AppResult<()> {
    let Some(id) = bookings::resold_by(work.db(), sold.id).await? else { return Ok(()) };
    let Some(cancelled) = checkouts::lock_bookings(work.db(), &[id]).await?.pop() else {
        return Ok(());
    };
    let paid = cancelled.paid;
    if paid.is_zero() || paid.is_negative() {
        return Ok(());
    }
    refunds::intend(work, &cancelled, paid, Reason::Resold).await.map(drop)
}

async fn balance_came(
    work: &mut Work<'_>,
    user: UserId,
    booking: &Payable,
    amount: Money,
) -> AppResult<()> {
    let now = work.now;
    if booking.status != Status::Confirmed {
        return refunds::intend(work, booking, amount, Reason::LatePayment).await.map(drop);
    }
    let version = bookings::balance_paid(work.db(), booking.id, now).await?;
    let provider = Some(booking.provider);
    work.tell(Kind::BalancePaid, booking.id, Some(version), Some(user), provider);
    Ok(())
}

async fn take_again(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let (db, counters) = work.db_and_counters();
    capacity::release_booking(db, counters, booking.id, now).await?;
    capacity::keep_rules(work.db(), booking.service).await?;
    let service = bookable::load(work.db(), booking.service)
        .await?
        .ok_or_else(|| Fault::Broken(format!("booking {} is for nothing", booking.id)))?;
    let ask: Ask = bookings::asked(work.db(), booking.id).await?;
    let holder = Holder { request: None, booking: Some(booking.id), until: None };
    slots::take(work, &service, &ask, holder).await
}

async fn cancel_lost(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let (db, counters) = work.db_and_counters();
    capacity::release_booking(db, counters, booking.id, now).await?;
    if booking.status == Status::Cancelled {
        return Ok(());
    }
    let why = "paid after its time, when its place was somebody else's";
    let by = CancelledBy::System;
    let version = bookings::cancel(work.db(), booking.id, by, why, None, now).await?;
    let (user, provider) = (Some(booking.user), Some(booking.provider));
    work.tell(Kind::BookingCancelled, booking.id, Some(version), user, provider);
    Ok(())
}

/// Whether an error says that a place was given away.
pub(super) fn is_place_gone(error: &AppError) -> bool {
    matches!(error.code(), Some(Code::SlotTaken | Code::NotOffered))
}
