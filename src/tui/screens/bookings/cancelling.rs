//! Cancelling a booking: what comes back is asked for and shown before anybody says yes.

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{
    actor::Role,
    api::{
        booking::BookingRow,
        cancel::{Cancel, Cancellation},
        problem::Code,
    },
    cancellation::Quote,
    ids::BookingId,
    time::{local, today},
};
use uuid::Uuid;

use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::{Action, Context},
    keymap::Key,
    layers::{
        confirm::{Answer, Confirm},
        form::{Field, Form, Kind, Outcome},
    },
    screens::{Focus, Keys},
    widgets::{
        bill::{self, Entry},
        spinner, text,
    },
};

/// See the module's head.
#[derive(Debug)]
pub struct Cancelling {
    id: BookingId,
    what: String,
    confirm: Confirm,
    quote: Load<Cancellation>,
    /// The same key for every try: cancelled once is cancelled.
    key: Uuid,
    sent: Load<Cancellation>,
    /// Words to the other side.
    reason: String,
    /// They are being written.
    writing: Option<Form>,
}

/// The most characters of the words.
const REASON: usize = 500;
/// Writes them.
const WRITE: char = 'w';

impl Cancelling {
    /// Asks what cancelling `row` would give back; `asked_with` are the keys of the command.
    pub fn new(row: &BookingRow, asked_with: &[String], cx: &mut Cx) -> Self {
        let here = today(cx.now(), row.zone);
        let when = text::when(row.date, row.end_date, row.time, here);
        let mut cancelling = Self {
            id: row.id,
            what: format!("{}, {when}", row.title),
            confirm: Confirm::new("Cancel this booking?", "cancel it", asked_with),
            quote: Load::default(),
            key: cx.fresh_key(),
            sent: Load::default(),
            reason: String::new(),
            writing: None,
        };
        cancelling.ask(cx);
        cancelling
    }

    fn ask(&mut self, cx: &mut Cx) {
        let ticket = cx.call(Call::QuoteCancellation(self.id));
        self.quote.asked(ticket, cx);
    }

    fn quoted(&self) -> Option<&Quote> {
        self.quote.get().map(|quoted| &quoted.quote).filter(|_| !self.quote.is_loading())
    }

    /// Whether yes can be said: nobody cancels at a quote they have not seen.
    fn may(&self) -> bool {
        self.quoted().is_some() && !self.sent.is_loading()
    }

    #[must_use]
    pub fn focus(&self) -> Focus {
        if self.writing.is_some() {
            return Focus { contexts: &[Context::Form], keys: Keys::Typing };
        }
        Focus { contexts: &[], keys: Keys::Modal }
    }

    /// A command of the form.
    pub fn fill(&mut self, action: Action, cx: &mut Cx) {
        let Some(form) = &mut self.writing else { return };
        match form.act(action) {
            Outcome::Submit => {
                self.reason = form.text("reason");
                self.writing = None;
            }
            Outcome::Edit(text) => cx.edit(text),
            Outcome::Consumed | Outcome::Ignored => {}
        }
    }

    pub fn paste(&mut self, text: &str) {
        if let Some(form) = &mut self.writing {
            form.paste(text);
        }
    }

    /// What came back from the person's own editor.
    pub fn edited(&mut self, text: &str) {
        if let Some(form) = &mut self.writing {
            form.edited(text);
        }
    }

    /// Esc while words are being written: they stay as they were. `false` when none are.
    pub fn back(&mut self) -> bool {
        self.writing.take().is_some()
    }

