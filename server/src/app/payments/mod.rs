//! Taking money.
//!
//! The way of a payment: `start` writes down what is intended, in one transaction; `ask` asks the
//! processor under a key made of that row; `settle` reads from the processor what became of it and does
//! what follows, once. Whoever is cut off between two steps leaves a row that says where to go on, and
//! `look` goes on there.

mod ask;
mod balance;
mod cards;
mod checkout;
mod credit;
mod ladder;
mod look;
mod outcome;
mod settle;
mod start;
mod webhooks;

pub use ask::ask;
pub use balance::{
    balances_due, charge, charge_balance, next_balance, next_reminder, remind, to_remind,
};
pub use cards::{forget_card, saved_cards};
pub use checkout::{get as checkout, open_for};
pub use look::{look, next_look, to_look_at};
pub use settle::{close, confirm, settle};
pub use start::create_payment_intent;
pub use webhooks::{act_on_webhook, next_webhook, receive_webhook, waiting_webhooks};

pub(super) use checkout::view;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::api::problem::Code;

use super::gateway::GatewayError;
use crate::error::{AppError, Fault};

/// How long nobody looks at a payment that was just written down: whoever wrote it is asking.
const SOON: TimeDelta = TimeDelta::seconds(30);
/// How long a row that changes nothing is left alone at most.
const SELDOM: TimeDelta = TimeDelta::minutes(15);

/// When something is looked at again that has been looked at so often in vain.
pub(super) fn next_time(looks: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let pause = SOON * 2_i32.saturating_pow(looks.min(8));
    now + pause.min(SELDOM)
}

/// What a caller is told of a processor that did not do it.
pub(super) fn told(error: &GatewayError) -> AppError {
    match error {
        GatewayError::Card { .. } => AppError::refused(Code::CardDeclined, error.to_string()),
        GatewayError::Unknown { .. }
        | GatewayError::Unreachable { .. }
        | GatewayError::RateLimited { .. }
        | GatewayError::KeyInUse => {
            AppError::refused(Code::ProcessorUnavailable, error.to_string())
        }
        GatewayError::Refused { .. }
        | GatewayError::NotFound
        | GatewayError::KeyReused
        | GatewayError::Unauthorized => Fault::Broken(error.to_string()).into(),
    }
}
