//! The months as a table, one of them by category, and the differences with what they mean.

use std::ops::Range;

use chrono::{DateTime, NaiveDate};
use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style, text::Line};
use traveloure_core::{
    api::report::Difference,
    category::Category,
    money::Money,
    time::{local, today},
};

use super::{
    Pane, Reports, View,
    months::{self, Month},
};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, ListAct, ReportsAct},
    widgets::{
        bill,
        columns::{Align, Column},
        pane::{self, Blank},
        table, text,
    },
};

const fn figure(title: &'static str, min: u16, max: u16, importance: u8) -> Column {
    Column { title, min, max, align: Align::End, importance }
}

const MONTHS: [Column; 8] = [
    Column { title: "Month", min: 8, max: 8, align: Align::Start, importance: 10 },
    figure("No", 4, 6, 4),
    figure("GMV", 10, 13, 8),
    figure("Fees", 9, 12, 9),
    figure("Accomm.", 9, 11, 3),
    figure("Activity", 9, 11, 3),
    figure("Meal", 9, 11, 2),
    figure("Transport", 9, 11, 1),
];

const DIFFERENCES: [Column; 6] = [
    Column { title: "Day", min: 10, max: 15, align: Align::Start, importance: 8 },
    Column { title: "What", min: 8, max: 12, align: Align::Start, importance: 7 },
    Column { title: "Reference", min: 12, max: 34, align: Align::Start, importance: 4 },
    figure("Ours", 13, 15, 5),
    figure("Theirs", 13, 15, 5),
    Column { title: "State", min: 9, max: 9, align: Align::Start, importance: 9 },
];

impl Reports {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if self.view == View::Revenue {
            self.draw_revenue(frame.buffer_mut(), area, desk);
        } else {
            self.draw_differences(frame.buffer_mut(), area, desk);
        }
    }

    fn draw_revenue(&mut self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let fresh = pane::freshness(&self.revenue, desk);
        pane::heading(buffer, area, &self.heading(desk), fresh, desk);
        let Some(shown) = self.shown() else {
            let blank = match self.revenue.get() {
                Some(_) => Blank::Empty {
                    what: "Nothing was sold in these months.",
                    next: "A booking counts once it has taken place; < shows the months before.",
                },
                None => Blank::of(&self.revenue, desk.now),
            };
            blank.draw(buffer, below(area, 1), desk);
            return;
        };
        let bookings = text::counted(shown.bookings, "booking", "bookings");
        let share = months::share(shown.fees, shown.gmv);
        let totals = format!("{} sold, {} kept ({share}), {bookings}", shown.gmv, shown.fees);
        let mut at = 1;
        for line in text::wrap(&totals, area.width) {
            text::put(buffer, text::row(area, at), &line, theme.strong);
            at += 1;
        }
        if area.width >= 60 && area.height >= 12 {
            let words = "Fees, and below the categories what each of them brought; months are UTC";
            text::put(buffer, text::row(area, at), words, theme.dim);
            at += 1;
        }
        if let Some(words) = self.left_out() {
            text::put(buffer, text::row(area, at), &words, theme.dim);
            at += 1;
        }
        let (mut list, len) = (self.list, self.months.len());
        let is_focused = self.pane == Pane::List;
        let months = &self.months;
        let body = below(area, at);
        table::draw(buffer, body, &MONTHS, &mut list, len, is_focused, desk, |index, title, _| {
            month_cell(title, &months[index], desk)
        });
        self.list = list;
    }

    /// How many months are not listed.
    fn left_out(&self) -> Option<String> {
        let empty = u64::try_from(self.empty_months).ok().filter(|empty| *empty > 0)?;
        let months =
            text::counted(empty, "month without anything is", "months without anything are");
        Some(format!("{months} left out"))
    }

    fn heading(&self, desk: &Desk) -> String {
        let period = self.period(desk);
        let last = period.to.pred_opt().unwrap_or(period.to);
        let dates = format!("{} – {}", month_words(period.from), month_words(last));
        let Some(shown) = self.shown() else { return format!("Revenue  {dates}") };
        let count = self.revenue.get().map_or(1, |all| all.currencies.len());
        let more = if count > 1 {
            let key = desk.key(Action::Reports(ReportsAct::Currency));
            format!(", {} of {count} ({key} next)", self.currency.min(count - 1) + 1)
        } else {
            String::new()
        };
        format!("Revenue  {dates}, in {}{more}", shown.currency)
    }

    fn draw_differences(&mut self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        let title = match self.view {
            View::Settled => "Differences, settled ones too",
            _ => "Where the books differ",
        };
        let compared = self.books.get().map(|books| match books.compared_to {
            Some(day) => {
                let here = today(desk.now, desk.settings.zone);
                (format!("compared up to {}", text::day(day, here)), desk.look.theme.dim)
            }
            None => ("nothing has been compared yet".to_owned(), desk.look.theme.dim),
        });
        let beside = pane::freshness(&self.books, desk).or(compared);
        pane::heading(buffer, area, title, beside, desk);
        let body = below(area, 1);
        if self.differences().is_empty() {
            let blank = match (self.books.get(), self.view) {
                (None, _) => Blank::of(&self.books, desk.now),
                (Some(books), _) if books.compared_to.is_none() => Blank::Empty {
                    what: "Our books and the processor's have not been compared yet.",
                    next: "They are every day, once a day is over.",
                },
                (Some(_), View::Settled) => Blank::Empty {
                    what: "Our books and the processor's have always agreed.",
                    next: "f r shows what was sold and kept.",
                },
                (Some(_), _) => Blank::Empty {
                    what: "Our books and the processor's agree.",
                    next: "f s shows where they did not.",
                },
            };
            blank.draw(buffer, body, desk);
            return;
        }
        let mut list = self.list;
        let rows = self.differences();
        let is_focused = self.pane == Pane::List;
        table::draw(
            buffer,
            body,
            &DIFFERENCES,
            &mut list,
            rows.len(),
            is_focused,
            desk,
            |index, title, _| difference_cell(title, &rows[index], desk),
        );
        self.list = list;
    }

    pub(super) fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let body = below(area, 1);
        let mut chosen = None;
        let (title, lines) = if let Some(month) = self.month() {
            let choice = self.read().map(|month| self.choice.min(month.rows.len()));
            let (lines, place) = by_category(month, choice, body.width, desk);
            chosen = place;
            (month.first.format("%B %Y").to_string(), lines)
        } else if let Some(difference) = self.difference() {
            let title = format!("{} of {}", spoken(&difference.kind), difference.day);
            (title, explained(difference, body.width, desk))
        } else {
            return;
        };
        pane::heading(frame.buffer_mut(), area, &title, None, desk);
        if let Some(chosen) = chosen {
            self.scroll.reveal(chosen, body.height);
        }
        self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
    }
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

