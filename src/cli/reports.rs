//! `traveloure reports`: the platform's own figures.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use traveloure_core::{
    api::report::{CurrencyRevenue, Reconciliation, Revenue, RevenueEntry, RevenueRow},
    category::Category,
    money::Currency,
    time::next_day,
};

use super::{
    context::Context,
    dates::DateArg,
    failure::Failure,
    paging::{Paging, more},
    session::Session,
    sheet::Sheet,
    table::Table,
    words::currency,
};
use crate::{client::RevenueFilter, tui::layers::form::read::year_and_month};

/// What was sold and kept, and whether the books agree
#[derive(Debug, Subcommand)]
pub enum Reports {
    /// Show what was sold and what was kept of it, by month and category
    Revenue(Period),
    /// Show the ledger's entries behind the figures of a month, a category, a currency
    ///
    /// They sum to what `reports revenue` shows for the same period: what was sold, and what was kept of it.
    Entries(Entries),
    /// Show where our books and the payment processor's differ
    ///
    /// Both are compared every day; what agrees again goes off the list by itself.
    Reconciliation {
        /// Also what is settled
        #[arg(long)]
        settled: bool,
    },
}

#[derive(Debug, Args)]
pub struct Period {
    /// From this date on, in UTC; twelve months up to now unless said
    #[arg(long)]
    from: Option<DateArg>,
    /// Up to this date, included
    #[arg(long)]
    to: Option<DateArg>,
}

#[derive(Debug, Args)]
pub struct Entries {
    /// Only those of this month, such as 2026-06
    #[arg(long, value_parser = year_and_month)]
    month: Option<String>,
    /// Only those of this category: accommodation, activity, meal, transport
    #[arg(long)]
    category: Option<Category>,
    /// Only those in this currency
    #[arg(long, value_parser = currency)]
    currency: Option<Currency>,
    #[command(flatten)]
    period: Period,
    #[command(flatten)]
    paging: Paging,
}

impl Period {
    fn dates(&self, context: &Context) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let at = |date: DateArg| date.at(chrono_tz::Tz::UTC, context.now);
        (self.from.map(at), self.to.map(at).map(next_day))
    }
}

impl Reports {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let client = session.admin().await?;
        match self {
            Self::Revenue(period) => {
                let (from, until) = period.dates(context);
                let revenue = client.revenue(from, until).await?;
                context.output.show(&revenue, sold)
            }
            Self::Entries(wanted) => {
                let (from, until) = wanted.period.dates(context);
                let filter = RevenueFilter {
                    from,
                    until,
                    month: wanted.month.clone(),
                    category: wanted.category,
                    currency: wanted.currency,
                    after: wanted.paging.after.clone(),
                    limit: Some(wanted.paging.limit),
                };
                let page = client.revenue_entries(&filter).await?;
                context.output.show(&page, |page, sheet| {
                    listed(&page.items, sheet);
                    more(page, sheet);
                })
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
    let is_nothing =
        |row: &&RevenueRow| row.bookings == 0 && row.gmv.is_zero() && row.fees.is_zero();
    for row in revenue.rows.iter().filter(|row| !is_nothing(row)) {
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
    match revenue.rows.iter().filter(is_nothing).count() {
        0 => {}
        1 => sheet.line("1 row without anything is left out."),
        left_out => sheet.line(format!("{left_out} rows without anything are left out.")),
    }
}

fn listed(entries: &[RevenueEntry], sheet: &mut Sheet) {
    if entries.is_empty() {
        sheet.line("Nothing was sold or kept.");
        return;
    }
    let mut table = Table::new()
        .left("AT (UTC)")
        .left("WHAT")
        .left("CATEGORY")
        .left("BOOKING")
        .flexible("TITLE")
        .flexible("PROVIDER")
        .left("FIGURE")
        .right("AMOUNT");
    for one in entries {
        table.row([
            one.entry.created_at.format("%Y-%m-%d %H:%M").to_string(),
            one.entry.description.clone(),
            one.category.to_string(),
            one.entry.confirmation_code.clone(),
            one.entry.title.clone(),
            one.provider_name.clone(),
            one.figure.as_str().to_owned(),
            one.adds().map_or_else(|_| String::new(), |amount| amount.to_string()),
        ]);
    }
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

#[cfg(test)]
mod tests {
    use traveloure_core::{
        api::{earnings::LedgerEntry, report::RevenueFigure},
        ledger::Account,
        money::Money,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn rows_of_nothing_are_counted_instead_of_listed() {
        let eur = |amount: i64| Money::try_new(amount.into(), Currency::EUR).unwrap();
        let row = |month: &str, bookings, gmv| RevenueRow {
            month: month.to_owned(),
            category: Category::Activity,
            bookings,
            gmv: eur(gmv),
            fees: eur(0),
        };
        let revenue = CurrencyRevenue {
            currency: Currency::EUR,
            bookings: 1,
            gmv: eur(120),
            fees: eur(0),
            rows: vec![row("2026-05", 0, 0), row("2026-06", 1, 120)],
        };
        let mut sheet = Sheet::new(None);
        in_currency(&revenue, &mut sheet);
        let text = sheet.into_text();
        assert!(text.contains("2026-06") && !text.contains("2026-05"), "{text}");
        assert!(text.contains("1 row without anything is left out."), "{text}");
    }

    #[test]
    fn entries_are_printed_as_what_they_add_and_with_nobodys_control_characters() {
        let entry = |account, amount: i64, figure| RevenueEntry {
            entry: LedgerEntry {
                transaction_id: Uuid::from_u128(1),
                account,
                amount: Money::try_new(amount.into(), Currency::EUR).unwrap(),
                description: "earned".to_owned(),
                booking_id: Uuid::from_u128(2).into(),
                title: "Alfama\u{1b}[2J at dusk".to_owned(),
                confirmation_code: "TRV-7K3M9Q00".to_owned(),
                created_at: "2026-06-30T23:59:00Z".parse().unwrap(),
            },
            category: Category::Activity,
            provider_name: "Alfama Walks".to_owned(),
            figure,
        };
        let mut sheet = Sheet::new(None);
        let entries = [
            entry(Account::HeldFunds, 120, RevenueFigure::Gmv),
            entry(Account::PlatformRevenue, -18, RevenueFigure::Fees),
            entry(Account::PlatformRevenue, 6, RevenueFigure::Fees),
        ];
        listed(&entries, &mut sheet);
        let text = sheet.into_text();
        let ends: Vec<&str> = text.lines().skip(1).map(|line| &line[line.len() - 18..]).collect();
        let ends: Vec<Vec<&str>> =
            ends.iter().map(|end| end.split_whitespace().collect()).collect();
        assert_eq!(
            ends,
            [["gmv", "120.00", "EUR"], ["fees", "18.00", "EUR"], ["fees", "-6.00", "EUR"]],
            "{text}"
        );
        assert!(text.contains("2026-06-30 23:59") && !text.contains('\u{1b}'), "{text}");
    }
}
