//! One request to be read: the traveler's words, what accepting uses up and pays, the price
//! explained, and what was said so far.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    api::request::{Message, Request, RequestRow, Round, Uses},
    availability::{Answer, Reason},
    pricing::Priced,
    request::Side,
    time::{local, today},
};

use super::Inbox;
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        theme::Theme,
        widgets::{
            countdown,
            pane::{self, Blank},
            spinner, text,
        },
    },
};

impl Inbox {
    /// Draws the request under the cursor.
    pub(super) fn draw_preview(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(row) = self.rows.current() else { return };
        let theme = &desk.look.theme;
        let state = state_of(row, desk);
        pane::heading(frame.buffer_mut(), area, &row.traveler_name, Some(state), desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let mut lines = summary(row, body.width, desk);
        match (self.details.get(row.id), self.details.error(row.id)) {
            (Some(request), _) => lines.extend(details(request, body.width, desk)),
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

/// Where a request stands, for the right of its heading.
fn state_of(row: &RequestRow, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    if row.status.is_open() {
        let left = countdown::left(row.expires_at, desk.now);
        let words = match row.status.turn() {
            Some(Side::Traveler) => format!("the traveler's turn, {left} left"),
            _ => format!("{left} left to answer"),
        };
        return (words, countdown::style(row.expires_at, desk.now, theme));
    }
    (row.status.as_str().to_owned(), theme.dim)
}

/// What the list knows already, so that something can be read at once.
pub(in crate::tui::screens) fn summary(
    row: &RequestRow,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let here = today(desk.now, row.zone);
    let when = text::when(row.date, row.end_date, row.time, here);
    let party = text::counted(row.travelers.into(), "person", "people");
    let mut lines = text::wrapped(&row.service_name, width, theme.strong);
    lines.push(Line::styled(format!("{when}, {party}"), theme.text));
    if row.zone != desk.settings.zone {
        lines.push(Line::styled(format!("times are of {}", row.zone.name()), theme.dim));
    }
    lines.push(Line::default());
    lines
}

pub(in crate::tui::screens) fn details(
    request: &Request,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = Vec::new();
    if !request.special_requests.is_empty() {
        lines.extend(text::wrapped(&request.special_requests, width, theme.text));
        lines.push(Line::default());
    }
    if let Some(uses) = &request.uses {
        lines.push(Line::styled("If you accept", theme.title));
        lines.extend(uses_up(uses, width, desk));
        lines.extend(pays(request, width, theme));
        lines.push(Line::default());
    }
    lines.push(Line::styled("Price", theme.title));
    lines.extend(price(request, width, theme));
    lines.push(Line::default());
    lines.push(Line::styled("So far", theme.title));
    lines.extend(so_far(request, width, desk));
    lines
}

/// What accepting takes and what is left, or why the rules do not offer it.
pub(super) fn uses_up(uses: &Uses, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let warn = desk.look.symbols.warn;
    // That the rules are against it is said below, reason by reason.
    let mut lines = match uses.answer {
        Answer::Open { .. } => text::wrapped(&uses.summary, width, theme.text),
        Answer::Closed { .. } => Vec::new(),
    };
    if uses.rivals > 0 {
        let others =
            text::counted(uses.rivals.into(), "other request wants", "other requests want");
        lines.extend(text::wrapped(&format!("{warn} {others} the same"), width, theme.warn));
    }
    if let Answer::Closed { reasons } = &uses.answer {
        for reason in reasons {
            lines.extend(text::wrapped(&format!("{warn} {reason}"), width, theme.bad));
        }
    }
    lines
}

/// Whether a provider may accept, and whether only against their own rules.
pub(super) fn may_accept(uses: &Uses) -> May {
    match &uses.answer {
        Answer::Open { .. } => May::Accept,
        Answer::Closed { reasons } if reasons.iter().all(Reason::provider_may_overrule) => {
            May::OverRules
        }
        Answer::Closed { .. } => May::Not,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum May {
    Accept,
    OverRules,
    Not,
}

/// What the provider receives, and of what.
pub(super) fn pays(request: &Request, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let (Some(price), Some(payout)) = (request.row.price, request.row.provider_payout) else {
        return text::wrapped("there is no price yet: make an offer", width, theme.warn);
    };
    let mut lines = text::wrapped(&format!("pays you {payout} of {price}"), width, theme.good);
    if let Some(fee) = request.platform_fee {
        let reason = request.fee_reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        lines.extend(text::wrapped(&format!("Traveloure keeps {fee}{reason}"), width, theme.dim));
    }
    lines
}

fn price(request: &Request, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let quote = match &request.quote {
        Priced::Estimate(range) => {
            let words = format!("expected between {} and {}", range.min, range.max);
            return text::wrapped(&words, width, theme.text);
        }
        Priced::Quote(quote) => quote,
    };
    let mut lines: Vec<Line> = quote
        .lines
        .iter()
        .map(|line| two_ends(&line.label, &line.amount.to_string(), width, theme.text))
        .collect();
    lines.push(two_ends("Total", &quote.total.to_string(), width, theme.strong));
    if let Some(deposit) = quote.deposit {
        lines.push(two_ends("Deposit", &deposit.to_string(), width, theme.dim));
    }
    if let Some(price) = request.row.price
        && price != quote.total
        && let Ok(difference) = price.minus(quote.total)
    {
        let direction = if difference.is_negative() { "below" } else { "above" };
        let amount = difference.to_string().trim_start_matches('-').to_owned();
        lines.push(two_ends("On the table", &price.to_string(), width, theme.strong));
        lines.extend(text::wrapped(
            &format!("{amount} {direction} your own prices"),
            width,
            theme.warn,
        ));
    }
    lines
}

/// A label at the left, an amount at the right.
pub(super) fn two_ends(label: &str, amount: &str, width: u16, style: Style) -> Line<'static> {
    let width = usize::from(width.min(60));
    let room = width.saturating_sub(fit::width(amount) + 1);
    let label = fit::pad_end(&text::clean(label), room);
    Line::styled(format!("{label} {amount}"), style)
}

/// One entry of what was said so far.
enum Entry<'a> {
    Round(&'a Round),
    Message(&'a Message),
}

/// Rounds and messages in the order in which they were made.
fn so_far(request: &Request, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let mut entries: Vec<_> = request
        .rounds
        .iter()
        .map(|round| (round.created_at, Entry::Round(round)))
        .chain(request.messages.iter().map(|word| (word.created_at, Entry::Message(word))))
        .collect();
    entries.sort_by_key(|(at, _)| *at);
    let mut lines = Vec::new();
    let nothing = String::new();
    for (at, entry) in entries {
        let moment = local(at, desk.settings.zone).format("%a %H:%M").to_string();
        let (by, words, message) = match entry {
            // The first words stand at the top already.
            Entry::Round(round) if round.message == request.special_requests => {
                (round.by, offered(round, request, desk), &nothing)
            }
            Entry::Round(round) => (round.by, offered(round, request, desk), &round.message),
            Entry::Message(word) => (word.by, "wrote".to_owned(), &word.text),
        };
        lines.extend(said(&moment, by, &words, message, width, desk));
    }
    lines
}

fn offered(round: &Round, request: &Request, desk: &Desk) -> String {
    let here = today(desk.now, request.row.zone);
    let when = text::when(round.date, round.end_date, round.time, here);
    let price = round.price.map(|price| format!(" for {price}")).unwrap_or_default();
    let verb = if round.number == 1 { "asked for" } else { "offered" };
    let held = if round.holds_slot { ", the slot held" } else { "" };
    format!("{verb} {when}{price}{held}")
}

fn said(
    moment: &str,
    by: Side,
    words: &str,
    message: &str,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let (who, style) = match by {
        Side::Provider => ("you", theme.info),
        Side::Traveler => ("they", theme.strong),
    };
    let head = format!("{moment} {who} ");
    let indent = u16::try_from(fit::width(&head)).unwrap_or(0).min(width / 2);
    let mut lines = Vec::new();
    for (index, line) in text::wrap(words, width - indent).into_iter().enumerate() {
        let before = if index == 0 { head.clone() } else { " ".repeat(indent.into()) };
        lines.push(Line::from(vec![Span::styled(before, style), Span::raw(line)]));
    }
    if !message.is_empty() {
        for line in text::wrap(message, width.saturating_sub(2)) {
            lines.push(Line::from(vec![Span::raw("  "), Span::styled(line, theme.text)]));
        }
    }
    lines
}
