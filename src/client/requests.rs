//! Booking requests: both sides of a negotiation.

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        page::Page,
        request::{
            Accept, Answered, Bulk, BulkResult, CounterOffer, Decline, NewMessage, Request,
            RequestRow, Respond, Submit,
        },
    },
    ids::{ProviderId, RequestId, ServiceId, UserId},
    request::Status,
};

use super::{
    ApiError, Client, Key,
    transport::{Call, any_of},
};

/// Which requests are listed; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFilter {
    /// Open requests only, the first to expire first; else the newest change first.
    pub inbox: bool,
    /// Any of these; all (all open ones of an inbox) if empty.
    pub statuses: Vec<Status>,
    pub service: Option<ServiceId>,
    /// Starting on or after this date, and before that one.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Part of a name: the traveler's, the provider's or the service's.
    pub words: Option<String>,
    /// The cursor of the page before.
    pub after: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    /// A traveler asks whether a provider takes them.
    ///
    /// # Errors
    /// `not_found`, `invalid`, `not_offered`, `slot_taken`, `own_service`.
    pub async fn submit_request(&self, submit: &Submit, key: &Key) -> Result<Request, ApiError> {
        self.post("api/booking-requests/submit/").json(submit).key(key).fetch().await
    }

    /// A provider's inbox.
    ///
    /// # Errors
    /// `not_found` for another provider's.
    pub async fn provider_requests(
        &self,
        provider: ProviderId,
        filter: &RequestFilter,
    ) -> Result<Page<RequestRow>, ApiError> {
        filtered(self.get(format!("api/booking-requests/provider/{provider}/")), filter)
            .fetch()
            .await
    }

    /// What a traveler has asked for.
    ///
    /// # Errors
    /// `not_found` for another person's.
    pub async fn user_requests(
        &self,
        user: UserId,
        filter: &RequestFilter,
    ) -> Result<Page<RequestRow>, ApiError> {
        filtered(self.get(format!("api/booking-requests/user/{user}/")), filter).fetch().await
    }

    /// Everything a decision needs.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn request(&self, id: RequestId) -> Result<Request, ApiError> {
        self.get(format!("api/booking-requests/{id}/")).fetch().await
    }

    /// One of the three answers, through the plan's one door.
    ///
    /// # Errors
    /// As [`Client::accept`], [`Client::decline`] and [`Client::counter`].
    pub async fn respond(
        &self,
        id: RequestId,
        answer: &Respond,
        key: &Key,
    ) -> Result<Answered, ApiError> {
        self.patch(format!("api/booking-requests/{id}/respond/"))
            .json(answer)
            .key(key)
            .fetch()
            .await
    }

    /// Takes what is on the table; the slot is taken and the booking made.
    ///
    /// # Errors
    /// `not_your_turn`, `already_answered`, `request_expired`, `slot_taken`, `not_offered`,
    /// `price_required`.
    pub async fn accept(
        &self,
        id: RequestId,
        accept: &Accept,
        key: &Key,
    ) -> Result<Answered, ApiError> {
        self.act(id, "accept").json(accept).key(key).fetch().await
    }

    /// # Errors
    /// `not_your_turn`, `already_answered`, `request_expired`.
    pub async fn decline(
        &self,
        id: RequestId,
        decline: &Decline,
        key: &Key,
    ) -> Result<Answered, ApiError> {
        self.act(id, "decline").json(decline).key(key).fetch().await
    }

    /// Another date, time or price, valid for a while.
    ///
    /// # Errors
    /// `not_your_turn`, `already_answered`, `request_expired`, `too_many_rounds`, `slot_taken`,
    /// `currency_mismatch`, `invalid`.
    pub async fn counter(
        &self,
        id: RequestId,
        offer: &CounterOffer,
        key: &Key,
    ) -> Result<Answered, ApiError> {
        self.act(id, "counter-offer").json(offer).key(key).fetch().await
    }

    /// The traveler takes the request back.
    ///
    /// # Errors
    /// `already_answered`, `request_expired`.
    pub async fn withdraw(&self, id: RequestId, key: &Key) -> Result<Answered, ApiError> {
        self.act(id, "withdraw").key(key).fetch().await
    }

    /// A word to the other side that decides nothing.
    ///
    /// # Errors
    /// `not_found`, `invalid`.
    pub async fn message(
        &self,
        id: RequestId,
        message: &NewMessage,
        key: &Key,
    ) -> Result<Request, ApiError> {
        self.act(id, "messages").json(message).key(key).fetch().await
    }

    /// The same answer to many requests, each on its own: look at each row's result.
    ///
    /// # Errors
    /// `invalid` for too many; what is refused of single requests is in the rows.
    pub async fn answer_many(&self, bulk: &Bulk, key: &Key) -> Result<BulkResult, ApiError> {
        self.post("api/booking-requests/bulk/").json(bulk).key(key).fetch().await
    }

    fn act(&self, id: RequestId, what: &str) -> Call<'_> {
        self.post(format!("api/booking-requests/{id}/{what}/"))
    }
}

fn filtered<'a>(call: Call<'a>, filter: &RequestFilter) -> Call<'a> {
    let all_open = filter.inbox && filter.statuses.is_empty();
    let status = if all_open { "open".to_owned() } else { any_of(&filter.statuses) };
    call.query("status", Some(status))
        .query("service_id", filter.service)
        .query("from", filter.from)
        .query("to", filter.to)
        .query("q", filter.words.as_ref())
        .query("after", filter.after.as_ref())
        .query("limit", filter.limit)
}
