//! A traveler asks.

use chrono::TimeDelta;
use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        problem::Code,
        request::{Request, Submit},
    },
    ids::{RequestId, RoundId},
    pricing::Priced,
    request::{Side, Terms, deadline, next_reminder},
};

use super::read;
use crate::{
    app::{Context, pricing::quoted, slots, words::Words, work::Key, work::Work},
    error::{AppError, AppResult},
    store::{
        bookable, capacity,
        requests::{self, NewRequest, NewRound, Scope},
    },
};

/// Submits a request: checks that the service offers it now, prices it, and opens the first round. Nothing
/// is held: accepting takes the slot.
///
/// # Errors
/// [`Code::NotFound`], [`Code::OwnService`], [`Code::Invalid`], [`Code::NotOffered`] and
/// [`Code::SlotTaken`] with the reasons.
pub async fn submit(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    body: Submit,
) -> AppResult<Request> {
    let actor = actor.clone();
    context
        .transact_once(key, move |work| Box::pin(async move { open(work, &actor, body).await }))
        .await
}

/// The same within a transaction of the caller.
pub(in crate::app) async fn open(
    work: &mut Work<'_>,
    actor: &Actor,
    body: Submit,
) -> AppResult<Request> {
    let mut form = Words::default();
    form.dates([("date", Some(body.date)), ("end_date", body.end_date)]);
    form.number("travelers", body.travelers, 1..=1000);
    let words = form.text("special_requests", &body.special_requests, 0..=2000);
    form.finish()?;
    let now = work.now;
    capacity::keep_rules(work.db(), body.service_id).await?;
    let service = bookable::load(work.db(), body.service_id)
        .await?
        .filter(|service| service.is_listed)
        .ok_or_else(|| AppError::not_found("service"))?;
    if service.owner == actor.user {
        return Err(AppError::refused(
            Code::OwnService,
            "This is your own service; nobody books their own. Nothing was changed.",
        ));
    }
    if !service.settings.request {
        return Err(AppError::refused(
            Code::NotOffered,
            "Its provider takes no requests; it is booked at once. Nothing was changed.",
        ));
    }
    let mut terms = Terms {
        date: body.date,
        end_date: body.end_date,
        time: body.time,
        travelers: body.travelers,
        price: None,
    };
    let ask = slots::ask(&terms);
    let answer = slots::look(work.db(), &service, &ask, None, now).await?;
    if !answer.is_open() {
        return Err(slots::refused(answer.reasons(), Side::Traveler));
    }
    // A quote-based service has no price until its provider makes an offer.
    if let Priced::Quote(quote) = quoted(&service, &ask, now)? {
        terms.price = Some(quote.total);
    }
    let cutoff = slots::prepare(&service, &ask).cutoff(&ask);
    let window = TimeDelta::hours(i64::from(service.response_hours));
    let expires_at = deadline(now, window, cutoff, TimeDelta::zero());
    let id = RequestId::new(now, work.random());
    let round = RoundId::new(now, work.random());
    requests::insert(
        work.db(),
        &NewRequest {
            id,
            user: actor.user,
            provider: service.provider,
            service: service.id,
            terms: &terms,
            currency: service.terms.currency,
            zone: service.setting.zone,
            special_requests: &words,
            expires_at,
            cutoff,
            next_reminder: next_reminder(now, expires_at, now).map(|(_, at)| at),
        },
        now,
    )
    .await?;
    requests::add_round(
        work.db(),
        &NewRound {
            id: round,
            request: id,
            number: 1,
            by: Side::Traveler,
            terms: &terms,
            currency: service.terms.currency,
            message: &words,
            valid_until: expires_at,
            holds_slot: false,
        },
        now,
    )
    .await?;
    work.tell(Kind::RequestSubmitted, id, Some(1), Some(actor.user), Some(service.provider));
    read::whole(work.db(), id, Side::Traveler, Scope::Traveler(actor.user), now).await
}
