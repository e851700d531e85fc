//! `traveloure requests submit`

use chrono::NaiveTime;
use clap::Args;
use traveloure_core::{api::request, availability::Ask, time::today};

use super::{
    super::{
        context::Context,
        dates::{self, DateArg},
        failure::Failure,
        find,
        session::{Session, Side},
    },
    draw,
};
use crate::client::Key;

#[derive(Debug, Args)]
pub struct Submit {
    /// The service (name or id)
    service: String,
    /// The date there: 2026-07-14, today, tomorrow or +3
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
    /// Words to the provider
    #[arg(long, short, value_name = "TEXT", default_value = "", hide_default_value = true)]
    message: String,
    /// Show the price and whether it is free, and send nothing
    #[arg(long)]
    dry_run: bool,
}

impl Submit {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, user) = session.traveler().await?;
        let service = find::any_service(session, &self.service).await?;
        let date = self.date.at(service.zone, context.now);
        let end_date = self.end.map(|end| end.at(service.zone, context.now));
        if self.dry_run {
            let ask = Ask { date, end_date, time: self.time, party: self.party };
            let quote = client.quote(service.id, &ask).await?;
            let check = client.check(service.id, &ask, false).await?;
            return context.output.show(&(quote, check), |(quote, check), sheet| {
                super::super::availability::answer(&check.explanation.answer, sheet);
                draw::price(&quote.priced, date, today(context.now, service.zone), sheet);
                sheet.line("Nothing was sent.");
            });
        }
        let submit = request::Submit {
            service_id: service.id,
            date,
            end_date,
            time: self.time,
            travelers: self.party,
            special_requests: self.message.clone(),
        };
        let request = client.submit_request(&submit, &Key::random()).await?;
        context.output.show(&request, |request, sheet| {
            sheet.line("Sent.");
            draw::whole(request, Side::Traveler(user), context.now, sheet);
        })
    }
}
