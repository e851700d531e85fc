//! The figures, the weeks with their bars or the payouts, and the entries behind one of them.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style, text::Line};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        earnings::{CurrencyEarnings, WeekEarnings},
        payout::{AccountStatus, Payout, PayoutStatus},
    },
    money::Money,
    time::{local, today},
};

use super::{Earnings, Pane, View, behind};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, EarningsAct},
    widgets::{
        bill,
        columns::{Align, Column},
        pane::{self, Blank},
        plot, spinner, table, text,
    },
};

const WEEKS: [Column; 6] = [
    Column { title: "Week", min: 14, max: 20, align: Align::Start, importance: 10 },
    Column { title: "Earned", min: 9, max: 10, align: Align::End, importance: 9 },
    Column { title: "", min: 8, max: 40, align: Align::Start, importance: 8 },
    Column { title: "Taken off", min: 9, max: 9, align: Align::End, importance: 3 },
    Column { title: "Paid out", min: 9, max: 10, align: Align::End, importance: 7 },
    Column { title: "Kept", min: 8, max: 9, align: Align::End, importance: 2 },
];

const PAYOUTS: [Column; 5] = [
    Column { title: "When", min: 10, max: 15, align: Align::Start, importance: 9 },
    Column { title: "State", min: 12, max: 15, align: Align::Start, importance: 8 },
    Column { title: "Amount", min: 10, max: 13, align: Align::End, importance: 10 },
    Column { title: "For", min: 12, max: 40, align: Align::Start, importance: 6 },
    Column { title: "Code", min: 12, max: 12, align: Align::Start, importance: 3 },
];

