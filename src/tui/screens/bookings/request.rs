//! The request that a booking came from, to be read over the booking.

use crossterm::event::KeyEvent;
use ratatui::{
    Frame,
    layout::{Rect, Size},
};
use traveloure_core::{
    api::request::{Request, RequestRow},
    ids::RequestId,
};

use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::ListAct,
    keymap::Key,
    screens::inbox::preview,
    widgets::{pane::Blank, popup, scroll::Scroll, text},
};

/// The widest it gets.
const WIDTH: u16 = 84;

/// See the module's head.
#[derive(Debug)]
pub struct Origin {
    id: RequestId,
    load: Load<Request>,
    scroll: Scroll,
}

impl Origin {
    /// Asks for the request `id`.
    pub fn new(id: RequestId, cx: &mut Cx) -> Self {
        let mut origin = Self { id, load: Load::default(), scroll: Scroll::default() };
        origin.fetch(cx);
        origin
    }

    pub fn fetch(&mut self, cx: &mut Cx) {
        let ticket = cx.call(Call::Request(self.id));
        self.load.asked(ticket, cx);
    }

    #[must_use]
    pub const fn load(&self) -> &Load<Request> {
        &self.load
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket)
    }

    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &Cx) {
        let request = result.and_then(|reply| match reply {
            Reply::Request(request) => Ok(*request),
            _ => Err(ApiError::unexpected()),
        });
        self.load.came(request, cx.now());
    }

    /// Scrolls, or tries again what failed.
    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        let act = match Key::of(key).to_string().as_str() {
            "j" | "down" => ListAct::Down,
            "k" | "up" => ListAct::Up,
            "pagedown" | "ctrl-d" | "ctrl-f" | "space" => ListAct::PageDown,
            "pageup" | "ctrl-u" | "ctrl-b" => ListAct::PageUp,
            "g" | "home" => ListAct::Top,
            "G" | "end" => ListAct::Bottom,
            "R" | "f5" if self.load.error().is_some() => return self.fetch(cx),
            _ => return,
        };
        self.scroll.go(act);
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = area.width.min(WIDTH).saturating_sub(4);
        let lines = self.load.get().map(|request| lines(request, width, desk));
        let rows = lines.as_ref().map_or(4, Vec::len);
        let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
        let place = popup::place(area, Size::new(WIDTH, height));
        let title = self.load.get().map_or_else(|| "Request".to_owned(), title);
        let inside = popup::frame(frame, place, &title, "j k move  esc go back", &desk.look);
        match lines {
            Some(lines) => {
                self.scroll.draw(frame.buffer_mut(), inside, &lines, &desk.look.theme);
            }
            None => Blank::of(&self.load, desk.now).draw(frame.buffer_mut(), inside, desk),
        }
    }
}

fn title(request: &Request) -> String {
    let RequestRow { traveler_name, status, .. } = &request.row;
    format!("Request of {}, {}", text::clean(traveler_name), status.as_str().replace('_', " "))
}

fn lines(request: &Request, width: u16, desk: &Desk) -> Vec<ratatui::text::Line<'static>> {
    let mut lines = preview::summary(&request.row, width, desk);
    lines.extend(preview::details(request, width, desk));
    lines
}
