//! `traveloure availability days`

use chrono::Days as DayCount;
use clap::Args;
use traveloure_core::{api::availability, time::next_day};

use super::{
    super::{context::Context, dates::DateArg, failure::Failure, find, session::Session},
    draw,
};

/// How many days are shown unless an end is said.
const SHOWN: u64 = 30;

#[derive(Debug, Args)]
pub struct Days {
    /// The service (name or id)
    service: String,
    /// The first date: 2026-07-14, today, tomorrow or +3
    #[arg(long, default_value = "today")]
    from: DateArg,
    /// The last date, included; a month later unless said
    #[arg(long)]
    to: Option<DateArg>,
}

impl Days {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let service = find::any_service(session, &self.service).await?;
        let from = self.from.at(service.zone, context.now);
        let to = match self.to {
            Some(to) => next_day(to.at(service.zone, context.now)),
            None => from.checked_add_days(DayCount::new(SHOWN)).unwrap_or(from),
        };
        let days = session.about(&service).await?.days(service.id, from, to).await?;
        context.output.show(&days, |days: &availability::Days, sheet| draw::days(&days.days, sheet))
    }
}
