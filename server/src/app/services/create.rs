//! Making a service, with rules and prices to begin with.

use traveloure_core::{
    api::{
        event::Kind,
        service::{NewService, Service},
    },
    availability::{AvailabilityRules, AvailabilityType},
    booking::OwnSettings,
    ids::{ProviderId, ServiceId, uuid_v7},
    pricing::{PricingTerms, PricingType},
};

use super::own_pools;
use crate::{
    app::{Context, words::Words, work::Key, work::Work},
    error::{AppError, AppResult, Fault},
    store::{
        availability, pools, pricing, providers,
        services::{self, NewService as Row},
    },
};

/// How far ahead a new service can be booked.
const FIRST_HORIZON_DAYS: u32 = 365;

/// Makes a service of the provider's.
///
/// # Errors
/// `invalid` with all that is wrong at once.
pub async fn create(
    context: &Context,
    provider: ProviderId,
    key: Option<Key>,
    body: NewService,
) -> AppResult<Service> {
    context
        .transact_once(key, move |work| Box::pin(async move { make(work, provider, body).await }))
        .await
}

async fn make(
    work: &mut Work<'_>,
    provider_id: ProviderId,
    body: NewService,
) -> AppResult<Service> {
    let provider = providers::get(work.db(), provider_id)
        .await?
        .ok_or_else(|| AppError::not_found("provider"))?;
    let mut words = Words::default();
    let name = words.line("name", &body.name, 1..=120);
    let description = words.text("description", &body.description, 0..=5000);
    let city = words.line("city", body.city.as_deref().unwrap_or(&provider.city), 1..=120);
    words.number("response_hours", body.response_hours, 1..=168);
    if let Some(minutes) = body.duration_minutes {
        words.number("duration_minutes", minutes, 1..=20_160);
    }
    let terms = first_terms(&body, &mut words);
    let drawn = own_pools(work, &mut words, provider_id, &body.pools).await?;
    let settings =
        OwnSettings::default().changed(body.settings, provider.settings).unwrap_or_else(|fault| {
            words.add(vec![fault]);
            OwnSettings::default()
        });
    words.finish()?;

    let rules = AvailabilityRules {
        horizon_days: Some(FIRST_HORIZON_DAYS),
        // An inventory is nothing without a capacity; one a day promises least.
        daily_capacity: (body.availability_type == AvailabilityType::Inventory).then_some(1),
        ..AvailabilityRules::new(body.availability_type)
    };
    let now = work.now;
    let id = ServiceId::new(now, work.random());
    let rules_id = uuid_v7(now, work.random());
    let terms_id = uuid_v7(now, work.random());
    let row = Row {
        id,
        provider: provider_id,
        name: &name,
        category: body.category,
        description: &description,
        city: &city,
        country: &provider.country,
        zone: body.zone.unwrap_or(provider.zone),
        duration_minutes: body.duration_minutes,
        by_night: body.by_night,
        response_hours: body.response_hours,
        settings,
    };
    services::insert(work.db(), &row, now).await?;
    availability::insert(work.db(), rules_id, provider_id, id, &rules, now).await?;
    pricing::insert(work.db(), terms_id, provider_id, id, &terms, now).await?;
    pools::draw_from(work.db(), id, &drawn).await?;
    work.tell(Kind::ServiceChanged, id, Some(1), None, Some(provider_id));
    services::get(work.db(), id, Some(provider_id))
        .await?
        .ok_or_else(|| Fault::Broken("a new service vanished".to_owned()).into())
}

fn first_terms(body: &NewService, words: &mut Words) -> PricingTerms {
    let terms = PricingTerms {
        pricing_type: body.pricing_type,
        currency: body.currency,
        base_price: body.base_price,
        requires_quote: body.pricing_type == PricingType::QuoteBased,
        estimated_range_min: body.estimated_range_min,
        estimated_range_max: body.estimated_range_max,
        per_person: false,
        seasonal_pricing: Vec::new(),
        date_overrides: Vec::new(),
        group_discounts: Vec::new(),
        lead_time_discounts: Vec::new(),
        requires_deposit: false,
        deposit_type: None,
        deposit_amount: None,
        deposit_percentage: None,
    };
    if let Err(faults) = terms.validate() {
        words.add(faults);
    }
    terms.normalised()
}
