//! Living through it: what everybody does happens at its moment, through the use cases, and what is due
//! falls due in between.

mod agenda;
mod asking;
mod money;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use traveloure_core::{
    actor::{Actor, Role},
    api::request::Request,
    ids::{RequestId, ServiceId, UserId},
    job::Job,
};

use super::{bank::Bank, opening::Desk, story::Story};
use crate::{
    app::Context,
    clock::SetClock,
    error::{AppResult, Fault},
    jobs::run_one,
};
use agenda::{Agenda, What};

/// Everybody, and what they are going to do.
#[derive(Debug)]
pub struct Life<'a> {
    context: &'a Context,
    clock: &'a SetClock,
    bank: &'a Bank,
    desks: &'a [Desk],
    travelers: &'a BTreeMap<&'static str, UserId>,
    agenda: Agenda,
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
            agenda: Agenda::default(),
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
            self.agenda.enter(story.at, What::Ask { desk, story: Box::new(story) });
        }
    }

    /// Lives until `moment`. `progress` hears how many of how many planned requests have been lived through.
    pub async fn until(
        &mut self,
        moment: DateTime<Utc>,
        mut progress: impl FnMut(u32, u32),
    ) -> AppResult<()> {
        while let Some(entry) = self.agenda.next_by(moment) {
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

    /// Ends it. What is planned for later does not happen.
    pub async fn end(self) -> AppResult<Lived> {
        // What is due by now, such as reminders of the past, would all be told at once when the server starts; it is
        // told now.
        for job in Job::ALL.iter().filter(|job| **job != Job::Forget) {
            run_one(self.context, *job).await?;
        }
        Ok(self.lived)
    }

    /// Remembers when the request falls due.
    fn note(&mut self, request: &Request) {
        let row = &request.row;
        if row.status.is_open() {
            if self.open.insert(row.id, row.expires_at) != Some(row.expires_at) {
                self.agenda.enter(row.expires_at, What::Expiry(row.id));
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
