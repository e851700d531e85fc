//! The state machine: a command and the moment it comes in, a transition or a refusal.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{Side, Status};
use crate::money::Money;

/// How many rounds a request can have, the traveler's first words included.
pub const MAX_ROUNDS: usize = 10;

/// What is on the table: when, for how many, for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Local to the service's zone.
    pub date: NaiveDate,
    /// The day of leaving, for stays (nights are half-open).
    pub end_date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub travelers: u32,
    /// The service amount; none while a quote-based service has not been priced.
    pub price: Option<Money>,
}

/// New terms put on the table by one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub terms: Terms,
    pub message: String,
    pub valid_until: DateTime<Utc>,
    /// Whether the slot is held for the other side until `valid_until`. Only a provider can hold.
    pub holds_slot: bool,
}

/// A request as its state machine needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Negotiation {
    pub status: Status,
    /// What the last round put on the table.
    pub terms: Terms,
    pub rounds: usize,
    /// Until when the side whose turn it is can answer.
    pub expires_at: DateTime<Utc>,
    /// The moment after which the service cannot be booked any more (start less minimum notice).
    pub cutoff: DateTime<Utc>,
}

/// What someone, or the clock, wants to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Accept,
    Decline,
    Counter(Offer),
    /// The traveler takes the request back.
    Withdraw,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Take the slot and make the booking on these terms.
    Accepted {
        terms: Terms,
        price: Money,
    },
    Declined,
    Countered {
        status: Status,
        round: usize,
        offer: Offer,
    },
    Withdrawn,
}

impl Transition {
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::Accepted { .. } => Status::Accepted,
            Self::Declined => Status::Declined,
            Self::Countered { status, .. } => *status,
            Self::Withdrawn => Status::Withdrawn,
        }
    }
}

/// How a closed request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    pub status: Status,
}

/// Why a command is refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is the {turn}'s turn to answer")]
    NotYourTurn { turn: Side },
    #[error("the request is already {}", .0.status.as_str())]
    AlreadyAnswered(Answered),
    #[error("the time to answer ended")]
    Expired { at: DateTime<Utc> },
    #[error("only the traveler can withdraw a request")]
    NotYours,
    #[error("a request has at most {MAX_ROUNDS} rounds; accept or decline this one")]
    TooManyRounds,
    #[error("there is no price yet; make an offer first")]
    NoPrice,
    #[error("a price has to be above zero")]
    PriceNotPositive,
    #[error("the price has to stay in {expected}")]
    OtherCurrency { expected: crate::money::Currency },
    #[error(
        "an offer has to be valid for some time yet, and no longer than the service can be booked"
    )]
    ValidUntil { latest: DateTime<Utc> },
    #[error("only a provider can hold a slot")]
    CannotHold,
}

impl Negotiation {
    /// Decides on a command that `by` gives at `now`.
    ///
    /// A request past its deadline refuses everything, also before the server has marked it expired.
    ///
    /// # Errors
    /// The [`Refusal`] that says why nothing changes.
    pub fn apply(
        &self,
        command: Command,
        by: Side,
        now: DateTime<Utc>,
    ) -> Result<Transition, Refusal> {
        let Some(turn) = self.status.turn() else {
            return Err(Refusal::AlreadyAnswered(Answered { status: self.status }));
        };
        if now >= self.expires_at {
            return Err(Refusal::Expired { at: self.expires_at });
        }
        if let Command::Withdraw = command {
            return if by == Side::Traveler {
                Ok(Transition::Withdrawn)
            } else {
                Err(Refusal::NotYours)
            };
        }
        if by != turn {
            return Err(Refusal::NotYourTurn { turn });
        }
        match command {
            Command::Accept => {
                let price = self.terms.price.ok_or(Refusal::NoPrice)?;
                Ok(Transition::Accepted { terms: self.terms.clone(), price })
            }
            Command::Decline => Ok(Transition::Declined),
            Command::Counter(offer) => self.counter(offer, by, now),
            Command::Withdraw => Ok(Transition::Withdrawn),
        }
    }

