//! Living through it: what everybody does happens at its moment, through the use cases, and what is due
//! falls due in between.

mod money;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
};

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use traveloure_core::{
    actor::{Actor, Role},
    api::{
        availability::AvailabilityEdit,
        problem::Code,
        request::{Accept, CounterOffer, Decline, NewMessage, Request, Submit},
    },
    ids::{RequestId, ServiceId, UserId},
    job::Job,
    money::Money,
    pricing::Priced,
    request::Side,
};

use super::{
    bank::Bank,
    opening::Desk,
    story::{Act, Counter, Paying, Step, Story, Wish},
    words,
};
use crate::{
    app::{Context, availability, requests},
    clock::SetClock,
    error::{AppError, AppResult, Fault},
    jobs::run_one,
};
use money::Move;

/// Everybody, and what they are going to do.
#[derive(Debug)]
pub struct Life<'a> {
    context: &'a Context,
    clock: &'a SetClock,
    bank: &'a Bank,
    desks: &'a [Desk],
    travelers: &'a BTreeMap<&'static str, UserId>,
    agenda: BinaryHeap<Reverse<Entry>>,
    count: u32,
    /// How many requests are going to be made, if every day does.
    planned: u32,
    /// Requests that wait for an answer.
    open: BTreeMap<RequestId, DateTime<Utc>>,
    /// Turns of jobs that are in the agenda, or were.
    awaited: BTreeSet<(DateTime<Utc>, Job)>,
    lived: Lived,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lived {
    pub requests: u32,
    pub bookings: u32,
}

#[derive(Debug)]
struct Entry {
    at: DateTime<Utc>,
    /// Keeps what was entered first ahead at the same moment.
    number: u32,
    what: What,
}

/// Who wants what from whom.
#[derive(Clone, Copy, Debug)]
struct Case {
    desk: usize,
    traveler: &'static str,
    offer: &'static str,
    paying: Option<Paying>,
}

