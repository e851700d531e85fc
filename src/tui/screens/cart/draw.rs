//! The cart by kind, and the item under the cursor with its price explained.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{api::cart::CartItem, pricing::Priced, time::today};

use super::{
    CartScreen, Pane, Row, SPLIT,
    items::{kind_title, wish},
    wanted::price_lines,
};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, CartAct},
    widgets::{
        columns::{self, Align, Column},
        pane::{self, Blank},
        text,
    },
};

const COLUMNS: [Column; 4] = [
    Column { title: "When", min: 14, max: 20, align: Align::Start, importance: 9 },
    Column { title: "What", min: 12, max: 60, align: Align::Start, importance: 10 },
    Column { title: "For", min: 3, max: 3, align: Align::End, importance: 4 },
    Column { title: "Price", min: 13, max: 15, align: Align::End, importance: 8 },
];

/// Columns left of the first: the cursor, a blank.
const SIGNS: u16 = 2;

impl CartScreen {
    pub(super) fn draw_items(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if area.width < SPLIT {
            match self.pane {
                Pane::List => self.draw_list(frame, area, desk),
                Pane::Detail => self.draw_detail(frame, area, desk),
            }
            return;
        }
        let is_right = self.pane == Pane::Detail;
        let (list, detail) = pane::side_by_side(frame.buffer_mut(), area, is_right, desk);
        self.draw_list(frame, list, desk);
        self.draw_detail(frame, detail, desk);
    }

    fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let theme = &desk.look.theme;
        let beside = if self.items.unsaved() > 0 {
            Some(("not saved yet".to_owned(), theme.warn))
        } else {
            pane::freshness(self.items.load(), desk)
        };
        pane::heading(buffer, area, "Cart", beside, desk);
        let rows = self.rows();
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(4), ..area };
        if rows.is_empty() {
            let blank = if self.items.load().get().is_none() {
                Blank::of(self.items.load(), desk.now)
            } else {
                let next = "[ goes to the search; a puts what you find there into the cart.";
                Blank::Empty { what: "The cart is empty.", next }
            };
            blank.draw(buffer, body, desk);
            return;
        }
        let places = columns::fit(&COLUMNS, area.width.saturating_sub(SIGNS));
        let cells = |line: Rect| Rect {
            x: line.x + SIGNS,
            width: line.width.saturating_sub(SIGNS),
            ..line
        };
        columns::titles(buffer, cells(text::row(area, 1)), &COLUMNS, &places, theme.dim);
        let visible = self.list.visible(body, rows.len());
        for (index, at) in visible.zip(0..) {
            let line = text::row(body, at);
            match &rows[index] {
                Row::Kind(kind) => {
                    text::put(buffer, line, kind_title(*kind), theme.title);
                }
                Row::Item(item) => {
                    let is_cursor = index == self.list.cursor();
                    let style = match (is_cursor, self.pane) {
                        (false, _) => None,
                        (true, Pane::List) => Some(theme.cursor),
                        (true, Pane::Detail) => Some(theme.cursor_idle),
                    };
                    if let Some(style) = style {
                        buffer.set_style(line, style);
                        text::put(buffer, line, desk.look.symbols.cursor, style);
                    }
                    self.draw_row(buffer, cells(line), item, &places, style, desk);
                }
            }
        }
        if area.height > 4 {
            self.draw_sum(buffer, text::row(area, area.height - 1), desk);
        }
    }

    /// What is to be paid, and beside it how many items that is without.
    fn draw_sum(&self, buffer: &mut Buffer, line: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let closed = self.items.closed_count();
        if closed > 0 {
            let things = text::counted(closed, "item", "items");
            let words = format!("{} {things} not to be had", desk.look.symbols.no);
            text::put(buffer, line, &words, theme.bad);
        }
        let totals: Vec<String> = self.items.totals().iter().map(ToString::to_string).collect();
        if !totals.is_empty() {
            let words = format!("To be paid  {}", totals.join(" + "));
            text::put_end(buffer, line, &words, theme.strong);
        }
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        cells: Rect,
        item: &CartItem,
        places: &[Option<(u16, u16)>],
        cursor: Option<Style>,
        desk: &Desk,
    ) {
        for (column, (title, place)) in COLUMNS.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let cell = columns::cell(cells, *place);
            let (words, style) = self.content(column, item, place.1, desk);
            let style = cursor.unwrap_or(style);
            match title.align {
                Align::Start => text::put(buffer, cell, &words, style),
                Align::End => text::put_end(buffer, cell, &words, style),
            };
        }
    }

    fn content(&self, column: usize, item: &CartItem, width: u16, desk: &Desk) -> (String, Style) {
        let theme = &desk.look.theme;
        let here = today(desk.now, desk.settings.zone);
        let (date, end, time, party) = match item {
            CartItem::Instant(wish) | CartItem::Request(wish) => {
                (wish.date, wish.end_date, wish.time, wish.travelers.to_string())
            }
            CartItem::External(wish) => {
                (wish.date, wish.end_date, None, wish.travelers.to_string())
            }
            CartItem::ExpertAssisted(wish) => (wish.date, None, None, String::new()),
        };
        match column {
            0 => (text::fitting_when(date, end, time, here, width), theme.text),
            1 => (self.items.name(item), theme.text),
            2 => (party, theme.text),
            _ => self.price(item, desk),
        }
    }

    fn price(&self, item: &CartItem, desk: &Desk) -> (String, Style) {
        let theme = &desk.look.theme;
        match item {
            CartItem::External(wish) => (wish.partner.name().to_owned(), theme.dim),
            CartItem::ExpertAssisted(_) => (String::new(), theme.dim),
            _ if self.items.closed(item).is_some() => {
                (format!("{} gone", desk.look.symbols.no), theme.bad)
            }
            CartItem::Instant(wish) | CartItem::Request(wish) => {
                let load = self.items.price(wish);
                match load.map(|load| (load.get(), load.error())) {
                    Some((Some(quote), _)) => match &quote.priced {
                        Priced::Quote(quote) => (quote.total.to_string(), theme.text),
                        Priced::Estimate(_) => ("by offer".to_owned(), theme.dim),
                    },
                    Some((None, Some(_))) => ("not known".to_owned(), theme.warn),
                    _ => (String::new(), theme.dim),
                }
            }
        }
    }

    fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(item) = self.current() else { return };
        let lines = self.about(&item, area.width, desk);
        pane::heading(frame.buffer_mut(), area, &self.items.name(&item), None, desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
    }

    fn about(&self, item: &CartItem, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        let kind = kind_title(super::items::kind(item));
        let (when, _) = self.content(0, item, width, desk);
        lines.extend(text::wrapped(&format!("{when}. {kind}."), width, theme.text));
        let Some(wish) = wish(item) else {
            if let CartItem::ExpertAssisted(expert) = item {
                lines.extend(text::wrapped(&expert.note, width, theme.text));
            }
            return lines;
        };
        let party = text::counted(wish.travelers.into(), "person", "people");
        lines.extend(text::wrapped(&party, width, theme.text));
        if let Some(service) = self.items.service(wish.service_id) {
            let who = format!("by {}, {}", service.provider_name, service.city);
            lines.extend(text::wrapped(&who, width, theme.dim));
        }
        lines.push(Line::default());
        if let Some(closed) = self.items.closed(item) {
            let act = |act| desk.key(Action::Cart(act));
            let words = format!(
                "{} Not to be had: {}. {} changes the date or the time, {} takes it out of the cart.",
                desk.look.symbols.no,
                closed.reason,
                act(CartAct::Change),
                act(CartAct::Remove),
            );
            lines.extend(text::wrapped(&words, width, theme.bad));
            lines.push(Line::default());
        }
        match self.items.price(wish).map(|load| (load.get(), load.error())) {
            Some((Some(quote), _)) => {
                lines.push(Line::styled("Price", theme.title));
                let service = self.items.service(wish.service_id);
                let zone = service.map_or(desk.settings.zone, |service| service.zone);
                lines.extend(price_lines(&quote.priced, wish.date, zone, width, desk));
                lines.push(Line::default());
            }
            Some((None, Some(error))) => {
                lines.extend(text::wrapped(&error.to_string(), width, theme.warn));
                lines.push(Line::default());
            }
            _ => {}
        }
        if !wish.special_requests.is_empty() {
            lines.push(Line::styled("Your words to the provider", theme.title));
            lines.extend(text::wrapped(&wish.special_requests, width, theme.text));
            lines.push(Line::default());
        }
        for (act, words) in [
            (CartAct::Process, "books all of the cart"),
            (CartAct::Turn, "asks the provider first, or books at once"),
        ] {
            lines.push(Line::from(vec![
                Span::styled(desk.key(Action::Cart(act)), theme.key),
                Span::styled(format!(" {words}"), theme.dim),
            ]));
        }
        lines
    }
}
