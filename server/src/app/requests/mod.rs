//! Booking requests: submitting, answering, reading.
//!
//! One path serves both sides: whose turn it is decides who may answer.

mod accept;
mod answer;
mod bulk;
mod counter;
mod deadlines;
mod message;
mod read;
mod submit;

pub use accept::accept;
pub use answer::{decline, withdraw};
pub use bulk::bulk;
pub use counter::counter_offer;
pub use deadlines::{expire, expired, next_expiry, next_reminder_due, remind, to_remind};
pub use message::message;
pub use read::{ListQuery, get, list};
pub(in crate::app) use submit::open;
pub use submit::submit;

use traveloure_core::{
    actor::{Actor, Role},
    api::problem::Code,
    request::{Refusal, Side},
};

use super::work::Work;
use crate::{
    error::{AppError, AppResult},
    store::requests::{self, Scope, Stored},
};

/// As whom the actor negotiates.
fn side(actor: &Actor) -> AppResult<(Side, Scope)> {
    match (actor.role, actor.provider) {
        (Role::Provider, Some(provider)) => Ok((Side::Provider, Scope::Provider(provider))),
        (Role::Traveler, _) => Ok((Side::Traveler, Scope::Traveler(actor.user))),
        _ => Err(AppError::refused(
            Code::RoleRequired,
            "Requests are between a traveler and a provider; act as one of them (Traveloure-Role).",
        )),
    }
}

async fn lock(
    work: &mut Work<'_>,
    id: traveloure_core::ids::RequestId,
    scope: Scope,
) -> AppResult<Stored> {
    requests::lock(work.db(), id, scope).await?.ok_or_else(|| AppError::not_found("request"))
}

/// What a refusal of the state machine says to the caller.
fn refuse(refusal: &Refusal, request: &Stored) -> AppError {
    let (code, detail) = match refusal {
        Refusal::NotYourTurn { turn } => (
            Code::NotYourTurn,
            format!(
                "It is the {turn}'s turn to answer. Nothing was changed; you will see the answer here."
            ),
        ),
        Refusal::NotYours => (
            Code::NotYourTurn,
            "Only the traveler can withdraw a request; decline it instead. Nothing was changed."
                .to_owned(),
        ),
        Refusal::AlreadyAnswered(answered) => (
            Code::AlreadyAnswered,
            format!(
                "The request was {} at {} UTC. Nothing was changed.",
                answered.status.as_str().replace('_', " "),
                request.updated_at.format("%H:%M on %-d %B"),
            ),
        ),
        Refusal::Expired { at } => (
            Code::RequestExpired,
            format!(
                "The time to answer ended at {} UTC. Nothing was changed; the traveler can ask again.",
                at.format("%H:%M on %-d %B"),
            ),
        ),
        Refusal::TooManyRounds => (Code::TooManyRounds, format!("{refusal}. Nothing was changed.")),
        Refusal::NoPrice => (
            Code::PriceRequired,
            "There is no price on the table yet. Make an offer with a price; nothing was changed."
                .to_owned(),
        ),
        Refusal::OtherCurrency { expected } => (
            Code::CurrencyMismatch,
            format!(
                "The service is priced in {expected}. Nothing was changed; make the offer in {expected}."
            ),
        ),
        Refusal::PriceNotPositive => {
            return AppError::invalid_field("price", "out_of_range", "a price is above zero");
        }
        Refusal::ValidUntil { latest } => {
            return AppError::invalid_field(
                "valid_until",
                "out_of_range",
                format!(
                    "an offer is valid until some time from now on and not after {latest}, when booking closes"
                ),
            );
        }
        Refusal::CannotHold => {
            return AppError::invalid_field(
                "hold",
                "not_allowed",
                "only the provider can hold a slot",
            );
        }
    };
    AppError::refused(code, detail)
}