#[derive(Debug)]
enum What {
    Ask {
        desk: usize,
        story: Box<Story>,
    },
    Step {
        case: Case,
        request: RequestId,
        step: Step,
    },
    /// The time to answer this request ends.
    Expiry(RequestId),
    /// The time to pay some booking ends.
    Unpaid,
    Money(Move),
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl<'a> Life<'a> {
    #[must_use]
    pub fn new(
        context: &'a Context,
        clock: &'a SetClock,
        bank: &'a Bank,
        desks: &'a [Desk],
        travelers: &'a BTreeMap<&'static str, UserId>,
    ) -> Self {
        Self {
            context,
            clock,
            bank,
            desks,
            travelers,
            agenda: BinaryHeap::new(),
            count: 0,
            planned: 0,
            open: BTreeMap::new(),
            awaited: BTreeSet::new(),
            lived: Lived::default(),
        }
    }

    /// Enters the stories of a desk.
    pub fn plan(&mut self, desk: usize, stories: Vec<Story>) {
        for story in stories {
            self.planned += 1;
            self.enter(story.at, What::Ask { desk, story: Box::new(story) });
        }
    }

    /// Lives until `moment`. `progress` hears how many of how many planned requests have been lived through.
    pub async fn until(
        &mut self,
        moment: DateTime<Utc>,
        mut progress: impl FnMut(u32, u32),
    ) -> AppResult<()> {
        while let Some(entry) = self.next_by(moment) {
            self.clock.set(entry.at);
            match entry.what {
                What::Ask { desk, story } => {
                    self.ask(desk, *story).await?;
                    progress(self.lived.requests, self.planned);
                }
                What::Step { case, request, step } => self.step(case, request, &step).await?,
                What::Expiry(request) => {
                    if self.open.get(&request).is_some_and(|expires_at| *expires_at <= entry.at) {
                        run_one(self.context, Job::ExpireRequests).await?;
                        self.open.remove(&request);
                    }
                }
                What::Unpaid => {
                    run_one(self.context, Job::CancelUnpaid).await?;
                }
                What::Money(step) => self.move_money(step).await?,
            }
        }
        self.clock.set(moment);
        Ok(())
    }

    fn next_by(&mut self, moment: DateTime<Utc>) -> Option<Entry> {
        let is_time = self.agenda.peek().is_some_and(|Reverse(entry)| entry.at <= moment);
        if is_time { self.agenda.pop().map(|Reverse(entry)| entry) } else { None }
    }

    /// Ends it. What is planned for later does not happen.
    pub async fn end(self) -> AppResult<Lived> {
        // What is due by now, such as reminders of the past, would all be told at once when the server starts; it is
        // told now.
        for job in Job::ALL.iter().filter(|job| **job != Job::Forget) {
            run_one(self.context, *job).await?;
        }
        Ok(self.lived)
    }

    fn enter(&mut self, at: DateTime<Utc>, what: What) {
        self.count += 1;
        self.agenda.push(Reverse(Entry { at, number: self.count, what }));
    }

    async fn ask(&mut self, desk: usize, story: Story) -> AppResult<()> {
        let service = self.service(desk, story.offer)?;
        let actor = self.traveler(story.traveler)?;
        for later in 0..=story.wish.or_later {
            let submit = submit(service, &story.wish, later);
            let request = match requests::submit(self.context, &actor, None, submit).await {
                Ok(request) => request,
                Err(error) if is_closed(&error) => continue,
                Err(error) => return Err(error),
            };
            self.lived.requests += 1;
            self.note(&request);
            let Story { traveler, offer, paying, steps, .. } = story;
            let case = Case { desk, traveler, offer, paying };
            for step in steps {
                self.enter(step.at, What::Step { case, request: request.row.id, step });
            }
            return Ok(());
        }
        tracing::debug!(offer = story.offer, date = %story.wish.date, "no day would do");
        Ok(())
    }

    async fn step(&mut self, case: Case, id: RequestId, step: &Step) -> AppResult<()> {
        let actor = match step.by {
            Side::Provider => self.desks[case.desk].actor.clone(),
            Side::Traveler => self.traveler(case.traveler)?,
        };
        let context = self.context;
        let outcome = match &step.act {
            Act::Accept(words) => self.accept(case, &actor, id, step.by, words).await,
            Act::Decline(words) => {
                let body = Decline { message: (*words).to_owned() };
                requests::decline(context, &actor, None, id, body).await.map(|done| done.request)
            }
            Act::Withdraw => {
                requests::withdraw(context, &actor, None, id).await.map(|done| done.request)
            }
            Act::Say(words) => {
                let body = NewMessage { text: (*words).to_owned() };
                requests::message(context, &actor, None, id, body).await
            }
            Act::Counter(counter) => self.counter(&actor, id, counter).await,
            Act::BlockTheDay(note) => {
                let request = requests::get(context, &actor, id).await?;
                let line = format!("closed {} \"{note}\"", request.row.date);
                return self.add_rule(case.desk, case.offer, &line).await;
            }
            Act::RaiseNotice(hours) => {
                let line = format!("notice {hours}h");
                return self.add_rule(case.desk, case.offer, &line).await;
            }
        };
        match outcome {
            Ok(request) => {
                self.note(&request);
                Ok(())
            }
            // Somebody was faster, or it was too late for it.
            Err(error) if is_closed(&error) || is_over(&error) => {
                tracing::debug!(%error, "did not happen");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn accept(
        &mut self,
        case: Case,
        actor: &Actor,
        id: RequestId,
        by: Side,
        words: &str,
    ) -> AppResult<Request> {
        let message = Some(words.to_owned()).filter(|words| !words.is_empty());
        let body = Accept { message, ..Accept::default() };
        let answered = match requests::accept(self.context, actor, None, id, body).await {
            Err(error) if is_closed(&error) && by == Side::Provider => {
                let body = Decline { message: words::GONE.to_owned() };
                return requests::decline(self.context, actor, None, id, body)
                    .await
                    .map(|done| done.request);
            }
            other => other?,
        };
        if let Some(booking) = answered.booking {
            self.lived.bookings += 1;
            if let Some(deadline) = booking.row.payment_deadline {
                self.enter(deadline, What::Unpaid);
            }
            self.plan_payment(case, &booking);
        }
        Ok(answered.request)
    }

    async fn counter(&self, actor: &Actor, id: RequestId, counter: &Counter) -> AppResult<Request> {
        let request = requests::get(self.context, actor, id).await?;
        let date = request.row.date + TimeDelta::days(counter.days_later);
        let body = CounterOffer {
            date: Some(date),
            end_date: None,
            time: counter.time,
            travelers: None,
            price: Some(price(&request, counter.percent)?),
            message: counter.words.to_owned(),
            valid_until: Some(self.context.now() + counter.valid),
            hold: counter.hold,
        };
        let offered = requests::counter_offer(self.context, actor, None, id, body).await?;
        Ok(offered.request)
    }

    async fn add_rule(&self, desk: usize, offer: &'static str, line: &str) -> AppResult<()> {
        let desk = &self.desks[desk];
        let service = desk
            .services
            .get(offer)
            .ok_or_else(|| Fault::Broken(format!("the demo offers no {offer}")))?;
        let found = availability::rules(self.context, desk.provider, service.id).await?;
        // A rule that is said once, such as the notice, takes the place of the one before.
        let word = line.split(' ').next().unwrap_or_default();
        let once = word != "closed";
        let kept = found.text.lines().filter(|old| !(once && old.starts_with(word)));
        let text = kept.chain([line]).collect::<Vec<_>>().join("\n");
        let edit = AvailabilityEdit { rules: None, text: Some(text) };
        availability::edit(self.context, desk.provider, service.id, found.version, edit, false)
            .await?;
        Ok(())
    }

    /// Remembers when the request falls due.
    fn note(&mut self, request: &Request) {
        let row = &request.row;
        if row.status.is_open() {
            if self.open.insert(row.id, row.expires_at) != Some(row.expires_at) {
                self.enter(row.expires_at, What::Expiry(row.id));
            }
        } else {
            self.open.remove(&row.id);
        }
    }

    fn service(&self, desk: usize, offer: &str) -> AppResult<ServiceId> {
        let found = self.desks[desk].services.get(offer);
        found
            .map(|service| service.id)
            .ok_or_else(|| Fault::Broken(format!("the demo offers no {offer}")).into())
    }

    fn traveler(&self, account: &str) -> AppResult<Actor> {
        let user = *self
            .travelers
            .get(account)
            .ok_or_else(|| Fault::Broken(format!("nobody in the demo is called {account}")))?;
        Ok(Actor { user, role: Role::Traveler, provider: None, expert: None, is_admin: false })
    }
}

fn submit(service: ServiceId, wish: &Wish, later: u32) -> Submit {
    let date = wish.date + TimeDelta::days(i64::from(later));
    Submit {
        service_id: service,
        date,
        end_date: (wish.nights > 0).then(|| date + TimeDelta::days(i64::from(wish.nights))),
        time: wish.time,
        travelers: wish.party,
        special_requests: wish.words.clone(),
    }
}

/// A price that a person would say: a part of the one on the table, or of the estimated range.
fn price(request: &Request, percent: u32) -> AppResult<Money> {
    let part = Decimal::from(percent) / Decimal::ONE_HUNDRED;
    let (amount, currency) = match (request.row.price, &request.quote) {
        (Some(price), _) => (price.amount() * part, price.currency()),
        (None, Priced::Quote(quote)) => (quote.total.amount() * part, quote.currency()),
        (None, Priced::Estimate(range)) => {
            let (min, max) = (range.min.amount(), range.max.amount());
            (min + (max - min) * part, range.min.currency())
        }
    };
    let step = if amount >= Decimal::from(10_000) {
        Decimal::from(500)
    } else if amount >= Decimal::ONE_HUNDRED {
        Decimal::from(5)
    } else {
        Decimal::ONE
    };
    let rounded = ((amount / step).round() * step).max(step);
    Money::rounded(rounded, currency).map_err(|error| Fault::Broken(error.to_string()).into())
}

/// Refused because of the day: another may do.
fn is_closed(error: &AppError) -> bool {
    matches!(error.code(), Some(Code::NotOffered | Code::SlotTaken))
}

/// Refused because it has been answered, or nobody can any more.
fn is_over(error: &AppError) -> bool {
    matches!(error.code(), Some(Code::AlreadyAnswered | Code::RequestExpired | Code::NotYourTurn))
}