    /// Whether the server has to close the request as expired.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.status.is_open() && now >= self.expires_at
    }

    fn counter(&self, offer: Offer, by: Side, now: DateTime<Utc>) -> Result<Transition, Refusal> {
        if self.rounds >= MAX_ROUNDS {
            return Err(Refusal::TooManyRounds);
        }
        if offer.holds_slot && by != Side::Provider {
            return Err(Refusal::CannotHold);
        }
        let price = offer.terms.price.ok_or(Refusal::NoPrice)?;
        if price.is_negative() || price.is_zero() {
            return Err(Refusal::PriceNotPositive);
        }
        if let Some(before) = self.terms.price
            && before.currency() != price.currency()
        {
            return Err(Refusal::OtherCurrency { expected: before.currency() });
        }
        if offer.valid_until <= now || offer.valid_until > self.cutoff {
            return Err(Refusal::ValidUntil { latest: self.cutoff });
        }
        let status = match by {
            Side::Provider => Status::CounterOffered,
            Side::Traveler => Status::PendingProvider,
        };
        Ok(Transition::Countered { status, round: self.rounds + 1, offer })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;
    use crate::money::Currency;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap()
    }

    fn usd(amount: i64) -> Money {
        Money::try_new(Decimal::from(amount), Currency::USD).unwrap()
    }

    fn terms(price: Option<Money>) -> Terms {
        Terms {
            date: "2026-07-01".parse().unwrap(),
            end_date: None,
            time: None,
            travelers: 2,
            price,
        }
    }

    fn pending() -> Negotiation {
        Negotiation {
            status: Status::PendingProvider,
            terms: terms(Some(usd(120))),
            rounds: 1,
            expires_at: start() + TimeDelta::hours(24),
            cutoff: start() + TimeDelta::hours(72),
        }
    }

    fn offer(price: Money, hours: i64) -> Offer {
        Offer {
            terms: terms(Some(price)),
            message: String::new(),
            valid_until: start() + TimeDelta::hours(hours),
            holds_slot: false,
        }
    }

    fn after(before: &Negotiation, transition: &Transition) -> Negotiation {
        let mut next = Negotiation { status: transition.status(), ..before.clone() };
        if let Transition::Countered { round, offer, .. } = transition {
            next.rounds = *round;
            next.terms = offer.terms.clone();
            next.expires_at = offer.valid_until;
        }
        next
    }

    #[test]
    fn out_of_turn_is_refused_for_either_side() {
        let request = pending();
        for command in [Command::Accept, Command::Decline, Command::Counter(offer(usd(1), 2))] {
            assert_eq!(
                request.apply(command, Side::Traveler, start()),
                Err(Refusal::NotYourTurn { turn: Side::Provider })
            );
        }
        assert_eq!(
            request.apply(Command::Withdraw, Side::Provider, start()),
            Err(Refusal::NotYours)
        );
    }

    #[test]
    fn an_answer_at_the_deadline_is_too_late() {
        let request = pending();
        let last = request.expires_at - TimeDelta::milliseconds(1);
        assert!(request.apply(Command::Accept, Side::Provider, last).is_ok());
        assert_eq!(
            request.apply(Command::Accept, Side::Provider, request.expires_at),
            Err(Refusal::Expired { at: request.expires_at })
        );
    }

    #[test]
    fn an_unpriced_request_needs_an_offer_first() {
        let request = Negotiation { terms: terms(None), ..pending() };
        assert_eq!(request.apply(Command::Accept, Side::Provider, start()), Err(Refusal::NoPrice));
        let made =
            request.apply(Command::Counter(offer(usd(90), 5)), Side::Provider, start()).unwrap();
        let request = after(&request, &made);
        assert!(matches!(
            request.apply(Command::Accept, Side::Traveler, start()),
            Ok(Transition::Accepted { price, .. }) if price == usd(90)
        ));
    }

    #[test]
    fn offers_keep_currency_sign_and_time() {
        let request = pending();
        let euro = Money::try_new(Decimal::from(5), Currency::EUR).unwrap();
        let refused = |made: Offer| {
            request.apply(Command::Counter(made), Side::Provider, start()).unwrap_err()
        };
        assert_eq!(refused(offer(euro, 2)), Refusal::OtherCurrency { expected: Currency::USD });
        assert_eq!(refused(offer(usd(0), 2)), Refusal::PriceNotPositive);
        assert_eq!(refused(offer(usd(5), 0)), Refusal::ValidUntil { latest: request.cutoff });
        assert_eq!(refused(offer(usd(5), 73)), Refusal::ValidUntil { latest: request.cutoff });
    }

    fn any_command() -> impl Strategy<Value = Command> {
        prop_oneof![
            Just(Command::Accept),
            Just(Command::Decline),
            Just(Command::Withdraw),
            (1_i64..500, 1_i64..80, any::<bool>()).prop_map(|(price, hours, holds_slot)| {
                Command::Counter(Offer { holds_slot, ..offer(usd(price), hours) })
            }),
        ]
    }

    proptest! {
        #[test]
        fn no_path_leaves_the_table(
            steps in prop::collection::vec((any_command(), any::<bool>(), 0_i64..4), 1..40),
        ) {
            let mut request = pending();
            let mut now = start();
            for (command, provider, hours) in steps {
                now += TimeDelta::hours(hours);
                let side = if provider { Side::Provider } else { Side::Traveler };
                if let Ok(transition) = request.apply(command, side, now) {
                    prop_assert!(request.status.may_become(transition.status()));
                    prop_assert!(now < request.expires_at);
                    request = after(&request, &transition);
                    prop_assert!(request.rounds <= MAX_ROUNDS);
                }
            }
        }
    }
}
