//! Requests on the way: travelers ask, and both sides answer.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use traveloure_core::{
    actor::Actor,
    api::{
        availability::AvailabilityEdit,
        problem::Code,
        request::{Accept, CounterOffer, Decline, NewMessage, Request, Submit},
    },
    ids::{RequestId, ServiceId},
    money::Money,
    pricing::Priced,
    request::Side,
};

use super::{
    Life,
    agenda::{Case, What},
};
use crate::{
    app::{availability, requests},
    demo::{
        story::{Act, Counter, Step, Story, Wish},
        words,
    },
    error::{AppError, AppResult, Fault},
};

impl Life<'_> {
    pub(super) async fn ask(&mut self, desk: usize, story: Story) -> AppResult<()> {
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
                self.agenda.enter(step.at, What::Step { case, request: request.row.id, step });
            }
            return Ok(());
        }
        tracing::debug!(offer = story.offer, date = %story.wish.date, "no day would do");
        Ok(())
    }

    pub(super) async fn step(&mut self, case: Case, id: RequestId, step: &Step) -> AppResult<()> {
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
                self.agenda.enter(deadline, What::Unpaid);
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
