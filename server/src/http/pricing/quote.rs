//! `GET /api/services/{service_id}/quote/`

use axum::extract::State;
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use traveloure_core::{
    api::{pricing::ServiceQuote, problem::Problem},
    availability::Ask,
    ids::ServiceId,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, pricing},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path, Query},
    },
};

/// When, and for how many. Dates and times are local to the service.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct When {
    date: NaiveDate,
    /// The departure, for services sold by night; one night without it.
    end_date: Option<NaiveDate>,
    /// Such as `09:00`.
    #[param(value_type = Option<String>)]
    time: Option<NaiveTime>,
    /// 1 without it.
    party: Option<u32>,
}

/// What it costs if it is booked now, line by line, whether or not it is open then. Fee and payout are for the provider
/// (who acts as one).
#[utoipa::path(
    get, path = "/api/services/{service_id}/quote/", tag = "pricing",
    params(("service_id" = ServiceId, Path), When),
    responses(
        (status = 200, body = ServiceQuote),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn quote(
    State(context): State<Context>,
    caller: Caller,
    Path(service): Path<ServiceId>,
    Query(when): Query<When>,
) -> AppResult<Answer<ServiceQuote>> {
    let ask = Ask {
        date: when.date,
        end_date: when.end_date,
        time: when.time,
        party: when.party.unwrap_or(1),
    };
    pricing::quote(&context, &caller.actor, service, ask).await.map(Answer::ok)
}
