//! One booking to be read: where it stands, its code, the price as it was frozen, what the provider
//! earns, the traveler's words, and what happened so far.

use chrono::{DateTime, NaiveDate, Utc};
use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    actor::Role,
    api::{
        booking::{Booking, BookingRow, Moved, Movement, MovementState},
        checkout::BalanceDue,
    },
    booking::{Amounts, BookingType, CancelledBy, Status},
    money::Money,
    payment::{Balance, Method},
    refund::Reason,
    time::{instant, local, today},
};

use super::{Bookings, list::standing};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, BookingsAct},
    theme::Theme,
    widgets::{
        bill::{self, Entry},
        countdown,
        pane::{self, Blank},
        spinner, text,
    },
};

impl Bookings {
    /// Draws the booking under the cursor.
    pub(super) fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(row) = self.rows.current() else { return };
        let theme = &desk.look.theme;
        let who = match desk.role {
            Role::Provider => &row.traveler_name,
            _ => &row.provider_name,
        };
        pane::heading(frame.buffer_mut(), area, who, Some(heading(row, desk)), desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let mut lines = summary(row, body.width, desk);
        match (self.details.get(row.id), self.details.error(row.id)) {
            (Some(booking), _) => lines.extend(details(booking, body.width, desk)),
            (None, Some(error)) => {
                let top = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(body.height);
                let rest = Rect { y: body.y + top, height: body.height - top, ..body };
                Blank::Failed(error).draw(frame.buffer_mut(), rest, desk);
            }
            (None, None) => {
                let since = self.details.loading_since().unwrap_or(desk.now);
                if let Some(sign) = spinner::frame(since, desk.now, &desk.look.symbols) {
                    lines.push(Line::styled(format!("Loading {sign}"), theme.dim));
                }
            }
        }
        self.scroll.draw(frame.buffer_mut(), body, &lines, theme);
    }
}

/// Where the booking stands, in more words than the list has room for.
fn heading(row: &BookingRow, desk: &Desk) -> (String, Style) {
    let (words, style) = standing(row, desk);
    match (row.status, row.payment_deadline) {
        (Status::PendingPayment, Some(deadline)) if deadline > desk.now => {
            (format!("{} left to pay", countdown::left(deadline, desk.now)), style)
        }
        _ => (words, style),
    }
}

/// What the list knows already, so that something can be read at once.
fn summary(row: &BookingRow, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let here = today(desk.now, row.zone);
    let when = text::when(row.date, row.end_date, row.time, here);
    let party = text::counted(row.travelers.into(), "person", "people");
    let mut lines = text::wrapped(&row.title, width, theme.strong);
    lines.extend(text::wrapped(&format!("{when}, {party}"), width, theme.text));
    lines.extend(elsewhere(row, width, desk));
    let copy = desk.key(Action::Bookings(BookingsAct::Copy));
    let label = if desk.settings.capabilities.clipboard {
        format!("confirmation code, {copy} copies it:")
    } else {
        "confirmation code:".to_owned()
    };
    lines.push(Line::styled(label, theme.dim));
    // Alone on its line, so that the mouse takes it and nothing else.
    lines.push(Line::styled(row.confirmation_code.clone(), theme.info));
    lines.push(Line::default());
    lines
}

/// Where the times are from, when that is not the person's own zone; with their own time, if another.
fn elsewhere(row: &BookingRow, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let zone = desk.settings.zone;
    if row.zone == zone {
        return Vec::new();
    }
    let own = row.time.and_then(|time| {
        let own = local(instant(row.date, time, row.zone), zone);
        let differs = own != row.date.and_time(time);
        differs.then(|| format!("; {} for you", own.format("%a %H:%M")))
    });
    let words = format!("times are of {}{}", row.zone.name(), own.unwrap_or_default());
    text::wrapped(&words, width, desk.look.theme.dim)
}

fn details(booking: &Booking, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = Vec::new();
    if !booking.special_requests.is_empty() {
        let whose = if desk.role == Role::Provider { "In their words" } else { "In your words" };
        lines.push(Line::styled(whose, theme.title));
        lines.extend(text::wrapped(&booking.special_requests, width, theme.text));
        lines.push(Line::default());
    }
    lines.push(Line::styled("Price", theme.title));
    lines.extend(bill_lines(&price(booking, desk), width));
    lines.push(Line::default());
    if let Some(amounts) = &booking.amounts {
        lines.push(Line::styled("What you earn", theme.title));
        lines.extend(bill_lines(&earnings(booking, amounts, theme), width));
        if let Some(reason) = &booking.fee_reason {
            lines.extend(text::wrapped(&format!("fee: {reason}"), width, theme.dim));
        }
        lines.push(Line::default());
    }
    lines.push(Line::styled("So far", theme.title));
    lines.extend(so_far(booking, width, desk));
    let mut hints = Vec::new();
    if booking.request_id.is_some() {
        hints.push((BookingsAct::Request, "shows the request it came from"));
    }
    if desk.role != Role::Provider {
        hints.extend(to_do(booking));
    }
    if !hints.is_empty() {
        lines.push(Line::default());
    }
    lines.extend(hints.into_iter().map(|(act, words)| {
        Line::from(vec![
            Span::styled(desk.key(Action::Bookings(act)), theme.key),
            Span::styled(format!(" {words}"), theme.dim),
        ])
    }));
    lines
}

