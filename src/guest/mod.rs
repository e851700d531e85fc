//! The guests of the demo: travelers who go on asking the demo provider, through the HTTP API as people do, and
//! who answer what they are answered, so that the inbox lives while somebody looks at it.

mod asking;
mod attending;
mod visitor;
mod words;

use std::{cmp::Reverse, collections::BinaryHeap, ops::RangeInclusive, sync::Arc, time::Duration};

use futures_util::future::{FutureExt, select_all};
use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use traveloure_core::{
    api::{event::Kind, problem::Code},
    ids::RequestId,
};
use traveloure_server::{clock::Clock, demo};

use crate::client::{ApiError, Client, Notice};
use visitor::Visitor;

/// After a failure nothing is tried for this long, and twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);

/// How lively the guests are.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Decides who asks for what, and when.
    pub seed: u64,
    /// When the first request comes, from the start.
    pub first: RangeInclusive<Duration>,
    /// How much time is between two requests.
    pub between: RangeInclusive<Duration>,
    /// How soon they answer what the provider did.
    pub answer: RangeInclusive<Duration>,
    /// With so many open requests of theirs, they ask for nothing more.
    pub open_at_most: usize,
    pub clock: Arc<dyn Clock>,
}

impl Settings {
    /// A request every 20 to 60 seconds, at most some thirty in the inbox together with those that the demo
    /// begins with.
    #[must_use]
    pub fn new(seed: u64, clock: Arc<dyn Clock>) -> Self {
        let seconds = Duration::from_secs;
        Self {
            seed,
            first: seconds(4)..=seconds(8),
            between: seconds(20)..=seconds(60),
            answer: seconds(6)..=seconds(25),
            open_at_most: 14,
            clock,
        }
    }
}

/// Lets the guests be there until `cancel`. `api` is a client that is not signed in; each guest signs in for
/// themselves. A server that refuses, is busy or is gone is asked again later; nothing ends this but `cancel`.
pub async fn run(api: Client, settings: Settings, cancel: CancellationToken) {
    cancel.run_until_cancelled(Guests::new(&api, settings).stay()).await;
}

/// All of them.
#[derive(Debug)]
pub struct Guests {
    settings: Settings,
    rng: StdRng,
    visitors: Vec<Visitor>,
    /// What they are going to look at, by the moment.
    looks: BinaryHeap<Reverse<Look>>,
}

/// Something happened to a request of a guest's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    at: Instant,
    visitor: usize,
    request: RequestId,
    after: Kind,
}

/// What came of a guest's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    Asked(RequestId),
    Withdrew(RequestId),
    Wrote(RequestId),
    Accepted(RequestId),
    Declined(RequestId),
    Countered(RequestId),
    /// There was nothing to do, or nothing suitable was found.
    Nothing,
}

impl Guests {
    #[must_use]
    pub fn new(api: &Client, settings: Settings) -> Self {
        let visitors = demo::GUESTS.iter().map(|email| Visitor::new(email, api)).collect();
        let rng = StdRng::seed_from_u64(settings.seed);
        Self { settings, rng, visitors, looks: BinaryHeap::new() }
    }

    async fn stay(mut self) {
        let mut failures = Pauses::default();
        let mut next_ask = Instant::now() + self.draw(&self.settings.first.clone());
        loop {
            let next_look = self.looks.peek().map(|Reverse(look)| look.at);
            tokio::select! {
                () = sleep_until(next_ask) => {
                    let outcome = self.ask().await;
                    let pause = self.draw(&self.settings.between.clone());
                    next_ask = Instant::now() + failures.after(&outcome, pause);
                }
                () = sleep_until(next_look.unwrap_or(next_ask)), if next_look.is_some() => {
                    if let Some(Reverse(look)) = self.looks.pop()
                        && let Err(error) = self.look(look.visitor, look.request, look.after).await
                    {
                        tracing::debug!(%error, "a guest could not answer");
                    }
                }
                (visitor, notice) = notice(&mut self.visitors) => self.hear(visitor, notice),
            }
        }
    }