fn month_words(date: NaiveDate) -> String {
    date.format("%b %Y").to_string()
}

/// The processor's word as people read it.
fn spoken(kind: &str) -> String {
    text::clean(kind).replace('_', " ")
}

fn month_cell(column: &str, month: &Month, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    let amount = |amount: Money, style: Style| {
        (amount.amount().to_string(), if amount.is_zero() { theme.dim } else { style })
    };
    let of = |category| match month.fees_of(category) {
        Some(fees) => amount(fees, theme.text),
        None => (desk.look.symbols.dot.to_owned(), theme.dim),
    };
    match column {
        "Month" => (month_words(month.first), theme.text),
        "No" => (month.bookings.to_string(), theme.dim),
        "GMV" => amount(month.gmv, theme.text),
        "Fees" => amount(month.fees, theme.good),
        "Accomm." => of(Category::Accommodation),
        "Activity" => of(Category::Activity),
        "Meal" => of(Category::Meal),
        _ => of(Category::Transport),
    }
}

/// What each category brought, and all of them; with the lines of the one that is chosen.
fn by_category(
    month: &Month,
    choice: Option<usize>,
    width: u16,
    desk: &Desk,
) -> (Vec<Line<'static>>, Option<Range<u16>>) {
    let theme = &desk.look.theme;
    let bill = |entry: bill::Entry| {
        let row = bill::row(&entry, width.saturating_sub(2));
        Line::styled(format!("  {row}"), entry.style)
    };
    let heading = |index: usize, what: &str, bookings: u64| {
        let bookings = text::counted(bookings, "booking", "bookings");
        let is_chosen = choice == Some(index);
        let sign = if is_chosen { desk.look.symbols.cursor } else { " " };
        let style = if is_chosen { theme.cursor } else { theme.title };
        Line::styled(format!("{sign} {what}, {bookings}"), style)
    };
    let mut lines = Vec::new();
    let mut starts = Vec::new();
    for (index, row) in month.rows.iter().enumerate() {
        starts.push(lines.len());
        lines.push(heading(index, row.category.as_str(), row.bookings));
        lines.push(bill(bill::entry("Travelers paid", Some(row.gmv), theme.text)));
        let share = months::share(row.fees, row.gmv);
        let words = if share.is_empty() { "Kept".to_owned() } else { format!("Kept, {share}") };
        lines.push(bill(bill::entry(&words, Some(row.fees), theme.good)));
        lines.push(Line::default());
    }
    starts.push(lines.len());
    lines.push(heading(month.rows.len(), "together", month.bookings));
    lines.push(bill(bill::sum("Sold", month.gmv, theme.strong)));
    lines.push(bill(bill::sum("Kept", month.fees, theme.strong)));
    lines.push(Line::default());
    let words = "By when the money was shared out. Kept is less the platform's share of what went back later.";
    lines.extend(text::wrapped(words, width, theme.dim));
    let open = desk.key(Action::List(ListAct::Open));
    let words = format!("{open} shows the entries of the books behind the figures.");
    lines.extend(text::wrapped(&words, width, theme.dim));
    let place = |line: usize| u16::try_from(line).unwrap_or(u16::MAX);
    let chosen = choice.map(|index| {
        let end = starts.get(index + 1).copied().unwrap_or(lines.len());
        place(starts[index])..place(end)
    });
    (lines, chosen)
}

