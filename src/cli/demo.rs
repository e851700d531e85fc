//! `traveloure demo`: made-up providers and guests to try things on.

use clap::Args;
use traveloure_core::{api::request::RequestRow, request::Status};

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    output::warn,
    requests,
    serve::until_stopped,
    session::Session,
    sheet::Sheet,
    stop::StopSignal,
};
use crate::client::RequestFilter;

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
        let mut stop = StopSignal::try_new()?;
        let session = tokio::select! {
            session = Session::open_demo(context) => session?,
            () = stop.received() => return Err(Failure::Interrupted),
        };
        let outcome = match session.backend() {
            Some(backend) if self.headless => {
                let server = session.client().server();
                warn(&format!("The demo answers on {server}; stop it with Ctrl-C.\n"));
                until_stopped(backend, context, &mut stop).await
            }
            _ => show_inbox(context, &session).await,
        };
        session.close().await;
        outcome
    }
}

async fn show_inbox(context: &Context, session: &Session) -> Result<(), Failure> {
    let (client, side) = session.side().await?;
    let filter = RequestFilter { inbox: true, limit: Some(SHOWN), ..RequestFilter::default() };
    let page = find::requests(&client, side, &filter).await?;
    context.output.show(&page, |page, sheet| {
        requests::inbox(&page.items, side, context.now, sheet);
        if page.next.is_some() {
            sheet.line(format!("… and more: {} requests list", context.program));
        }
        ways_to_answer(&page.items, context, sheet);
    })
}

/// The commands that answer one of them.
fn ways_to_answer(rows: &[RequestRow], context: &Context, sheet: &mut Sheet) {
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
