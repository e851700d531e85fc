//! `traveloure availability conflicts`

use clap::Args;
use traveloure_core::api::availability::ServiceConflict;

use super::super::{
    context::Context, dates::when, failure::Failure, session::Session, sheet::Sheet, table::Table,
};

#[derive(Debug, Args)]
pub struct Conflicts {}

impl Conflicts {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let conflicts = client.conflicts(provider).await?;
        context.output.show(&conflicts, |conflicts, sheet| draw(conflicts, sheet))
    }
}

fn draw(conflicts: &[ServiceConflict], sheet: &mut Sheet) {
    if conflicts.is_empty() {
        sheet.line("No conflicts.");
        return;
    }
    let mut table = Table::new()
        .left("WHEN")
        .flexible("SERVICE")
        .right("BOOKED")
        .right("HELD")
        .right("OFFERED")
        .flexible("WHY")
        .flexible("WHO");
    for line in conflicts {
        let who: Vec<_> = line
            .parties
            .iter()
            .map(|party| format!("{} ({})", party.traveler_name, party.travelers))
            .collect();
        table.row([
            when(line.conflict.date, None, line.conflict.slot),
            line.service_name.clone(),
            line.conflict.booked.to_string(),
            line.conflict.held.to_string(),
            line.conflict.target.to_string(),
            line.reason.clone(),
            who.join(", "),
        ]);
    }
    sheet.table(&table);
}
