//! `traveloure prices`: what a service costs.

use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use clap::{Args, Subcommand};
use traveloure_core::{
    api::pricing::{PricingChange, PricingEdit},
    availability::Ask,
    pricing::DateTotal,
    time::today,
};

use super::{
    context::Context,
    dates::{self, DateArg},
    failure::Failure,
    find, prompt,
    requests::price,
    session::Session,
    sheet::Sheet,
    table::Table,
};

/// What a service costs, and on which dates
#[derive(Debug, Subcommand)]
pub enum Prices {
    /// Show the terms of a service, a line each
    Show(Show),
    Set(Set),
    /// Price a date, line by line
    Quote(Quote),
}

#[derive(Debug, Args)]
pub struct Show {
    /// The service (name or id)
    service: String,
}

/// Replace the terms by lines of text
///
/// The terms are read from the argument, a file, or standard input, as `show` prints them.
#[derive(Debug, Args)]
pub struct Set {
    /// The service (name or id)
    service: String,
    /// Lines of terms, as `show` prints them; several arguments are several lines
    #[arg(conflicts_with = "file")]
    terms: Vec<String>,
    /// A file with the terms; - is standard input
    #[arg(long, short)]
    file: Option<PathBuf>,
    /// Show which dates would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Quote {
    /// The service (name or id)
    service: String,
    /// The date: 2026-07-14, today, tomorrow or +3
    date: DateArg,
    /// The day of leaving, for services sold by night
    #[arg(long, value_name = "DATE")]
    end: Option<DateArg>,
    /// The slot: 09:00
    #[arg(long, value_parser = dates::time)]
    time: Option<NaiveTime>,
    /// How many people
    #[arg(long, default_value_t = 1)]
    party: u32,
}

impl Prices {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show(command) => command.run(context, session).await,
            Self::Set(command) => command.run(context, session).await,
            Self::Quote(command) => command.run(context, session).await,
        }
    }
}

impl Show {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = find::own_service(&client, provider, &self.service).await?;
        let pricing = client.pricing(provider, service.id).await?;
        context.output.show(&pricing, |pricing, sheet| {
            sheet.line(format!("# {}", service.name));
            sheet.line(pricing.text.trim_end());
        })
    }
}

impl Set {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let text = if self.terms.is_empty() {
            prompt::document(self.file.as_deref().unwrap_or_else(|| Path::new("-"))).await?
        } else {
            self.terms.join("\n")
        };
        let (client, provider) = session.provider().await?;
        let service = find::own_service(&client, provider, &self.service).await?;
        let before = client.pricing(provider, service.id).await?;
        let edit = PricingEdit { terms: None, text: Some(text) };
        let change = if self.dry_run {
            client.plan_pricing(provider, service.id, &edit, before.version).await?
        } else {
            client.edit_pricing(provider, service.id, &edit, before.version).await?
        };
        context.output.show(&change, draw_change)
    }
}

impl Quote {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let service = find::any_service(session, &self.service).await?;
        let ask = Ask {
            date: self.date.at(service.zone, context.now),
            end_date: self.end.map(|end| end.at(service.zone, context.now)),
            time: self.time,
            party: self.party,
        };
        let quote = session.about(&service).await?.quote(service.id, &ask).await?;
        context.output.show(&quote, |quote, sheet| {
            price(&quote.priced, ask.date, today(context.now, service.zone), sheet);
            sheet.fields([
                ("Platform fee", quote.platform_fee.map(|fee| fee.to_string())),
                ("You get", quote.provider_payout.map(|payout| payout.to_string())),
            ]);
        })
    }
}

fn draw_change(change: &PricingChange, sheet: &mut Sheet) {
    let mut table =
        Table::new().left("FROM").left("TO").right("DAYS").right("BEFORE").right("AFTER");
    for dates in &change.plan.changes {
        table.row([
            dates.from.to_string(),
            dates.to.to_string(),
            dates.days().to_string(),
            total(dates.before),
            total(dates.after),
        ]);
    }
    if !table.is_empty() {
        sheet.table(&table);
        sheet.gap();
    }
    for line in &change.plan.removed {
        sheet.line(format!("- {line}"));
    }
    for line in &change.plan.added {
        sheet.line(format!("+ {line}"));
    }
    for line in &change.plan.summary {
        sheet.line(line);
    }
    sheet.line(if change.applied { "Saved." } else { "Not saved." });
}

fn total(total: DateTotal) -> String {
    match total {
        DateTotal::Price(price) => price.to_string(),
        DateTotal::Estimate(range) => format!("{} – {}", range.min, range.max),
        DateTotal::None => "none".to_owned(),
    }
}
