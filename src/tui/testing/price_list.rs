//! The prices that the server under test keeps, checked and planned as the real one does.

use std::collections::BTreeMap;

use traveloure_core::{
    api::{
        pricing::{Pricing, PricingChange, PricingEdit},
        problem::Code,
    },
    ids::ServiceId,
    money::Currency,
    pricing::{Window, plan, text},
};
use uuid::Uuid;

use super::{sample, server::problem};
use crate::tui::app::call::{ApiError, Reply};

/// A dynamic service with everything that terms can say.
pub(crate) const FULL: &str = "\
base 120 EUR per person
season \"Christmas\" 2026-12-20 - 2027-01-02 x1.4
season \"High summer\" 2027-07-01 - 2027-08-31 x1.25
season \"Quiet weeks\" 2027-01-10 - 2027-02-28 x0.8
on 2026-12-24 price 95
on 2026-12-31 price 250
group 5+ 10%
group 9+ 15%
early 60d 5%
last minute 3d 10%
deposit 30%
";

#[derive(Debug)]
pub(crate) struct PriceList {
    pub(crate) of: BTreeMap<ServiceId, Pricing>,
    saved: BTreeMap<Uuid, PricingChange>,
}

impl PriceList {
    /// The first sample service says everything, the others one price.
    pub(crate) fn new() -> Self {
        let mut list = Self { of: BTreeMap::new(), saved: BTreeMap::new() };
        for (service, lines) in sample::services().iter().zip([FULL, "base 45 EUR", "base 80 EUR"])
        {
            list.set(service.id, lines);
        }
        list
    }

    /// Changes the prices of a service, as another terminal would.
    pub(crate) fn set(&mut self, service_id: ServiceId, lines: &str) {
        let terms = text::parse(lines, Currency::EUR).unwrap();
        let version = self.of.get(&service_id).map_or(1, |pricing| pricing.version + 1);
        let text = text::to_text(&terms);
        self.of.insert(service_id, Pricing { service_id, terms, text, version });
    }

    pub(crate) fn get(&self, service: ServiceId) -> Result<Reply, ApiError> {
        let found = self.of.get(&service).cloned();
        let found = found.ok_or_else(|| problem(Code::NotFound, "There is no such service."))?;
        Ok(Reply::Pricing(Box::new(found)))
    }

    /// Saves once per key.
    pub(crate) fn edit(
        &mut self,
        service: ServiceId,
        version: i64,
        edit: &PricingEdit,
        key: Option<Uuid>,
    ) -> Result<Reply, ApiError> {
        let key = key.expect("a change carries a key");
        if let Some(before) = self.saved.get(&key) {
            return Ok(Reply::PricingChange(Box::new(before.clone())));
        }
        let pricing = self.of.get_mut(&service).unwrap();
        if pricing.version != version {
            return Err(problem(Code::VersionMismatch, "The prices changed in the meantime."));
        }
        let terms = edit.terms.clone().unwrap();
        assert_eq!(terms.validate(), Ok(()));
        let today = super::noon().date_naive();
        let to = today + chrono::TimeDelta::days(365);
        let window = Window { from: today, to, party: 1, booked_on: today };
        let plan = plan(Some(&pricing.terms), &terms, window).unwrap();
        pricing.text = text::to_text(&terms);
        pricing.terms = terms;
        pricing.version += 1;
        let change = PricingChange { pricing: pricing.clone(), plan, applied: true };
        self.saved.insert(key, change.clone());
        Ok(Reply::PricingChange(Box::new(change)))
    }
}
