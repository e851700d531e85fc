//! A small server in memory that answers as the real one does, as far as screens care.

use chrono::{DateTime, NaiveTime, Utc};
use traveloure_core::{
    actor::Role,
    api::{
        auth::User,
        booking::Booking,
        fee::FeeCalculation,
        page::Page,
        pricing::ServiceQuote,
        problem::{Code, Problem},
        provider::{NewProvider, Provider},
        request::{Answered, Bulk, BulkAnswer, BulkResult, BulkRow, Message, Request},
        service::{Check, NewService, Service, ServicePatch},
    },
    availability::{Answer, Ask, Explanation, Reason},
    booking::{OwnSettings, ProviderSettings},
    fee::FeeDecision,
    field::FieldError,
    ids::{PoolId, RequestId, ServiceId},
    request::{Side, Status},
};
use uuid::Uuid;

use super::{
    availability::Calendars, booking_list, job_list::JobList, platform::Platform,
    price_list::PriceList, purse::Purse, sample, travel::Travel,
};
use crate::tui::app::call::{ApiError, Call, Dispatch, Reply, RequestFilter};

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) now: DateTime<Utc>,
    pub(crate) is_signed_in: bool,
    pub(crate) user: User,
    pub(crate) requests: Vec<Request>,
    pub(crate) services: Vec<Service>,
    pub(crate) calendars: Calendars,
    /// As they were asked for.
    pub(crate) new_services: Vec<NewService>,
    pub(crate) prices: PriceList,
    pub(crate) bookings: Vec<Booking>,
    /// When somebody else has what every service needs.
    pub(crate) taken_at: Option<NaiveTime>,
    pub(crate) travel: Travel,
    pub(crate) purse: Purse,
    pub(crate) platform: Platform,
    pub(crate) jobs: JobList,
    /// Nothing gets through while it is out of reach.
    pub(crate) is_down: bool,
    keys: Vec<Uuid>,
    /// Whether pages say how many rows there are in all.
    pub(crate) counts: bool,
}