impl Earnings {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        pane::heading(buffer, area, &self.heading(desk), pane::freshness(&self.earned, desk), desk);
        let mut at = 1;
        for line in self.account_lines(area.width, desk) {
            let row = text::row(area, at);
            buffer.set_line(row.x, row.y, &line, row.width);
            at += 1;
        }
        let Some(shown) = self.shown() else {
            let body = below(area, at);
            self.blank().draw(buffer, body, desk);
            return;
        };
        for line in totals(shown, area.width, desk) {
            let row = text::row(area, at);
            if row.height > 0 {
                buffer.set_line(row.x, row.y, &line, row.width);
            }
            at += 1;
        }
        // Where it is low, the rows are worth more than a blank line.
        at += u16::from(area.height >= 18);
        self.draw_rows(buffer, below(area, at), desk);
    }

    fn heading(&self, desk: &Desk) -> String {
        let period = self.period(desk);
        let last = period.to.pred_opt().unwrap_or(period.to);
        let day = today(desk.now, desk.settings.zone);
        let what = match self.view {
            View::Weeks => "Earnings",
            View::Payouts => "Payouts",
        };
        let dates = format!("{} – {}", short(period.from, day), short(last, day));
        let Some(shown) = self.shown() else { return format!("{what}  {dates}") };
        let count = self.earned.get().map_or(1, |earned| earned.currencies.len());
        let more = if count > 1 {
            let key = desk.key(Action::Earnings(EarningsAct::Currency));
            format!(", {} of {count} ({key} next)", self.currency.min(count - 1) + 1)
        } else {
            String::new()
        };
        format!("{what}  {dates}, in {}{more}", shown.currency)
    }

    fn blank(&self) -> Blank<'_> {
        if self.earned.get().is_none() {
            return Blank::of(&self.earned, chrono::DateTime::UNIX_EPOCH);
        }
        Blank::Empty {
            what: "Nothing has been earned yet.",
            next: "A booking counts here once it has taken place.",
        }
    }

    /// What has to be done to be paid; nothing when all is well.
    fn account_lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
        let key = desk.key(Action::Earnings(EarningsAct::Onboard));
        let Some(account) = self.account.get() else {
            return match self.account.error() {
                Some(error) => {
                    let words =
                        format!("{} Whether you can be paid is not known: {error}", symbols.warn);
                    text::wrapped(&words, width, theme.warn)
                }
                None => Vec::new(),
            };
        };
        if account.can_receive {
            return Vec::new();
        }
        let (words, style) = match (account.status, account.id.is_some()) {
            (AccountStatus::Restricted, _) => (
                format!(
                    "{} The payment processor has stopped your account: nothing is paid out. {key} leads to it.",
                    symbols.no
                ),
                theme.bad,
            ),
            (_, false) => (
                format!(
                    "{} You cannot be paid yet: the payment processor has to know who you are. {key} gives the link.",
                    symbols.warn
                ),
                theme.warn,
            ),
            (_, true) => (
                format!(
                    "{} You cannot be paid yet: the payment processor wants to know more. {key} goes on.",
                    symbols.warn
                ),
                theme.warn,
            ),
        };
        let mut lines = text::wrapped(&words, width, style);
        if !account.requirements_due.is_empty() {
            let due = account.requirements_due.join(", ").replace(['_', '.'], " ");
            lines.extend(text::wrapped(&format!("It waits for: {due}"), width, theme.dim));
            lines.truncate(4);
        }
        lines
    }

    fn draw_rows(&mut self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        if self.len() == 0 {
            let blank = Blank::Empty {
                what: "Nothing was paid out in these weeks, and nothing is due in them.",
                next: "< shows the weeks before.",
            };
            blank.draw(buffer, area, desk);
            return;
        }
        let columns: &[Column] = match self.view {
            View::Weeks => &WEEKS,
            View::Payouts => &PAYOUTS,
        };
        let most = self.weeks.iter().map(|week| week.figures.earned.amount()).max();
        let most = most.unwrap_or(Decimal::ZERO);
        let (mut list, len) = (self.list, self.len());
        let is_focused = self.pane == Pane::List;
        table::draw(
            buffer,
            area,
            columns,
            &mut list,
            len,
            is_focused,
            desk,
            |index, title, width| match self.view {
                View::Weeks => week_cell(title, &self.weeks[index], most, width, desk),
                View::Payouts => payout_cell(title, &self.payouts[index], self, desk),
            },
        );
        self.list = list;
    }

    pub(super) fn draw_entries(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let body = below(area, 1);
        let Some((title, mut lines)) = self.about(body.width, desk) else { return };
        pane::heading(frame.buffer_mut(), area, &title, None, desk);
        let theme = &desk.look.theme;
        let zone = self.earned.get().map_or(desk.settings.zone, |earned| earned.zone);
        let currency = self.shown().map(|shown| shown.currency);
        let error = self.of(desk).and_then(|of| self.entries.error(of));
        match (self.behind(desk), currency, error) {
            (Some(behind), Some(currency), _) => {
                lines.push(Line::default());
                lines.extend(behind::lines(&behind.entries, currency, zone, body.width, desk));
            }
            (_, _, Some(error)) => {
                let top = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(body.height);
                Blank::Failed(error).draw(frame.buffer_mut(), below(body, top), desk);
            }
            _ => {
                let since = self.entries.loading_since().unwrap_or(desk.now);
                if let Some(sign) = spinner::frame(since, desk.now, &desk.look.symbols) {
                    lines.push(Line::default());
                    lines.push(Line::styled(format!("Loading its entries {sign}"), theme.dim));
                }
            }
        }
        self.scroll.draw(frame.buffer_mut(), body, &lines, theme);
    }

    /// The row under the cursor in full.
    fn about(&self, width: u16, desk: &Desk) -> Option<(String, Vec<Line<'static>>)> {
        let theme = &desk.look.theme;
        let here = today(desk.now, desk.settings.zone);
        if let Some(week) = self.week() {
            let lines = behind::figures(&week.figures, theme)
                .into_iter()
                .map(|entry| Line::styled(bill::row(&entry, width), entry.style))
                .collect();
            return Some((format!("Week {}", behind::week_words(week.begins, here)), lines));
        }
        let payout = self.payout()?;
        let mut lines = text::wrapped(&payout.title, width, theme.strong);
        lines.push(Line::styled(payout.confirmation_code.clone(), theme.info));
        let (words, style) = self.explained(payout, desk);
        lines.extend(text::wrapped(&words, width, style));
        let mut rows = vec![bill::entry("Your share", Some(payout.amount), theme.text)];
        if let Some(transferred) = payout.transferred {
            if let Ok(less) = transferred.minus(payout.amount)
                && !less.is_zero()
            {
                rows.push(bill::entry("Kept for what was owed", Some(less), theme.text));
            }
            rows.push(bill::sum("Transferred", transferred, theme.strong));
        }
        lines.extend(rows.iter().map(|row| Line::styled(bill::row(row, width), row.style)));
        if let Some(reference) = &payout.reference {
            lines.extend(text::wrapped(&format!("transfer {reference}"), width, theme.dim));
        }
        Some((format!("Payout of {}", payout.amount), lines))
    }

    /// Where a payout stands, in a sentence.
    fn explained(&self, payout: &Payout, desk: &Desk) -> (String, Style) {
        let theme = &desk.look.theme;
        let zone = desk.settings.zone;
        let here = today(desk.now, zone);
        let day = |at| text::day(local(at, zone).date(), here);
        match payout.status {
            PayoutStatus::Waiting if payout.due_at > desk.now => {
                (format!("It is held until {}, and paid out then.", day(payout.due_at)), theme.text)
            }
            PayoutStatus::Waiting if self.cannot_receive() => {
                ("It waits until you can be paid.".to_owned(), theme.warn)
            }
            PayoutStatus::Waiting => ("It is due, and paid out next.".to_owned(), theme.text),
            PayoutStatus::Frozen => {
                let words = "The traveler's bank disputes the payment: it waits for the outcome.";
                (words.to_owned(), theme.warn)
            }
            PayoutStatus::Intended => {
                ("The payment processor is being asked.".to_owned(), theme.info)
            }
            PayoutStatus::Paid => {
                let at = payout.paid_at.map(day).unwrap_or_default();
                (format!("Paid out {at}."), theme.good)
            }
            PayoutStatus::Failed => {
                let why = payout.failure.as_deref().unwrap_or("no reason was given");
                let why = text::clean(why);
                (format!("The payment processor refused: {why}. It is tried again."), theme.bad)
            }
            PayoutStatus::Settled => {
                let words = "Nothing was left to pay: it went back, or made up for what was owed.";
                (words.to_owned(), theme.dim)
            }
        }
    }

    fn cannot_receive(&self) -> bool {
        self.account.get().is_some_and(|account| !account.can_receive)
    }
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// `31 Aug`, with the year where it is not this one.
fn short(date: chrono::NaiveDate, today: chrono::NaiveDate) -> String {
    use chrono::Datelike;
    let format = if date.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    date.format(format).to_string()
}

