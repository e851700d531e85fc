//! `traveloure services`: what can be booked.

use chrono::NaiveTime;
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use traveloure_core::{
    api::service::{FoundService, NewService, Service, ServicePatch},
    availability::AvailabilityType,
    booking::{BookingSettings, SettingsPatch},
    cancellation::Policy,
    category::Category,
    ids::{PoolId, ProviderId},
    money::Currency,
    pricing::{Priced, PricingType},
};

use super::{
    context::Context,
    dates::{self, DateArg},
    failure::Failure,
    find::{self, short},
    paging::{Paging, more},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::{currency, decimal, spoken, status_of},
};
use crate::client::{Client, Key, ServiceFilter};

/// What can be booked
#[derive(Debug, Subcommand)]
pub enum Services {
    #[command(visible_alias = "ls")]
    List(List),
    /// Show a service
    Show(Show),
    /// Offer a new service
    Create(Create),
    Edit(Edit),
}

/// List services: one's own as a provider, else all
///
/// With a date, only those that can be booked then, with what is left and the price.
#[derive(Debug, Args)]
pub struct List {
    /// Everybody's, not only one's own
    #[arg(long)]
    all: bool,
    /// Only in this city
    #[arg(long)]
    city: Option<String>,
    /// Only accommodation, activity, meal or transport
    #[arg(long)]
    category: Option<Category>,
    /// Only with these words in the service's or the provider's name
    #[arg(long)]
    search: Option<String>,
    /// Only what can be booked on this date: 2026-07-14, today, tomorrow or +3
    #[arg(long)]
    date: Option<DateArg>,
    /// The day of leaving: only what is sold by night
    #[arg(long, value_name = "DATE", requires = "date")]
    end: Option<DateArg>,
    /// Only what can be booked at this time: 09:00
    #[arg(long, value_parser = dates::time, requires = "date")]
    time: Option<NaiveTime>,
    /// For how many people
    #[arg(long, requires = "date")]
    party: Option<u32>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The service (name or id)
    service: String,
}

#[derive(Debug, Args)]
pub struct Create {
    /// Its name, as travelers read it
    name: String,
    /// accommodation, activity, meal or transport
    #[arg(long)]
    category: Category,
    /// toggle (on or off), calendar (one booking a date) or inventory (so many a day or slot)
    #[arg(long, value_parser = status_of::<AvailabilityType>)]
    availability: AvailabilityType,
    /// fixed, dynamic or quote-based
    #[arg(long, value_parser = status_of::<PricingType>, default_value = "fixed")]
    pricing: PricingType,
    /// The base price: 120.00
    #[arg(long, value_parser = decimal)]
    price: Option<Decimal>,
    /// Where you make offers: what it is expected to cost at the least
    #[arg(long, value_parser = decimal, value_name = "PRICE")]
    range_from: Option<Decimal>,
    /// Where you make offers: what it is expected to cost at the most
    #[arg(long, value_parser = decimal, value_name = "PRICE")]
    range_to: Option<Decimal>,
    /// ISO 4217 code
    #[arg(long, value_parser = currency)]
    currency: Currency,
    #[arg(long, default_value = "", hide_default_value = true)]
    description: String,
    /// The provider's unless said
    #[arg(long)]
    city: Option<String>,
    /// IANA zone, such as Europe/Lisbon; the provider's unless said
    #[arg(long)]
    zone: Option<Tz>,
    /// How long it takes, in minutes
    #[arg(long, value_name = "MINUTES")]
    duration: Option<u32>,
    /// Sold by night
    #[arg(long)]
    by_night: bool,
    /// Within how many hours you mean to answer
    #[arg(long, default_value_t = 24)]
    response_hours: u32,
    /// A shared resource that it draws from (name or id); may be said several times
    #[arg(long)]
    pool: Vec<String>,
    #[command(flatten)]
    booked: Booked,
}

/// How a service can be booked and paid.
#[derive(Clone, Copy, Debug, Args)]
struct Booked {
    /// Booked at once (true), or not
    #[arg(long)]
    instant: Option<bool>,
    /// Asked for first (true), or not
    #[arg(long)]
    request: Option<bool>,
    /// May be paid on site (true), or not
    #[arg(long)]
    pay_later: Option<bool>,
    /// flexible, moderate or strict; bookings that were made keep theirs
    #[arg(long, value_parser = status_of::<Policy>)]
    cancellation: Option<Policy>,
    /// What a late cancellation cost comes back if somebody else books the place (true)
    #[arg(long)]
    refund_if_resold: Option<bool>,
}

impl Booked {
    const fn patch(self) -> SettingsPatch {
        SettingsPatch {
            instant: self.instant,
            request: self.request,
            pay_later: self.pay_later,
            cancellation: self.cancellation,
            refund_if_resold: self.refund_if_resold,
        }
    }
}

/// Change a service
///
/// What is not said stays as it is.
#[derive(Debug, Args)]
pub struct Edit {
    /// The service (name or id)
    service: String,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    description: Option<String>,
    /// Within how many hours you mean to answer
    #[arg(long)]
    response_hours: Option<u32>,
    /// The shared resources that it draws from (name or id), in place of those before
    #[arg(long)]
    pool: Vec<String>,
    /// It draws from no shared resource any more
    #[arg(long, conflicts_with = "pool")]
    no_pools: bool,
    /// On the market (true) or off it (false); bookings stay
    #[arg(long)]
    listed: Option<bool>,
    #[command(flatten)]
    booked: Booked,
}

impl Services {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context, session).await,
            Self::Show(command) => command.run(context, session).await,
            Self::Create(command) => command.run(context, session).await,
            Self::Edit(command) => command.run(context, session).await,
        }
    }
}

