//! Making a booking: the fee divided, the price frozen, the place claimed. The one way, whether a request was
//! accepted or a cart asked for it at once.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::event::Kind,
    booking::{self, Amounts, BookingType, confirmation_code},
    fee::FeeDecision,
    ids::{BookingId, RequestId, UserId},
    money::Money,
    pricing::Quote,
    request::Terms,
};

use crate::{
    app::{pricing::divide, slots, work::Work},
    error::{AppResult, Fault},
    store::{
        bookable::Bookable,
        bookings::{self, NewBooking},
        capacity::{self, Holder},
    },
};

/// What is to be booked, already decided and priced.
#[derive(Debug)]
pub struct Making<'a> {
    pub user: UserId,
    pub booking_type: BookingType,
    /// The request that led to it.
    pub request: Option<RequestId>,
    /// Whether an offer of the request may hold the place; what it holds is handed over.
    pub may_be_held: bool,
    pub terms: &'a Terms,
    pub quote: &'a Quote,
    pub special_requests: &'a str,
    /// Until when it has to be paid, and its place is held.
    pub pay_by: DateTime<Utc>,
}

/// A booking that was made, and how its price is divided.
#[derive(Debug)]
pub struct Made {
    pub id: BookingId,
    pub fee: FeeDecision,
}

/// Makes the booking (`pending_payment`) and claims its place.
///
/// # Errors
/// `slot_taken` or `not_offered` where there is no such row to claim. That nothing is left of it shows when
/// the transaction's counters move.
pub async fn make(work: &mut Work<'_>, service: &Bookable, making: &Making<'_>) -> AppResult<Made> {
    let now = work.now;
    let price = making.quote.total;
    let ask = slots::ask(making.terms);
    let fee = divide(work.db(), service, price).await?;
    let amounts = Amounts::try_new(price, fee.platform_fee, Money::zero(price.currency()))
        .map_err(|error| Fault::Broken(format!("amounts of {}: {error}", service.id)))?;
    let prepared = slots::prepare(service, &ask);
    let id = BookingId::new(now, work.random());
    let code = confirmation_code(work.random_bytes());
    bookings::insert(
        work.db(),
        &NewBooking {
            id,
            user: making.user,
            provider: service.provider,
            service: service.id,
            booking_type: making.booking_type,
            status: booking::Status::PendingPayment,
            title: &service.name,
            terms: making.terms,
            zone: service.setting.zone,
            starts_at: prepared.start(&ask),
            ends_at: prepared.span(&ask).end,
            amounts: &amounts,
            quote: making.quote,
            fee: &fee,
            settings: &service.settings,
            payment_deadline: Some(making.pay_by),
            confirmation_code: &code,
            special_requests: making.special_requests,
        },
        now,
    )
    .await?;
    // An offer that held the place hands it over; otherwise it is taken now.
    let until = Some(making.pay_by);
    let is_held = match making.request.filter(|_| making.may_be_held) {
        Some(request) => capacity::hand_over(work.db(), request, id, until, now).await?,
        None => false,
    };
    if !is_held {
        let holder = Holder { request: making.request, booking: Some(id), until };
        slots::take(work, service, &ask, holder).await?;
    }
    let (user, provider) = (Some(making.user), Some(service.provider));
    work.tell(Kind::BookingCreated, id, Some(1), user, provider);
    work.tell(Kind::CapacityChanged, service.id, None, None, provider);
    Ok(Made { id, fee })
}
