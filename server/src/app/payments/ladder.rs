//! A balance that was turned down: the ladder of tries, and where it ends.

use traveloure_core::{
    api::event::Kind,
    booking::Status,
    ids::BookingId,
    payment::{Balance, Retry, after_failure},
};

use crate::{
    app::work::Work,
    error::{AppResult, Fault},
    store::{bookings, checkouts},
};

/// What the processor answers when the bank wants to see the cardholder.
pub(super) const NEEDS_CARDHOLDER: &str = "authentication_required";

/// A balance was turned down: it is tried again, or its cardholder is asked, or the ladder is at its end.
pub(super) async fn turned_down(
    work: &mut Work<'_>,
    id: BookingId,
    code: Option<&str>,
) -> AppResult<()> {
    let booking = checkouts::lock_bookings(work.db(), &[id])
        .await?
        .pop()
        .ok_or_else(|| Fault::Broken(format!("a balance of no booking: {id}")))?;
    let Some(balance) = booking.balance.filter(|_| booking.status == Status::Confirmed) else {
        return Ok(());
    };
    let now = work.now;
    let (status, try_at) = if code == Some(NEEDS_CARDHOLDER) {
        (Balance::NeedsCardholder, None)
    } else {
        match after_failure(balance.failures + 1, now, booking.starts_at) {
            Retry::At(at) => (Balance::Retrying, Some(at)),
            Retry::Never => (Balance::Overdue, None),
        }
    };
    let version = bookings::balance_failed(work.db(), id, status, try_at, now).await?;
    work.tell(Kind::BalanceFailed, id, Some(version), Some(booking.user), Some(booking.provider));
    Ok(())
}
