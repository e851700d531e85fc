//! Bookings, as provider and traveler see them.

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        cancel::{Cancel, Cancellation, NewRefund},
        page::Page,
    },
    booking::Status,
    ids::{BookingId, ProviderId, ServiceId, UserId},
};

use super::{
    ApiError, Client, Key,
    transport::{Call, any_of},
};

/// Which bookings are listed; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookingFilter {
    /// Any of these; all if empty.
    pub statuses: Vec<Status>,
    pub service: Option<ServiceId>,
    /// Starting on or after this date, and before that one.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Part of a name or of the confirmation code.
    pub words: Option<String>,
    /// The latest date first; otherwise the earliest.
    pub latest_first: bool,
    /// The cursor of the page before.
    pub after: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    /// A provider's bookings.
    ///
    /// # Errors
    /// `not_found` for another provider's.
    pub async fn provider_bookings(
        &self,
        provider: ProviderId,
        filter: &BookingFilter,
    ) -> Result<Page<BookingRow>, ApiError> {
        filtered(self.get(format!("api/providers/{provider}/bookings/")), filter).fetch().await
    }

    /// A traveler's bookings.
    ///
    /// # Errors
    /// `not_found` for another person's.
    pub async fn user_bookings(
        &self,
        user: UserId,
        filter: &BookingFilter,
    ) -> Result<Page<BookingRow>, ApiError> {
        filtered(self.get(format!("api/bookings/user/{user}/")), filter).fetch().await
    }

    /// # Errors
    /// `not_found`.
    pub async fn booking(&self, id: BookingId) -> Result<Booking, ApiError> {
        self.get(format!("api/bookings/{id}/")).fetch().await
    }

    /// What cancelling would give back. Nothing is changed.
    ///
    /// # Errors
    /// `not_found`, `not_cancellable`.
    pub async fn quote_cancellation(&self, id: BookingId) -> Result<Cancellation, ApiError> {
        self.patch(format!("api/bookings/{id}/cancel/"))
            .flag("quote", true)
            .json(&Cancel::default())
            .fetch()
            .await
    }

    /// Cancels at the quote that was read.
    ///
    /// # Errors
    /// `not_found`, `not_cancellable`, `refund_changed`, `invalid`.
    pub async fn cancel_booking(
        &self,
        id: BookingId,
        cancel: &Cancel,
        key: &Key,
    ) -> Result<Cancellation, ApiError> {
        self.patch(format!("api/bookings/{id}/cancel/")).json(cancel).key(key).fetch().await
    }

    /// Gives back more than the policy does.
    ///
    /// # Errors
    /// `not_found`, `invalid`.
    pub async fn refund_booking(
        &self,
        id: BookingId,
        refund: &NewRefund,
        key: &Key,
    ) -> Result<Cancellation, ApiError> {
        self.post(format!("api/bookings/{id}/refund/")).json(refund).key(key).fetch().await
    }
}

fn filtered<'a>(call: Call<'a>, filter: &BookingFilter) -> Call<'a> {
    call.query("status", Some(any_of(&filter.statuses)))
        .query("service_id", filter.service)
        .query("from", filter.from)
        .query("to", filter.to)
        .query("q", filter.words.as_ref())
        .query("sort", filter.latest_first.then_some("-start"))
        .query("after", filter.after.as_ref())
        .query("limit", filter.limit)
}
