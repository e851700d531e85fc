//! The entries of the ledger behind a figure.

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    api::earnings::{Figures, LedgerEntry},
    ids::ProviderId,
    ledger::Account,
    money::{Currency, Money},
    time::{local, today},
};

use crate::{
    terminal::fit,
    tui::{
        app::{
            call::{Call, Traced},
            desk::Desk,
        },
        listing::Whole,
        theme::Theme,
        widgets::{
            bill::{self, Entry},
            text,
        },
    },
};

/// Which entries, and of which state of the books: what has been fetched before something changed is not
/// what stands behind the figures now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Of {
    pub provider: ProviderId,
    pub traced: Traced,
    pub state: u32,
}

/// All entries behind one figure.
#[derive(Clone, Debug)]
pub struct Behind {
    pub of: Of,
    pub entries: Vec<LedgerEntry>,
}

impl Whole for Behind {
    type Id = Of;

    fn id(&self) -> Of {
        self.of
    }

    fn version(&self) -> i64 {
        0
    }

    fn fetch(of: Of) -> Call {
        Call::Entries { provider: of.provider, traced: of.traced }
    }
}

/// A week's figures, and what they come from.
#[must_use]
pub fn figures(figures: &Figures, theme: &Theme) -> Vec<Entry> {
    let zero = Money::zero(figures.earned.currency());
    let less = |amount: Money| zero.minus(amount).ok();
    let mut entries = vec![bill::entry("Earned", Some(figures.earned), theme.text)];
    if !figures.refunds.is_zero() {
        entries.push(bill::entry("Went back to travelers", less(figures.refunds), theme.text));
    }
    if !figures.owed_on_site.is_zero() {
        let words = "Fees of what was paid on site";
        entries.push(bill::entry(words, less(figures.owed_on_site), theme.text));
    }
    entries.push(bill::entry("Paid out", less(figures.paid_out), theme.text));
    let change = [figures.refunds, figures.owed_on_site, figures.paid_out]
        .into_iter()
        .try_fold(figures.earned, Money::minus);
    if let Ok(change) = change {
        entries.push(bill::sum("To be paid out, change", change, theme.strong));
    }
    entries.push(bill::entry("Kept by the platform", Some(figures.fees), theme.dim));
    entries
}

/// The entries in one currency, those of each account below its name, with their sum.
#[must_use]
pub fn lines(
    entries: &[LedgerEntry],
    currency: Currency,
    zone: Tz,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = Vec::new();
    for (account, title) in [
        (Account::ProviderPayable, "What moved what you are to be paid"),
        (Account::PlatformRevenue, "What the platform kept"),
    ] {
        let of_account: Vec<&LedgerEntry> = entries
            .iter()
            .filter(|entry| entry.account == account && entry.amount.currency() == currency)
            .collect();
        if of_account.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(title, theme.title));
        let mut sum = Money::zero(currency);
        for entry in of_account {
            let amount = credited(entry.amount);
            sum = sum.plus(amount).unwrap_or(sum);
            lines.extend(entry_lines(entry, amount, zone, width, desk));
        }
        let total = bill::sum("Together", sum, theme.strong);
        lines.push(Line::styled(bill::row(&total, width), total.style));
    }
    if lines.is_empty() {
        lines.push(Line::styled("Nothing moved.", theme.dim));
    }
    lines
}

/// The ledger credits what is owed; people read that as plus.
fn credited(amount: Money) -> Money {
    Money::zero(amount.currency()).minus(amount).unwrap_or(amount)
}

/// When, what, how much; below it what for.
fn entry_lines(
    entry: &LedgerEntry,
    amount: Money,
    zone: Tz,
    width: u16,
    desk: &Desk,
) -> [Line<'static>; 2] {
    let theme = &desk.look.theme;
    let at = local(entry.created_at, zone);
    let day = text::day(at.date(), today(desk.now, zone));
    let what = format!("{day} {}  {}", text::clock(at.time()), entry.description);
    let row = bill::row(&bill::entry(&what, Some(amount), theme.text), width);
    let for_what = format!("  {}  {}", entry.confirmation_code, text::clean(&entry.title));
    let for_what = fit::truncate(&for_what, width.into()).into_owned();
    [
        Line::styled(row, theme.text),
        Line::from(Span::styled(for_what, Style::new().patch(theme.dim))),
    ]
}

/// `16 – 22 Nov`, `28 Dec – 3 Jan 2027`
#[must_use]
pub fn week_words(monday: NaiveDate, today: NaiveDate) -> String {
    use chrono::Datelike;
    let sunday = monday.checked_add_days(Days::new(6)).unwrap_or(monday);
    let year = if sunday.year() == today.year() { "" } else { " %Y" };
    let last = sunday.format(&format!("%-d %b{year}")).to_string();
    let first = if monday.month() == sunday.month() { "%-d" } else { "%-d %b" };
    format!("{} – {last}", monday.format(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_is_named_by_its_ends() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = date("2026-11-20");
        assert_eq!(week_words(date("2026-11-16"), today), "16 – 22 Nov");
        assert_eq!(week_words(date("2026-10-26"), today), "26 Oct – 1 Nov");
        assert_eq!(week_words(date("2026-12-28"), today), "28 Dec – 3 Jan 2027");
    }
}
