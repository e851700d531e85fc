//! Who comes on a day.

use std::collections::HashSet;

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        booking::Booking,
        manifest::{Arrival, Manifest},
    },
    booking::Status,
    ids::{BookingId, ProviderId},
    money::Money,
    payment::Balance,
    time,
};

use crate::{
    app::Context,
    error::{AppError, AppResult, Fault},
    store::{
        bookings::{self, Scope, Wanted},
        providers,
    },
};

/// The statuses of those who come.
const COMING: [Status; 4] =
    [Status::Pending, Status::PendingPayment, Status::Confirmed, Status::Completed];

/// Everybody whose booking with the provider begins on `date`, local to each service, and was not cancelled.
///
/// # Errors
/// `not_found`.
pub async fn manifest(
    context: &Context,
    provider: ProviderId,
    date: NaiveDate,
) -> AppResult<Manifest> {
    let mut db = context.pool.acquire().await?;
    let host =
        providers::get(&mut db, provider).await?.ok_or_else(|| AppError::not_found("provider"))?;
    let wanted = Wanted {
        scope: Scope::Provider(provider),
        statuses: COMING.iter().map(|status| status.as_str().to_owned()).collect(),
        service: None,
        from: Some(date),
        until: Some(time::next_day(date)),
        words: None,
        descending: false,
        after: None,
        limit: i64::MAX,
    };
    let coming = bookings::list(&mut db, &wanted).await?;
    let ids: Vec<BookingId> = coming.iter().map(|booking| booking.id).collect();
    let on_site: HashSet<BookingId> =
        bookings::paid_on_site(&mut db, &ids).await?.into_iter().collect();
    let now = context.now();
    let arrivals = coming
        .iter()
        .map(|booking| {
            arrival(booking.to_booking(true, Vec::new(), now)?, on_site.contains(&booking.id))
        })
        .collect::<AppResult<_>>()?;
    Ok(Manifest { provider_id: provider, provider_name: host.name, date, arrivals })
}

fn arrival(booking: Booking, is_on_site: bool) -> AppResult<Arrival> {
    let row = booking.row;
    let due_on_site = if is_on_site {
        row.total_amount
            .minus(booking.paid)
            .map_err(|error| Fault::Broken(format!("what {} owes on site: {error}", row.id)))?
    } else {
        Money::zero(row.total_amount.currency())
    };
    let owed = row.balance.filter(|balance| balance.status != Balance::Paid);
    Ok(Arrival {
        booking_id: row.id,
        confirmation_code: row.confirmation_code,
        service_id: row.service_id,
        title: row.title,
        status: row.status,
        time: row.time,
        end_date: row.end_date,
        zone: row.zone,
        travelers: row.travelers,
        traveler_name: row.traveler_name,
        special_requests: booking.special_requests,
        total: row.total_amount,
        paid: booking.paid,
        due_on_site,
        balance: owed.map(|balance| balance.amount),
    })
}
