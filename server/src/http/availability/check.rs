//! `GET /api/services/{service_id}/check/`

use axum::extract::State;
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use traveloure_core::{
    api::{problem::Problem, service::Check},
    availability::Ask,
    ids::ServiceId,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, availability},
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
    /// The departure, for services sold by night.
    end_date: Option<NaiveDate>,
    /// Such as `09:00`.
    #[param(value_type = Option<String>)]
    time: Option<NaiveTime>,
    /// 1 without it.
    party: Option<u32>,
    /// Also say what each rule has to say.
    #[serde(default)]
    explain: bool,
}

/// Whether it can be booked now, and why not. Notes, names of shared resources and counts are for the provider only.
#[utoipa::path(
    get, path = "/api/services/{service_id}/check/", tag = "availability",
    params(("service_id" = ServiceId, Path), When),
    responses(
        (status = 200, body = Check),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn check(
    State(context): State<Context>,
    caller: Caller,
    Path(service): Path<ServiceId>,
    Query(when): Query<When>,
) -> AppResult<Answer<Check>> {
    let ask = Ask {
        date: when.date,
        end_date: when.end_date,
        time: when.time,
        party: when.party.unwrap_or(1),
    };
    availability::check(&context, &caller.actor, service, ask, when.explain).await.map(Answer::ok)
}
