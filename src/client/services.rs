//! Services: what can be booked, when, and for how much.

use chrono::{NaiveDate, NaiveTime};
use traveloure_core::{
    api::{
        availability::Days,
        page::Page,
        pricing::ServiceQuote,
        service::{Check, FoundService, NewService, Service, ServicePatch},
    },
    availability::Ask,
    category::Category,
    ids::{ProviderId, ServiceId},
};

use super::{ApiError, Client, Key, transport::Call};

/// Which services are listed; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceFilter {
    pub provider_id: Option<ProviderId>,
    pub city: Option<String>,
    pub category: Option<Category>,
    /// Part of the service's or the provider's name.
    pub words: Option<String>,
    /// Only what the party can book then; local to the service.
    pub date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub party: Option<u32>,
    /// The cursor of the page before.
    pub after: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    /// Services by name; with a date, those that can be booked then, with what is left and the
    /// price. A page may then be short, even empty, and still have a next one.
    ///
    /// # Errors
    /// `malformed_parameter`.
    pub async fn services(&self, filter: &ServiceFilter) -> Result<Page<FoundService>, ApiError> {
        self.get("api/services/")
            .query("provider_id", filter.provider_id)
            .query("city", filter.city.as_ref())
            .query("category", filter.category)
            .query("q", filter.words.as_ref())
            .query("date", filter.date)
            .query("end_date", filter.end_date)
            .query("time", filter.time.map(hour_minute))
            .query("party", filter.party)
            .query("after", filter.after.as_ref())
            .query("limit", filter.limit)
            .fetch()
            .await
    }

    /// A provider's services, the newest first; to the provider also those that are not listed.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn provider_services(
        &self,
        provider: ProviderId,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Service>, ApiError> {
        self.get(format!("api/providers/{provider}/services/"))
            .query("after", after)
            .query("limit", limit)
            .fetch()
            .await
    }

    /// # Errors
    /// `not_found`.
    pub async fn service(&self, id: ServiceId) -> Result<Service, ApiError> {
        self.get(format!("api/services/{id}/")).fetch().await
    }

    /// A service of the acting provider.
    ///
    /// # Errors
    /// `role_required`, `invalid`.
    pub async fn create_service(
        &self,
        service: &NewService,
        key: &Key,
    ) -> Result<Service, ApiError> {
        self.post("api/services/").json(service).key(key).fetch().await
    }

    /// # Errors
    /// `not_found`, `invalid`, `version_mismatch`.
    pub async fn edit_service(
        &self,
        id: ServiceId,
        patch: &ServicePatch,
        version: i64,
    ) -> Result<Service, ApiError> {
        self.patch(format!("api/services/{id}/")).json(patch).if_match(version).fetch().await
    }

    /// The days from `from` up to, not including, `to`; at most 400.
    ///
    /// # Errors
    /// `not_found`, `malformed_parameter`.
    pub async fn days(
        &self,
        service: ServiceId,
        from: NaiveDate,
        to: NaiveDate,
    ) -> Result<Days, ApiError> {
        self.get(format!("api/services/{service}/availability/"))
            .query("from", Some(from))
            .query("to", Some(to))
            .fetch()
            .await
    }

    /// Whether it can be booked, and with `explain` how each rule led to the answer.
    ///
    /// # Errors
    /// `not_found`, `malformed_parameter`.
    pub async fn check(
        &self,
        service: ServiceId,
        ask: &Ask,
        explain: bool,
    ) -> Result<Check, ApiError> {
        asking(self.get(format!("api/services/{service}/check/")), ask)
            .flag("explain", explain)
            .fetch()
            .await
    }

    /// What it costs, line by line.
    ///
    /// # Errors
    /// `not_found`, `invalid`, `malformed_parameter`.
    pub async fn quote(&self, service: ServiceId, ask: &Ask) -> Result<ServiceQuote, ApiError> {
        asking(self.get(format!("api/services/{service}/quote/")), ask).fetch().await
    }
}

fn asking<'a>(call: Call<'a>, ask: &Ask) -> Call<'a> {
    call.query("date", Some(ask.date))
        .query("end_date", ask.end_date)
        .query("time", ask.time.map(hour_minute))
        .query("party", Some(ask.party))
}

/// A time as the wire has it: to the minute.
fn hour_minute(time: NaiveTime) -> impl std::fmt::Display {
    time.format("%H:%M")
}
