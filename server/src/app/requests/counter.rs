//! Counter-offers, by either side.

use chrono::TimeDelta;
use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        request::{Answered, CounterOffer},
    },
    ids::{RequestId, RoundId},
    request::{Command, Offer, Side, Terms, Transition, next_reminder},
};

use super::{lock, read, refuse, side};
use crate::{
    app::{Context, slots, words::Words, work::Key, work::Work},
    error::{AppError, AppResult, Fault},
    store::{
        bookable::{self, Bookable},
        capacity::{self, Holder},
        requests::{self, Countered, NewRound, Scope, Stored},
    },
};

/// Puts other terms on the table, by the side whose turn it is. A provider's offer can hold its slot.
///
/// # Errors
/// `not_your_turn`, `already_answered`, `request_expired`, `too_many_rounds`, `price_required`,
/// `currency_mismatch`, `invalid`; for a traveler also `not_offered` and `slot_taken`.
pub async fn counter_offer(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RequestId,
    body: CounterOffer,
) -> AppResult<Answered> {
    let (side, scope) = side(actor)?;
    context
        .transact_once(key, move |work| {
            Box::pin(async move {
                make(work, id, side, scope, body).await?;
                let now = work.now;
                let request = read::whole(work.db(), id, side, scope, now).await?;
                Ok(Answered { request, booking: None })
            })
        })
        .await
}

async fn make(
    work: &mut Work<'_>,
    id: RequestId,
    side: Side,
    scope: Scope,
    body: CounterOffer,
) -> AppResult<()> {
    let request = lock(work, id, scope).await?;
    capacity::keep_rules(work.db(), request.service).await?;
    let service = bookable::load(work.db(), request.service)
        .await?
        .ok_or_else(|| AppError::not_found("service"))?;
    let holds = body.hold;
    let offer = offer(work, &request, &service, &body)?;
    let ask = slots::ask(&offer.terms);
    // Other dates close booking at another moment.
    let cutoff = slots::prepare(&service, &ask).cutoff(&ask);
    let mut negotiation = request.negotiation();
    negotiation.cutoff = cutoff;
    let transition = negotiation
        .apply(Command::Counter(offer), side, work.now)
        .map_err(|refusal| refuse(&refusal, &request))?;
    let Transition::Countered { status, round, offer } = transition else {
        return Err(Fault::Broken("a counter-offer led elsewhere".to_owned()).into());
    };
    must_be_possible(work, &request, &service, &offer.terms, side).await?;
    let now = work.now;
    let (db, counters) = work.db_and_counters();
    capacity::release_request(db, counters, id, now).await?;
    if holds {
        let holder = Holder { request: Some(id), booking: None, until: Some(offer.valid_until) };
        slots::take(work, &service, &ask, holder).await?;
        work.tell(Kind::CapacityChanged, service.id, None, None, Some(service.provider));
    }
    save(work, &request, status, side, round, &offer, cutoff).await
}

async fn save(
    work: &mut Work<'_>,
    request: &Stored,
    status: traveloure_core::request::Status,
    by: Side,
    round: usize,
    offer: &Offer,
    cutoff: chrono::DateTime<chrono::Utc>,
) -> AppResult<()> {
    let now = work.now;
    let number = u32::try_from(round).unwrap_or(u32::MAX);
    let round_id = RoundId::new(now, work.random());
    requests::add_round(
        work.db(),
        &NewRound {
            id: round_id,
            request: request.id,
            number,
            by,
            terms: &offer.terms,
            currency: request.currency,
            message: &offer.message,
            valid_until: offer.valid_until,
            holds_slot: offer.holds_slot,
        },
        now,
    )
    .await?;
    let version = requests::countered(
        work.db(),
        &Countered {
            id: request.id,
            status,
            by,
            round: number,
            terms: &offer.terms,
            message: &offer.message,
            expires_at: offer.valid_until,
            cutoff,
            next_reminder: next_reminder(now, offer.valid_until, now).map(|(_, at)| at),
        },
        now,
    )
    .await?;
    work.tell(
        Kind::RequestCountered,
        request.id,
        Some(version),
        Some(request.user),
        Some(request.provider),
    );
    Ok(())
}

// What is left out of the body stays as it is on the table; a moved stay keeps its number of nights.
fn offer(
    work: &Work<'_>,
    request: &Stored,
    service: &Bookable,
    body: &CounterOffer,
) -> AppResult<Offer> {
    let before = &request.terms;
    let date = body.date.unwrap_or(before.date);
    let travelers = body.travelers.unwrap_or(before.travelers);
    let mut words = Words::default();
    let message = words.text("message", &body.message, 0..=2000);
    words.dates([("date", body.date), ("end_date", body.end_date)]);
    words.number("travelers", travelers, 1..=1000);
    words.finish()?;
    let end_date = body.end_date.or_else(|| before.end_date.map(|end| date + (end - before.date)));
    let terms = Terms {
        date,
        end_date,
        time: body.time.or(before.time),
        travelers,
        price: body.price.or(before.price),
    };
    let ask = slots::ask(&terms);
    let cutoff = slots::prepare(service, &ask).cutoff(&ask);
    let window = TimeDelta::hours(i64::from(service.response_hours));
    let valid_until = body.valid_until.unwrap_or_else(|| (work.now + window).min(cutoff));
    Ok(Offer { terms, message, valid_until, holds_slot: body.hold })
}

// A provider may offer against their own rules; nobody can offer what is taken or makes no sense.
async fn must_be_possible(
    work: &mut Work<'_>,
    request: &Stored,
    service: &Bookable,
    terms: &Terms,
    side: Side,
) -> AppResult<()> {
    let now = work.now;
    let answer = slots::look(work.db(), service, &slots::ask(terms), Some(request.id), now).await?;
    let standing: Vec<_> = answer
        .reasons()
        .iter()
        .filter(|reason| side == Side::Traveler || !reason.provider_may_overrule())
        .cloned()
        .collect();
    if standing.is_empty() { Ok(()) } else { Err(slots::refused(&standing, side)) }
}
