//! The question before accepting: what it uses up and what it pays.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{
    api::request::{Accept, Request, RequestRow},
    ids::RequestId,
    money::{Currency, Money},
    time::today,
};

use super::{
    super::{
        answers::Target,
        preview::{May, may_accept, pays, two_ends, uses_up},
    },
    Step,
};
use crate::tui::{
    app::{desk::Desk, unsent::Answer},
    layers::confirm::{self, Confirm},
    listing::details::Details,
    theme::Theme,
    widgets::text,
};

/// One request, or several at once.
#[derive(Debug)]
pub struct Accepting {
    confirm: Confirm,
    rows: Vec<RequestRow>,
    /// Marked rows that cannot be answered now.
    left_out: usize,
    message: Option<String>,
}

impl Accepting {
    /// Asks about `rows`, which wait for the provider; `asked_with` are the keys of the command.
    #[must_use]
    pub fn new(
        rows: Vec<RequestRow>,
        left_out: usize,
        message: Option<String>,
        asked_with: &[String],
    ) -> Self {
        let title = match rows.as_slice() {
            [one] => format!("Accept {}?", text::clean(&one.traveler_name)),
            many => format!("Accept {} requests?", many.len()),
        };
        Self { confirm: Confirm::new(title, "accept", asked_with), rows, left_out, message }
    }

    /// The details that the question is about.
    pub fn needs(&self) -> Option<RequestId> {
        match self.rows.as_slice() {
            [one] => Some(one.id),
            _ => None,
        }
    }

    pub fn key(&mut self, key: KeyEvent, details: &Details<Request>) -> Step {
        let may = self.may(details);
        self.confirm.ask_for(may == May::OverRules);
        if self.confirm.key(key) != confirm::Answer::Yes || may == May::Not {
            return Step::Stay;
        }
        let round = match self.rows.as_slice() {
            [one] => details.get(one.id).map(|request| request.row.round),
            _ => None,
        };
        let body =
            Accept { over_rules: may == May::OverRules, round, message: self.message.clone() };
        Step::Give(Answer::Accept(body), self.rows.iter().map(Target::of).collect())
    }

    /// What is not known yet cannot be accepted: nobody has seen it.
    fn may(&self, details: &Details<Request>) -> May {
        let [one] = self.rows.as_slice() else { return May::Accept };
        let request = details.get(one.id).filter(|request| request.row.price.is_some());
        request.and_then(|request| request.uses.as_ref()).map_or(May::Not, may_accept)
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, details: &Details<Request>, desk: &Desk) {
        let width = Confirm::body_width(area);
        let may = self.may(details);
        self.confirm.ask_for(may == May::OverRules);
        let body = match self.rows.as_slice() {
            [one] => self.about_one(one, details, may, width, desk),
            _ => self.about_many(width, desk),
        };
        self.confirm.draw(frame, area, &body, may != May::Not, desk);
    }

    fn about_one(
        &self,
        row: &RequestRow,
        details: &Details<Request>,
        may: May,
        width: u16,
        desk: &Desk,
    ) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = vec![Line::styled(what(row, desk), theme.text)];
        lines.extend(text::wrapped(&row.service_name, width, theme.dim));
        lines.push(Line::default());
        let Some(request) = details.get(row.id) else {
            let (words, style) = match details.error(row.id) {
                Some(error) => (error.to_string(), theme.bad),
                None => ("Looking up what it uses up and pays".to_owned(), theme.dim),
            };
            lines.extend(text::wrapped(&words, width, style));
            lines.extend(self.left_out(width, theme));
            return lines;
        };
        lines.extend(self.facts(request, may, width, desk));
        lines.extend(self.left_out(width, theme));
        lines
    }

    fn left_out(&self, width: u16, theme: &Theme) -> Vec<Line<'static>> {
        if self.left_out == 0 {
            return Vec::new();
        }
        let many = u64::try_from(self.left_out).unwrap_or(0);
        let marked = text::counted(many, "marked request is", "marked requests are");
        text::wrapped(&format!("{marked} left out: not yours to accept now."), width, theme.warn)
    }

    fn facts(&self, request: &Request, may: May, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines = Vec::new();
        if let Some(uses) = &request.uses {
            lines.extend(uses_up(uses, width, desk));
            lines.extend(pays(request, width, theme));
        } else {
            let words = format!("It is {} already.", request.row.status.as_str());
            lines.extend(text::wrapped(&words, width, theme.bad));
        }
        let last = match may {
            May::OverRules => Some(("Your own rules do not offer this.", theme.warn)),
            May::Not if request.uses.is_some() && request.row.price.is_some() => Some((
                "It cannot be accepted as it is. You can offer another date or time.",
                theme.warn,
            )),
            _ => None,
        };
        if let Some((words, style)) = last {
            lines.push(Line::default());
            lines.extend(text::wrapped(words, width, style));
        }
        if let Some(message) = &self.message {
            lines.push(Line::default());
            lines.extend(text::wrapped(&format!("You write: {message}"), width, theme.dim));
        }
        lines
    }

    fn about_many(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let mut lines: Vec<Line> = self
            .rows
            .iter()
            .map(|row| {
                let who = format!("{}, {}", row.traveler_name, what(row, desk));
                two_ends(&who, &text::price(row.price), width, theme.text)
            })
            .collect();
        lines.push(Line::default());
        for (currency, sum) in sums(&self.rows) {
            let words = format!("pays you {sum} {currency} in all");
            lines.extend(text::wrapped(&words, width, theme.good));
        }
        let words = "Each is accepted on its own. What is not offered by your rules, or is full by \
                     then, is refused and stays as it is.";
        lines.extend(text::wrapped(words, width, theme.dim));
        lines.extend(self.left_out(width, theme));
        lines
    }
}

/// `Tue 14 Jul 09:00, 2 people`
fn what(row: &RequestRow, desk: &Desk) -> String {
    let here = today(desk.now, row.zone);
    let when = text::when(row.date, row.end_date, row.time, here);
    format!("{when}, {}", text::counted(row.travelers.into(), "person", "people"))
}

/// What all of them pay, by currency.
fn sums(rows: &[RequestRow]) -> Vec<(Currency, rust_decimal::Decimal)> {
    let mut sums: BTreeMap<Currency, Money> = BTreeMap::new();
    for payout in rows.iter().filter_map(|row| row.provider_payout) {
        let sum = sums.entry(payout.currency()).or_insert_with(|| Money::zero(payout.currency()));
        // A sum that is too large to be one is no help to anybody; it stays as it was.
        *sum = sum.plus(payout).unwrap_or(*sum);
    }
    sums.into_iter().map(|(currency, sum)| (currency, sum.amount())).collect()
}

impl Target {
    /// The request of a row.
    #[must_use]
    pub fn of(row: &RequestRow) -> Self {
        Self { id: row.id, traveler: row.traveler_name.clone(), expires_at: row.expires_at }
    }
}
