//! `traveloure bookings`: what has been booked.

use clap::{Args, Subcommand};
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        cancel,
    },
    booking::Status,
    cancellation::Quote,
    payment::Balance,
    time::next_day,
};

use super::{
    context::Context,
    dates::{DateArg, left, when},
    failure::Failure,
    find::{self, short},
    out::Out,
    paging::{Paging, more},
    prompt,
    session::{Session, Side},
    sheet::Sheet,
    table::Table,
    words::{money, spoken, status_of},
};
use crate::{
    client::{BookingFilter, Key},
    manifest,
};

/// How wide a printed page is: that of a letter in the usual type.
const PAPER: u16 = 78;

/// What has been booked
#[derive(Debug, Subcommand)]
pub enum Bookings {
    /// List bookings, the earliest date first
    #[command(visible_alias = "ls")]
    List(List),
    /// Show a booking with its frozen price
    Show(Show),
    Cancel(Cancel),
    Manifest(Manifest),
}

/// List who comes on a day, as plain text to print
///
/// Time, service, party and name, what they asked for, and what is still to be paid on site.
#[derive(Debug, Args)]
pub struct Manifest {
    /// The day, local to each service
    #[arg(long, default_value = "today")]
    date: DateArg,
    #[command(flatten)]
    out: Out,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only these: pending, pending-payment, confirmed, completed, cancelled, refunded
    #[arg(long, value_parser = status_of::<Status>, value_delimiter = ',')]
    status: Vec<Status>,
    /// Only from this date on; today unless said
    #[arg(long, default_value = "today")]
    from: DateArg,
    /// Only up to this date, included
    #[arg(long)]
    to: Option<DateArg>,
    /// The latest first, and past ones too
    #[arg(long, conflicts_with = "from")]
    all: bool,
    /// Only with these words in a name, a title or the confirmation code
    #[arg(long)]
    search: Option<String>,
    #[command(flatten)]
    paging: Paging,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The booking: its confirmation code, its id, or the end of it
    booking: String,
}

/// Cancel a booking: what comes back is said first
///
/// Cancelling is refused if by then another amount would come back than was said.
#[derive(Debug, Args)]
pub struct Cancel {
    /// The booking: its confirmation code, its id, or the end of it
    booking: String,
    /// Only say what would come back
    #[arg(long)]
    quote: bool,
    /// Words to the other side
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

impl Bookings {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context, session).await,
            Self::Show(command) => command.run(context, session).await,
            Self::Manifest(command) => command.run(context, session).await,
            Self::Cancel(command) => command.run(context, session).await,
        }
    }
}

impl List {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side) = session.side().await?;
        // Dates are local to each service; a day begins in UTC for the list.
        let date = |arg: DateArg| arg.at(chrono_tz::Tz::UTC, context.now);
        let filter = BookingFilter {
            statuses: self.status.clone(),
            from: (!self.all).then(|| date(self.from)),
            to: self.to.map(|to| next_day(date(to))),
            words: self.search.clone(),
            latest_first: self.all,
            after: self.paging.after.clone(),
            limit: Some(self.paging.limit),
            ..BookingFilter::default()
        };
        let page = find::bookings(&client, side, &filter).await?;
        context.output.show(&page, |page, sheet| {
            rows(&page.items, side, sheet);
            more(page, sheet);
        })
    }
}

impl Show {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side) = session.side().await?;
        let id = find::booking(&client, side, &self.booking).await?;
        let booking = client.booking(id).await?;
        context.output.show(&booking, |booking, sheet| whole(booking, context, sheet))
    }
}

impl Manifest {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let zone = client.provider(provider).await?.zone;
        let list = client.manifest(provider, self.date.at(zone, context.now)).await?;
        if context.output.is_json() && !self.out.is_file() {
            return context.output.show(&list, |_, _| {});
        }
        self.out.put(context, "The list", &manifest::page(&list, PAPER)).await
    }
}