impl List {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let own = !self.all && session.client().is_signed_in();
        let provider_id = if own { session.user().await?.provider_id } else { None };
        // Dates are local to each service; which day today is, is said in UTC.
        let date = |arg: DateArg| arg.at(Tz::UTC, context.now);
        let filter = ServiceFilter {
            provider_id,
            city: self.city.clone(),
            category: self.category,
            words: self.search.clone(),
            date: self.date.map(date),
            end_date: self.end.map(date),
            time: self.time,
            party: self.party,
            after: self.paging.after.clone(),
            limit: Some(self.paging.limit),
        };
        let page = match provider_id {
            Some(_) => session.provider().await?.0.services(&filter).await?,
            None => session.client().services(&filter).await?,
        };
        context.output.show(&page, |page, sheet| {
            rows(&page.items, sheet);
            more(page, sheet);
        })
    }
}

impl Show {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let service = find::any_service(session, &self.service).await?;
        context.output.show(&service, whole)
    }
}

impl Create {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = NewService {
            name: self.name.clone(),
            category: self.category,
            description: self.description.clone(),
            city: self.city.clone(),
            zone: self.zone,
            duration_minutes: self.duration,
            by_night: self.by_night,
            availability_type: self.availability,
            pricing_type: self.pricing,
            currency: self.currency,
            base_price: self.price,
            estimated_range_min: self.range_from,
            estimated_range_max: self.range_to,
            response_hours: self.response_hours,
            pools: pools(&client, provider, &self.pool).await?,
            settings: self.booked.patch(),
        };
        let service = client.create_service(&service, &Key::random()).await?;
        context.output.show(&service, whole)
    }
}

impl Edit {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = find::own_service(&client, provider, &self.service).await?;
        let pools = match (self.no_pools, self.pool.is_empty()) {
            (true, _) => Some(Vec::new()),
            (false, true) => None,
            (false, false) => Some(pools(&client, provider, &self.pool).await?),
        };
        let patch = ServicePatch {
            name: self.name.clone(),
            description: self.description.clone(),
            response_hours: self.response_hours,
            pools,
            is_listed: self.listed,
            settings: Some(self.booked.patch()).filter(|patch| *patch != SettingsPatch::default()),
        };
        if patch == ServicePatch::default() {
            return Err(Failure::Usage(
                "Say what to change, such as --name. Nothing was changed.".to_owned(),
            ));
        }
        let service = client.edit_service(service.id, &patch, service.version).await?;
        context.output.show(&service, whole)
    }
}

async fn pools(
    client: &Client,
    provider: ProviderId,
    names: &[String],
) -> Result<Vec<PoolId>, Failure> {
    let mut pools = Vec::new();
    for name in names {
        pools.push(find::pool(client, provider, name).await?.id);
    }
    Ok(pools)
}

fn rows(services: &[FoundService], sheet: &mut Sheet) {
    if services.is_empty() {
        sheet.line("No services.");
        return;
    }
    let mut table = Table::new()
        .left("ID")
        .flexible("NAME")
        .left("CATEGORY")
        .flexible("CITY")
        .left("AVAILABILITY")
        .left("PRICES")
        .right("LEFT")
        .right("PRICE")
        .flexible("PROVIDER")
        .left("");
    for FoundService { service, left, priced } in services {
        table.row([
            short(service.id.into()),
            service.name.clone(),
            service.category.to_string(),
            service.city.clone(),
            service.availability_type.as_str().to_owned(),
            format!("{} {}", spoken(&service.pricing_type), service.currency),
            left.map_or_else(String::new, |left| left.to_string()),
            priced.as_ref().map_or_else(String::new, price_in_short),
            service.provider_name.clone(),
            if service.is_listed { String::new() } else { "not listed".to_owned() },
        ]);
    }
    sheet.table(&table);
}

/// In which ways it can be booked.
fn ways(settings: BookingSettings) -> String {
    let booked = match (settings.instant, settings.request) {
        (true, true) => "at once, or asked for first",
        (true, false) => "at once",
        _ => "asked for first",
    };
    let paid = if settings.pay_later { "; may be paid on site" } else { "" };
    format!("{booked}{paid}")
}

fn cancelled(settings: BookingSettings) -> String {
    let policy = settings.cancellation.as_str();
    let resold = if settings.refund_if_resold { "; refunded if somebody else books" } else { "" };
    format!("{policy} policy{resold}")
}

fn price_in_short(priced: &Priced) -> String {
    match priced {
        Priced::Quote(quote) => quote.total.to_string(),
        Priced::Estimate(range) => format!("{} – {}", range.min, range.max),
    }
}

fn whole(service: &Service, sheet: &mut Sheet) {
    sheet.fields([
        ("Service", Some(service.name.clone())),
        ("Provider", Some(service.provider_name.clone())),
        ("Category", Some(service.category.to_string())),
        ("Where", Some(format!("{}, {} ({})", service.city, service.country, service.zone.name()))),
        ("Lasts", service.duration_minutes.map(|minutes| format!("{minutes} minutes"))),
        ("Sold", service.by_night.then(|| "by night".to_owned())),
        ("Availability", Some(service.availability_type.as_str().to_owned())),
        ("Prices", Some(format!("{} in {}", spoken(&service.pricing_type), service.currency))),
        ("Answers", Some(format!("within {} hours", service.response_hours))),
        ("Booked", Some(ways(service.settings))),
        ("Cancelled", Some(cancelled(service.settings))),
        ("Listed", Some(if service.is_listed { "yes" } else { "no" }.to_owned())),
        ("Id", Some(service.id.to_string())),
    ]);
    sheet.quote("Description:", &service.description);
}
