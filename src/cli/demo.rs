//! `traveloure demo`: made-up providers and guests to try things on.

use clap::Args;
use tokio_util::sync::CancellationToken;
use traveloure_core::{api::request::RequestRow, request::Status};

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    output::warn,
    requests,
    serve::StopSignal,
    session::{Session, Side},
    sheet::Sheet,
};
use crate::{client::RequestFilter, demo};

/// How many requests are shown where there is no terminal.
const SHOWN: u32 = 15;

/// Try it out with made-up providers and guests
///
/// With no terminal on standard output it prints the inbox and the commands that answer it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Run without a screen until stopped
    #[arg(long)]
    pub headless: bool,
}

impl Demo {
    /// The demo without its screens.
    pub(super) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let stop = StopSignal::try_new()?;
        let session = Session::open(context).await?;
        let outcome = if self.headless {
            warn(&format!(
                "The demo answers on {}; stop it with Ctrl-C.\n\n{}",
                session.client().server(),
                traveloure_server::demo::ACCOUNTS
            ));
            let leave = CancellationToken::new();
            let guests = demo::let_guests_in(session.client(), leave.clone());
            stop.received().await;
            leave.cancel();
            let _ = guests.await;
            Ok(())
        } else {
            show_inbox(context, &session).await
        };
        session.close().await;
        outcome
    }
}

async fn show_inbox(context: &Context, session: &Session) -> Result<(), Failure> {
    let (client, side) = session.side().await?;
    let filter = RequestFilter { inbox: true, limit: Some(SHOWN), ..RequestFilter::default() };
    let page = find::requests(&client, side, &filter).await?;
    context.output.show(&page, |page, sheet| draw(&page.items, side, context, sheet))
}

fn draw(rows: &[RequestRow], side: Side, context: &Context, sheet: &mut Sheet) {
    requests::inbox(rows, side, context.now, sheet);
    let turn = rows.iter().find(|row| row.status == Status::PendingProvider);
    let Some(row) = turn else { return };
    let (program, id) = (&context.program, short(row.id.into()));
    sheet.gap();
    sheet.line("Answer one:");
    sheet.line(format!("  {program} requests show {id}"));
    sheet.line(format!("  {program} requests accept {id}"));
    sheet.line(format!("  {program} requests decline {id} --message 'We are closed that day.'"));
    sheet.line(format!("  {program} requests counter {id} --price +10% --hold --valid 24h"));
    sheet.line("Or open the screens in a terminal:");
    sheet.line(format!("  {program}"));
}
