//! `traveloure availability check`

use chrono::NaiveTime;
use clap::Args;
use traveloure_core::availability::{Ask, Verdict};

use super::{
    super::{
        context::Context,
        dates::{self, DateArg},
        failure::Failure,
        find,
        session::Session,
        table::Table,
    },
    draw,
};

#[derive(Debug, Args)]
pub struct Check {
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
    /// Say what each rule answers
    #[arg(long)]
    explain: bool,
}

impl Check {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let service = find::any_service(session, &self.service).await?;
        let ask = Ask {
            date: self.date.at(service.zone, context.now),
            end_date: self.end.map(|end| end.at(service.zone, context.now)),
            time: self.time,
            party: self.party,
        };
        let client = session.about(&service).await?;
        let check = client.check(service.id, &ask, self.explain).await?;
        context.output.show(&check, |check, sheet| {
            draw::answer(&check.explanation.answer, sheet);
            if !self.explain {
                return;
            }
            sheet.gap();
            let mut table = Table::new().left("RULE").left("SAYS").flexible("BECAUSE");
            for step in &check.explanation.steps {
                let says = if step.verdict == Verdict::Allows { "yes" } else { "no" };
                table.row([step.rule.to_string(), says.to_owned(), step.text.clone()]);
            }
            sheet.table(&table);
        })
    }
}
