//! Having the cart booked: the question before it, and what went through and what did not.

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{
    api::cart::{CartItem, CartResult},
    money::Money,
    time::today,
};
use uuid::Uuid;

use super::items::{Items, kind, kind_title};
use crate::tui::{
    app::desk::Desk,
    layers::confirm::{Answer, Confirm},
    widgets::text,
};

/// The question before the cart is processed.
#[derive(Debug)]
pub struct Question {
    confirm: Confirm,
    pub items: Vec<CartItem>,
    pub key: Uuid,
    totals: Vec<Money>,
}

impl Question {
    /// Asks about everything in the cart; `asked_with` are the keys of the command.
    pub fn new(items: &Items, key: Uuid, asked_with: &[String]) -> Self {
        Self {
            confirm: Confirm::new("Book all of it?", "book", asked_with),
            items: items.to_process(),
            key,
            totals: items.totals(),
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Answer {
        self.confirm.key(key)
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        for sort in 0..4 {
            let count = self.items.iter().filter(|item| kind(item) == sort).count();
            if count > 0 {
                let count = u64::try_from(count).unwrap_or(0);
                let things = text::counted(count, "item", "items");
                let words = format!("{}: {things}", kind_title(sort));
                lines.extend(text::wrapped(&words, width, theme.text));
            }
        }
        for total in &self.totals {
            lines.extend(text::wrapped(&format!("To be paid: {total}"), width, theme.strong));
        }
        let words = "Nothing is paid yet: you choose how afterwards, and places are kept meanwhile. \
                     What cannot be booked any more, or costs something else by now, stays in the \
                     cart.";
        lines.push(Line::default());
        lines.extend(text::wrapped(words, width, theme.dim));
        self.confirm.draw(frame, area, &lines, true, desk);
    }
}

/// What became of a cart, in the words for each item.
#[derive(Debug)]
pub struct Outcome {
    pub result: CartResult,
    /// By position, as the cart showed them.
    names: Vec<String>,
}

impl Outcome {
    pub fn new(result: CartResult, processed: &[CartItem], items: &Items) -> Self {
        let names = processed.iter().map(|item| items.name(item)).collect();
        Self { result, names }
    }

    /// The items of `processed` that went through, which the cart no longer needs.
    pub fn gone(&self, processed: &[CartItem]) -> Vec<CartItem> {
        let failed: Vec<usize> = self
            .result
            .errors
            .iter()
            .filter_map(|failed| usize::try_from(failed.position).ok())
            .collect();
        processed
            .iter()
            .enumerate()
            .filter(|(at, _)| !failed.contains(at))
            .map(|(_, item)| item.clone())
            .collect()
    }

    fn name(&self, position: u32) -> &str {
        let name = usize::try_from(position).ok().and_then(|at| self.names.get(at));
        name.map_or("", String::as_str)
    }

    pub fn lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
        let mut lines: Vec<Line<'static>> = Vec::new();
        let mut section = |title: &'static str, rows: Vec<(String, ratatui::style::Style)>| {
            if rows.is_empty() {
                return;
            }
            lines.push(Line::styled(title, theme.title));
            for (words, style) in rows {
                lines.extend(text::wrapped(&words, width, style));
            }
            lines.push(Line::default());
        };
        let result = &self.result;
        let booked = result.instant.iter().map(|one| {
            let row = &one.booking;
            let here = today(desk.now, row.zone);
            let when = text::when(row.date, row.end_date, row.time, here);
            let words = format!("{} {}, {when}, {}", symbols.yes, row.title, row.total_amount);
            (words, theme.good)
        });
        section("Booked, to be paid now", booked.collect());
        let asked = result.requests.iter().map(|one| {
            let row = &one.request;
            let here = today(desk.now, row.zone);
            let when = text::when(row.date, row.end_date, row.time, here);
            let words = format!(
                "{} {}, {when}: {} answers",
                symbols.yes, row.service_name, row.provider_name
            );
            (words, theme.good)
        });
        section("Asked of the provider", asked.collect());
        let linked = result.external.iter().map(|one| {
            let link = if one.url.is_empty() { "no link is set up for it" } else { &one.url };
            (format!("{}, at {}: {link}", one.title, one.partner), theme.text)
        });
        section("To be booked elsewhere", linked.collect());
        let handed = result
            .expert_assisted
            .iter()
            .map(|one| (format!("{} {}", symbols.yes, one.title), theme.good));
        section("Given to your local expert", handed.collect());
        let failed = result.errors.iter().map(|one| {
            let problem = &one.problem;
            let why = if problem.detail.is_empty() { &problem.title } else { &problem.detail };
            (format!("{} {}: {why}", symbols.no, self.name(one.position)), theme.bad)
        });
        section("Did not go through, and is still in the cart", failed.collect());
        lines
    }
}
