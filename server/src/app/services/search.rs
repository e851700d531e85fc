//! Finding services: by place, kind and words; and, for a day, only what is open then, with its price.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::{
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        service::{FoundService, Service},
    },
    availability::{Answer, Ask, Occupancy, check, closed_on},
    category::Category,
    ids::{ProviderId, ServiceId},
    pricing::Priced,
};

use super::viewer;
use crate::{
    app::{
        Context, cursor,
        pricing::{one_night_at_least, priced},
        slots,
        words::Words,
    },
    error::AppResult,
    store::{
        bookable::{self, Bookable},
        occupancy::{self, Window},
        services::{self, Candidate, Wanted},
    },
};

/// So many are looked at for one page; what is left is for the next one.
const MAX_LOOKED_AT: usize = 150;

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub struct SearchQuery {
    pub provider: Option<ProviderId>,
    pub city: Option<String>,
    pub category: Option<Category>,
    pub words: Option<String>,
    pub date: Option<NaiveDate>,
    pub end_date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub party: Option<u32>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// A page of services by name: those that are listed, and to a provider who asks for their own also the others.
///
/// With a date, only services that the party can book then, each with what is left and the price of that day. Where
/// most are closed a page may hold fewer than asked for, or none, and still have a next one: nobody waits until
/// thousands have been looked at.
///
/// # Errors
/// `invalid`; `malformed_parameter` for a cursor that is none.
pub async fn search(
    context: &Context,
    actor: &Actor,
    query: SearchQuery,
) -> AppResult<Page<FoundService>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT) as usize;
    let after = query.after.as_deref().map(cursor::read_name).transpose()?;
    let party = query.party.unwrap_or(1);
    let mut words = Words::default();
    words.number("party", party, 1..=1000);
    words.dates([("date", query.date), ("end_date", query.end_date)]);
    if query.date.is_none() && (query.end_date.is_some() || query.time.is_some()) {
        words.refuse("date", "required", "a time or a departure needs its date");
    }
    words.finish()?;

    let now = context.now();
    let ask =
        query.date.map(|date| Ask { date, end_date: query.end_date, time: query.time, party });
    let wanted = Wanted {
        viewer: viewer(actor).filter(|own| query.provider == Some(*own)),
        provider: query.provider,
        city: query.city.map(|city| city.trim().to_owned()).filter(|city| !city.is_empty()),
        category: query.category,
        words: query.words.map(|words| words.trim().to_owned()).filter(|words| !words.is_empty()),
        after,
        date: query.date,
        limit: i64::try_from(ask.map_or(limit + 1, |_| MAX_LOOKED_AT)).unwrap_or(i64::MAX),
    };
    let mut db = context.pool.acquire().await?;
    match ask {
        None => by_name(&mut db, &wanted, limit).await,
        Some(ask) => open_then(&mut db, &wanted, limit, &ask, now).await,
    }
}

async fn by_name(
    db: &mut PgConnection,
    wanted: &Wanted,
    limit: usize,
) -> AppResult<Page<FoundService>> {
    let mut found = services::candidates(db, wanted).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(position);
    let items = shown(db, found.iter().map(|one| (one.id, None)).collect()).await?;
    Ok(Page { items, next, total: None })
}

async fn open_then(
    db: &mut PgConnection,
    wanted: &Wanted,
    limit: usize,
    ask: &Ask,
    now: DateTime<Utc>,
) -> AppResult<Page<FoundService>> {
    let candidates = services::candidates(db, wanted).await?;
    let last_seen = candidates.last().filter(|_| candidates.len() == MAX_LOOKED_AT);
    let may_open: Vec<&Candidate> =
        candidates.iter().filter(|candidate| may_open(candidate, ask.date)).collect();
    let mut open: Vec<(&Candidate, Opening)> = Vec::new();
    let mut looked_at = 0;
    // One more than the page holds tells whether there is another.
    while open.len() <= limit && looked_at < may_open.len() {
        let batch = next_batch(limit + 1 - open.len(), open.len(), looked_at);
        let batch = &may_open[looked_at..may_open.len().min(looked_at + batch)];
        looked_at += batch.len();
        open.extend(open_of(db, batch, ask, now).await?);
    }
    let more = open.len() > limit;
    open.truncate(limit);
    let next =
        if more { open.last().map(|(last, _)| position(last)) } else { last_seen.map(position) };
    let items = open.into_iter().map(|(one, opening)| (one.id, Some(opening))).collect();
    Ok(Page { items: shown(db, items).await?, next, total: None })
}

