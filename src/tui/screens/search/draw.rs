//! What was found: name, who, where, what is left, and the price; and one of it to be read.

use chrono::NaiveDate;
use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{api::service::FoundService, pricing::Priced, time::today};

use super::Search;
use crate::tui::{
    app::desk::Desk,
    commands::{Action, SearchAct},
    listing::browse::{Pane, SPLIT},
    screens::cart::wanted::price_lines,
    widgets::{
        columns::{self, Align, Column},
        pane::{self, Blank},
        text,
    },
};

const COLUMNS: [Column; 5] = [
    Column { title: "Service", min: 16, max: 60, align: Align::Start, importance: 10 },
    Column { title: "Provider", min: 10, max: 26, align: Align::Start, importance: 4 },
    Column { title: "City", min: 8, max: 18, align: Align::Start, importance: 5 },
    Column { title: "Left", min: 4, max: 5, align: Align::End, importance: 6 },
    Column { title: "Price", min: 14, max: 16, align: Align::End, importance: 9 },
];

/// Without a date nobody can say what is left and what it costs.
const UNDATED: usize = 3;

/// Columns left of the first: the cursor, a blank.
const SIGNS: u16 = 2;

impl Search {
    pub(super) fn draw_panes(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
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
        let beside = pane::freshness(self.rows.load(), desk);
        pane::heading(buffer, area, &self.heading(desk), beside, desk);
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        if self.rows.items().is_empty() {
            self.blank(desk).draw(buffer, body, desk);
            return;
        }
        let columns = match self.rows.filter().0.date {
            Some(_) => &COLUMNS[..],
            None => &COLUMNS[..UNDATED],
        };
        let places = columns::fit(columns, area.width.saturating_sub(SIGNS));
        let titles = text::row(area, 1);
        columns::titles(
            buffer,
            Rect { x: titles.x + SIGNS, width: titles.width - SIGNS, ..titles },
            columns,
            &places,
            desk.look.theme.dim,
        );
        let visible = self.rows.list.visible(body, self.rows.len());
        for (index, at) in visible.zip(0..) {
            self.draw_row(buffer, text::row(body, at), index, &places, desk);
        }
    }

    fn heading(&self, desk: &Desk) -> String {
        let filter = &self.rows.filter().0;
        let mut words =
            if filter.city.is_empty() { "Anywhere".to_owned() } else { filter.city.clone() };
        let here = today(desk.now, desk.settings.zone);
        match filter.date {
            Some(date) => {
                words =
                    format!("{words}, {}", text::when(date, filter.end_date, filter.time, here));
                let party = text::counted(filter.party.unwrap_or(1).into(), "person", "people");
                words = format!("{words}, {party}");
            }
            None => words.push_str(", any day"),
        }
        if let Some(category) = filter.category {
            words = format!("{words}, {category}");
        }
        if self.find.is_typing {
            format!("{words} /{}_", self.find.words)
        } else if filter.words.is_empty() {
            words
        } else {
            format!("{words} /{}", filter.words)
        }
    }

    fn blank(&self, desk: &Desk) -> Blank<'_> {
        let filter = &self.rows.filter().0;
        if self.rows.load().get().is_none() || self.rows.load().is_loading() {
            return Blank::of(self.rows.load(), desk.now);
        }
        if !filter.words.is_empty() {
            let next = "Esc shows everything again.";
            return Blank::NothingMatches { filter: filter.words.trim(), next };
        }
        let next = match (filter.city.is_empty(), filter.date) {
            (true, Some(_)) => "+ and - look at the day after and before; s looks elsewhere.",
            (true, None) => "s looks elsewhere.",
            (false, Some(_)) => {
                "A city is looked for by its whole name. + and - look at the day after and before; \
                 s looks elsewhere."
            }
            (false, None) => "A city is looked for by its whole name; s looks elsewhere.",
        };
        Blank::Empty { what: "Nothing can be booked there and then.", next }
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        index: usize,
        places: &[Option<(u16, u16)>],
        desk: &Desk,
    ) {
        let found = &self.rows.items()[index];
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
        let cells = Rect { x: area.x + SIGNS, width: area.width.saturating_sub(SIGNS), ..area };
        for (column, (title, place)) in COLUMNS.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let cell = columns::cell(cells, *place);
            let (words, style) = content(column, found, desk);
            let style = cursor.unwrap_or(style);
            match title.align {
                Align::Start => text::put(buffer, cell, &words, style),
                Align::End => text::put_end(buffer, cell, &words, style),
            };
        }
    }

    fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(found) = self.rows.current() else { return };
        let lines = about(found, self.rows.filter().0.date, area.width, desk);
        pane::heading(frame.buffer_mut(), area, &found.service.name, None, desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
    }
}

fn content(column: usize, found: &FoundService, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    let service = &found.service;
    match column {
        0 => (service.name.clone(), theme.text),
        1 => (service.provider_name.clone(), theme.dim),
        2 => (service.city.clone(), theme.dim),
        3 => (found.left.map_or_else(String::new, |left| left.to_string()), theme.text),
        _ => (price(found), theme.text),
    }
}

fn price(found: &FoundService) -> String {
    match &found.priced {
        None => String::new(),
        Some(Priced::Quote(quote)) => quote.total.to_string(),
        Some(Priced::Estimate(range)) => {
            format!("{}-{} {}", range.min.amount(), range.max.amount(), range.max.currency())
        }
    }
}

fn about(
    found: &FoundService,
    date: Option<NaiveDate>,
    width: u16,
    desk: &Desk,
) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let service = &found.service;
    let place = format!("{}, {} {}", service.category, service.city, service.country);
    let mut lines = text::wrapped(&place, width, theme.text);
    lines.extend(text::wrapped(&format!("by {}", service.provider_name), width, theme.text));
    let mut facts = Vec::new();
    if service.by_night {
        facts.push("sold by the night".to_owned());
    } else if let Some(minutes) = service.duration_minutes {
        facts.push(format!("takes {}", text::hours(minutes)));
    }
    facts.push(format!("answers requests within {} h", service.response_hours));
    if let Some(left) = found.left {
        facts.push(format!("{left} left"));
    }
    lines.extend(text::wrapped(&facts.join(", "), width, theme.dim));
    lines.push(Line::default());
    if let (Some(priced), Some(date)) = (&found.priced, date) {
        lines.push(Line::styled("Price", theme.title));
        lines.extend(price_lines(priced, date, service.zone, width, desk));
        lines.push(Line::default());
    }
    if !service.description.is_empty() {
        lines.push(Line::styled("In their words", theme.title));
        lines.extend(text::wrapped(&service.description, width, theme.text));
        lines.push(Line::default());
    }
    let hint = |act, words: &str| {
        Line::from(vec![
            Span::styled(desk.key(Action::Search(act)), theme.key),
            Span::styled(format!(" {words}"), theme.dim),
        ])
    };
    if found.priced.is_none() {
        lines.push(hint(SearchAct::Ask, "says for which day, and shows the price"));
    }
    lines.push(hint(SearchAct::Add, "puts it into the cart"));
    lines
}