impl Server {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            is_signed_in: false,
            user: sample::user(),
            requests: Vec::new(),
            services: sample::services(),
            calendars: Calendars::default(),
            new_services: Vec::new(),
            prices: PriceList::new(),
            bookings: Vec::new(),
            taken_at: None,
            travel: Travel::default(),
            purse: Purse::new(),
            platform: Platform::new(),
            jobs: JobList::default(),
            is_down: false,
            keys: Vec::new(),
            counts: true,
        }
    }

    pub(crate) fn answer(&mut self, dispatch: &Dispatch) -> Result<Reply, ApiError> {
        if self.is_down {
            return Err(ApiError::Offline("connection refused".to_owned()));
        }
        if self.is_signed_in
            && let Some(answer) = self.another(dispatch)
        {
            return answer;
        }
        match &dispatch.call {
            Call::SignIn(login) if login.password == "wrong" => {
                Err(problem(Code::WrongCredentials, "E-mail or password is wrong."))
            }
            Call::SignIn(_) | Call::Register(_) => {
                self.is_signed_in = true;
                Ok(Reply::User(self.user.clone()))
            }
            Call::SignOut => {
                self.is_signed_in = false;
                Ok(Reply::Done)
            }
            _ if dispatch.role == Role::Provider && self.user.provider_id.is_none() => {
                Err(problem(Code::RoleRequired, "This needs the role provider."))
            }
            _ if !self.is_signed_in => Err(problem(Code::NotSignedIn, "Sign in first.")),
            Call::Me => Ok(Reply::User(self.user.clone())),
            Call::NewProvider(new) if new.country.len() != 2 => {
                let mut problem = Problem::new(Code::Invalid, "Some fields need another value.");
                let words = "two letters, such as PT";
                problem.fields = vec![FieldError::new("country", "unknown", words)];
                Err(ApiError::Problem(Box::new(problem)))
            }
            Call::NewProvider(new) => Ok(Reply::Provider(self.provider(new))),
            Call::NewService(new) => {
                let service = sample::service(1, &new.name);
                self.services.push(service.clone());
                self.new_services.push(new.clone());
                Ok(Reply::Service(Box::new(service)))
            }
            Call::EditService { id, version, patch } => self.edit_service(*id, *version, patch),
            Call::Services(_) => Ok(Reply::Services(self.services.clone())),
            Call::Requests { filter, after, limit, .. } => {
                Ok(Reply::Requests(self.page(filter, after.as_deref(), *limit)))
            }
            Call::Request(id) => self.request(*id).map(|request| Reply::Request(Box::new(request))),
            Call::Accept { id, body } => self.act(*id, dispatch.key, Status::Accepted, |request| {
                let closed = request.uses.as_ref().is_some_and(|uses| !uses.answer.is_open());
                if closed && !body.over_rules {
                    return Err(problem(Code::NotOffered, "Your rules do not offer this."));
                }
                Ok(())
            }),
            Call::Decline { id, .. } => self.act(*id, dispatch.key, Status::Declined, |_| Ok(())),
            Call::Counter { id, body } => {
                let now = self.now;
                self.act(*id, dispatch.key, Status::CounterOffered, |request| {
                    if body.valid_until.is_some_and(|until| until <= now) {
                        return Err(problem(Code::Invalid, "The offer would be over already."));
                    }
                    request.row.price = body.price;
                    request.row.date = body.date.unwrap_or(request.row.date);
                    request.row.round += 1;
                    Ok(())
                })
            }
            Call::Message { id, body } => {
                let now = self.now;
                let request = self.find(*id)?;
                let message =
                    Message { by: Side::Provider, text: body.text.clone(), created_at: now };
                request.messages.push(message.clone());
                request.row.version += 1;
                Ok(Reply::Message(message))
            }
            Call::Bulk(bulk) => Ok(Reply::Bulk(self.bulk(bulk))),
            Call::Pricing { service, .. } => self.prices.get(*service),
            Call::EditPricing { service, version, edit, .. } => {
                self.prices.edit(*service, *version, edit, dispatch.key)
            }
            Call::Bookings { filter, after, limit, .. } => Ok(Reply::Bookings(booking_list::page(
                &self.bookings,
                filter,
                after.as_deref(),
                *limit,
            ))),
            Call::Manifest { date, .. } => {
                Ok(Reply::Manifest(Box::new(booking_list::manifest(&self.bookings, *date))))
            }
            Call::Booking(id) => {
                let found = self.bookings.iter().find(|booking| booking.row.id == *id).cloned();
                let missing = || problem(Code::NotFound, "There is no such booking.");
                found.map(|found| Reply::Booking(Box::new(found))).ok_or_else(missing)
            }
            call => Ok(self.look_up(call)),
        }
    }

    /// What calendars and travels answer.
    fn another(&mut self, dispatch: &Dispatch) -> Option<Result<Reply, ApiError>> {
        let Dispatch { call, key, .. } = dispatch;
        let (services, now) = (&self.services, self.now);
        self.calendars
            .answer(call, *key, services, now)
            .or_else(|| self.purse.answer(call, now))
            .or_else(|| self.platform.answer(call, *key, now))
            .or_else(|| self.travel.answer(call, *key, services, &mut self.bookings, now))
            .or_else(|| self.jobs.answer(call))
    }

    fn edit_service(
        &mut self,
        id: ServiceId,
        version: i64,
        patch: &ServicePatch,
    ) -> Result<Reply, ApiError> {
        let Some(service) = self.services.iter_mut().find(|service| service.id == id) else {
            return Err(problem(Code::NotFound, "There is no such service."));
        };
        if service.version != version {
            return Err(problem(Code::VersionMismatch, "The service was changed in the meantime."));
        }
        service.version += 1;
        service.name = patch.name.clone().unwrap_or_else(|| service.name.clone());
        if let Some(settings) = patch.settings {
            let own = OwnSettings::default().changed(settings, ProviderSettings::default());
            service.settings = own.unwrap().resolve(ProviderSettings::default());
        }
        Ok(Reply::Service(Box::new(service.clone())))
    }

    fn provider(&mut self, new: &NewProvider) -> Provider {
        self.user.provider_id = Some(sample::provider());
        self.user.roles = sample::user().roles;
        Provider {
            id: sample::provider(),
            name: new.name.clone(),
            city: new.city.clone(),
            country: new.country.clone(),
            zone: new.zone,
            description: new.description.clone(),
            settings: ProviderSettings::default(),
            version: 1,
            created_at: self.now,
        }
    }

    /// What is asked while a form is filled in.
    fn look_up(&self, call: &Call) -> Reply {
        match call {
            Call::Quote { service, ask } => Reply::Quote(Box::new(ServiceQuote {
                service_id: *service,
                date: ask.date,
                end_date: ask.end_date,
                time: ask.time,
                party: ask.party,
                priced: self.travel.priced(0, self.now),
                provider_payout: None,
                platform_fee: None,
            })),
            Call::Check { service, ask } => Reply::Check(Check {
                service_id: *service,
                date: ask.date,
                end_date: ask.end_date,
                time: ask.time,
                party: ask.party,
                explanation: Explanation { answer: self.answer_to(ask), steps: Vec::new() },
            }),
            Call::Fee { amount, .. } => {
                let payout = amount.percent(85.into()).unwrap();
                Reply::Fee(Box::new(FeeCalculation {
                    service_amount: *amount,
                    decision: FeeDecision {
                        rule_id: None,
                        service_amount: *amount,
                        platform_fee: amount.minus(payout).unwrap(),
                        provider_payout: payout,
                        reason: "15 % for activities".to_owned(),
                        considered: Vec::new(),
                    },
                }))
            }
            call => panic!("the server under test does not know {call:?}"),
        }
    }

    pub(crate) fn request(&self, id: traveloure_core::ids::RequestId) -> Result<Request, ApiError> {
        let found = self.requests.iter().find(|request| request.row.id == id);
        found.cloned().ok_or_else(|| problem(Code::NotFound, "There is no such request."))
    }

    fn answer_to(&self, ask: &Ask) -> Answer {
        let taken = ask.time.filter(|time| self.taken_at == Some(*time));
        let Some(time) = taken else { return Answer::Open { left: Some(3) } };
        let (pool, name) = (PoolId::from(Uuid::from_u128(7)), "the blue van".to_owned());
        Answer::Closed {
            reasons: vec![Reason::PoolBusy { pool, name, at: ask.date.and_time(time) }],
        }
    }

    fn find(&mut self, id: RequestId) -> Result<&mut Request, ApiError> {
        let found = self.requests.iter_mut().find(|request| request.row.id == id);
        found.ok_or_else(|| problem(Code::NotFound, "There is no such request."))
    }

    /// Answers a request once per key.
    fn act(
        &mut self,
        id: RequestId,
        key: Option<Uuid>,
        status: Status,
        decide: impl FnOnce(&mut Request) -> Result<(), ApiError>,
    ) -> Result<Reply, ApiError> {
        let key = key.expect("an answer carries a key");
        let (now, replay) = (self.now, self.keys.contains(&key));
        let request = self.find(id)?;
        if !replay {
            if request.row.status != Status::PendingProvider {
                let words = format!("It was {} already.", request.row.status);
                return Err(problem(Code::AlreadyAnswered, &words));
            }
            decide(request)?;
            request.row.status = status;
            request.row.version += 1;
            request.row.updated_at = now;
            if !status.is_open() {
                request.uses = None;
            }
        }
        let request = request.clone();
        self.keys.push(key);
        Ok(Reply::Answered(Box::new(Answered { request, booking: None })))
    }

    fn bulk(&mut self, bulk: &Bulk) -> BulkResult {
        let status = match bulk.answer {
            BulkAnswer::Accept(_) => Status::Accepted,
            BulkAnswer::Decline(_) => Status::Declined,
        };
        let results = bulk.ids.iter().map(|id| {
            let key = Uuid::from_u128(id.as_uuid().as_u128() ^ 0xffff);
            match self.act(*id, Some(key), status, |_| Ok(())) {
                Ok(Reply::Answered(answered)) => {
                    BulkRow { id: *id, request: Some(answered.request.row), problem: None }
                }
                Err(ApiError::Problem(problem)) => {
                    BulkRow { id: *id, request: None, problem: Some(*problem) }
                }
                other => panic!("{other:?}"),
            }
        });
        BulkResult { results: results.collect() }
    }

    fn page(
        &self,
        filter: &RequestFilter,
        after: Option<&str>,
        limit: u32,
    ) -> Page<traveloure_core::api::request::RequestRow> {
        let words = filter.words.to_lowercase();
        let mut rows: Vec<_> = self
            .requests
            .iter()
            .map(|request| &request.row)
            .filter(|row| !filter.inbox || row.status.is_open())
            .filter(|row| filter.statuses.is_empty() || filter.statuses.contains(&row.status))
            .filter(|row| {
                [&row.traveler_name, &row.service_name]
                    .iter()
                    .any(|name| name.to_lowercase().contains(&words))
            })
            .cloned()
            .collect();
        if filter.inbox {
            rows.sort_by_key(|row| (row.expires_at, row.id));
        } else {
            rows.sort_by_key(|row| std::cmp::Reverse((row.updated_at, row.id)));
        }
        let total = self.counts.then_some(rows.len() as u64);
        let from: usize = after.map_or(0, |after| after.parse().unwrap());
        let until = from + limit as usize;
        let next = (until < rows.len()).then(|| until.to_string());
        Page { items: rows.into_iter().skip(from).take(limit as usize).collect(), next, total }
    }

    /// Lets something happen to a request elsewhere.
    pub(crate) fn change(&mut self, number: u128, status: Status) {
        let id = sample::id(number);
        let request = self.requests.iter_mut().find(|request| request.row.id == id).unwrap();
        request.row.status = status;
        request.row.version += 1;
        request.row.updated_at = self.now;
        request.uses = None;
    }
}

pub(crate) fn problem(code: Code, detail: &str) -> ApiError {
    ApiError::Problem(Box::new(Problem::new(code, detail)))
}
