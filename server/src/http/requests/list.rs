//! `GET /api/booking-requests/provider/{provider_id}/`, `GET /api/booking-requests/user/{user_id}/`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    actor::Role,
    api::{
        page::Page,
        problem::{Code, Problem},
        request::RequestRow,
    },
    ids::{ProviderId, ServiceId, UserId},
    request::Status,
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        requests::{self, ListQuery},
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
    /// `open` (what still needs an answer, the first to expire first), `all`, or statuses separated by
    /// commas; all without it.
    status: Option<String>,
    service_id: Option<ServiceId>,
    /// Local dates of the service, `to` not included.
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    /// Part of a name.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

impl Filters {
    fn into_query(self) -> AppResult<ListQuery> {
        let status = self.status.as_deref().unwrap_or("all");
        let (inbox, statuses) = match status {
            "open" => (true, Vec::new()),
            "all" => (false, Vec::new()),
            words => (false, words.split(',').map(read_status).collect::<AppResult<_>>()?),
        };
        // What still needs an answer is sorted by how soon, also when only a part of it is wanted.
        let inbox =
            inbox || (!statuses.is_empty() && statuses.iter().all(|one: &Status| one.is_open()));
        Ok(ListQuery {
            inbox,
            statuses,
            service: self.service_id,
            from: self.from,
            until: self.to,
            words: self.q.filter(|words| !words.is_empty()),
            after: self.after,
            limit: self.limit,
        })
    }
}

fn read_status(word: &str) -> AppResult<Status> {
    Status::ALL.into_iter().find(|status| status.as_str() == word).ok_or_else(|| {
        AppError::refused(
            Code::MalformedParameter,
            "`status` is open, all, or some of pending_provider, counter_offered, accepted, declined, \
             expired, withdrawn, separated by commas.",
        )
    })
}

/// A provider's inbox.
#[utoipa::path(
    get, path = "/api/booking-requests/provider/{provider_id}/", tag = "booking requests",
    params(("provider_id" = ProviderId, Path), Filters),
    responses(
        (status = 200, body = Page<RequestRow>),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn of_provider(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
    Query(filters): Query<Filters>,
) -> AppResult<Answer<Page<RequestRow>>> {
    if caller.provider != provider {
        return Err(AppError::not_found("provider"));
    }
    requests::list(&context, &caller.actor, filters.into_query()?).await.map(Answer::ok)
}

/// A traveler's own requests.
#[utoipa::path(
    get, path = "/api/booking-requests/user/{user_id}/", tag = "booking requests",
    params(("user_id" = UserId, Path), Filters),
    responses(
        (status = 200, body = Page<RequestRow>),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn of_user(
    State(context): State<Context>,
    caller: Caller,
    Path(user): Path<UserId>,
    Query(filters): Query<Filters>,
) -> AppResult<Answer<Page<RequestRow>>> {
    let mut actor = caller.actor;
    if actor.user != user {
        return Err(AppError::not_found("person"));
    }
    // The path says as whom: the person's own requests are a traveler's, whatever else they are.
    actor.role = Role::Traveler;
    requests::list(&context, &actor, filters.into_query()?).await.map(Answer::ok)
}
