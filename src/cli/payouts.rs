//! `traveloure payouts`: money on its way to a provider, and the account it goes to.

use clap::Subcommand;
use traveloure_core::{
    api::payout::{Onboarding, Payout, PayoutAccount, PayoutStatus},
    time::next_day,
};

use super::{
    context::Context, dates::DateArg, failure::Failure, output::warn, pay::page_later,
    session::Session, sheet::Sheet, table::Table, words::spoken,
};
use crate::client::Key;

/// What is paid out to you
#[derive(Debug, Subcommand)]
pub enum Payouts {
    /// List payouts, the newest first
    #[command(visible_alias = "ls")]
    List {
        /// Paid or due from this date on; twelve weeks up to now unless said
        #[arg(long)]
        from: Option<DateArg>,
        /// Up to this date, included
        #[arg(long)]
        to: Option<DateArg>,
    },
    /// Say whether you can be paid, and what the payment processor waits for
    Account,
    /// Get the link on which you tell the payment processor who you are
    ///
    /// It is good once and for minutes, and for nobody else's eyes.
    Onboard,
}

impl Payouts {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        match self {
            Self::List { from, to } => {
                let at = |date: DateArg| date.at(chrono_tz::Tz::UTC, context.now);
                let (from, to) = (from.map(at), to.map(at).map(next_day));
                let earned = client.earnings(provider, from, to).await?;
                context.output.show(&earned.payouts, |payouts, sheet| rows(payouts, sheet))
            }
            Self::Account => {
                let account = client.payout_account(provider).await?;
                context.output.show(&account, standing)
            }
            Self::Onboard => {
                let onboarding = client.onboard(provider, &Key::random()).await?;
                context.output.show(&onboarding, link)?;
                if let Some(later) = page_later(&onboarding.url, context, session) {
                    warn(&format!("The page has ended with this command. {later}"));
                }
                Ok(())
            }
        }
    }
}

fn rows(payouts: &[Payout], sheet: &mut Sheet) {
    if payouts.is_empty() {
        sheet.line("No payouts.");
        return;
    }
    let mut table = Table::new()
        .left("STATE")
        .left("WHEN")
        .right("AMOUNT")
        .right("TRANSFERRED")
        .left("BOOKING")
        .flexible("FOR")
        .flexible("WHY");
    for payout in payouts {
        let at = payout.paid_at.unwrap_or(payout.due_at).format("%a %-d %b %Y");
        let when = match payout.status {
            PayoutStatus::Waiting | PayoutStatus::Frozen => format!("due {at}"),
            _ => at.to_string(),
        };
        table.row([
            spoken(&payout.status),
            when,
            payout.amount.to_string(),
            payout.transferred.map(|amount| amount.to_string()).unwrap_or_default(),
            payout.confirmation_code.clone(),
            payout.title.clone(),
            payout.failure.clone().unwrap_or_default(),
        ]);
    }
    sheet.table(&table);
}

fn standing(account: &PayoutAccount, sheet: &mut Sheet) {
    let due = (!account.requirements_due.is_empty()).then(|| account.requirements_due.join(", "));
    sheet.fields([
        ("Account", account.id.clone()),
        ("Status", Some(spoken(&account.status))),
        ("You can be paid", Some(if account.can_receive { "yes" } else { "no" }.to_owned())),
        ("It waits for", due),
    ]);
}

fn link(onboarding: &Onboarding, sheet: &mut Sheet) {
    sheet.line("Open this page and tell the payment processor who you are:");
    sheet.line(&onboarding.url);
    sheet.line(format!("It is good until {}.", onboarding.expires_at.format("%H:%M UTC")));
    sheet.gap();
    standing(&onboarding.account, sheet);
}
