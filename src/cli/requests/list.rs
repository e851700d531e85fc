//! `traveloure requests list`

use clap::Args;
use traveloure_core::request::Status;

use super::{
    super::{
        context::Context,
        dates::DateArg,
        failure::Failure,
        find,
        paging::{Paging, more},
        session::{Session, Side},
        words::status_of,
    },
    draw::inbox,
};
use crate::client::RequestFilter;

#[derive(Debug, Args)]
pub struct List {
    /// Only these: pending-provider, counter-offered, accepted, declined, expired, withdrawn
    #[arg(long, value_parser = status_of::<Status>, value_delimiter = ',')]
    status: Vec<Status>,
    /// Answered and expired ones too
    #[arg(long, conflicts_with = "status")]
    all: bool,
    /// Only of this service (name or id)
    #[arg(long)]
    service: Option<String>,
    /// Only from this date on
    #[arg(long)]
    from: Option<DateArg>,
    /// Only up to this date, included
    #[arg(long)]
    to: Option<DateArg>,
    /// Only with these words in a name
    #[arg(long)]
    search: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

impl List {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side) = session.side().await?;
        let service = match (&self.service, side) {
            (None, _) => None,
            (Some(text), Side::Provider(provider)) => {
                Some(find::own_service(&client, provider, text).await?.id)
            }
            (Some(text), Side::Traveler(_)) => Some(find::any_service(session, text).await?.id),
        };
        // Dates of requests are local to their services; the day's end in UTC is near enough here.
        let date = |arg: DateArg| arg.at(chrono_tz::Tz::UTC, context.now);
        let filter = RequestFilter {
            inbox: !self.all && self.status.is_empty(),
            statuses: self.status.clone(),
            service,
            from: self.from.map(date),
            to: self.to.map(|arg| traveloure_core::time::next_day(date(arg))),
            words: self.search.clone(),
            after: self.paging.after.clone(),
            limit: Some(self.paging.limit),
        };
        let page = find::requests(&client, side, &filter).await?;
        context.output.show(&page, |page, sheet| {
            inbox(&page.items, side, context.now, sheet);
            more(page, sheet);
        })
    }
}
