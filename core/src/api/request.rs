//! Booking requests on the wire.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::{booking::Booking, problem::Problem};
use crate::{
    availability::Answer,
    ids::{BookingId, ProviderId, RequestId, ServiceId, UserId},
    money::Money,
    pricing::Priced,
    request::{Side, Status},
};

/// `POST /api/booking-requests/submit/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Submit {
    pub service_id: ServiceId,
    /// Local to the service's zone.
    pub date: NaiveDate,
    /// The day of leaving; for services sold by night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    #[serde(
        default,
        with = "crate::hour_minute::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    pub travelers: u32,
    /// The traveler's words, up to 2,000 characters.
    #[serde(default)]
    pub special_requests: String,
}

/// A request as one row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestRow {
    pub id: RequestId,
    pub service_id: ServiceId,
    pub service_name: String,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub traveler_name: String,
    pub status: Status,
    /// What is on the table now: date, time, party and price of the last round.
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub travelers: u32,
    /// None while a quote-based request has no offer.
    pub price: Option<Money>,
    /// What the provider receives of `price`; none for the traveler.
    pub provider_payout: Option<Money>,
    /// How many rounds there have been: the number of the one on the table, which [`Accept`] can name.
    pub round: u32,
    /// Messages the reader has not written and not yet seen.
    pub has_message: bool,
    pub expires_at: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Grows with every change; an event that names a version at or below it is old news.
    pub version: i64,
}

/// `GET /api/booking-requests/{id}/`: everything a decision needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Request {
    #[serde(flatten)]
    pub row: RequestRow,
    pub user_id: UserId,
    /// The traveler's words.
    pub special_requests: String,
    /// The price of the terms on the table by the service's own prices, line by line.
    pub quote: Priced,
    /// What the platform keeps of `price`, and the rule that says so; none for the traveler.
    pub platform_fee: Option<Money>,
    pub fee_reason: Option<String>,
    /// What accepting would use up; none once the request is closed.
    pub uses: Option<Uses>,
    /// Oldest first.
    pub rounds: Vec<Round>,
    /// Oldest first.
    pub messages: Vec<Message>,
    pub booking_id: Option<BookingId>,
}

/// What accepting takes, and what is left before it does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uses {
    /// Whether the provider's own rules offer it, and what is left.
    pub answer: Answer,
    /// In words: `takes 2 of the 8 left for Tue 14 Jul, 09:00`.
    pub summary: String,
    /// Other open requests that want the same: accepting this one may cost them.
    pub rivals: u32,
}

/// One offer of a negotiation; rounds never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Round {
    pub number: u32,
    pub by: Side,
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    pub travelers: u32,
    pub price: Option<Money>,
    pub message: String,
    pub valid_until: DateTime<Utc>,
    pub holds_slot: bool,
    pub created_at: DateTime<Utc>,
}

/// A word between the two that decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    pub by: Side,
    pub text: String,
    pub created_at: DateTime<Utc>,
}

/// `POST …/messages/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// 1 to 2,000 characters.
    pub text: String,
}

/// `POST …/accept/`, by whose turn it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Accept {
    /// The provider accepts against their own rules (never against capacity).
    pub over_rules: bool,
    /// The round that was read, so that an offer made meanwhile is not accepted unseen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// `POST …/decline/`, by whose turn it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Decline {
    /// Words to the other side, up to 2,000 characters.
    pub message: String,
}

/// `POST …/counter-offer/`, by whose turn it is. What is left out stays as it is on the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CounterOffer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    #[serde(
        default,
        with = "crate::hour_minute::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub travelers: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    pub message: String,
    /// Until when the other side can take it; the service's response window unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<DateTime<Utc>>,
    /// Hold the slot for the traveler until then.
    pub hold: bool,
}

/// `PATCH …/respond/`: the same three answers through the plan's one door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Respond {
    Accept(Accept),
    Decline(Decline),
    CounterOffer(CounterOffer),
}

/// The answer to an answer: the request as it stands now, and the booking it became.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Answered {
    pub request: Request,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
}

/// `POST /api/booking-requests/bulk/`: the same answer to up to 100 requests, each on its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Bulk {
    pub ids: Vec<RequestId>,
    pub answer: BulkAnswer,
}

/// What can be said to many at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum BulkAnswer {
    Accept(Accept),
    Decline(Decline),
}

/// A result per row, in the order asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkResult {
    pub results: Vec<BulkRow>,
}

/// One row's result: its new state, or why it was refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BulkRow {
    pub id: RequestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// The body of an act that needs no words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    // A row and what surrounds it share one object, so no name may stand for two things.
    #[test]
    fn a_request_survives_the_wire() {
        let round = serde_json::json!({
            "number": 1, "by": "traveler", "date": "2026-07-01", "end_date": null, "time": "09:00",
            "travelers": 2, "price": {"amount": "64.00", "currency": "EUR"}, "message": "Hello",
            "valid_until": "2026-06-02T09:00:00Z", "holds_slot": false, "created_at": "2026-06-01T09:00:00Z",
        });
        let id = "01972b5e-0000-7000-8000-000000000000";
        let request = serde_json::json!({
            "id": id, "service_id": id, "service_name": "A walk", "provider_id": id, "provider_name": "Ana",
            "traveler_name": "Ben", "status": "pending_provider", "date": "2026-07-01", "end_date": null,
            "time": "09:00", "zone": "Europe/Lisbon", "travelers": 2,
            "price": {"amount": "64.00", "currency": "EUR"}, "provider_payout": null, "round": 1,
            "has_message": false, "expires_at": "2026-06-02T09:00:00Z", "created_at": "2026-06-01T09:00:00Z",
            "updated_at": "2026-06-01T09:00:00Z", "version": 1, "user_id": id, "special_requests": "Hello",
            "quote": {"kind": "estimate", "min": {"amount": "50.00", "currency": "EUR"},
                      "max": {"amount": "80.00", "currency": "EUR"}},
            "platform_fee": null, "fee_reason": null, "uses": null, "rounds": [round], "messages": [],
            "booking_id": null,
        });
        let read: Request = serde_json::from_value(request.clone()).unwrap();
        assert_eq!(
            serde_json::from_str::<Request>(&serde_json::to_string(&read).unwrap()).unwrap(),
            read
        );
        assert_eq!(serde_json::to_value(&read).unwrap(), request);
    }
}