/// What a traveler can do about a booking.
fn to_do(booking: &Booking) -> Vec<(BookingsAct, &'static str)> {
    match booking.row.status {
        Status::PendingPayment => vec![
            (BookingsAct::Pay, "pays it"),
            (BookingsAct::Cancel, "cancels it; what comes back is said first"),
        ],
        Status::Confirmed => {
            let rest = owes(&booking.row).then_some((BookingsAct::PayBalance, "pays the rest now"));
            let off = (BookingsAct::Cancel, "cancels it; what comes back is said first");
            rest.into_iter().chain([off]).collect()
        }
        _ => Vec::new(),
    }
}

fn bill_lines(entries: &[Entry], width: u16) -> Vec<Line<'static>> {
    entries.iter().map(|entry| Line::styled(bill::row(entry, width), entry.style)).collect()
}

/// The frozen steps, what the traveler pays, and when.
fn price(booking: &Booking, desk: &Desk) -> Vec<Entry> {
    let theme = &desk.look.theme;
    let mut entries = bill::steps(&booking.lines, theme);
    if let Some(fee) =
        booking.amounts.map(|amounts| amounts.expert_fee).filter(|fee| !fee.is_zero())
    {
        entries.push(bill::entry("Local expert", Some(fee), theme.text));
    }
    entries.push(bill::sum("Total", booking.row.total_amount, theme.strong));
    let here = today(desk.now, booking.row.zone);
    for offer in &booking.offers {
        match (offer.method, offer.due_later_on) {
            (Method::Deposit, Some(due)) => {
                entries.push(bill::entry("Deposit, due at once", Some(offer.due_now), theme.dim));
                let words = format!("Balance, due {}", text::day(due, here));
                entries.push(bill::entry(&words, Some(offer.due_later), theme.dim));
            }
            (Method::PayLater, _) => {
                entries.push(bill::entry("or all of it on site", None, theme.dim));
            }
            _ => {}
        }
    }
    if !booking.paid.is_zero() {
        entries.push(bill::entry("Paid", Some(booking.paid), theme.dim));
    }
    if let Some(balance) = &booking.row.balance {
        let (words, style) = owed(balance, here, theme);
        entries.push(bill::entry(&words, Some(balance.amount), style));
    }
    entries
}

/// Whether something of it is still to be paid after a deposit.
pub(super) fn owes(row: &BookingRow) -> bool {
    let is_on = row.status == Status::Confirmed;
    is_on && row.balance.as_ref().is_some_and(|balance| balance.status != Balance::Paid)
}

/// What is left after a deposit, and where that stands.
fn owed(balance: &BalanceDue, here: NaiveDate, theme: &Theme) -> (String, Style) {
    let due = text::day(balance.due, here);
    match balance.status {
        Balance::Scheduled => (format!("Balance, due {due}"), theme.text),
        Balance::Retrying => ("Balance, the card was declined; tried again".to_owned(), theme.warn),
        Balance::NeedsCardholder => {
            ("Balance, the bank asks its cardholder".to_owned(), theme.warn)
        }
        Balance::Overdue => (format!("Balance, overdue since {due}"), theme.bad),
        Balance::Paid => ("Balance, paid".to_owned(), theme.dim),
    }
}

fn earnings(booking: &Booking, amounts: &Amounts, theme: &Theme) -> Vec<Entry> {
    let fee = Money::zero(amounts.platform_fee.currency()).minus(amounts.platform_fee).ok();
    let is_off = matches!(booking.row.status, Status::Cancelled | Status::Refunded);
    let style = if is_off { theme.dim } else { theme.good };
    vec![
        bill::entry("Service", Some(amounts.service_amount), theme.text),
        bill::entry("Platform fee", fee, theme.text),
        bill::sum("You earn", amounts.provider_payout, style),
    ]
}

