//! One service's calendar: its rules with the edits on top, the days around the month that is
//! looked at, and the bookings on them.

use std::{collections::BTreeMap, ops::Range};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use traveloure_core::{
    api::{
        availability::Availability,
        event::{Event, Kind},
        service::Service,
    },
    availability::{
        Ask, AvailabilityRules, AvailabilityType, DayState, EditPlan, Explanation, Occupancy,
        PreparedRules, Setting, explain,
    },
    ids::ServiceId,
    time,
};

use super::{
    booked::Booked,
    draft::{Draft, NotMade, Rebased},
    edit::Edit,
    months::Months,
    paint::{self, Paint, Palette},
};
use crate::tui::app::{
    call::{ApiError, Call, Reply, Ticket},
    cx::Cx,
    load::Load,
};

/// See the module's head.
#[derive(Debug)]
pub struct Sheet {
    pub service: ServiceId,
    pub setting: Setting,
    rules: Load<()>,
    draft: Option<Draft>,
    /// The server's rules, newer than those that the edits were made on.
    newer: Option<Box<Availability>>,
    days: Months,
    known: BTreeMap<NaiveDate, DayState>,
    pub booked: Booked,
    taken: Occupancy,
    plan: EditPlan,
    paint: Option<(PaintKey, Paint)>,
    /// Counts what the paint depends on.
    revision: u64,
}

/// What a paint was made from: days, revision, and the hour, since notice and horizon move with
/// the time.
type PaintKey = (Range<NaiveDate>, u64, i64);

impl Sheet {
    #[must_use]
    pub fn new(service: &Service) -> Self {
        Self {
            service: service.id,
            setting: setting_of(service),
            rules: Load::default(),
            draft: None,
            newer: None,
            days: Months::default(),
            known: BTreeMap::new(),
            booked: Booked::new(service.id, service.by_night),
            taken: Occupancy::new(),
            plan: EditPlan::default(),
            paint: None,
            revision: 0,
        }
    }