impl Cancel {
    async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side) = session.side().await?;
        let id = find::booking(&client, side, &self.booking).await?;
        let quoted = client.quote_cancellation(id).await?;
        if self.quote {
            return context.output.show(&quoted, |quoted, sheet| {
                quote(&quoted.quote, sheet);
                sheet.line("Nothing was cancelled.");
            });
        }
        let quote_of = &quoted.quote;
        let question = format!(
            "Cancel {}? Of {} paid, {} comes back and {} stays ({}).",
            self.booking, quote_of.captured, quote_of.refund, quote_of.retained, quote_of.reason
        );
        prompt::confirm(&question, self.yes).await?;
        let cancel =
            cancel::Cancel { reason: self.reason.clone(), expected_refund: Some(quote_of.refund) };
        let done = client.cancel_booking(id, &cancel, &Key::random()).await?;
        context.output.show(&done, |done, sheet| {
            sheet.line("Cancelled.");
            quote(&done.quote, sheet);
            for refund in &done.refunds {
                let status = refund.status.as_str();
                sheet.line(format!("Refund {}: {status}", refund.amount));
            }
        })
    }
}

fn quote(quote: &Quote, sheet: &mut Sheet) {
    sheet.fields([
        ("Paid", Some(quote.captured.to_string())),
        ("Comes back", Some(quote.refund.to_string())),
        ("Is kept", Some(quote.retained.to_string())),
        ("Why", Some(quote.reason.clone())),
        (
            "Holds until",
            quote.until.map(|until| until.format("%a %-d %b %Y %H:%M UTC").to_string()),
        ),
    ]);
}

fn rows(rows: &[BookingRow], side: Side, sheet: &mut Sheet) {
    if rows.is_empty() {
        sheet.line("No bookings.");
        return;
    }
    let as_provider = matches!(side, Side::Provider(_));
    let mut table = Table::new()
        .left("CODE")
        .left("WHEN")
        .flexible("WHAT")
        .flexible(if as_provider { "WHO" } else { "PROVIDER" })
        .right("PARTY")
        .right("TOTAL")
        .right("YOU GET")
        .left("STATUS")
        .left("STILL DUE")
        .left("ID");
    for row in rows {
        table.row([
            row.confirmation_code.clone(),
            when(row.date, row.end_date, row.time),
            row.title.clone(),
            if as_provider { row.traveler_name.clone() } else { row.provider_name.clone() },
            row.travelers.to_string(),
            row.total_amount.to_string(),
            money(row.provider_payout),
            spoken(&row.status),
            still_due(row).filter(|_| !as_provider).unwrap_or_default(),
            short(row.id.into()),
        ]);
    }
    sheet.table(&table);
}

/// What is left to pay after a deposit, and by when.
fn still_due(row: &BookingRow) -> Option<String> {
    let balance = row.balance.as_ref().filter(|balance| balance.status != Balance::Paid)?;
    (row.status == Status::Confirmed)
        .then(|| format!("{} by {}", balance.amount, when(balance.due, None, None)))
}

fn whole(booking: &Booking, context: &Context, sheet: &mut Sheet) {
    let row = &booking.row;
    sheet.fields([
        ("Booking", Some(row.confirmation_code.clone())),
        ("What", Some(row.title.clone())),
        ("When", Some(format!("{} ({})", when(row.date, row.end_date, row.time), row.zone.name()))),
        ("Who", Some(format!("{}, party of {}", row.traveler_name, row.travelers))),
        ("Provider", Some(row.provider_name.clone())),
        ("Status", Some(spoken(&row.status))),
        (
            "To pay",
            row.payment_deadline.filter(|_| row.status == Status::PendingPayment).map(|deadline| {
                let local = deadline.with_timezone(&row.zone).format("%a %-d %b %H:%M");
                format!("by {local}, {} left", left(deadline, context.now))
            }),
        ),
        ("Still due", still_due(row)),
        ("Cancelled", booking.cancellation_reason.clone().filter(|why| !why.is_empty())),
        ("Id", Some(row.id.to_string())),
    ]);
    sheet.quote("They write:", &booking.special_requests);
    sheet.gap();
    let mut table = Table::new().flexible("PRICE").right("");
    for line in &booking.lines {
        table.row([line.label.clone(), line.amount.to_string()]);
    }
    table.row(["Total".to_owned(), row.total_amount.to_string()]);
    if let Some(amounts) = &booking.amounts {
        table.row(["Platform fee".to_owned(), amounts.platform_fee.to_string()]);
        table.row(["You get".to_owned(), amounts.provider_payout.to_string()]);
    }
    sheet.table(&table);
    if let Some(reason) = &booking.fee_reason {
        sheet.line(reason);
    }
    if !booking.movements.is_empty() {
        sheet.gap();
        moved(booking, sheet);
    }
}

