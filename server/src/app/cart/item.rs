//! One item of a cart, in one transaction.

use serde::{Deserialize, Serialize};
use traveloure_core::{
    actor::Actor,
    affiliate::{self, Search},
    api::{
        cart::{Booked, CartItem, ExpertWish, ExternalWish, HandedOver, Linked, Requested, Wish},
        problem::Code,
        request::Submit,
    },
    booking::{BookingType, CHECKOUT_WINDOW},
    ids::HandoffId,
    pricing::Priced,
    request::{Side, Terms},
};

use crate::{
    app::{
        Context,
        bookings::make::{Making, make},
        pricing::quoted,
        requests, slots,
        words::Words,
        work::{Key, Refusals, Work},
    },
    error::{AppError, AppResult, Fault},
    store::{
        bookable,
        bookings::{self, Scope},
        capacity, handoffs, idempotency,
    },
};

/// What became of an item; kept as the answer to a replay.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub(super) enum Outcome {
    Booked(Box<Booked>),
    Requested(Box<Requested>),
    Linked(Linked),
    HandedOver(HandedOver),
}

/// Does what one item asks for, once.
pub(super) async fn one(
    context: &Context,
    actor: &Actor,
    key: Key,
    refusals: Refusals,
    position: u32,
    item: CartItem,
) -> AppResult<Outcome> {
    let affiliates = context.affiliates.clone();
    let actor = actor.clone();
    context
        .transact_keyed(key, refusals, move |work| {
            Box::pin(async move {
                match item {
                    CartItem::Instant(wish) => book(work, &actor, position, &wish).await,
                    CartItem::Request(wish) => ask(work, &actor, position, wish).await,
                    CartItem::External(wish) => {
                        let template = affiliates.get(&wish.partner);
                        Ok(link(position, wish, template))
                    }
                    CartItem::ExpertAssisted(wish) => {
                        hand_over(work, &actor, position, &wish).await
                    }
                }
            })
        })
        .await
}

/// Refuses what is surely not to be had, by a look that begins nothing, locks nothing and writes nothing: when many
/// want the last place, most of them are answered here. Whoever has an answer under this key gets that one; what is
/// open, and what is refused for another reason, goes the whole way.
///
/// # Errors
/// As booking it would be refused; a fault.
pub(super) async fn glance(
    context: &Context,
    actor: &Actor,
    key: &Key,
    wish: &Wish,
) -> AppResult<()> {
    let mut form = Words::default();
    form.dates([("date", Some(wish.date)), ("end_date", wish.end_date)]);
    if form.finish().is_err() {
        return Ok(());
    }
    let mut db = context.pool.acquire().await?;
    let Some(service) = bookable::load(&mut db, wish.service_id).await? else { return Ok(()) };
    if !service.is_listed || !service.settings.instant || service.owner == actor.user {
        return Ok(());
    }
    let asked = slots::ask(&terms(wish));
    let answer = slots::look(&mut db, &service, &asked, None, context.now()).await?;
    if answer.is_open() || idempotency::is_answered(&mut db, key).await? {
        return Ok(());
    }
    Err(slots::refused(answer.reasons(), Side::Traveler))
}

pub(super) fn terms(wish: &Wish) -> Terms {
    Terms {
        date: wish.date,
        end_date: wish.end_date,
        time: wish.time,
        travelers: wish.travelers,
        price: None,
    }
}

async fn book(
    work: &mut Work<'_>,
    actor: &Actor,
    position: u32,
    wish: &Wish,
) -> AppResult<Outcome> {
    let mut form = Words::default();
    form.dates([("date", Some(wish.date)), ("end_date", wish.end_date)]);
    let special_requests = form.text("special_requests", &wish.special_requests, 0..=2000);
    form.finish()?;
    let now = work.now;
    capacity::keep_rules(work.db(), wish.service_id).await?;
    let service = bookable::load(work.db(), wish.service_id)
        .await?
        .filter(|service| service.is_listed)
        .ok_or_else(|| AppError::not_found("service"))?;
    if service.owner == actor.user {
        return Err(AppError::refused(
            Code::OwnService,
            "This is your own service; nobody books their own. Nothing was changed.",
        ));
    }
    if !service.settings.instant {
        return Err(AppError::refused(
            Code::AskFirst,
            "Its provider wants to be asked first. Nothing was booked; send a request instead.",
        ));
    }
    let terms = terms(wish);
    let asked = slots::ask(&terms);
    let answer = slots::look(work.db(), &service, &asked, None, now).await?;
    if !answer.is_open() {
        return Err(slots::refused(answer.reasons(), Side::Traveler));
    }
    let Priced::Quote(quote) = quoted(&service, &asked, now)? else {
        return Err(AppError::refused(
            Code::AskFirst,
            "Its provider makes an offer for each request. Nothing was booked; send a request instead.",
        ));
    };
    if let Some(expected) = wish.expected_total.filter(|expected| *expected != quote.total) {
        return Err(AppError::refused(
            Code::PriceChanged,
            format!("It costs {} now, and not {expected}. Nothing was booked.", quote.total),
        ));
    }
    let making = Making {
        user: actor.user,
        booking_type: BookingType::Instant,
        request: None,
        may_be_held: false,
        terms: &terms,
        quote: &quote,
        special_requests: &special_requests,
        pay_by: now + CHECKOUT_WINDOW,
    };
    let id = make(work, &service, &making).await?.id;
    let booking = bookings::get(work.db(), id, Scope::Traveler(actor.user))
        .await?
        .ok_or_else(|| Fault::Broken(format!("booking {id} is not there")))?
        .to_row(false);
    Ok(Outcome::Booked(Box::new(Booked { position, booking })))
}

async fn ask(work: &mut Work<'_>, actor: &Actor, position: u32, wish: Wish) -> AppResult<Outcome> {
    let submit = Submit {
        service_id: wish.service_id,
        date: wish.date,
        end_date: wish.end_date,
        time: wish.time,
        travelers: wish.travelers,
        special_requests: wish.special_requests,
    };
    let request = requests::open(work, actor, submit).await?.row;
    Ok(Outcome::Requested(Box::new(Requested { position, request })))
}

fn link(position: u32, wish: ExternalWish, template: Option<&String>) -> Outcome {
    let search = Search {
        title: &wish.title,
        city: &wish.city,
        date: wish.date,
        end_date: wish.end_date,
        travelers: wish.travelers,
    };
    let url = template.map(|template| affiliate::link(template, &search)).unwrap_or_default();
    Outcome::Linked(Linked { position, partner: wish.partner, title: wish.title, url })
}

async fn hand_over(
    work: &mut Work<'_>,
    actor: &Actor,
    position: u32,
    wish: &ExpertWish,
) -> AppResult<Outcome> {
    let now = work.now;
    let id = HandoffId::new(now, work.random());
    let id = handoffs::add(work.db(), id, actor.user, wish, now)
        .await?
        .ok_or_else(|| AppError::not_found("trip or expert"))?;
    Ok(Outcome::HandedOver(HandedOver { position, handoff_id: id, title: wish.title.clone() }))
}