    /// The date in the service's zone.
    #[must_use]
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        time::today(now, self.setting.zone)
    }

    #[must_use]
    pub fn draft(&self) -> Option<&Draft> {
        self.draft.as_ref()
    }

    /// The rules with all edits made, once they have come.
    #[must_use]
    pub fn rules(&self) -> Option<&AvailabilityRules> {
        self.draft.as_ref().map(Draft::rules)
    }

    #[must_use]
    pub fn kind(&self) -> Option<AvailabilityType> {
        self.rules().map(|rules| rules.availability_type)
    }

    /// Whether there is something to apply.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.draft.as_ref().is_some_and(Draft::is_changed)
    }

    /// The server's rules, where they changed under the edits.
    #[must_use]
    pub fn newer(&self) -> Option<&Availability> {
        self.newer.as_deref()
    }

    /// What the edits change, as far as is known here.
    #[must_use]
    pub fn plan(&self) -> &EditPlan {
        &self.plan
    }

    #[must_use]
    pub fn taken(&self) -> &Occupancy {
        &self.taken
    }

    #[must_use]
    pub fn rules_load(&self) -> &Load<()> {
        &self.rules
    }

    #[must_use]
    pub fn days_load(&self) -> &Load<()> {
        self.days.load()
    }

    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.loads().any(Load::is_loading)
    }

    pub fn loads(&self) -> impl Iterator<Item = &Load<()>> {
        [&self.rules, self.days.load(), self.booked.months().load()].into_iter()
    }

    /// Asks for what is missing to show the month of `date`.
    pub fn fetch(&mut self, date: NaiveDate, cx: &mut Cx) {
        if self.rules.is_untouched() {
            self.fetch_rules(cx);
        }
        if let Some(range) = self.days.missing(date) {
            let (from, to) = (range.start, range.end);
            let ticket = cx.call(Call::Days { service: self.service, from, to });
            self.days.asked(ticket, &range, cx);
        }
        self.booked.fetch(date, cx);
    }

    fn fetch_rules(&mut self, cx: &mut Cx) {
        if let Some(provider) = cx.desk.provider() {
            let ticket = cx.call(Call::Availability { provider, service: self.service });
            self.rules.asked(ticket, cx);
        }
    }

    /// Asks for everything anew; what is there stays until it has come.
    pub fn refresh(&mut self, date: NaiveDate, cx: &mut Cx) {
        self.fetch_rules(cx);
        self.days.outdated();
        self.booked.months_mut().outdated();
        self.fetch(date, cx);
    }

    /// What was fetched of the days no longer holds; it is shown until it has come anew.
    pub fn outdated(&mut self) {
        self.days.outdated();
        self.booked.months_mut().outdated();
    }

    /// The connection is back: what failed is asked for again.
    pub fn try_again(&mut self, date: NaiveDate, cx: &mut Cx) {
        self.days.try_again();
        self.booked.months_mut().try_again();
        if self.rules.error().is_some() && !self.rules.is_loading() {
            self.fetch_rules(cx);
        }
        self.fetch(date, cx);
    }

    /// The service itself was edited.
    pub fn service_changed(&mut self, service: &Service) {
        let setting = setting_of(service);
        if setting != self.setting {
            self.setting = setting;
            self.revision += 1;
        }
    }

    /// Something changed on the server. Returns whether it is about this calendar.
    pub fn event(&mut self, event: &Event, cx: &mut Cx) -> bool {
        let is_mine = ServiceId::from(event.subject) == self.service;
        match event.kind {
            Kind::AvailabilityChanged if is_mine => {
                let known = self.newer.as_ref().map(|newer| newer.version);
                let known = known.or(self.draft.as_ref().map(Draft::version));
                if known.is_none() || event.version.is_none() || known < event.version {
                    self.fetch_rules(cx);
                    self.days.outdated();
                }
            }
            Kind::CapacityChanged if is_mine => {
                self.days.outdated();
                self.booked.months_mut().outdated();
            }
            Kind::BookingCreated | Kind::BookingConfirmed | Kind::BookingCancelled => {
                self.booked.months_mut().outdated();
            }
            _ => return false,
        }
        true
    }

    /// Takes the answer to a call of this sheet; `false` for another's.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        if self.rules.waits_for(ticket) {
            let came = match result {
                Ok(Reply::Availability(rules)) => {
                    self.rules_came((**rules).clone(), cx.now());
                    Ok(())
                }
                Ok(_) => Err(ApiError::unexpected()),
                Err(error) => Err(error.clone()),
            };
            self.rules.came(came, cx.now());
        } else if self.days.waits_for(ticket) {
            let came = match result {
                Ok(Reply::Days(days)) => {
                    self.known.extend(days.days.iter().map(|day| (day.date, day.clone())));
                    Ok(())
                }
                Ok(_) => Err(ApiError::unexpected()),
                Err(error) => Err(error.clone()),
            };
            self.days.came(came, cx.now());
            self.recount(cx.now());
        } else if self.booked.months().waits_for(ticket) {
            self.booked.came(result.clone(), cx);
        } else {
            return false;
        }
        true
    }

    /// The server's rules: taken over at once where nothing was edited, else kept beside the edits.
    fn rules_came(&mut self, rules: Availability, now: DateTime<Utc>) {
        match &self.draft {
            Some(draft) if draft.version() == rules.version => {}
            Some(draft) if draft.is_changed() => {
                if draft.rules() == &rules.rules.clone().normalised() {
                    // The edits are there: they were applied, and the answer got lost.
                    self.saved(rules, now);
                } else {
                    self.newer = Some(Box::new(rules));
                    self.revision += 1;
                }
            }
            _ => self.saved(rules, now),
        }
    }

    /// The rules as they now are on the server; no edit is left.
    pub fn saved(&mut self, rules: Availability, now: DateTime<Utc>) {
        self.draft = Some(Draft::new(rules));
        self.newer = None;
        self.replan(now);
    }

    /// # Errors
    /// Why the edit was not made.
    pub fn make(&mut self, edit: Edit, now: DateTime<Utc>) -> Result<(), NotMade> {
        let Some(draft) = &mut self.draft else {
            return Err(NotMade::Refused("the rules have not come yet".to_owned()));
        };
        draft.make(edit, &self.setting)?;
        self.replan(now);
        Ok(())
    }

    /// Takes back the last edit, and says which.
    pub fn undo(&mut self, now: DateTime<Utc>) -> Option<String> {
        let today = self.today(now);
        let undone = self.draft.as_mut()?.undo()?.label(today);
        self.replan(now);
        Some(undone)
    }

    /// Makes the edit taken back last again, and says which.
    pub fn redo(&mut self, now: DateTime<Utc>) -> Option<String> {
        let today = self.today(now);
        let redone = self.draft.as_mut()?.redo()?.label(today);
        self.replan(now);
        Some(redone)
    }

    pub fn discard(&mut self, now: DateTime<Utc>) {
        if let Some(draft) = &mut self.draft {
            draft.discard();
        }
        // Without edits nothing stands in the way of what is newer.
        if let Some(newer) = self.newer.take() {
            self.draft = Some(Draft::new(*newer));
        }
        self.replan(now);
    }

    /// Moves the edits onto the server's newer rules; none when there are no newer ones.
    pub fn take_in(&mut self, now: DateTime<Utc>) -> Option<Rebased> {
        let newer = self.newer.take()?;
        let today = self.today(now);
        let rebased = self.draft.as_mut()?.rebase(*newer, &self.setting, today);
        self.replan(now);
        Some(rebased)
    }

    fn replan(&mut self, now: DateTime<Utc>) {
        let today = self.today(now);
        self.plan = match &self.draft {
            Some(draft) if draft.is_changed() => draft.plan(&self.setting, &self.taken, today),
            _ => EditPlan::default(),
        };
        self.revision += 1;
    }

    fn recount(&mut self, now: DateTime<Utc>) {
        self.taken = paint::taken(&self.known);
        self.replan(now);
    }

    /// The days of `window`, painted; none before the rules have come.
    pub fn painted(&mut self, window: &Range<NaiveDate>, now: DateTime<Utc>) -> Option<&Paint> {
        let draft = self.draft.as_ref()?;
        let hour = now.timestamp() / 3600;
        let key = (window.clone(), self.revision, hour);
        if self.paint.as_ref().is_none_or(|(painted, _)| *painted != key) {
            let edited = draft.is_changed().then(|| draft.rules());
            let palette = Palette { draft: edited, ..self.palette(draft.saved(), now) };
            self.paint = Some((key, Paint::new(window.clone(), &palette)));
        }
        self.paint.as_ref().map(|(_, paint)| paint)
    }

    /// Days that may lie outside the month that is shown.
    #[must_use]
    pub fn paint_alone(&self, window: &Range<NaiveDate>, now: DateTime<Utc>) -> Option<Paint> {
        let rules = self.rules()?;
        Some(Paint::new(window.clone(), &Palette { draft: None, ..self.palette(rules, now) }))
    }

    /// The days of `window` as other rules would make them, beside what they are by `saved`.
    #[must_use]
    pub fn paint_of(
        &self,
        saved: &AvailabilityRules,
        rules: &AvailabilityRules,
        window: Range<NaiveDate>,
        now: DateTime<Utc>,
    ) -> Paint {
        Paint::new(window, &Palette { draft: Some(rules), ..self.palette(saved, now) })
    }

    fn palette<'a>(&'a self, saved: &'a AvailabilityRules, now: DateTime<Utc>) -> Palette<'a> {
        Palette {
            saved,
            draft: None,
            setting: &self.setting,
            taken: &self.taken,
            server: &self.known,
            now,
        }
    }

    /// What was painted last.
    #[must_use]
    pub fn paint(&self) -> Option<&Paint> {
        self.paint.as_ref().map(|(_, paint)| paint)
    }

    /// Why `ask` can be booked or not, by the rules with the edits made. Shared resources and other
    /// calendars are not known here.
    #[must_use]
    pub fn explain(&self, ask: &Ask, now: DateTime<Utc>) -> Option<Explanation> {
        let rules = self.rules()?;
        let end = ask.end_date.unwrap_or(ask.date).max(time::next_day(ask.date));
        let prepared = PreparedRules::prepare(rules, &self.setting, ask.date..end);
        Some(explain(&prepared, &self.taken, ask, now))
    }
}

fn setting_of(service: &Service) -> Setting {
    Setting {
        zone: service.zone,
        duration_minutes: service.duration_minutes,
        by_night: service.by_night,
    }
}

/// When the local date changes next in the service's zone.
#[must_use]
pub fn next_midnight(setting: &Setting, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = time::today(now, setting.zone);
    time::instant(time::next_day(today), NaiveTime::MIN, setting.zone)
}
