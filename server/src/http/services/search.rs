//! `GET /api/services/`

use axum::extract::State;
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use traveloure_core::{
    api::{page::Page, problem::Problem, service::FoundService},
    category::Category,
    ids::ProviderId,
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        services::{self, SearchQuery},
    },
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Query},
    },
};

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// To the provider (who acts as one) also those that are not listed.
    provider_id: Option<ProviderId>,
    /// The whole name of a city, without regard to case.
    city: Option<String>,
    category: Option<Category>,
    /// Part of the service's or the provider's name.
    q: Option<String>,
    /// Only what is open then: a local date of the service.
    date: Option<NaiveDate>,
    /// The departure of a stay; one night without it. With it, only what is sold by night.
    end_date: Option<NaiveDate>,
    /// Only what is open at that time, such as `09:00`.
    #[param(value_type = Option<String>)]
    time: Option<NaiveTime>,
    /// For how many people, 1 without it.
    party: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// Find services by name. With `date`, only those that the party can book then, with what is left and the price of
/// that day; a page may then hold fewer than `limit`, even none, and still have a `next`.
#[utoipa::path(
    get, path = "/api/services/", tag = "services",
    params(Filters),
    responses(
        (status = 200, body = Page<FoundService>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn search(
    State(context): State<Context>,
    caller: Caller,
    Query(filters): Query<Filters>,
) -> AppResult<Answer<Page<FoundService>>> {
    let query = SearchQuery {
        provider: filters.provider_id,
        city: filters.city,
        category: filters.category,
        words: filters.q,
        date: filters.date,
        end_date: filters.end_date,
        time: filters.time,
        party: filters.party,
        after: filters.after,
        limit: filters.limit,
    };
    services::search(&context, &caller.actor, query).await.map(Answer::ok)
}
