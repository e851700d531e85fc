//! `traveloure bookings`: what has been booked.

use clap::{Args, Subcommand};
use traveloure_core::{
    api::booking::{Booking, BookingRow},
    booking::Status,
    time::next_day,
};

use super::{
    context::Context,
    dates::{DateArg, left, when},
    failure::Failure,
    find::{self, short},
    paging::{Paging, more},
    session::{Session, Side},
    sheet::Sheet,
    table::Table,
    words::{money, spoken, status_of},
};
use crate::client::BookingFilter;

/// What has been booked
#[derive(Debug, Subcommand)]
pub enum Bookings {
    /// List bookings, the earliest date first
    #[command(visible_alias = "ls")]
    List(List),
    /// Show a booking with its frozen price
    Show(Show),
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

impl Bookings {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context, session).await,
            Self::Show(command) => command.run(context, session).await,
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
            short(row.id.into()),
        ]);
    }
    sheet.table(&table);
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
        ("Cancelled", booking.cancellation_reason.clone()),
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
}
