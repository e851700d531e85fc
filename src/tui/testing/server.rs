//! A small server in memory that answers as the real one does, as far as screens care.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::{
        page::Page,
        problem::{Code, Problem},
        request::Request,
        service::Service,
    },
    request::Status,
};

use super::sample;
use crate::tui::app::call::{ApiError, Call, Dispatch, Reply, RequestFilter};

#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) now: DateTime<Utc>,
    pub(crate) is_signed_in: bool,
    pub(crate) requests: Vec<Request>,
    pub(crate) services: Vec<Service>,
    /// Nothing gets through while it is out of reach.
    pub(crate) is_down: bool,
    /// Whether pages say how many rows there are in all.
    pub(crate) counts: bool,
}

impl Server {
    pub(crate) fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            is_signed_in: false,
            requests: Vec::new(),
            services: sample::services(),
            is_down: false,
            counts: true,
        }
    }

    pub(crate) fn answer(&mut self, dispatch: &Dispatch) -> Result<Reply, ApiError> {
        if self.is_down {
            return Err(ApiError::Offline("connection refused".to_owned()));
        }
        match &dispatch.call {
            Call::SignIn(login) if login.password == "wrong" => {
                Err(problem(Code::WrongCredentials, "E-mail or password is wrong."))
            }
            Call::SignIn(_) | Call::Register(_) => {
                self.is_signed_in = true;
                Ok(Reply::User(sample::user()))
            }
            Call::SignOut => {
                self.is_signed_in = false;
                Ok(Reply::Done)
            }
            _ if !self.is_signed_in => Err(problem(Code::NotSignedIn, "Sign in first.")),
            Call::Me => Ok(Reply::User(sample::user())),
            Call::Services(_) => Ok(Reply::Services(self.services.clone())),
            Call::Requests { filter, after, limit, .. } => {
                Ok(Reply::Requests(self.page(filter, after.as_deref(), *limit)))
            }
            Call::Request(id) => self.request(*id).map(|request| Reply::Request(Box::new(request))),
            call => panic!("the server under test does not know {call:?}"),
        }
    }

    pub(crate) fn request(&self, id: traveloure_core::ids::RequestId) -> Result<Request, ApiError> {
        let found = self.requests.iter().find(|request| request.row.id == id);
        found.cloned().ok_or_else(|| problem(Code::NotFound, "There is no such request."))
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