/// What was paid and what went back, and what that leaves.
fn moved(booking: &Booking, sheet: &mut Sheet) {
    let mut table =
        Table::new().left("WHEN").left("WHAT").left("STATE").left("WHY").right("AMOUNT");
    for one in &booking.movements {
        table.row([
            one.at.with_timezone(&booking.row.zone).format("%Y-%m-%d %H:%M").to_string(),
            spoken(&one.what),
            spoken(&one.state),
            one.reason.map_or_else(String::new, |reason| spoken(&reason)),
            format!("{}{}", if one.what.goes_back() { "-" } else { "" }, one.amount),
        ]);
    }
    let sum = booking.paid.to_string();
    table.row(["together".to_owned(), String::new(), String::new(), String::new(), sum]);
    sheet.table(&table);
}

#[cfg(test)]
mod tests {
    use traveloure_core::api::booking::MovementState;

    use super::*;
    use crate::tui::testing::booking_list;

    #[test]
    fn the_rest_of_a_deposit_stands_in_the_travelers_list() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let listed: Vec<BookingRow> =
            (0..8).map(|number| booking_list::booking(number, now).row).collect();
        let printed = |side: Side| {
            let mut sheet = Sheet::new(None);
            rows(&listed, side, &mut sheet);
            sheet.into_text()
        };
        let balance = listed[4].balance.as_ref().unwrap();
        let due = format!("{} by Thu 17 Dec 2026", balance.amount);
        let text = printed(Side::Traveler(uuid::Uuid::from_u128(1).into()));
        assert!(text.lines().nth(5).unwrap().contains(&due), "{text}");
        assert_eq!(text.matches(&due).count(), 1, "{text}");
        assert!(!printed(Side::Provider(listed[4].provider_id)).contains("STILL DUE"));
    }

    #[test]
    fn what_was_paid_and_went_back_is_a_bill_that_ends_with_what_is_left() {
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let mut booking = (0..8)
            .map(|number| booking_list::booking(number, now))
            .find(|one| one.row.status == Status::Refunded)
            .unwrap();
        let printed = |booking: &Booking| {
            let mut sheet = Sheet::new(None);
            moved(booking, &mut sheet);
            sheet.into_text()
        };
        let rows = |text: &str| -> Vec<Vec<String>> {
            let words = |line: &str| line.split_whitespace().map(str::to_owned).collect();
            text.lines().map(words).collect()
        };
        let text = printed(&booking);
        let (total, paid) = (booking.row.total_amount, booking.paid);
        let rows_of = rows(&text);
        assert_eq!(rows_of.len(), 4, "{text}");
        assert_eq!(rows_of[1][2..4], ["full", "done"], "{text}");
        assert!(text.lines().nth(1).unwrap().ends_with(&total.to_string()), "{text}");
        assert_eq!(rows_of[2][2..5], ["refund", "done", "cancelled"], "{text}");
        assert!(text.lines().nth(2).unwrap().ends_with(&format!("-{total}")), "{text}");
        assert!(text.lines().nth(3).unwrap().ends_with(&format!(" {paid}")), "{text}");
        booking.movements[1].state = MovementState::Failed;
        assert_eq!(rows(&printed(&booking))[2][2..4], ["refund", "failed"]);
    }
}