fn difference_cell(column: &str, one: &Difference, desk: &Desk) -> (String, Style) {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let is_open = one.settled_at.is_none();
    let style = if is_open { theme.text } else { theme.dim };
    let money = |amount: Option<Money>| {
        (amount.map_or_else(|| "nothing".to_owned(), |amount| amount.to_string()), style)
    };
    match column {
        "Day" => (text::day(one.day, today(desk.now, desk.settings.zone)), style),
        "What" => (spoken(&one.kind), style),
        "Reference" => (one.reference.clone(), theme.dim),
        "Ours" => money(one.ours),
        "Theirs" => money(one.theirs),
        _ if is_open => (format!("{} open", symbols.warn), theme.warn),
        _ => (format!("{} agree", symbols.yes), theme.dim),
    }
}

/// What a difference is, and what becomes of it.
fn explained(one: &Difference, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let zone = desk.settings.zone;
    let words = match (one.ours, one.theirs) {
        (Some(_), None) => {
            "Our books have it, and the processor's do not: it was not carried out there, or is late."
        }
        (None, Some(_)) => {
            "The processor's books have it, and ours do not: it was done there by hand, or its message was lost."
        }
        _ => "Both have it, with other amounts.",
    };
    let mut lines = text::wrapped(words, width, theme.text);
    lines.push(Line::default());
    let rows = [("Ours", one.ours), ("Theirs", one.theirs)];
    for (label, amount) in rows {
        let entry = match amount {
            Some(amount) => bill::sum(label, amount, theme.text),
            None => bill::entry(&format!("{label}: nothing"), None, theme.text),
        };
        lines.push(Line::styled(bill::row(&entry, width), entry.style));
    }
    if let (Some(ours), Some(theirs)) = (one.ours, one.theirs)
        && let Ok(difference) = theirs.minus(ours)
    {
        let entry = bill::sum("Theirs less ours", difference, theme.warn);
        lines.push(Line::styled(bill::row(&entry, width), entry.style));
    }
    lines.push(Line::default());
    lines.push(Line::styled("reference:", theme.dim));
    // Alone on its line, so that the mouse takes it and nothing else.
    lines.extend(text::wrapped(&one.reference, width, theme.info));
    lines.push(Line::default());
    let day = |at: DateTime<chrono::Utc>| {
        let date = local(at, zone).date();
        let here = today(desk.now, zone);
        text::day(date, here)
    };
    lines.extend(text::wrapped(&format!("Found {}.", day(one.found_at)), width, theme.dim));
    let (words, style) = match one.settled_at {
        Some(at) => (format!("Both agree since {}.", day(at)), theme.good),
        None => (
            "It goes off this list by itself once both agree; they are compared every day."
                .to_owned(),
            theme.dim,
        ),
    };
    lines.extend(text::wrapped(&words, width, style));
    lines
}
