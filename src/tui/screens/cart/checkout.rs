//! A checkout on the screen.

use chrono::{DateTime, Utc};
use ratatui::{Frame, layout::Rect, style::Style, text::Line};
use traveloure_core::{
    api::checkout::{Checkout, CheckoutBooking, Payment},
    booking::Status as BookingStatus,
    payment::{Balance, Status},
    time::{local, today},
};

use super::{paying::Paying, ways::Way};
use crate::tui::{
    app::desk::Desk,
    layers::confirm::Confirm,
    widgets::{
        bill::{self, Entry},
        countdown,
        pane::{self, Blank},
        popup,
        qr::Code,
        spinner, text,
    },
};

/// From this width on, the code to scan may stand beside the bill.
const SPLIT: u16 = 101;

impl Paying {
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let title = match self.place() {
            (at, count) if count > 1 => format!("Checkout {at} of {count}"),
            _ => "Checkout".to_owned(),
        };
        pane::heading(frame.buffer_mut(), area, &title, self.beside(desk), desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let Some(checkout) = self.checkout.get().cloned() else {
            self.blank(frame, body, desk);
            return;
        };
        let code = self.link().and_then(|link| Code::of(link, &desk.look));
        let half = Rect { width: body.width / 2, ..body };
        let beside = code.filter(|code| area.width >= SPLIT && code.fits(half));
        // What the code leaves is the bill's: a link in one piece can be clicked and selected.
        let taken = beside.as_ref().map_or(0, |code| code.size().width + 2);
        let left = Rect { width: body.width - taken, ..body };
        if let Some(code) = beside {
            let place = Rect { x: left.right() + 2, width: taken - 2, ..body };
            code.draw(frame.buffer_mut(), place, &desk.look);
        }
        let ways = self.ways();
        let rows = u16::try_from(ways.len()).unwrap_or(u16::MAX);
        let keeping = self.keeping(desk);
        let more = u16::from(rows > 0) + u16::from(keeping.is_some());
        let below = rows.saturating_add(more).min(left.height / 2);
        let top = Rect { height: left.height - below, ..left };
        let lines = self.lines(&checkout, top.width, desk);
        self.scroll.draw(frame.buffer_mut(), top, &lines, theme);
        if below > 0 {
            let place = Rect { y: top.bottom(), height: below, ..left };
            self.draw_ways(frame, place, &ways, keeping.as_deref(), desk);
        }
    }

    fn beside(&self, desk: &Desk) -> Option<(String, Style)> {
        let pay_by = self.checkout.get().and_then(|checkout| checkout.pay_by);
        if let Some(by) = pay_by {
            let left = countdown::left(by, desk.now);
            let words = if left == "over" {
                "the time to pay is over".to_owned()
            } else {
                format!("{left} left to pay")
            };
            return Some((words, countdown::style(by, desk.now, &desk.look.theme)));
        }
        pane::freshness(&self.checkout, desk)
    }

    fn blank(&self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let blank = match &self.error {
            Some(error) if !self.is_beginning() => Blank::Failed(error),
            _ => match self.loading_since() {
                Some(since) => Blank::Loading { since },
                None => Blank::of(&self.checkout, desk.now),
            },
        };
        blank.draw(frame.buffer_mut(), area, desk);
    }

    fn lines(&self, checkout: &Checkout, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        for booking in &checkout.bookings {
            lines.extend(about(booking, width, desk));
        }
        let total = bill::sum("Total", checkout.total, theme.strong);
        lines.push(bill_line(&total, width));
        lines.push(Line::default());
        if let Some(error) = &self.error {
            lines.extend(text::wrapped(&error.to_string(), width, theme.bad));
            lines.push(Line::default());
        }
        if let Some(since) = self.loading_since().filter(|_| self.is_beginning())
            && let Some(sign) = spinner::frame(since, desk.now, &desk.look.symbols)
        {
            lines.push(Line::styled(format!("Asking the payment processor {sign}"), theme.dim));
        }
        match (self.live(), checkout.payments.first()) {
            (Some(payment), _) => lines.extend(waiting(payment, checkout.pay_by, width, desk)),
            (None, Some(payment)) => lines.extend(over(payment, width, desk)),
            (None, None) => {}
        }
        if checkout.offers.is_empty() && self.live().is_none() {
            let is_booked = |one: &CheckoutBooking| {
                matches!(one.status, BookingStatus::Confirmed | BookingStatus::Completed)
            };
            let words = if checkout.bookings.iter().all(is_booked) {
                "There is nothing left to do here. Your bookings have it; Esc goes back to the cart."
            } else {
                "Nothing of this waits to be paid. Esc goes back to the cart."
            };
            lines.extend(text::wrapped(words, width, theme.dim));
        }
        lines
    }

    fn draw_ways(
        &mut self,
        frame: &mut Frame,
        area: Rect,
        ways: &[Way],
        keeping: Option<&str>,
        desk: &Desk,
    ) {
        let theme = &desk.look.theme;
        let title = if self.link().is_some() { "Or pay another way" } else { "How to pay" };
        text::put(frame.buffer_mut(), text::row(area, 0), title, theme.title);
        let rest = area.height - 1;
        let said = u16::from(keeping.is_some() && rest > 1);
        let rows = Rect { y: area.y + 1, height: rest - said, ..area };
        if let Some(words) = keeping.filter(|_| said > 0) {
            let last = text::row(area, area.height - 1);
            text::put(frame.buffer_mut(), last, words, theme.dim);
        }
        let visible = self.list.visible(rows, ways.len());
        let here = today(desk.now, desk.settings.zone);
        for (index, at) in visible.zip(0..) {
            let line = text::row(rows, at);
            let is_cursor = index == self.list.cursor();
            let style = if is_cursor { theme.cursor } else { theme.text };
            frame.buffer_mut().set_style(line, style);
            let sign = if is_cursor { desk.look.symbols.cursor } else { " " };
            let words = format!("{sign} {}", ways[index].words(here));
            text::put(frame.buffer_mut(), line, &words, style);
        }
    }

