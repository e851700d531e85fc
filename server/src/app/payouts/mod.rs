//! Money out: what providers get for bookings that have taken place.
//!
//! The way of a payout: `owe` writes it down when a booking's money is shared out; once it is due `transfer` decides
//! how much of it is transferred, asks the processor under a key made of the row, and books what came of it, once.
//! What a provider owes is made up for by their next payouts. `reversal` takes money of a transfer back when its
//! booking is refunded later, and `disputes` keep payouts from being made.

mod account;
mod disputes;
mod reversal;
mod transfer;

pub use account::{account, onboard, read_account};
pub use disputes::settle_dispute;
pub use reversal::{next_reversal, reversals_to_look_at, reverse};
pub use transfer::{next_payout, pay_out, payouts_to_look_at};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{event::Kind, payout::PayoutStatus},
    ids::{PayoutId, ProviderId, RefundId, ReversalId},
    money::Money,
};

use super::work::Work;
use crate::{
    error::{AppResult, Fault},
    store::{
        checkouts::Payable,
        payouts::{self, Move, NewPayout, NewReversal, Standing},
    },
};

/// Writes down that the provider of a booking is to be paid `share` for it, a hold after `ends_at`. With `refund` it is
/// what that refund took from them and could not give back: due at once. The booking must be locked.
///
/// # Errors
/// A fault only.
pub(super) async fn owe(
    work: &mut Work<'_>,
    booking: &Payable,
    share: Money,
    ends_at: DateTime<Utc>,
    refund: Option<RefundId>,
) -> AppResult<()> {
    if share.is_zero() || share.is_negative() {
        return Ok(());
    }
    let now = work.now;
    let new = NewPayout {
        id: PayoutId::new(now, work.random()),
        provider: booking.provider,
        booking: booking.id,
        refund,
        amount: share,
        due_at: (ends_at + work.payout_hold()).max(if refund.is_some() { now } else { ends_at }),
    };
    if payouts::insert(work.db(), &new, now).await? {
        tell(work, new.id, booking.provider);
    }
    Ok(())
}

/// For what money of a provider's is taken back.
#[derive(Clone, Copy, Debug)]
pub(super) enum For<'a> {
    Refund(RefundId),
    /// That was lost.
    Dispute(&'a str),
}

/// Takes a provider's share of money that is no longer theirs: first off what has not been transferred, then back from
/// transfers. What neither covers stays owed and is kept of their next payouts. The booking must be locked, and the
/// ledger says already that the share is not theirs.
///
/// # Errors
/// A fault only.
pub(super) async fn take_back(
    work: &mut Work<'_>,
    booking: &Payable,
    share: Money,
    why: For<'_>,
) -> AppResult<()> {
    let now = work.now;
    let mut left = share;
    for payout in payouts::lock_of_booking(work.db(), booking.id).await? {
        if left.is_zero() || left.is_negative() {
            break;
        }
        if payout.status.is_open() {
            let part = smaller(left, payout.amount);
            let rest = minus(payout.amount, part)?;
            payouts::change(work.db(), payout.id, rest, now).await?;
            if rest.is_zero() {
                payouts::moved(work.db(), payout.id, &Move::Settled, now).await?;
            }
            tell(work, payout.id, payout.provider);
            left = minus(left, part)?;
        } else if let (PayoutStatus::Intended | PayoutStatus::Paid, Some(transferred)) =
            (payout.status, payout.transferred)
        {
            let gone = payouts::reversed(work.db(), payout.id).await?;
            let part = smaller(left, money(transferred.amount() - gone, transferred)?);
            if part.is_zero() {
                continue;
            }
            let (refund, dispute) = match why {
                For::Refund(refund) => (Some(refund), None),
                For::Dispute(dispute) => (None, Some(dispute)),
            };
            let new = NewReversal {
                id: ReversalId::new(now, work.random()),
                payout: payout.id,
                refund,
                dispute,
                amount: part,
            };
            payouts::insert_reversal(work.db(), &new, now).await?;
            left = minus(left, part)?;
        }
    }
    Ok(())
}

/// What a provider owes: what their payouts come to beyond what the ledger says is theirs, but for what is on its way
/// back already.
pub(super) fn owed(standing: Standing) -> Decimal {
    (standing.pending - standing.payable - standing.reversing).max(Decimal::ZERO)
}

fn tell(work: &mut Work<'_>, id: PayoutId, provider: ProviderId) {
    work.tell(Kind::PayoutChanged, id, None, None, Some(provider));
}

fn smaller(left: Money, right: Money) -> Money {
    if left.amount() < right.amount() { left } else { right }
}

fn minus(from: Money, part: Money) -> AppResult<Money> {
    Ok(from.minus(part).map_err(|error| Fault::Broken(error.to_string()))?)
}

/// An amount of the same currency.
fn money(amount: Decimal, like: Money) -> AppResult<Money> {
    Ok(Money::rounded(amount, like.currency()).map_err(|error| Fault::Broken(error.to_string()))?)
}
