//! `traveloure providers`

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use traveloure_core::{
    api::provider::{NewProvider, Provider, ProviderPatch},
    booking::ProviderSettingsPatch,
    cancellation::Policy,
};

use super::{
    context::Context,
    failure::Failure,
    paging::{Paging, more},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::status_of,
};
use crate::client::Key;

/// Offering services
#[derive(Debug, Subcommand)]
pub enum Providers {
    /// Become a provider
    Create(Create),
    Edit(Edit),
    /// List all providers by name, as an administrator
    #[command(visible_alias = "ls")]
    List {
        /// Only with these words in the name or the city
        #[arg(long)]
        search: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
}

#[derive(Debug, Args)]
pub struct Create {
    /// The name that travelers read
    name: String,
    #[arg(long)]
    city: String,
    /// Two letters, such as PT
    #[arg(long)]
    country: String,
    /// IANA zone, such as Europe/Lisbon
    #[arg(long)]
    zone: Tz,
    #[arg(long, default_value = "", hide_default_value = true)]
    description: String,
}

/// Change what you say about yourself, and how your services are booked
///
/// What is not said stays as it is. Services that say something else themselves keep it.
#[derive(Debug, Args)]
pub struct Edit {
    /// The name that travelers read
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    description: Option<String>,
    /// Booked at once (true), or not
    #[arg(long)]
    instant: Option<bool>,
    /// Asked for first (true), or not
    #[arg(long)]
    request: Option<bool>,
    /// flexible, moderate or strict; bookings that were made keep theirs
    #[arg(long, value_parser = status_of::<Policy>)]
    cancellation: Option<Policy>,
}

impl Edit {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let settings = ProviderSettingsPatch {
            instant: self.instant,
            request: self.request,
            cancellation: self.cancellation,
        };
        let patch = ProviderPatch {
            name: self.name.clone(),
            description: self.description.clone(),
            settings: Some(settings).filter(|patch| *patch != ProviderSettingsPatch::default()),
        };
        if patch == ProviderPatch::default() {
            return Err(Failure::Usage(
                "Say what to change, such as --name. Nothing was changed.".to_owned(),
            ));
        }
        let (client, id) = session.provider().await?;
        let version = client.provider(id).await?.version;
        let provider = client.edit_provider(id, &patch, version).await?;
        context.output.show(&provider, |provider, sheet| {
            let settings = provider.settings;
            let ways = match (settings.instant, settings.request) {
                (true, true) => "at once, or asked for first",
                (true, false) => "at once",
                _ => "asked for first",
            };
            sheet.fields([
                ("Provider", Some(provider.name.clone())),
                ("Booked", Some(ways.to_owned())),
                ("Cancelled", Some(format!("{} policy", settings.cancellation.as_str()))),
            ]);
            sheet.quote("Description:", &provider.description);
        })
    }
}

impl Providers {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let create = match self {
            Self::Create(create) => create,
            Self::Edit(edit) => return edit.run(context, session).await,
            Self::List { search, paging } => {
                let client = session.admin().await?;
                let (words, after) = (search.as_deref(), paging.after.as_deref());
                let page = client.providers(words, after, Some(paging.limit)).await?;
                return context.output.show(&page, |page, sheet| {
                    rows(&page.items, sheet);
                    more(page, sheet);
                });
            }
        };
        let (client, _) = session.traveler().await?;
        let provider = NewProvider {
            name: create.name.clone(),
            city: create.city.clone(),
            country: create.country.to_uppercase(),
            zone: create.zone,
            description: create.description.clone(),
        };
        let provider = client.create_provider(&provider, &Key::random()).await?;
        context.output.show(&provider, |provider, sheet| {
            sheet.line(format!(
                "{}, {}, {} is a provider now.",
                provider.name, provider.city, provider.country
            ));
            sheet.line(format!("Offer something with: {} services create", context.program));
        })
    }
}

fn rows(providers: &[Provider], sheet: &mut Sheet) {
    if providers.is_empty() {
        sheet.line("No providers.");
        return;
    }
    let mut table = Table::new().flexible("NAME").flexible("CITY").left("COUNTRY").left("ID");
    for provider in providers {
        table.row([
            provider.name.clone(),
            provider.city.clone(),
            provider.country.clone(),
            // The whole of it: a fee for a provider is made by it.
            provider.id.to_string(),
        ]);
    }
    sheet.table(&table);
}