    fn write(&mut self) {
        let field = Field::new("reason", "Why", Kind::Lines)
            .limit(REASON)
            .optional()
            .with(&self.reason)
            .hint("a word to the other side; it goes with the cancellation");
        self.writing = Some(Form::new("Say why", "keep the words", vec![field]));
    }

    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        if let Some(form) = &mut self.writing {
            form.key(key);
            return;
        }
        if Key::of(key).typed() == Some(WRITE) && !self.sent.is_loading() {
            self.write();
            return;
        }
        let may = self.may();
        if self.confirm.key(key) != Answer::Yes || !may {
            return;
        }
        let Some(refund) = self.quoted().map(|quote| quote.refund) else { return };
        let body = Cancel { reason: self.reason.clone(), expected_refund: Some(refund) };
        let ticket = cx.call_again(Call::Cancel { id: self.id, body }, self.key);
        self.sent.asked(ticket, cx);
    }

    /// Whether it is about that booking.
    #[must_use]
    pub fn is_about(&self, id: BookingId) -> bool {
        self.id == id
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.quote.waits_for(ticket) || self.sent.waits_for(ticket)
    }

    /// Takes an answer; the cancellation once it is done.
    pub fn came(
        &mut self,
        ticket: Ticket,
        result: Result<Reply, ApiError>,
        cx: &mut Cx,
    ) -> Option<Cancellation> {
        let result = result.and_then(|reply| match reply {
            Reply::Cancellation(cancellation) => Ok(*cancellation),
            _ => Err(ApiError::unexpected()),
        });
        if self.quote.waits_for(ticket) {
            self.quote.came(result, cx.now());
            return None;
        }
        self.sent.came(result, cx.now());
        if self.sent.error().and_then(ApiError::code) == Some(Code::RefundChanged) {
            // Another quote is another act.
            self.key = cx.fresh_key();
            self.ask(cx);
        }
        self.sent.get().cloned()
    }

    #[must_use]
    pub fn loading_since(&self) -> Option<chrono::DateTime<chrono::Utc>> {
        self.sent.loading_since().or_else(|| self.quote.loading_since())
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(form) = &mut self.writing {
            form.draw(frame, area, desk);
            return;
        }
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let mut lines = text::wrapped(&self.what, width, theme.strong);
        lines.push(Line::default());
        if let Some(quote) = self.quoted() {
            lines.extend(terms(quote, width, desk));
        } else if let Some(error) = self.quote.error() {
            lines.extend(text::wrapped(&error.to_string(), width, theme.bad));
        } else if let Some(sign) = self
            .loading_since()
            .and_then(|since| spinner::frame(since, desk.now, &desk.look.symbols))
        {
            lines.push(Line::styled(format!("Asking what comes back {sign}"), theme.dim));
        }
        lines.push(Line::default());
        let other = if desk.role == Role::Provider { "the traveler" } else { "the provider" };
        if self.reason.is_empty() {
            let words = format!("{WRITE} writes a word to {other}");
            lines.extend(text::wrapped(&words, width, theme.dim));
        } else {
            lines.push(Line::styled(format!("To {other}, {WRITE} changes it:"), theme.dim));
            lines.extend(text::wrapped(&self.reason, width, theme.text));
        }
        if let Some(error) = self.sent.error() {
            lines.push(Line::default());
            lines.extend(text::wrapped(&error.to_string(), width, theme.bad));
        }
        if self.sent.is_loading() {
            lines.push(Line::styled("Cancelling", theme.dim));
        }
        let may = self.may();
        self.confirm.draw(frame, area, &lines, may, desk);
    }
}

/// The quote as a bill, why, and until when it holds.
fn terms(quote: &Quote, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut entries: Vec<Entry> = vec![
        bill::entry("Paid so far", Some(quote.captured), theme.text),
        bill::entry("Kept", Some(quote.retained), theme.text),
    ];
    if desk.role == Role::Provider {
        entries.push(bill::entry("of which you keep", Some(quote.provider_keeps), theme.dim));
    }
    let style = if quote.refund.is_zero() { theme.warn } else { theme.good };
    entries.push(bill::sum("Comes back", quote.refund, style));
    let mut lines: Vec<Line<'static>> =
        entries.iter().map(|entry| Line::styled(bill::row(entry, width), entry.style)).collect();
    lines.extend(text::wrapped(&quote.reason, width, theme.dim));
    if let Some(until) = quote.until {
        let until = local(until, desk.settings.zone);
        let day = text::day(until.date(), today(desk.now, desk.settings.zone));
        let words = format!("less comes back after {day} {}", text::clock(until.time()));
        lines.extend(text::wrapped(&words, width, theme.warn));
    }
    lines
}
