//! `GET /api/providers/{provider_id}/earnings/`, with `entries/` and `statement/` below it

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    api::{
        earnings::{Earnings, LedgerEntry},
        page::Page,
        problem::{Code, Problem},
    },
    ids::{BookingId, ProviderId},
    ledger::Account,
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        earnings::{self, Traced},
    },
    error::{AppError, AppResult},
    http::{
        answer::Answer,
        extract::{AsProvider, Path, Query},
    },
};

/// Local dates of the provider's desk; without them twelve weeks up to today, from a Monday on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Period {
    from: Option<NaiveDate>,
    /// Not included.
    to: Option<NaiveDate>,
}

/// What you earned, what was kept, what went back and what was paid out, by week and currency, with your payouts.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/earnings/", tag = "payouts",
    params(("provider_id" = ProviderId, Path), Period),
    responses(
        (status = 200, body = Earnings),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn earnings(
    State(context): State<Context>,
    caller: AsProvider,
    Path(id): Path<ProviderId>,
    Query(period): Query<Period>,
) -> AppResult<Answer<Earnings>> {
    caller.must_be(id)?;
    earnings::earnings(&context, id, period.from, period.to).await.map(Answer::ok)
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Entries {
    /// An ISO week, such as `2026-W24`; this or `booking_id`.
    week: Option<String>,
    /// Everything about one booking.
    booking_id: Option<BookingId>,
    /// `provider_payable` (also without it), `platform_revenue` or `held_funds`.
    account: Option<Account>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// The entries of the ledger behind a week's figures, or behind a booking and its payouts.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/earnings/entries/", tag = "payouts",
    params(("provider_id" = ProviderId, Path), Entries),
    responses(
        (status = 200, body = Page<LedgerEntry>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn entries(
    State(context): State<Context>,
    caller: AsProvider,
    Path(id): Path<ProviderId>,
    Query(wanted): Query<Entries>,
) -> AppResult<Answer<Page<LedgerEntry>>> {
    caller.must_be(id)?;
    let Entries { week, booking_id, account, after, limit } = wanted;
    let traced = match (week.as_deref(), booking_id) {
        (Some(week), None) => Traced::Week(week),
        (None, Some(booking)) => Traced::Booking(booking),
        _ => {
            let words = "Say which entries: `week` or `booking_id`, one of the two.";
            return Err(AppError::refused(Code::MalformedParameter, words));
        }
    };
    earnings::entries(&context, id, traced, account, after.as_deref(), limit).await.map(Answer::ok)
}

/// Which statement.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Month {
    /// Such as `2026-06`.
    month: String,
}

/// Everything that moved what you are to be paid in a month, with the balance behind it, as CSV.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/earnings/statement/", tag = "payouts",
    params(("provider_id" = ProviderId, Path), Month),
    responses(
        (status = 200, content_type = "text/csv", body = String),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn statement(
    State(context): State<Context>,
    caller: AsProvider,
    Path(id): Path<ProviderId>,
    Query(wanted): Query<Month>,
) -> AppResult<Response> {
    caller.must_be(id)?;
    let csv = earnings::statement(&context, id, &wanted.month).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=statement.csv"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, csv).into_response())
}
