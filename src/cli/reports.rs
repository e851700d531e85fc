//! `traveloure reports`: the platform's own figures.

use clap::Subcommand;
use traveloure_core::{
    api::report::{CurrencyRevenue, Reconciliation, Revenue},
    time::next_day,
};

use super::{
    context::Context, dates::DateArg, failure::Failure, session::Session, sheet::Sheet,
    table::Table,
};

/// What was sold and kept, and whether the books agree
#[derive(Debug, Subcommand)]
pub enum Reports {
    /// Show what was sold and what was kept of it, by month and category
    Revenue {
        /// From this date on, in UTC; a year up to now unless said
        #[arg(long)]
        from: Option<DateArg>,
        /// Up to this date, included
        #[arg(long)]
        to: Option<DateArg>,
    },
    /// Show where our books and the payment processor's differ
    ///
    /// Both are compared every day; what agrees again goes off the list by itself.
    Reconciliation {
        /// Also what is settled
        #[arg(long)]
        settled: bool,
    },
}

impl Reports {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        match self {
            Self::Revenue { from, to } => {
                let at = |date: DateArg| date.at(chrono_tz::Tz::UTC, context.now);
                let revenue = client.revenue(from.map(at), to.map(at).map(next_day)).await?;
                context.output.show(&revenue, sold)
            }
            Self::Reconciliation { settled } => {
                let books = client.reconciliation(*settled).await?;
                context.output.show(&books, compared)
            }
        }
    }
}

fn sold(revenue: &Revenue, sheet: &mut Sheet) {
    let last = revenue.to.pred_opt().unwrap_or(revenue.to);
    sheet.line(format!("{} to {last}, UTC", revenue.from));
    if revenue.currencies.is_empty() {
        sheet.line("Nothing was sold. A booking counts once it has taken place.");
    }
    for currency in &revenue.currencies {
        sheet.gap();
        in_currency(currency, sheet);
    }
}

fn in_currency(revenue: &CurrencyRevenue, sheet: &mut Sheet) {
    let mut table =
        Table::new().left("MONTH").left("CATEGORY").right("BOOKINGS").right("GMV").right("FEES");
    for row in &revenue.rows {
        table.row([
            row.month.clone(),
            row.category.to_string(),
            row.bookings.to_string(),
            row.gmv.to_string(),
            row.fees.to_string(),
        ]);
    }
    table.row([
        "together".to_owned(),
        String::new(),
        revenue.bookings.to_string(),
        revenue.gmv.to_string(),
        revenue.fees.to_string(),
    ]);
    sheet.table(&table);
}

fn compared(books: &Reconciliation, sheet: &mut Sheet) {
    match books.compared_to {
        Some(day) => sheet.line(format!("Compared up to {day}.")),
        None => sheet.line("Nothing has been compared yet."),
    }
    if books.differences.is_empty() {
        sheet.line("No differences.");
        return;
    }
    sheet.gap();
    let mut table = Table::new()
        .left("DAY")
        .left("WHAT")
        .flexible("REFERENCE")
        .right("OURS")
        .right("THEIRS")
        .left("SETTLED");
    for one in &books.differences {
        let money = |amount: Option<traveloure_core::money::Money>| {
            amount.map_or_else(|| "nothing".to_owned(), |amount| amount.to_string())
        };
        table.row([
            one.day.to_string(),
            one.kind.replace('_', " "),
            one.reference.clone(),
            money(one.ours),
            money(one.theirs),
            one.settled_at
                .map_or_else(|| "open".to_owned(), |at| at.format("%Y-%m-%d").to_string()),
        ]);
    }
    sheet.table(&table);
}