/// Not if it closes on that day anyway, whoever has booked it.
fn may_open(candidate: &Candidate, date: NaiveDate) -> bool {
    let closures = candidate.closures.as_ref();
    closures.is_some_and(|closures| !closed_on(closures, &candidate.setting, date))
}

/// How many to look at so that `missing` more are open, if as many are as were so far; of the first, nine in ten.
fn next_batch(missing: usize, open: usize, looked_at: usize) -> usize {
    let (open, of) = if looked_at == 0 { (9, 10) } else { (open.max(1), looked_at) };
    missing * of / open + 2
}

fn position(candidate: &Candidate) -> String {
    cursor::write_name(&candidate.name, candidate.id.as_uuid())
}

/// The services as they are shown, in this order; one that was taken away a moment ago is left out.
async fn shown(
    db: &mut PgConnection,
    found: Vec<(ServiceId, Option<Opening>)>,
) -> AppResult<Vec<FoundService>> {
    let ids: Vec<ServiceId> = found.iter().map(|(id, _)| *id).collect();
    let services = services::get_all(db, &ids).await?;
    let mut services: BTreeMap<ServiceId, Service> =
        services.into_iter().map(|service| (service.id, service)).collect();
    Ok(found
        .into_iter()
        .filter_map(|(id, opening)| {
            let service = services.remove(&id)?;
            let (left, priced) =
                opening.map_or((None, None), |(left, priced)| (left, Some(priced)));
            Some(FoundService { service, left, priced })
        })
        .collect())
}

/// What is left on the day, where that is counted, and what it costs.
type Opening = (Option<u32>, Priced);

/// Those of the batch that are open, in its order.
async fn open_of<'c>(
    db: &mut PgConnection,
    batch: &[&'c Candidate],
    ask: &Ask,
    now: DateTime<Utc>,
) -> AppResult<Vec<(&'c Candidate, Opening)>> {
    let ids: Vec<ServiceId> = batch.iter().map(|candidate| candidate.id).collect();
    let loaded = bookable::load_all(db, &ids).await?;
    let asked: Vec<(Bookable, Ask)> = loaded
        .into_iter()
        .map(|service| {
            let ask = one_night_at_least(&service, *ask);
            (service, ask)
        })
        .collect();
    let windows: Vec<(&Bookable, Window)> =
        asked.iter().map(|(service, ask)| (service, slots::window_of(service, ask))).collect();
    let occupancies = occupancy::of_all(db, &windows, None, now).await?;
    let mut open = BTreeMap::new();
    for ((service, ask), occupancy) in asked.iter().zip(&occupancies) {
        if let Some(found) = opening(service, occupancy, ask, now) {
            open.insert(service.id, found);
        }
    }
    Ok(batch.iter().filter_map(|one| Some((*one, open.remove(&one.id)?))).collect())
}

/// What is left and what it costs; none if it is closed or has no price.
fn opening(
    service: &Bookable,
    occupancy: &Occupancy,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Option<Opening> {
    let prepared = slots::prepare(service, ask);
    let asks: Vec<Ask> = if prepared.has_slots() && ask.time.is_none() {
        prepared.slots_on(ask.date).into_iter().map(|(time, _)| ask.at(time)).collect()
    } else {
        vec![*ask]
    };
    let left = asks
        .iter()
        .filter_map(|ask| match check(&prepared, occupancy, ask, now) {
            Answer::Open { left } => Some(left),
            Answer::Closed { .. } => None,
        })
        .max()?;
    let priced = priced(service, ask, now).ok()?;
    Some((left, priced))
}
