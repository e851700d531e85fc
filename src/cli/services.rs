//! `traveloure services`: what can be booked.

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use rust_decimal::Decimal;
use traveloure_core::{
    api::service::{NewService, Service, ServicePatch},
    availability::AvailabilityType,
    category::Category,
    money::Currency,
    pricing::PricingType,
};

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    paging::{Paging, more},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::{currency, decimal, spoken, status_of},
};
use crate::client::{Key, ServiceFilter};

/// What can be booked
#[derive(Debug, Subcommand)]
pub enum Services {
    /// List services: one's own as a provider, else all
    #[command(visible_alias = "ls")]
    List(List),
    /// Show a service
    Show(Show),
    /// Offer a new service
    Create(Create),
    Edit(Edit),
}

#[derive(Debug, Args)]
pub struct List {
    /// Everybody's, not only one's own
    #[arg(long)]
    all: bool,
    /// Only in this city
    #[arg(long)]
    city: Option<String>,
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
    /// On the market (true) or off it (false); bookings stay
    #[arg(long)]
    listed: Option<bool>,
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
        let filter = ServiceFilter {
            provider_id,
            city: self.city.clone(),
            after: self.paging.after.clone(),
            limit: Some(self.paging.limit),
            ..ServiceFilter::default()
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
        let service = find::service(session.client(), None, &self.service).await?;
        context.output.show(&service, whole)
    }
}

impl Create {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _) = session.provider().await?;
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
            pools: Vec::new(),
        };
        let service = client.create_service(&service, &Key::random()).await?;
        context.output.show(&service, whole)
    }
}

impl Edit {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = find::service(&client, Some(provider), &self.service).await?;
        let patch = ServicePatch {
            name: self.name.clone(),
            description: self.description.clone(),
            response_hours: self.response_hours,
            is_listed: self.listed,
            ..ServicePatch::default()
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

fn rows(services: &[Service], sheet: &mut Sheet) {
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
        .flexible("PROVIDER")
        .left("");
    for service in services {
        table.row([
            short(service.id.into()),
            service.name.clone(),
            service.category.to_string(),
            service.city.clone(),
            service.availability_type.as_str().to_owned(),
            format!("{} {}", spoken(&service.pricing_type), service.currency),
            service.provider_name.clone(),
            if service.is_listed { String::new() } else { "not listed".to_owned() },
        ]);
    }
    sheet.table(&table);
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
        ("Listed", Some(if service.is_listed { "yes" } else { "no" }.to_owned())),
        ("Id", Some(service.id.to_string())),
    ]);
    sheet.quote("Description:", &service.description);
}
