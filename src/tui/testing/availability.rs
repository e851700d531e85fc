//! The part of the server in memory that answers about availability, by the same domain as the real
//! one.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use traveloure_core::{
    api::{
        availability::{Availability, AvailabilityChange, AvailabilityEdit, Days},
        booking::BookingRow,
        page::Page,
        problem::Code,
        service::{Check, Service},
    },
    availability::{
        AvailabilityRules, Occupancy, PreparedRules, Setting, Used, days, diff, explain, text,
    },
    ids::ServiceId,
    time,
};
use uuid::Uuid;

use super::server::problem;
use crate::tui::app::call::{ApiError, BookingFilter, Call, Reply};

/// The calendars of all services.
#[derive(Debug, Default)]
pub(crate) struct Calendars {
    rules: HashMap<ServiceId, (AvailabilityRules, i64)>,
    taken: HashMap<ServiceId, BTreeMap<(NaiveDate, Option<NaiveTime>), Used>>,
    pub(crate) bookings: Vec<BookingRow>,
    /// Edits that were made, by their key.
    applied: HashMap<Uuid, AvailabilityChange>,
    /// The edit is made, and its answer is lost on the way.
    pub(crate) loses_answers: bool,
}

impl Calendars {
    /// Gives `service` these rules; what was there before is gone.
    pub(crate) fn write(&mut self, service: &Service, lines: &str, now: DateTime<Utc>) {
        let today = time::today(now, service.zone);
        let rules = text::parse(lines, service.availability_type, today).unwrap();
        let version = self.rules.get(&service.id).map_or(1, |(_, version)| version + 1);
        self.rules.insert(service.id, (rules, version));
    }

    pub(crate) fn take(&mut self, service: ServiceId, date: &str, slot: Option<&str>, used: Used) {
        let date = date.parse().unwrap();
        let slot = slot.map(|slot| NaiveTime::parse_from_str(slot, "%H:%M").unwrap());
        self.taken.entry(service).or_default().insert((date, slot), used);
    }

    pub(crate) fn text(&self, service: ServiceId) -> String {
        self.rules[&service].0.to_text()
    }

    pub(crate) fn version(&self, service: ServiceId) -> i64 {
        self.rules[&service].1
    }

    /// The answer to a call about availability or bookings; none to others.
    pub(crate) fn answer(
        &mut self,
        call: &Call,
        key: Option<Uuid>,
        services: &[Service],
        now: DateTime<Utc>,
    ) -> Option<Result<Reply, ApiError>> {
        Some(match call {
            Call::Availability { service, .. } => {
                Ok(Reply::Availability(Box::new(self.document(find(services, *service)))))
            }
            Call::Days { service, from, to } => {
                let service = find(services, *service);
                let prepared = self.prepared(service, *from..*to);
                let days = days(&prepared, &self.occupancy(service.id), *from..*to, None);
                let (from, to) = (*from, *to);
                Ok(Reply::Days(Days { service_id: service.id, zone: service.zone, from, to, days }))
            }
            // Requests are answered about services whose rules nobody has written.
            Call::Check { service, .. } if !self.rules.contains_key(service) => return None,
            Call::Check { service, ask } => {
                let service = find(services, *service);
                let end = ask.end_date.unwrap_or(ask.date).max(time::next_day(ask.date));
                let prepared = self.prepared(service, ask.date..end);
                let explanation = explain(&prepared, &self.occupancy(service.id), ask, now);
                Ok(Reply::Check(Check {
                    service_id: service.id,
                    date: ask.date,
                    end_date: ask.end_date,
                    time: ask.time,
                    party: ask.party,
                    explanation,
                }))
            }
            Call::EditAvailability { service, version, edit, dry_run, .. } => {
                let service = find(services, *service);
                self.edit(service, *version, edit, *dry_run, key, now)
            }
            // Those of one service are the calendar's; the list of all is another's.
            Call::Bookings { filter, after, limit, .. } if filter.service.is_some() => {
                Ok(Reply::Bookings(self.page(filter, after.as_deref(), *limit)))
            }
            _ => return None,
        })
    }

    fn document(&self, service: &Service) -> Availability {
        let (rules, version) = self
            .rules
            .get(&service.id)
            .cloned()
            .unwrap_or_else(|| (AvailabilityRules::new(service.availability_type), 1));
        let text = rules.to_text();
        Availability { service_id: service.id, zone: service.zone, rules, text, version }
    }

    fn prepared(&self, service: &Service, window: std::ops::Range<NaiveDate>) -> PreparedRules {
        PreparedRules::prepare(&self.document(service).rules, &setting(service), window)
    }

    fn occupancy(&self, service: ServiceId) -> Occupancy {
        let taken = self.taken.get(&service);
        let rows = taken.into_iter().flatten();
        rows.map(|((date, slot), used)| (*date, *slot, *used)).collect()
    }

    fn edit(
        &mut self,
        service: &Service,
        version: i64,
        edit: &AvailabilityEdit,
        dry_run: bool,
        key: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<Reply, ApiError> {
        if let Some(before) = key.and_then(|key| self.applied.get(&key)) {
            return Ok(Reply::AvailabilityChange(Box::new(before.clone())));
        }
        let before = self.document(service);
        if before.version != version {
            return Err(problem(Code::VersionMismatch, "The rules were changed meanwhile."));
        }
        let rules = edit.rules.clone().expect("the screen sends rules");
        if rules.validate().is_err() {
            return Err(problem(Code::Invalid, "Some fields need another value."));
        }
        let today = time::today(now, service.zone);
        let window = today..today + chrono::Days::new(400);
        let prepare = |rules| PreparedRules::prepare(rules, &setting(service), window.clone());
        let taken = self.occupancy(service.id);
        let plan = diff(&prepare(&before.rules), &prepare(&rules), &taken, window.clone());
        if dry_run {
            let change = AvailabilityChange { availability: before, plan, applied: false };
            return Ok(Reply::AvailabilityChange(Box::new(change)));
        }
        self.rules.insert(service.id, (rules, version + 1));
        let availability = self.document(service);
        let change = AvailabilityChange { availability, plan, applied: true };
        self.applied.insert(key.expect("an edit carries a key"), change.clone());
        if std::mem::take(&mut self.loses_answers) {
            return Err(ApiError::TimedOut);
        }
        Ok(Reply::AvailabilityChange(Box::new(change)))
    }

    fn page(&self, filter: &BookingFilter, after: Option<&str>, limit: u32) -> Page<BookingRow> {
        let mut rows: Vec<BookingRow> = self
            .bookings
            .iter()
            .filter(|row| filter.statuses.is_empty() || filter.statuses.contains(&row.status))
            .filter(|row| filter.service.is_none_or(|service| service == row.service_id))
            .filter(|row| filter.from.is_none_or(|from| row.date >= from))
            .filter(|row| filter.to.is_none_or(|to| row.date < to))
            .cloned()
            .collect();
        rows.sort_by_key(|row| (row.date, row.time, row.id));
        let total = Some(rows.len() as u64);
        let from: usize = after.map_or(0, |after| after.parse().unwrap());
        let until = from + limit as usize;
        let next = (until < rows.len()).then(|| until.to_string());
        Page { items: rows.into_iter().skip(from).take(limit as usize).collect(), next, total }
    }
}

fn setting(service: &Service) -> Setting {
    Setting {
        zone: service.zone,
        duration_minutes: service.duration_minutes,
        by_night: service.by_night,
    }
}

fn find(services: &[Service], id: ServiceId) -> &Service {
    services.iter().find(|service| service.id == id).unwrap()
}
