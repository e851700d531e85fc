//! `traveloure earnings`: what was earned, and the entries behind each figure.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use traveloure_core::{
    api::earnings::{CurrencyEarnings, Earnings as Earned, Figures, LedgerEntry},
    money::Money,
    time::{local, next_day},
};

use super::{
    context::Context,
    dates::DateArg,
    failure::Failure,
    find,
    out::Out,
    session::{Session, Side},
    sheet::Sheet,
    table::Table,
};
use crate::{
    client::{Client, entries},
    tui::{app::call::Traced, layers::form::read::year_and_month},
};

/// Columns of the longest bar.
const BAR: u16 = 20;

/// What you earned, week by week, and what was paid out
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Earnings {
    #[command(subcommand)]
    command: Option<EarningsCommand>,
    #[command(flatten)]
    period: Period,
}

#[derive(Debug, Args)]
struct Period {
    /// From this date on; twelve weeks up to now unless said
    #[arg(long)]
    from: Option<DateArg>,
    /// Up to this date, included
    #[arg(long)]
    to: Option<DateArg>,
}

#[derive(Debug, Subcommand)]
enum EarningsCommand {
    Entries(Entries),
    Statement(Statement),
}

/// Show the ledger's entries behind a week's figures, or behind a booking and its payouts
#[derive(Debug, Args)]
struct Entries {
    /// The week: any of its dates, or 2026-W24
    #[arg(long, value_parser = monday, required_unless_present = "booking")]
    week: Option<NaiveDate>,
    /// The booking: its confirmation code, its id, or the end of it
    #[arg(long, conflicts_with = "week")]
    booking: Option<String>,
}

/// The statement of a month as CSV: every movement with the balance behind it
#[derive(Debug, Args)]
struct Statement {
    /// The month, such as 2026-06
    #[arg(long, value_parser = year_and_month)]
    month: String,
    #[command(flatten)]
    out: Out,
}

impl Earnings {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        match &self.command {
            None => {
                let at = |date: DateArg| date.at(chrono_tz::Tz::UTC, context.now);
                let (from, to) = (self.period.from.map(at), self.period.to.map(at).map(next_day));
                let earned = client.earnings(provider, from, to).await?;
                context.output.show(&earned, whole)
            }
            Some(EarningsCommand::Entries(command)) => {
                let traced = command.traced(&client, Side::Provider(provider)).await?;
                let zone = client.provider(provider).await?.zone;
                let found = entries(&client, provider, traced).await?;
                context.output.show(&found, |found, sheet| listed(found, zone, sheet))
            }
            Some(EarningsCommand::Statement(command)) => {
                let csv = client.earnings_statement(provider, &command.month).await?;
                command.out.put(context, "The statement", &csv).await
            }
        }
    }
}

impl Entries {
    async fn traced(&self, client: &Client, side: Side) -> Result<Traced, Failure> {
        Ok(match (&self.booking, self.week) {
            (Some(booking), _) => Traced::Booking(find::booking(client, side, booking).await?),
            (None, Some(week)) => Traced::Week(week),
            (None, None) => return Err(Failure::Usage("Say --week or --booking.".to_owned())),
        })
    }
}

/// The Monday of a week by any of its dates, or by its number.
fn monday(text: &str) -> Result<NaiveDate, String> {
    use chrono::Weekday;
    let numbered = text.split_once("-W").and_then(|(year, week)| {
        NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon)
    });
    let dated = || text.parse().ok().map(|date: NaiveDate| date.week(Weekday::Mon).first_day());
    numbered
        .or_else(dated)
        .ok_or_else(|| format!("{text:?} is no week; write 2026-W24, or one of its dates"))
}

fn whole(earned: &Earned, sheet: &mut Sheet) {
    let last = earned.to.pred_opt().unwrap_or(earned.to);
    sheet.line(format!("{} to {last}, days of {}", earned.from, earned.zone.name()));
    if earned.currencies.is_empty() {
        sheet.line("Nothing has been earned yet. A booking counts once it has taken place.");
    }
    for currency in &earned.currencies {
        sheet.gap();
        in_currency(currency, sheet);
    }
}

fn in_currency(earned: &CurrencyEarnings, sheet: &mut Sheet) {
    let figures = &earned.figures;
    sheet.fields([
        ("Earned", Some(figures.earned.to_string())),
        ("Taken off", Some(taken_off(figures).to_string())),
        ("Paid out", Some(figures.paid_out.to_string())),
        ("To be paid out", Some(earned.pending_payout.to_string())),
        ("You owe", Some(earned.owed).filter(|owed| !owed.is_zero()).map(|owed| owed.to_string())),
        ("Platform kept", Some(figures.fees.to_string())),
    ]);
    if earned.weeks.is_empty() {
        return;
    }
    sheet.gap();
    let most = earned.weeks.iter().map(|week| week.figures.earned.amount()).max();
    let mut table = Table::new()
        .left("WEEK")
        .left("FROM")
        .right("EARNED")
        .left("")
        .right("TAKEN OFF")
        .right("PAID OUT")
        .right("KEPT");
    for week in &earned.weeks {
        let amount = week.figures.earned.amount();
        table.row([
            week.week.clone(),
            week.begins.to_string(),
            amount.to_string(),
            crate::tui::widgets::plot::drawn(amount, most.unwrap_or_default(), BAR, "#"),
            taken_off(&week.figures).amount().to_string(),
            week.figures.paid_out.amount().to_string(),
            week.figures.fees.amount().to_string(),
        ]);
    }
    sheet.table(&table);
}

/// What went back to travelers, and the fees of what was paid on site.
fn taken_off(figures: &Figures) -> Money {
    figures.refunds.plus(figures.owed_on_site).unwrap_or(figures.refunds)
}

fn listed(entries: &[LedgerEntry], zone: chrono_tz::Tz, sheet: &mut Sheet) {
    if entries.is_empty() {
        sheet.line("Nothing moved.");
        return;
    }
    let mut table = Table::new()
        .left("AT")
        .left("ACCOUNT")
        .left("WHAT")
        .left("BOOKING")
        .flexible("TITLE")
        .right("AMOUNT");
    for entry in entries {
        // The ledger credits what is owed; people read that as plus.
        let amount = Money::zero(entry.amount.currency()).minus(entry.amount);
        table.row([
            local(entry.created_at, zone).format("%Y-%m-%d %H:%M").to_string(),
            entry.account.as_str().replace('_', " "),
            entry.description.clone(),
            entry.confirmation_code.clone(),
            entry.title.clone(),
            amount.map_or_else(|_| String::new(), |amount| amount.to_string()),
        ]);
    }
    sheet.table(&table);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_named_by_its_number_or_a_date() {
        let begins = NaiveDate::from_ymd_opt(2026, 6, 8).unwrap();
        for text in ["2026-W24", "2026-06-08", "2026-06-14"] {
            assert_eq!(monday(text), Ok(begins), "{text}");
        }
        for wrong in ["", "24", "2026-W54", "next"] {
            assert!(monday(wrong).is_err(), "{wrong}");
        }
    }
}
