//! The list: when, who, what, how many, what it brings, and where it stands.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::{
    actor::Role, api::booking::BookingRow, booking::Status, money::Money, payment::Balance,
    time::today,
};

use super::{Bookings, Pane, filter::View};
use crate::tui::{
    app::desk::Desk,
    widgets::{
        columns::{self, Align, Column},
        countdown,
        pane::{self, Blank},
        text,
    },
};

/// As a traveler sees them.
const JOURNEYS: [Column; 5] = [
    Column { title: "When", min: 14, max: 20, align: Align::Start, importance: 10 },
    Column { title: "Service", min: 12, max: 36, align: Align::Start, importance: 9 },
    Column { title: "Provider", min: 9, max: 24, align: Align::Start, importance: 3 },
    Column { title: "Total", min: 13, max: 15, align: Align::End, importance: 6 },
    Column { title: "Status", min: 11, max: 13, align: Align::Start, importance: 8 },
];

/// As a provider sees them.
const COLUMNS: [Column; 7] = [
    Column { title: "When", min: 14, max: 20, align: Align::Start, importance: 10 },
    Column { title: "Traveler", min: 9, max: 24, align: Align::Start, importance: 9 },
    Column { title: "Service", min: 12, max: 36, align: Align::Start, importance: 5 },
    Column { title: "For", min: 3, max: 3, align: Align::End, importance: 3 },
    Column { title: "Total", min: 13, max: 15, align: Align::End, importance: 4 },
    Column { title: "You earn", min: 13, max: 15, align: Align::End, importance: 6 },
    Column { title: "Status", min: 11, max: 13, align: Align::Start, importance: 8 },
];

/// Columns left of the first: the cursor, a sign, a blank.
const SIGNS: u16 = 3;

impl Bookings {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let beside = pane::freshness(self.rows.load(), desk);
        pane::heading(buffer, area, &self.heading(), beside, desk);
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        if self.rows.items().is_empty() {
            self.blank(desk).draw(buffer, body, desk);
            return;
        }
        let columns = columns_of(desk.role);
        let places = columns::fit(columns, area.width.saturating_sub(SIGNS));
        let titles = text::row(area, 1);
        let titles =
            Rect { x: titles.x + SIGNS, width: titles.width.saturating_sub(SIGNS), ..titles };
        columns::titles(buffer, titles, columns, &places, desk.look.theme.dim);
        let len = self.rows.len();
        let visible = self.rows.list.visible(body, len);
        let decimals = decimals(&self.rows.items()[visible.clone()]);
        for (index, at) in visible.zip(0..) {
            self.draw_row(buffer, text::row(body, at), index, &places, decimals, desk);
        }
    }

    fn heading(&self) -> String {
        let filter = self.rows.filter();
        let mut heading = filter.view.title().to_owned();
        if self.find.is_typing {
            heading = format!("{heading} /{}_", self.find.words);
        } else if !filter.words.is_empty() {
            heading = format!("{heading} /{}", filter.words);
        }
        if self.rows.items().is_empty() {
            return heading;
        }
        let at = u64::try_from(self.rows.list.cursor() + 1).unwrap_or(0);
        let loaded = u64::try_from(self.rows.len()).unwrap_or(0);
        let total =
            self.rows.total().map_or_else(|| format!("{}+", text::grouped(loaded)), text::grouped);
        let going = if self.rows.is_going_to_the_end() { ", going to the end" } else { "" };
        format!("{heading}  {} of {total}{going}", text::grouped(at))
    }

    fn blank(&self, desk: &Desk) -> Blank<'_> {
        let filter = self.rows.filter();
        if self.rows.load().get().is_none() {
            return Blank::of(self.rows.load(), desk.now);
        }
        if !filter.words.is_empty() {
            let next = "Esc shows everything again.";
            return Blank::NothingMatches { filter: filter.words.trim(), next };
        }
        let next = match filter.view {
            View::Upcoming if desk.role == Role::Provider => {
                "Requests that you accept appear here; f p shows what is past."
            }
            View::Upcoming => "What you book appears here; f p shows what is past.",
            _ => "f u shows what is to come.",
        };
        Blank::Empty { what: filter.view.none_words(), next }
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        index: usize,
        places: &[Option<(u16, u16)>],
        decimals: u32,
        desk: &Desk,
    ) {
        let row = &self.rows.items()[index];
        let theme = &desk.look.theme;
        let cursor = (index == self.rows.list.cursor()).then_some(if self.pane == Pane::List {
            theme.cursor
        } else {
            theme.cursor_idle
        });
        if let Some(style) = cursor {
            buffer.set_style(area, style);
            text::put(buffer, area, desk.look.symbols.cursor, style);
        }
        if self.fresh.contains(&row.id) {
            let sign = Rect { x: area.x + 1, width: area.width.saturating_sub(1).min(1), ..area };
            text::put(buffer, sign, desk.look.symbols.new, cursor.unwrap_or(theme.good));
        }
        let cells = Rect { x: area.x + SIGNS, width: area.width.saturating_sub(SIGNS), ..area };
        for (title, place) in columns_of(desk.role).iter().zip(places) {
            let Some(place) = place else { continue };
            let cell = columns::cell(cells, *place);
            let (words, style) = content(title.title, row, place.1, decimals, desk);
            let style = cursor.unwrap_or(style);
            match title.align {
                Align::Start => text::put(buffer, cell, &words, style),
                Align::End => text::put_end(buffer, cell, &words, style),
            };
        }
    }
}

