//! A guest's turn: mostly they ask for something, sometimes they take a request back or add a word.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use rand::{Rng, seq::IndexedRandom};
use traveloure_core::{
    api::{
        request::{NewMessage, RequestRow, Submit},
        service::Service,
    },
    availability::{Answer, Ask, DayState, Reason, State},
    pricing::PricingType,
    request::Status,
    time,
};
use traveloure_server::demo;

use super::{Guests, Turn, words};
use crate::client::{ApiError, Client, Key, ServiceFilter};

/// How often a guest looks for another day before giving up.
const TRIES: u32 = 5;
/// Nobody takes back what they have just asked for.
const SECOND_THOUGHTS: TimeDelta = TimeDelta::minutes(6);

impl Guests {
    /// One turn of one guest.
    ///
    /// # Errors
    /// The client's: refused, offline, or not understood.
    pub async fn ask(&mut self) -> Result<Turn, ApiError> {
        let visitor = self.rng.random_range(0..self.visitors.len());
        let mut own = Vec::new();
        let mut open = 0;
        for (place, guest) in self.visitors.iter_mut().enumerate() {
            let requests = guest.open_requests().await?;
            open += requests.len();
            if place == visitor {
                own = requests;
            }
        }
        let client = self.visitors[visitor].client().await?;
        // A full inbox stays as it is, mostly: somebody may be reading it.
        let is_full = open >= self.settings.open_at_most;
        let (withdraws, writes) = if is_full { (15, 15) } else { (6, 9) };
        let dice = self.rng.random_range(0..100);
        if dice < withdraws {
            return self.withdraw(&client, &own).await;
        }
        if dice < withdraws + writes
            && let Some(row) = own.iter().find(|row| row.status == Status::PendingProvider)
        {
            return self.write(&client, row, words::AND_ANOTHER_THING).await;
        }
        if is_full {
            return Ok(Turn::Nothing);
        }
        self.submit(&client, self.visitors[visitor].email()).await
    }

    async fn withdraw(&mut self, client: &Client, own: &[RequestRow]) -> Result<Turn, ApiError> {
        let latest = self.settings.clock.now() - SECOND_THOUGHTS;
        let old: Vec<_> = own.iter().filter(|row| row.created_at < latest).collect();
        let Some(row) = old.choose(&mut self.rng) else { return Ok(Turn::Nothing) };
        client.withdraw(row.id, &Key::random()).await?;
        Ok(Turn::Withdrew(row.id))
    }

    pub(super) async fn write(
        &mut self,
        client: &Client,
        row: &RequestRow,
        from: &[&str],
    ) -> Result<Turn, ApiError> {
        let text = from.choose(&mut self.rng).copied().unwrap_or_default().to_owned();
        client.message(row.id, &NewMessage { text }, &Key::random()).await?;
        Ok(Turn::Wrote(row.id))
    }

    /// Finds something, looks when it is open and what it costs, and asks for it.
    async fn submit(&mut self, client: &Client, email: &str) -> Result<Turn, ApiError> {
        let Some(service) = self.choose_service(client).await? else { return Ok(Turn::Nothing) };
        let tomorrow = time::next_day(time::today(self.settings.clock.now(), service.zone));
        let from = tomorrow + TimeDelta::days(self.rng.random_range(0..20));
        let days = client.days(service.id, from, from + TimeDelta::days(40)).await?.days;
        for _ in 0..TRIES {
            let Some(ask) = self.choose_day(&service, &days) else { break };
            let Some(ask) = fitting(client, &service, ask).await? else { continue };
            // Nobody asks without having seen the price.
            client.quote(service.id, &ask).await?;
            let submit = Submit {
                service_id: service.id,
                date: ask.date,
                end_date: ask.end_date,
                time: ask.time,
                travelers: ask.party,
                special_requests: self.choose_words(&service, email),
            };
            let request = client.submit_request(&submit, &Key::random()).await?;
            return Ok(Turn::Asked(request.row.id));
        }
        Ok(Turn::Nothing)
    }

    async fn choose_service(&mut self, client: &Client) -> Result<Option<Service>, ApiError> {
        let filter = ServiceFilter {
            city: Some(demo::PROVIDER_CITY.to_owned()),
            limit: Some(100),
            ..ServiceFilter::default()
        };
        let found = client.services(&filter).await?.items;
        let own: Vec<Service> = found
            .into_iter()
            .map(|found| found.service)
            .filter(|service| service.provider_name == demo::PROVIDER_NAME)
            .collect();
        let weight = |service: &Service| match service.pricing_type {
            PricingType::QuoteBased => 1,
            _ => 4,
        };
        Ok(own.choose_weighted(&mut self.rng, weight).ok().cloned())
    }

    fn choose_day(&mut self, service: &Service, days: &[DayState]) -> Option<Ask> {
        let open: Vec<&DayState> =
            days.iter().filter(|day| matches!(day.state, State::Open | State::Partly)).collect();
        let day = open.choose(&mut self.rng)?;
        let free: Vec<NaiveTime> =
            day.slots.iter().filter(|slot| slot.left > 0).map(|slot| slot.time).collect();
        let party = match service.pricing_type {
            PricingType::QuoteBased => self.rng.random_range(9..26),
            _ => self.rng.random_range(1..6),
        };
        let end_date = service.by_night.then(|| self.departure(day.date));
        let time = match free.choose(&mut self.rng) {
            Some(time) => Some(*time),
            None => self.start(service),
        };
        Some(Ask { date: day.date, end_date, time, party })
    }

    fn departure(&mut self, arrival: NaiveDate) -> NaiveDate {
        arrival + TimeDelta::days(self.rng.random_range(2..5))
    }

    /// A sensible time for what has no slots: the morning for what takes all day, any time for a ride.
    fn start(&mut self, service: &Service) -> Option<NaiveTime> {
        let minutes = service.duration_minutes.filter(|_| !service.by_night)?;
        if minutes >= 240 {
            return NaiveTime::from_hms_opt(10, 0, 0);
        }
        let quarter = self.rng.random_range(0..4);
        NaiveTime::from_hms_opt(self.rng.random_range(7..22), 15 * quarter, 0)
    }

    fn choose_words(&mut self, service: &Service, email: &str) -> String {
        let own = words::own(email);
        let from =
            if !own.is_empty() && self.chance(45) { own } else { words::of(service.category) };
        if self.chance(12) {
            return String::new();
        }
        from.choose(&mut self.rng).copied().unwrap_or_default().to_owned()
    }
}

/// The same wish with a party that can come, if the day is open to one.
async fn fitting(
    client: &Client,
    service: &Service,
    mut ask: Ask,
) -> Result<Option<Ask>, ApiError> {
    for _ in 0..2 {
        let reasons = match client.check(service.id, &ask, false).await?.explanation.answer {
            Answer::Open { .. } => return Ok(Some(ask)),
            Answer::Closed { reasons } => reasons,
        };
        let fits = reasons.iter().find_map(|reason| match reason {
            Reason::PartyTooSmall { min } => Some(*min),
            Reason::PartyTooLarge { max } => Some(*max),
            Reason::Full { left, .. } | Reason::Held { left, .. } if *left > 0 => Some(*left),
            _ => None,
        });
        match fits {
            Some(party) if party != ask.party => ask.party = party,
            _ => return Ok(None),
        }
    }
    Ok(None)
}
