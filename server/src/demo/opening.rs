//! Accounts and desks: everybody registers, and the providers say what they offer.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::future::try_join_all;
use traveloure_core::{
    actor::{Actor, Role},
    api::{
        auth::Register,
        availability::AvailabilityEdit,
        pricing::PricingEdit,
        provider::NewProvider,
        service::{NewPool, NewService, Service},
    },
    booking::SettingsPatch,
    cancellation::Policy,
    category::Category,
    ids::{PoolId, ProviderId, UserId},
    money::Currency,
    pricing, time,
};

use super::{
    ADDRESS, PASSWORD,
    cast::{House, Offer, TRAVELERS, houses},
    dates,
};
use crate::{
    app::{Context, accounts, availability, pools, pricing as prices, providers, services},
    clock::SetClock,
    entropy::SeededEntropy,
    error::{AppError, AppResult, Fault},
};

/// A house at work: who acts for it, and its services by the keys of the cast.
#[derive(Debug)]
pub struct Desk {
    pub house: &'static House,
    pub actor: Actor,
    pub provider: ProviderId,
    pub services: BTreeMap<&'static str, Service>,
}

/// An account to be made.
struct Person {
    account: &'static str,
    name: &'static str,
}

/// Registers travelers, providers and the expert; returns their ids by account.
pub async fn register_everyone(
    context: &Context,
    seed: u64,
) -> AppResult<BTreeMap<&'static str, UserId>> {
    let travelers = TRAVELERS.iter().map(|one| Person { account: one.account, name: one.name });
    let providers = houses().map(|house| Person { account: house.account, name: house.person });
    let expert = Person { account: "expert", name: "Teodora Marinova" };
    let people = travelers.chain(providers).chain([expert]);
    // All at once, because a password takes its time; each with random bytes of its own, so that the order in
    // which they come does not change what they are.
    let registrations = people.zip(seed..).map(|(person, seed)| {
        let context = Context { entropy: Arc::new(SeededEntropy::new(seed)), ..context.clone() };
        async move {
            let session =
                accounts::register(&context, registration(person.account, person.name)).await?;
            Ok::<_, AppError>((person.account, session.user.id))
        }
    });
    Ok(try_join_all(registrations).await?.into_iter().collect())
}

/// What an account of the demo registers with.
pub fn registration(account: &str, name: &str) -> Register {
    Register {
        email: format!("{account}{ADDRESS}"),
        password: PASSWORD.to_owned(),
        name: name.to_owned(),
    }
}

/// Makes the account a provider with all its services. `opened_on` is the day that the dates in its rules and
/// prices are counted from.
pub async fn open_desk(
    context: &Context,
    clock: &SetClock,
    house: &'static House,
    user: UserId,
    opened_on: DateTime<Utc>,
) -> AppResult<Desk> {
    let mut actor =
        Actor { user, role: Role::Traveler, provider: None, expert: None, is_admin: false };
    let new = NewProvider {
        name: house.name.to_owned(),
        city: house.city.to_owned(),
        country: house.country.to_owned(),
        zone: house.zone,
        description: house.description.to_owned(),
    };
    let provider = providers::create(context, &actor, None, new).await?.id;
    actor.provider = Some(provider);
    actor.role = Role::Provider;
    let mut drawn = Vec::with_capacity(house.pools.len());
    for (name, capacity) in house.pools {
        let pool = NewPool { name: (*name).to_owned(), capacity: *capacity };
        drawn.push(pools::create(context, provider, None, pool).await?.id);
    }
    let today = time::today(opened_on, house.zone);
    let mut made = BTreeMap::new();
    for offer in house.offers {
        clock.advance(TimeDelta::minutes(7));
        let service = open_service(context, provider, offer, &drawn, today).await?;
        made.insert(offer.key, service);
    }
    Ok(Desk { house, actor, provider, services: made })
}

async fn open_service(
    context: &Context,
    provider: ProviderId,
    offer: &Offer,
    pools: &[PoolId],
    today: NaiveDate,
) -> AppResult<Service> {
    let text = dates::fill(offer.prices, today);
    let terms =
        pricing::text::parse(&text, Currency::USD).map_err(|faults| unreadable(offer, &faults))?;
    let new = NewService {
        name: offer.name.to_owned(),
        category: offer.category,
        description: offer.description.to_owned(),
        city: None,
        zone: None,
        duration_minutes: offer.minutes,
        by_night: offer.by_night,
        availability_type: offer.availability,
        pricing_type: terms.pricing_type,
        currency: terms.currency,
        base_price: terms.base_price,
        estimated_range_min: terms.estimated_range_min,
        estimated_range_max: terms.estimated_range_max,
        response_hours: offer.response_hours,
        pools: offer.pools.iter().filter_map(|place| pools.get(*place)).copied().collect(),
        settings: settings(offer.category),
    };
    let service = services::create(context, provider, None, new).await?;
    let rules = AvailabilityEdit { rules: None, text: Some(dates::fill(offer.rules, today)) };
    availability::edit(context, provider, service.id, 1, rules, false).await?;
    let edit = PricingEdit { terms: Some(terms), text: None };
    prices::edit(context, provider, service.id, 1, edit, false).await?;
    Ok(service)
}

/// As is the custom of the trade: tables are paid on site, stays are let again.
fn settings(category: Category) -> SettingsPatch {
    let is_stay = category == Category::Accommodation;
    SettingsPatch {
        pay_later: Some(category == Category::Meal),
        cancellation: is_stay.then_some(Policy::Strict),
        refund_if_resold: Some(is_stay),
        ..SettingsPatch::default()
    }
}

fn unreadable(offer: &Offer, faults: &[impl std::fmt::Display]) -> AppError {
    let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Fault::Broken(format!("the demo's prices of {}: {}", offer.key, words.join("; "))).into()
}