/// What the list says of a booking to whoever acts.
const fn columns_of(role: Role) -> &'static [Column] {
    match role {
        Role::Provider => &COLUMNS,
        _ => &JOURNEYS,
    }
}

fn content(
    column: &str,
    row: &BookingRow,
    width: u16,
    decimals: u32,
    desk: &Desk,
) -> (String, Style) {
    let theme = &desk.look.theme;
    let here = today(desk.now, row.zone);
    let is_off = matches!(row.status, Status::Cancelled | Status::Refunded);
    let style = if is_off { theme.dim } else { theme.text };
    let money =
        |amount: Option<Money>| amount.map_or_else(String::new, |amount| aligned(amount, decimals));
    match column {
        "When" => (text::fitting_when(row.date, row.end_date, row.time, here, width), style),
        "Traveler" => (row.traveler_name.clone(), style),
        "Provider" => (row.provider_name.clone(), theme.dim),
        "Service" if desk.role == Role::Provider => (row.title.clone(), theme.dim),
        "Service" => (row.title.clone(), style),
        "For" => (row.travelers.to_string(), style),
        "Total" if desk.role == Role::Provider => (money(Some(row.total_amount)), theme.dim),
        "Total" => (money(Some(row.total_amount)), style),
        "You earn" => (money(row.provider_payout), style),
        _ => still_due(row, desk).unwrap_or_else(|| standing(row, desk)),
    }
}

/// When the traveler's rest of a deposit is due: what is confirmed is not all paid.
fn still_due(row: &BookingRow, desk: &Desk) -> Option<(String, Style)> {
    let balance = row.balance.as_ref().filter(|balance| balance.status == Balance::Scheduled)?;
    let is_shown = row.status == Status::Confirmed && desk.role != Role::Provider;
    is_shown.then(|| (balance.due.format("due %-d %b").to_string(), desk.look.theme.warn))
}

/// Where a booking stands: a sign and a word, or how long the traveler has to pay.
#[must_use]
pub(super) fn standing(row: &BookingRow, desk: &Desk) -> (String, Style) {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let (sign, words, style) = match row.status {
        Status::Pending => (symbols.dot, "pending", theme.text),
        Status::PendingPayment => {
            let Some(deadline) = row.payment_deadline else {
                return ("to be paid".to_owned(), theme.text);
            };
            let left = countdown::left(deadline, desk.now);
            let words = if left == "over" { "not paid".to_owned() } else { format!("pay {left}") };
            return (words, countdown::style(deadline, desk.now, theme));
        }
        Status::Confirmed => match row.balance.as_ref().map(|balance| balance.status) {
            Some(Balance::Retrying | Balance::NeedsCardholder | Balance::Overdue) => {
                (symbols.warn, "balance", theme.warn)
            }
            _ => (symbols.yes, "confirmed", theme.good),
        },
        Status::Completed => (symbols.yes, "completed", theme.dim),
        Status::Cancelled => (symbols.no, "cancelled", theme.dim),
        Status::Refunded => (symbols.no, "refunded", theme.dim),
    };
    (format!("{sign} {words}"), style)
}

/// The most decimals that a currency among `rows` has.
fn decimals(rows: &[BookingRow]) -> u32 {
    rows.iter().map(|row| row.total_amount.currency().decimals()).max().unwrap_or(0)
}

/// An amount whose decimal point stands below those of other currencies: what it has fewer
/// decimals than `decimals` becomes blanks.
#[must_use]
pub(super) fn aligned(money: Money, decimals: u32) -> String {
    let own = money.currency().decimals();
    let missing = decimals.saturating_sub(own) + u32::from(own == 0 && decimals > 0);
    let blanks = " ".repeat(usize::try_from(missing).unwrap_or(0));
    format!("{}{blanks} {}", money.amount(), money.currency())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_of_several_currencies_stand_below_each_other() {
        let money = |amount: &str, code: &str| {
            Money::try_new(amount.parse().unwrap(), code.parse().unwrap()).unwrap()
        };
        let shown: Vec<String> = [money("18000", "JPY"), money("120", "EUR"), money("45.5", "KWD")]
            .into_iter()
            .map(|money| format!("{:>14}", aligned(money, 3)))
            .collect();
        assert_eq!(
            shown,
            ["18000     JPY", "120.00  EUR", "45.500 KWD"].map(|s| format!("{s:>14}"))
        );
        assert_eq!(aligned(money("18000", "JPY"), 0), "18000 JPY");
        assert_eq!(aligned(money("18000", "JPY"), 2), "18000    JPY");
    }
}
