//! `traveloure providers`

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use traveloure_core::api::provider::NewProvider;

use super::{context::Context, failure::Failure, session::Session};
use crate::client::Key;

/// Offering services
#[derive(Debug, Subcommand)]
pub enum Providers {
    /// Become a provider
    Create(Create),
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

impl Providers {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let Self::Create(create) = self;
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
