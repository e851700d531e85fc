//! `GET /api/platform/reports/revenue/`, with `entries/` below it

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    api::{
        page::Page,
        problem::Problem,
        report::{Revenue, RevenueEntry},
    },
    category::Category,
    money::Currency,
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        reports::{self, Traced},
    },
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Query},
    },
};

/// Dates in UTC; without them twelve whole months up to today.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Period {
    from: Option<NaiveDate>,
    /// Not included.
    to: Option<NaiveDate>,
}

/// What was sold and what the platform kept of it, by category and month.
#[utoipa::path(
    get, path = "/api/platform/reports/revenue/", tag = "platform", params(Period),
    responses(
        (status = 200, body = Revenue),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn revenue(
    State(context): State<Context>,
    _: AsAdmin,
    Query(period): Query<Period>,
) -> AppResult<Answer<Revenue>> {
    reports::revenue(&context, period.from, period.to).await.map(Answer::ok)
}

/// Which entries. With the period of a report and the month, category and currency of one of its rows, they are those
/// that the row sums.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Entries {
    /// Dates in UTC; without them all of the month, or what the report without them has.
    from: Option<NaiveDate>,
    /// Not included.
    to: Option<NaiveDate>,
    /// A month in UTC, such as `2026-06`.
    month: Option<String>,
    category: Option<Category>,
    #[param(value_type = Option<String>)]
    currency: Option<Currency>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// The entries of the ledger that the revenue report sums, each with its booking and the figure that it counts for:
/// `gmv` sums their amounts, `fees` those of the other sign.
#[utoipa::path(
    get, path = "/api/platform/reports/revenue/entries/", tag = "platform", params(Entries),
    responses(
        (status = 200, body = Page<RevenueEntry>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn entries(
    State(context): State<Context>,
    _: AsAdmin,
    Query(wanted): Query<Entries>,
) -> AppResult<Answer<Page<RevenueEntry>>> {
    let Entries { from, to, month, category, currency, after, limit } = wanted;
    let traced = Traced { from, to, month, category, currency, after, limit };
    reports::entries(&context, traced).await.map(Answer::ok)
}
