//! Accepting: the slot is taken and the booking made in one transaction.

use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        problem::Code,
        request::{Accept, Answered},
    },
    availability::Reason,
    booking::{BookingType, payment_deadline},
    ids::RequestId,
    money::Money,
    pricing::{self, Priced, Quote},
    request::{Command, Side, Status, Terms, Transition},
    text,
};

use super::{lock, read, refuse, side};
use crate::{
    app::{
        Context,
        bookings::make::{Made, Making, make},
        pricing::quoted,
        slots,
        work::Key,
        work::Work,
    },
    error::{AppError, AppResult, Fault},
    store::{
        bookable::{self, Bookable},
        bookings, capacity,
        requests::{self, Scope, Stored},
    },
};

/// Accepts what is on the table, by the side whose turn it is.
///
/// # Errors
/// [`Code::NotYourTurn`], [`Code::AlreadyAnswered`], [`Code::RequestExpired`], [`Code::PriceRequired`],
/// [`Code::SlotTaken`]; [`Code::NotOffered`] where the provider's rules say no and `over_rules` was not
/// given; [`Code::AlreadyAnswered`] if the round that was read is not the last.
pub async fn accept(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RequestId,
    body: Accept,
) -> AppResult<Answered> {
    let (side, scope) = side(actor)?;
    let outcome = attempt(context, key.clone(), id, side, scope, body.clone()).await;
    match outcome {
        // Two bookings drew the same code, one time in a million: the next draw differs.
        Err(error) if error.violates(bookings::CODE_UNIQUE) => {
            attempt(context, key, id, side, scope, body).await
        }
        Err(error) if error.is_lost_race() => {
            Err(what_is_left(context, id, side, scope).await?.unwrap_or(error))
        }
        other => other,
    }
}

// The counter refused; now that the transaction is undone, the availability can say what is left.
async fn what_is_left(
    context: &Context,
    id: RequestId,
    side: Side,
    scope: Scope,
) -> AppResult<Option<AppError>> {
    let mut db = context.pool.acquire().await?;
    let Some(request) = requests::get(&mut db, id, scope).await? else { return Ok(None) };
    let Some(service) = bookable::load(&mut db, request.service).await? else { return Ok(None) };
    let ask = slots::ask(&request.terms);
    let answer = slots::look(&mut db, &service, &ask, Some(id), context.now()).await?;
    let taken = answer.reasons().iter().any(slots::is_taken);
    Ok(taken.then(|| slots::refused(answer.reasons(), side)))
}

async fn attempt(
    context: &Context,
    key: Option<Key>,
    id: RequestId,
    side: Side,
    scope: Scope,
    body: Accept,
) -> AppResult<Answered> {
    context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let Taken { made, request, service } = take(work, id, side, scope, &body).await?;
                let now = work.now;
                let (booking, fee) = (made.id, Some(made.fee));
                let request = read::told(work.db(), &request, &service, side, fee, now).await?;
                let booking_scope = match scope {
                    Scope::Traveler(user) => bookings::Scope::Traveler(user),
                    Scope::Provider(provider) => bookings::Scope::Provider(provider),
                };
                let booking = bookings::get(work.db(), booking, booking_scope)
                    .await?
                    .map(|booking| booking.to_booking(side == Side::Provider, Vec::new(), now))
                    .transpose()?;
                Ok(Answered { request, booking })
            })
        })
        .await
}

/// What came of taking: the booking, and the request as it is now.
struct Taken {
    made: Made,
    request: Stored,
    service: Bookable,
}

async fn take(
    work: &mut Work<'_>,
    id: RequestId,
    side: Side,
    scope: Scope,
    body: &Accept,
) -> AppResult<Taken> {
    let request = lock(work, id, scope).await?;
    if body.round.is_some_and(|round| round != request.rounds) {
        return Err(AppError::refused(
            Code::AlreadyAnswered,
            "Another offer was made since you looked. Nothing was accepted; read the new one first.",
        ));
    }
    let transition = request
        .negotiation()
        .apply(Command::Accept, side, work.now)
        .map_err(|refusal| refuse(&refusal, &request))?;
    let Transition::Accepted { terms, price } = transition else {
        return Err(Fault::Broken("accepting led elsewhere".to_owned()).into());
    };
    let service = still_there(work, &request).await?;
    // The provider's own offer stands, whatever the rules say by now.
    let over_rules = side == Side::Traveler || body.over_rules;
    may_be_taken(work, &request, &service, &terms, over_rules, side).await?;
    let message = body.message.as_deref();
    let (made, version) = book(work, &request, &service, &terms, price, side, message).await?;
    let request = Stored {
        status: Status::Accepted,
        booking: Some(made.id),
        updated_at: work.now,
        version,
        ..request
    };
    Ok(Taken { made, request, service })
}

async fn still_there(work: &mut Work<'_>, request: &Stored) -> AppResult<Bookable> {
    capacity::keep_rules(work.db(), request.service).await?;
    bookable::load(work.db(), request.service).await?.ok_or_else(|| AppError::not_found("service"))
}

async fn may_be_taken(
    work: &mut Work<'_>,
    request: &Stored,
    service: &Bookable,
    terms: &Terms,
    over_rules: bool,
    side: Side,
) -> AppResult<()> {
    let now = work.now;
    let answer = slots::look(work.db(), service, &slots::ask(terms), Some(request.id), now).await?;
    let standing: Vec<Reason> = answer
        .reasons()
        .iter()
        .filter(|reason| !(over_rules && reason.provider_may_overrule()))
        .cloned()
        .collect();
    if standing.is_empty() { Ok(()) } else { Err(slots::refused(&standing, side)) }
}

async fn book(
    work: &mut Work<'_>,
    request: &Stored,
    service: &Bookable,
    terms: &Terms,
    price: Money,
    by: Side,
    message: Option<&str>,
) -> AppResult<(Made, i64)> {
    let now = work.now;
    let quote = frozen_quote(service, request, terms, price)?;
    let starts_at = slots::prepare(service, &slots::ask(terms)).start(&slots::ask(terms));
    let making = Making {
        user: request.user,
        booking_type: BookingType::Request,
        request: Some(request.id),
        // The first round is the traveler's question, which holds nothing.
        may_be_held: request.rounds > 1,
        terms,
        quote: &quote,
        special_requests: &request.special_requests,
        pay_by: payment_deadline(now, starts_at),
    };
    let made = make(work, service, &making).await?;
    let message = message.map(|words| text::clean_text(words.trim()).into_owned());
    let version =
        requests::accepted(work.db(), request.id, by, made.id, message.as_deref(), now).await?;
    let (user, provider) = (Some(request.user), Some(request.provider));
    work.tell(Kind::RequestAccepted, request.id, Some(version), user, provider);
    Ok((made, version))
}

// The price on the table is the price charged. Where it is what the service's own prices say, the
// booking keeps their lines; else it is an offer.
fn frozen_quote(
    service: &Bookable,
    request: &Stored,
    terms: &Terms,
    price: Money,
) -> AppResult<Quote> {
    if request.rounds == 1
        && let Ok(Priced::Quote(quote)) = quoted(service, &slots::ask(terms), request.created_at)
        && quote.total == price
    {
        return Ok(quote);
    }
    pricing::offer(&service.terms, price).map_err(|error| {
        AppError::refused(Code::CurrencyMismatch, format!("{error}. Nothing was changed."))
    })
}