    /// The code to scan over everything, or the question before a charge.
    pub fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if self.shows_code
            && let Some(code) = self.link().and_then(|link| Code::of(link, &desk.look))
            && code.fits(area)
        {
            let place = popup::place(area, code.size());
            code.draw(frame.buffer_mut(), place, &desk.look);
        }
        let Some((confirm, question)) = &mut self.question else { return };
        let body = Self::asked_about(question, Confirm::body_width(area), desk);
        confirm.draw(frame, area, &body, true, desk);
    }

    /// Why the code cannot be shown here; none if it can.
    pub fn why_no_code(&self, desk: &Desk) -> Option<&'static str> {
        let Some(link) = self.link() else { return Some("there is no link to pay yet") };
        let Some(code) = Code::of(link, &desk.look) else {
            return Some("this terminal is drawn without colours; the link is shown");
        };
        let size = desk.size;
        let area = Rect::new(0, 0, size.width, size.height.saturating_sub(1));
        (!code.fits(area)).then_some("this terminal is too small for it; the link is shown")
    }

    pub fn why_no_copy(&self, desk: &Desk) -> Option<&'static str> {
        if self.link().is_none() {
            return Some("there is no link to pay yet");
        }
        (!desk.settings.capabilities.clipboard).then_some("this terminal has no clipboard")
    }
}

fn bill_line(entry: &Entry, width: u16) -> Line<'static> {
    Line::styled(bill::row(entry, width), entry.style)
}

fn about(booking: &CheckoutBooking, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let here = today(desk.now, desk.settings.zone);
    let (sign, words, style) = match booking.status {
        BookingStatus::Pending | BookingStatus::PendingPayment => {
            (symbols.dot, "waits to be paid", theme.text)
        }
        BookingStatus::Confirmed => (symbols.yes, "confirmed", theme.good),
        BookingStatus::Completed => (symbols.yes, "completed", theme.dim),
        BookingStatus::Cancelled => (symbols.no, "cancelled", theme.bad),
        BookingStatus::Refunded => (symbols.no, "refunded", theme.dim),
    };
    let mut lines = vec![bill_line(&bill::sum(&booking.title, booking.total, theme.text), width)];
    let when = text::day(booking.date, here);
    lines.extend(text::wrapped(&format!("{sign} {words}, {when}"), width, style));
    if !booking.paid.is_zero() {
        lines.push(bill_line(&bill::entry("  paid", Some(booking.paid), theme.dim), width));
    }
    if let Some(balance) = &booking.balance {
        let day = text::day(balance.due, here);
        let (words, style) = match balance.status {
            Balance::Paid => ("  balance, paid".to_owned(), theme.dim),
            Balance::Overdue => (format!("  balance, was due {day}"), theme.bad),
            Balance::Retrying | Balance::NeedsCardholder => {
                (format!("  balance, due {day}, was turned down"), theme.bad)
            }
            Balance::Scheduled => (format!("  balance, due {day}"), theme.text),
        };
        lines.push(bill_line(&bill::entry(&words, Some(balance.amount), style), width));
    }
    lines
}

/// What is to be done about a payment that waits.
fn waiting(
    payment: &Payment,
    pay_by: Option<DateTime<Utc>>,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let (said, style) = match payment.status {
        Status::Open => (format!("Open this page to pay {}:", payment.amount), theme.strong),
        Status::NeedsAction => {
            let words = "Your bank wants to see you. Open this page to let it take";
            (format!("{words} {}:", payment.amount), theme.warn)
        }
        _ => (format!("{} is being charged.", payment.amount), theme.text),
    };
    let mut lines = text::wrapped(&said, width, style);
    if let Some(url) = &payment.url {
        lines.extend(text::wrapped(url, width, theme.info));
    }
    // Where the bookings lapse before the page does, the heading counts down to that.
    let ends = payment.url_expires_at.filter(|ends| pay_by.is_none_or(|by| *ends < by));
    if let Some(ends) = ends {
        let ends = local(ends, desk.settings.zone);
        let day = text::day(ends.date(), today(desk.now, desk.settings.zone));
        let words = format!("The page is open until {day} {}.", text::clock(ends.time()));
        lines.extend(text::wrapped(&words, width, theme.dim));
    }
    let words = "This screen shows by itself when it is paid.";
    lines.extend(text::wrapped(words, width, theme.dim));
    lines
}

/// How a payment that no longer waits ended.
fn over(payment: &Payment, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let (words, style) = match payment.status {
        Status::Succeeded => (format!("{} {} paid", symbols.yes, payment.amount), theme.good),
        Status::Expired => (
            format!("{} the page for {} was closed unpaid", symbols.no, payment.amount),
            theme.warn,
        ),
        _ => (format!("{} {} was not paid", symbols.no, payment.amount), theme.bad),
    };
    let mut lines = text::wrapped(&words, width, style);
    if let Some(failure) = &payment.failure {
        lines.extend(text::wrapped(failure, width, theme.bad));
    }
    lines
}
