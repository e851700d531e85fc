//! A quote as a bill: line by line, the total, what is due when, the fee, and what the provider earns.

use chrono::NaiveDate;
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::{
    fee::FeeDecision,
    money::Money,
    payment::deposit_of,
    pricing::{Line, Priced, Quote},
    text::clean_line,
};

use super::text;
use crate::{terminal::fit, tui::theme::Theme};

/// The widest bill; beyond it label and amount drift apart.
const WIDEST: u16 = 64;

/// One row of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub label: String,
    pub amount: Option<Money>,
    pub style: Style,
    pub weight: Weight,
}

/// How much a row matters; where there is not room for all, the least goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// When what is due.
    Due,
    Step,
    /// Sums say their currency, all else leaves it to them.
    Sum,
}

/// What is known of the platform's fee.
#[derive(Clone, Copy, Debug)]
pub enum Fee<'a> {
    Known(&'a FeeDecision),
    OnItsWay,
    NotKnown,
}

/// Every row for `priced`, the fee included.
#[must_use]
pub fn entries(priced: &Priced, fee: Fee, theme: &Theme) -> Vec<Entry> {
    match priced {
        Priced::Estimate(range) => vec![
            entry("Travelers may expect at least", Some(range.min), theme.text),
            entry("and at most", Some(range.max), theme.text),
            entry("You name the price in your answer to a request.", None, theme.dim),
        ],
        Priced::Quote(quote) => {
            let mut entries = steps(&quote.lines, theme);
            entries.push(sum("Total", quote.total, theme.strong));
            entries.extend(due(quote, theme));
            entries.extend(earnings(quote.total, fee, theme));
            entries
        }
    }
}

/// The rows for whoever pays: no fee, and when what is due of it if it is booked `today` for `date`, both local to
/// the service.
#[must_use]
pub fn for_traveler(
    priced: &Priced,
    date: NaiveDate,
    today: NaiveDate,
    theme: &Theme,
) -> Vec<Entry> {
    match priced {
        Priced::Estimate(range) => vec![
            entry("Expected to cost at least", Some(range.min), theme.text),
            entry("and at most", Some(range.max), theme.text),
            entry("The provider names the price when asked.", None, theme.dim),
        ],
        Priced::Quote(quote) => {
            let mut entries = steps(&quote.lines, theme);
            entries.push(sum("Total", quote.total, theme.strong));
            entries.extend(due_of_traveler(quote, date, today, theme));
            entries
        }
    }
}

/// The steps that lead to a price.
#[must_use]
pub fn steps(lines: &[Line], theme: &Theme) -> Vec<Entry> {
    lines.iter().map(|line| entry(&line.label, Some(line.amount), theme.text)).collect()
}

fn due(quote: &Quote, theme: &Theme) -> Vec<Entry> {
    let Some(deposit) = quote.deposit else { return Vec::new() };
    vec![
        Entry { weight: Weight::Due, ..entry("Deposit, due at once", Some(deposit), theme.dim) },
        Entry {
            weight: Weight::Due,
            ..entry("Balance, due later", Some(quote.balance), theme.dim)
        },
    ]
}

/// What a checkout will offer: a deposit only where its balance is due later than today.
fn due_of_traveler(quote: &Quote, date: NaiveDate, today: NaiveDate, theme: &Theme) -> Vec<Entry> {
    if quote.deposit.is_none() {
        return Vec::new();
    }
    let due = |label: &str, amount: Option<Money>| Entry {
        weight: Weight::Due,
        ..entry(label, amount, theme.dim)
    };
    match deposit_of(quote, date, today) {
        Ok(Some(offer)) => {
            let later = offer.due_later_on.map_or_else(
                || "Balance, due later".to_owned(),
                |on| format!("Balance, due {}", text::day(on, today)),
            );
            vec![
                due("Deposit, due at once", Some(offer.due_now)),
                due(&later, Some(offer.due_later)),
            ]
        }
        Ok(None) => vec![due("All of it is due at once, so near the date", None)],
        Err(_) => Vec::new(),
    }
}

fn earnings(total: Money, fee: Fee, theme: &Theme) -> Vec<Entry> {
    match fee {
        Fee::OnItsWay => vec![entry("Platform fee: being asked", None, theme.dim)],
        Fee::NotKnown => vec![entry("Platform fee: not known right now", None, theme.warn)],
        Fee::Known(decision) => {
            let taken = Money::zero(total.currency()).minus(decision.platform_fee).ok();
            let rule = rule_of(&decision.reason);
            vec![
                entry(&format!("Platform fee, {rule}"), taken, theme.text),
                sum("You earn", decision.provider_payout, theme.good),
            ]
        }
    }
}

/// The reason without the amounts, which stand beside it: `category rule (meal), 5%`.
#[must_use]
pub fn rule_of(reason: &str) -> &str {
    reason.rsplit_once(": ").map_or(reason, |(rule, _)| rule)
}

#[must_use]
pub fn entry(label: &str, amount: Option<Money>, style: Style) -> Entry {
    Entry { label: clean_line(label).into_owned(), amount, style, weight: Weight::Step }
}

#[must_use]
pub fn sum(label: &str, amount: Money, style: Style) -> Entry {
    Entry { weight: Weight::Sum, ..entry(label, Some(amount), style) }
}

/// An amount of a bill: sums with their currency, the others with as much room left for it.
fn figure(entry: &Entry) -> Option<String> {
    let amount = entry.amount?;
    Some(if entry.weight == Weight::Sum {
        amount.to_string()
    } else {
        format!("{}    ", amount.amount())
    })
}

/// One row of a bill as text of `width` columns, the amount at its end.
#[must_use]
pub fn row(entry: &Entry, width: u16) -> String {
    let width = usize::from(width.min(WIDEST));
    let figure = figure(entry).unwrap_or_default();
    let room = width.saturating_sub(fit::width(&figure) + 1);
    format!("{} {figure}", fit::pad_end(&entry.label, room))
}

/// Draws as many rows as fit, those that matter most.
pub fn draw(buffer: &mut Buffer, area: Rect, entries: &[Entry]) {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(entries[*index].weight));
    order.truncate(area.height.into());
    order.sort_unstable();
    for (index, y) in order.into_iter().zip(0..area.height) {
        let line = row(&entries[index], area.width);
        text::put(buffer, text::row(area, y), &line, entries[index].style);
    }
}