    /// Remembers to look at what an event is about.
    fn hear(&mut self, visitor: usize, notice: Option<Notice>) {
        let (request, after) = match notice {
            Some(Notice::Event(event)) => (RequestId::from(event.subject), event.kind),
            Some(Notice::Refused(error)) => {
                tracing::debug!(%error, "a guest is signed out");
                self.visitors[visitor].sign_out();
                return;
            }
            None => {
                self.visitors[visitor].sign_out();
                return;
            }
            Some(Notice::Online | Notice::Reset | Notice::Offline { .. }) => return,
        };
        let is_answer =
            matches!(after, Kind::RequestCountered | Kind::RequestAccepted | Kind::RequestMessage);
        let is_known = self.looks.iter().any(|Reverse(look)| look.request == request);
        if is_answer && !is_known {
            let at = Instant::now() + self.draw(&self.settings.answer.clone());
            self.looks.push(Reverse(Look { at, visitor, request, after }));
        }
    }

    fn draw(&mut self, range: &RangeInclusive<Duration>) -> Duration {
        self.rng.random_range(range.clone())
    }

    /// Whether so many in a hundred times it happens.
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }
}

/// The next notice of any guest who is signed in; waits forever if nobody is.
async fn notice(visitors: &mut [Visitor]) -> (usize, Option<Notice>) {
    let waiting: Vec<_> = visitors
        .iter_mut()
        .enumerate()
        .filter_map(|(place, visitor)| {
            let stream = visitor.stream()?;
            Some(async move { (place, stream.next().await) }.boxed())
        })
        .collect();
    if waiting.is_empty() {
        return std::future::pending().await;
    }
    select_all(waiting).await.0
}

/// How long to leave the server alone.
#[derive(Debug, Default)]
struct Pauses {
    failed: u32,
}

impl Pauses {
    fn after(&mut self, outcome: &Result<Turn, ApiError>, usual: Duration) -> Duration {
        match outcome {
            Err(error) if !is_refusal(error) => {
                tracing::debug!(%error, "a guest could not ask");
                let pause = FIRST_PAUSE.saturating_mul(1 << self.failed.min(8)).min(LONGEST_PAUSE);
                self.failed += 1;
                pause.max(usual)
            }
            _ => {
                self.failed = 0;
                usual
            }
        }
    }
}

/// Whether the server works and only says no to this one thing.
fn is_refusal(error: &ApiError) -> bool {
    matches!(
        error.code(),
        Some(
            Code::NotOffered
                | Code::SlotTaken
                | Code::NotYourTurn
                | Code::AlreadyAnswered
                | Code::RequestExpired
                | Code::TooManyRounds
                | Code::PriceRequired
                | Code::NotFound
                | Code::Invalid
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_followed_by_longer_and_longer_pauses() {
        let offline = || {
            Err(ApiError::Offline { server: String::new(), reason: String::new(), in_doubt: false })
        };
        let usual = Duration::from_secs(20);
        let mut pauses = Pauses::default();
        let seen: Vec<u64> = (0..7).map(|_| pauses.after(&offline(), usual).as_secs()).collect();
        assert_eq!(seen, [20, 30, 60, 120, 240, 300, 300]);
        assert_eq!(pauses.after(&Ok(Turn::Nothing), usual), usual);
        assert_eq!(pauses.after(&offline(), Duration::ZERO), FIRST_PAUSE);
    }

    #[test]
    fn a_refusal_is_no_failure() {
        let problem = traveloure_core::api::problem::Problem::new(Code::SlotTaken, "");
        let mut pauses = Pauses::default();
        let usual = Duration::from_secs(1);
        assert_eq!(pauses.after(&Err(ApiError::Problem(Box::new(problem))), usual), usual);
    }
}
