//! `GET /api/providers/{provider_id}/bookings/`, `GET /api/bookings/user/{user_id}/`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    actor::Role,
    api::{
        booking::BookingRow,
        page::Page,
        problem::{Code, Problem},
    },
    booking::Status,
    ids::{ProviderId, ServiceId, UserId},
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        bookings::{self, ListQuery},
    },
    error::{AppError, AppResult},
    http::{
        answer::Answer,
        extract::{AsProvider, Caller, Path, Query},
    },
};

/// Filters, named after fields.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
    /// Statuses separated by commas; all without it.
    status: Option<String>,
    service_id: Option<ServiceId>,
    /// Local dates of the service, `to` not included.
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    /// Part of a name, a title or the confirmation code.
    q: Option<String>,
    /// `start` (earliest first, also without it) or `-start`.
    sort: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

impl Filters {
    fn into_query(self) -> AppResult<ListQuery> {
        let statuses = match self.status.as_deref() {
            None | Some("all") => Vec::new(),
            Some(words) => words.split(',').map(read_status).collect::<AppResult<_>>()?,
        };
        let descending = match self.sort.as_deref() {
            None | Some("start") => false,
            Some("-start") => true,
            Some(_) => {
                return Err(AppError::refused(
                    Code::MalformedParameter,
                    "`sort` is start or -start.",
                ));
            }
        };
        Ok(ListQuery {
            statuses,
            service: self.service_id,
            from: self.from,
            until: self.to,
            words: self.q.filter(|words| !words.is_empty()),
            descending,
            after: self.after,
            limit: self.limit,
        })
    }
}

fn read_status(word: &str) -> AppResult<Status> {
    Status::ALL.into_iter().find(|status| status.as_str() == word).ok_or_else(|| {
        AppError::refused(
            Code::MalformedParameter,
            "`status` is all, or some of pending, pending_payment, confirmed, completed, cancelled, refunded, \
             separated by commas.",
        )
    })
}

/// A provider's bookings.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/bookings/", tag = "bookings",
    params(("provider_id" = ProviderId, Path), Filters),
    responses(
        (status = 200, body = Page<BookingRow>),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn of_provider(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
    Query(filters): Query<Filters>,
) -> AppResult<Answer<Page<BookingRow>>> {
    if caller.provider != provider {
        return Err(AppError::not_found("provider"));
    }
    bookings::list(&context, &caller.actor, filters.into_query()?).await.map(Answer::ok)
}

/// A traveler's bookings.
#[utoipa::path(
    get, path = "/api/bookings/user/{user_id}/", tag = "bookings",
    params(("user_id" = UserId, Path), Filters),
    responses(
        (status = 200, body = Page<BookingRow>),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn of_user(
    State(context): State<Context>,
    caller: Caller,
    Path(user): Path<UserId>,
    Query(filters): Query<Filters>,
) -> AppResult<Answer<Page<BookingRow>>> {
    let mut actor = caller.actor;
    if actor.user != user {
        return Err(AppError::not_found("person"));
    }
    // The path says as whom: the person's own bookings are a traveler's, whatever else they are.
    actor.role = Role::Traveler;
    bookings::list(&context, &actor, filters.into_query()?).await.map(Answer::ok)
}