/// What happened, oldest first, and what is still to happen.
fn so_far(booking: &Booking, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let row = &booking.row;
    let said = |at, words: &str, style| (at, event(at, words, style, width, desk));
    // What happened at one moment is told in this order: money that came confirms, a cancellation sends it back.
    let mut events = vec![said(row.created_at, made(row.booking_type), theme.text)];
    let (back, came): (Vec<_>, Vec<_>) =
        booking.movements.iter().partition(|one| one.what.goes_back());
    events.extend(came.into_iter().map(|one| {
        let (words, style) = moved(one, desk.role, theme);
        said(one.at, &words, style)
    }));
    if let Some(at) = booking.confirmed_at {
        events.push(said(at, "confirmed", theme.good));
    }
    if let Some(at) = booking.cancelled_at {
        let by = booking.cancelled_by.map_or("", |by| cancelled(by, desk.role));
        let (_, mut lines) = said(at, &format!("cancelled{by}"), theme.bad);
        let reason = booking.cancellation_reason.as_ref().filter(|reason| !reason.is_empty());
        lines.extend(reason.into_iter().flat_map(|why| text::wrapped(why, width, theme.text)));
        events.push((at, lines));
    }
    events.extend(back.into_iter().map(|one| {
        let (words, style) = moved(one, desk.role, theme);
        said(one.at, &words, style)
    }));
    events.sort_by_key(|(at, _)| *at);
    if row.status == Status::PendingPayment
        && let Some(deadline) = row.payment_deadline
    {
        let style = countdown::style(deadline, desk.now, theme);
        events.push(said(deadline, "to be paid by then, or it is cancelled", style));
    }
    events.into_iter().flat_map(|(_, lines)| lines).collect()
}

/// What money did: every movement is said, so that what is paid can be added up from them.
fn moved(one: &Movement, role: Role, theme: &Theme) -> (String, Style) {
    let amount = one.amount;
    let why = one.reason.map_or("", |reason| because(reason, role));
    match (one.what, one.state) {
        (Moved::Full | Moved::Deposit | Moved::Balance, MovementState::Pending) => {
            (format!("{amount} is being paid"), theme.info)
        }
        (Moved::Full | Moved::Deposit | Moved::Balance, MovementState::Failed) => {
            (format!("{amount} could not be paid"), theme.warn)
        }
        (Moved::Full, MovementState::Done) => (format!("{amount} paid"), theme.good),
        (Moved::Deposit, MovementState::Done) => {
            (format!("{amount} paid, the deposit"), theme.good)
        }
        (Moved::Balance, MovementState::Done) => {
            (format!("{amount} paid, the balance"), theme.good)
        }
        (Moved::Refund, MovementState::Pending) => {
            (format!("{amount} on its way back{why}"), theme.info)
        }
        (Moved::Refund, MovementState::Done) => (format!("{amount} went back{why}"), theme.text),
        (Moved::Refund, MovementState::Failed) => {
            (format!("{amount} did not arrive back{why}"), theme.warn)
        }
        (Moved::Dispute, MovementState::Pending) => {
            (format!("{amount} taken back by the bank, until it decides"), theme.warn)
        }
        (Moved::Dispute, MovementState::Done) => {
            (format!("{amount} taken back by the bank, for good"), theme.bad)
        }
        (Moved::Dispute, MovementState::Failed) => {
            (format!("{amount} taken back by the bank, and given again"), theme.text)
        }
    }
}

const fn because(reason: Reason, role: Role) -> &'static str {
    match (reason, role) {
        (Reason::Cancelled, _) => ", as it was cancelled",
        (Reason::LatePayment, _) => ", as it was paid too late",
        (Reason::Resold, _) => ", as the place was sold again",
        (Reason::ByProvider, Role::Provider) => ", from you",
        (Reason::ByProvider, _) => ", from the provider",
        (Reason::ByAdmin, _) => ", from Traveloure",
    }
}

fn event(
    at: DateTime<Utc>,
    words: &str,
    style: Style,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let here = today(desk.now, desk.settings.zone);
    let moment = local(at, desk.settings.zone);
    let stamp = format!("{} {}", text::day(moment.date(), here), text::clock(moment.time()));
    text::wrapped(&format!("{stamp}  {words}"), width, style)
}

const fn made(booking_type: BookingType) -> &'static str {
    match booking_type {
        BookingType::Instant => "booked",
        BookingType::Request => "request accepted, booked",
        BookingType::External => "booked elsewhere",
        BookingType::ExpertAssisted => "booked by a local expert",
    }
}

const fn cancelled(by: CancelledBy, role: Role) -> &'static str {
    match (by, role) {
        (CancelledBy::User, Role::Provider) => " by the traveler",
        (CancelledBy::Provider, Role::Provider) | (CancelledBy::User, _) => " by you",
        (CancelledBy::Provider, _) => " by the provider",
        (CancelledBy::Admin, _) => " by Traveloure",
        (CancelledBy::System, _) => ": not paid in time",
    }
}
