//! Reading availability: the rules, the days they make, one question.

use chrono::{Days, NaiveDate};
use traveloure_core::{
    actor::Actor,
    api::{
        availability::{Availability, Days as DaysOf},
        service::Check,
    },
    availability::{
        Ask, AvailabilityType, DayState, Explanation, Occupancy, PreparedRules, check as answer,
        days as paint, explain,
    },
    ids::{ProviderId, ServiceId},
    time,
};

use super::{own, reclaim, seen};
use crate::{
    app::{Context, slots, words::Words},
    error::AppResult,
    store::{bookable::Bookable, occupancy, stakes},
};

/// How many days one answer paints at the most.
const MAX_DAYS: i64 = 400;
/// How many it paints unless it is told where to end.
const USUAL_DAYS: Days = Days::new(31);

/// The rules of the provider's own service.
///
/// # Errors
/// `not_found`.
pub async fn rules(
    context: &Context,
    provider: ProviderId,
    service: ServiceId,
) -> AppResult<Availability> {
    let mut db = context.pool.acquire().await?;
    Ok(document(&own(&mut db, provider, service).await?))
}

/// The rules of a service as they are edited.
pub(super) fn document(service: &Bookable) -> Availability {
    Availability {
        service_id: service.id,
        zone: service.setting.zone,
        rules: service.rules.clone(),
        text: service.rules.to_text(),
        version: service.rules_version,
    }
}

/// The days from `from` (today) up to, not including, `to` (31 days later): to the provider as their rules say, with
/// what is booked and held; to others as they can book now, with what is left.
///
/// # Errors
/// `not_found`; `invalid` for a window that is empty or longer than 400 days.
pub async fn days(
    context: &Context,
    actor: &Actor,
    service: ServiceId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<DaysOf> {
    let now = context.now();
    let mut words = Words::default();
    words.dates([("from", from), ("to", to)]);
    words.finish()?;
    let mut db = context.pool.acquire().await?;
    let (service, is_own) = seen(&mut db, actor, service).await?;
    let zone = service.setting.zone;
    let from = from.unwrap_or_else(|| time::today(now, zone));
    let to = to.unwrap_or_else(|| from + USUAL_DAYS);
    let mut words = Words::default();
    if to <= from {
        words.refuse("to", "out_of_range", format!("{to} is not after {from}"));
    } else if (to - from).num_days() > MAX_DAYS {
        words.refuse("to", "out_of_range", format!("at most {MAX_DAYS} days at once"));
    }
    words.finish()?;

    let window = slots::window(&service, from..to);
    let taken = match service.rules.availability_type {
        // Nobody claims a row of a toggle, and its provider still wants to see who comes when.
        AvailabilityType::Toggle if is_own => {
            let stakes = stakes::of_services(&mut db, &[service.id], from, to, now).await?;
            let mut taken = occupancy::of(&mut db, &service, window, None, now).await?;
            reclaim::add_days(&mut taken, &stakes, from..to);
            taken
        }
        _ => occupancy::of(&mut db, &service, window, None, now).await?,
    };
    let prepared = PreparedRules::prepare(&service.rules, &service.setting, from..to);
    let days = if is_own {
        paint(&prepared, &taken, from..to, None)
    } else {
        let days = paint(&prepared, &taken, from..to, Some(now));
        days.into_iter().map(DayState::for_others).collect()
    };
    Ok(DaysOf { service_id: service.id, zone, from, to, days })
}

/// Whether `ask` can be booked now; with `explained`, what each rule has to say. Others than the provider are not told
/// notes, names of shared resources and counts.
///
/// # Errors
/// `not_found`, `invalid`.
pub async fn check(
    context: &Context,
    actor: &Actor,
    service: ServiceId,
    ask: Ask,
    explained: bool,
) -> AppResult<Check> {
    let now = context.now();
    sensible(&ask)?;
    let mut db = context.pool.acquire().await?;
    let (service, is_own) = seen(&mut db, actor, service).await?;
    let window = slots::window_of(&service, &ask);
    let taken: Occupancy = occupancy::of(&mut db, &service, window, None, now).await?;
    let prepared = slots::prepare(&service, &ask);
    let explanation = if explained {
        explain(&prepared, &taken, &ask, now)
    } else {
        Explanation { answer: answer(&prepared, &taken, &ask, now), steps: Vec::new() }
    };
    let Ask { date, end_date, time, party } = ask;
    Ok(Check {
        service_id: service.id,
        date,
        end_date,
        time,
        party,
        explanation: if is_own { explanation } else { explanation.for_others() },
    })
}

/// Refuses a question that nobody can mean.
pub fn sensible(ask: &Ask) -> AppResult<()> {
    let mut words = Words::default();
    words.dates([("date", Some(ask.date)), ("end_date", ask.end_date)]);
    words.number("party", ask.party, 1..=1000);
    words.finish()
}