/// What happened in the period at the left, how it stands now at the right; one below the other where
/// there is no room for both.
fn totals(shown: &CurrencyEarnings, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let figures = &shown.figures;
    let back = figures.refunds.plus(figures.owed_on_site).unwrap_or(figures.refunds);
    let left = [
        bill::sum("Earned", figures.earned, theme.good),
        bill::sum("Taken off", back, theme.text),
        bill::sum("Paid out", figures.paid_out, theme.text),
    ];
    let owes = if shown.owed.is_zero() { theme.text } else { theme.warn };
    let right = [
        bill::sum("To be paid out", shown.pending_payout, theme.strong),
        bill::sum("You owe", shown.owed, owes),
        bill::sum("Platform kept", figures.fees, theme.dim),
    ];
    if width < 60 {
        let rows = left.into_iter().chain(right.into_iter().take(2));
        return rows.map(|entry| Line::styled(bill::row(&entry, width), entry.style)).collect();
    }
    let half = (width - 4) / 2;
    left.into_iter()
        .zip(right)
        .map(|(left, right)| {
            Line::from(vec![
                ratatui::text::Span::styled(bill::row(&left, half.min(36)), left.style),
                ratatui::text::Span::raw("    "),
                ratatui::text::Span::styled(bill::row(&right, half.min(36)), right.style),
            ])
        })
        .collect()
}

fn week_cell(
    column: &str,
    week: &WeekEarnings,
    most: Decimal,
    width: u16,
    desk: &Desk,
) -> (String, Style) {
    let theme = &desk.look.theme;
    let figures = &week.figures;
    let here = today(desk.now, desk.settings.zone);
    // Nothing is a figure, and not one to look at.
    let amount = |amount: Money, style: Style| {
        (amount.amount().to_string(), if amount.is_zero() { theme.dim } else { style })
    };
    match column {
        "Week" => (behind::week_words(week.begins, here), theme.text),
        "Earned" => amount(figures.earned, theme.text),
        "Taken off" => {
            let back = figures.refunds.plus(figures.owed_on_site).unwrap_or(figures.refunds);
            amount(back, theme.text)
        }
        "Paid out" => amount(figures.paid_out, theme.text),
        "Kept" => amount(figures.fees, theme.dim),
        _ => (plot::bar(figures.earned.amount(), most, width, &desk.look), theme.open),
    }
}

fn payout_cell(column: &str, payout: &Payout, screen: &Earnings, desk: &Desk) -> (String, Style) {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let zone = desk.settings.zone;
    match column {
        "When" => {
            let at = local(payout.paid_at.unwrap_or(payout.due_at), zone).date();
            (text::day(at, today(desk.now, zone)), theme.text)
        }
        "State" => {
            let (sign, words, style) = match payout.status {
                PayoutStatus::Waiting if payout.due_at > desk.now => {
                    (symbols.dot, "held", theme.text)
                }
                PayoutStatus::Waiting if screen.cannot_receive() => {
                    (symbols.warn, "waits for you", theme.warn)
                }
                PayoutStatus::Waiting => (symbols.dot, "due", theme.text),
                PayoutStatus::Frozen => (symbols.warn, "disputed", theme.warn),
                PayoutStatus::Intended => (symbols.arrow, "on its way", theme.info),
                PayoutStatus::Paid => (symbols.yes, "paid", theme.good),
                PayoutStatus::Failed => (symbols.no, "refused", theme.bad),
                PayoutStatus::Settled => (symbols.dot, "settled", theme.dim),
            };
            (format!("{sign} {words}"), style)
        }
        "Amount" => (payout.amount.amount().to_string(), theme.text),
        "For" => (payout.title.clone(), theme.dim),
        _ => (payout.confirmation_code.clone(), theme.dim),
    }
}
