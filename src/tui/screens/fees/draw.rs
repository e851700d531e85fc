//! The rules as a list, and one of them in full.

use ratatui::{Frame, layout::Rect, style::Style, text::Line};
use traveloure_core::{
    api::fee::Fee,
    fee::FeeType,
    time::{local, today},
};

use super::{Fees, Pane, rule};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, FeesAct},
    widgets::{
        columns::{Align, Column},
        pane::{self, Blank},
        spinner, table, text,
    },
};

const COLUMNS: [Column; 6] = [
    Column { title: "For", min: 14, max: 34, align: Align::Start, importance: 10 },
    Column { title: "Keeps", min: 10, max: 14, align: Align::End, importance: 9 },
    Column { title: "At least", min: 10, max: 14, align: Align::End, importance: 4 },
    Column { title: "At most", min: 10, max: 14, align: Align::End, importance: 3 },
    Column { title: "Priority", min: 8, max: 8, align: Align::End, importance: 5 },
    Column { title: "State", min: 5, max: 6, align: Align::Start, importance: 8 },
];

impl Fees {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let mut beside = pane::freshness(&self.rules, desk);
        if let Some(since) = self.providers.loading_since() {
            let sign = spinner::frame(since, desk.now, &desk.look.symbols).unwrap_or_default();
            beside = Some((format!("asking who there is {sign}"), desk.look.theme.dim));
        }
        pane::heading(buffer, area, "What the platform keeps", beside, desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let len = self.listed().len();
        if len == 0 {
            let add = desk.key(Action::Fees(FeesAct::Add));
            let next = format!("What is built in counts until then. {add} adds one.");
            let blank = match self.rules.get() {
                Some(_) => Blank::Empty { what: "There is no rule yet.", next: &next },
                None => Blank::of(&self.rules, desk.now),
            };
            blank.draw(buffer, body, desk);
            return;
        }
        let mut list = self.list;
        let rules = self.listed();
        let is_focused = self.pane == Pane::List;
        table::draw(buffer, body, &COLUMNS, &mut list, len, is_focused, desk, |index, title, _| {
            cell(title, &rules[index], desk)
        });
        self.list = list;
    }

    pub(super) fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(fee) = self.current() else { return };
        let title = text::clean(&rule::whom(fee)).into_owned();
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let lines = lines(fee, body.width, desk);
        pane::heading(frame.buffer_mut(), area, &title, None, desk);
        self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
    }
}

fn cell(column: &str, fee: &Fee, desk: &Desk) -> (String, Style) {
    let (theme, symbols) = (&desk.look.theme, &desk.look.symbols);
    let style = if fee.is_active { theme.text } else { theme.dim };
    match column {
        "For" => (rule::whom(fee), style),
        "Keeps" => (rule::figure(fee), style),
        "At least" => (rule::amount(fee.min_fee, fee.currency), style),
        "At most" => (rule::amount(fee.max_fee, fee.currency), style),
        "Priority" => (fee.priority.to_string(), theme.dim),
        _ if fee.is_active => (format!("{} on", symbols.yes), theme.good),
        _ => (format!("{} off", symbols.no), theme.dim),
    }
}

fn lines(fee: &Fee, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = Vec::new();
    let (state, style) =
        if fee.is_active { ("It counts.", theme.good) } else { ("It is off.", theme.dim) };
    lines.extend(text::wrapped(&rule::figures(&rule::as_new(fee)), width, theme.strong));
    lines.push(Line::styled(state, style));
    lines.push(Line::default());
    let counts = match fee.fee_type {
        FeeType::Provider => {
            "A provider's own rule counts before those for a category and for everything."
        }
        FeeType::Category => {
            "A rule for a category counts where the provider has none of their own, and before one for everything."
        }
        FeeType::Global => {
            "It counts where neither the provider nor the category has a rule of its own."
        }
    };
    lines.extend(text::wrapped(counts, width, theme.text));
    if let Some(currency) = fee.currency {
        let words = format!("It is for bookings in {currency} alone.");
        lines.extend(text::wrapped(&words, width, theme.text));
    }
    let words = format!(
        "Priority {}: among rules of one level the higher number counts, then the newer rule.",
        fee.priority
    );
    lines.extend(text::wrapped(&words, width, theme.dim));
    let made = local(fee.created_at, desk.settings.zone).date();
    let day = text::day(made, today(desk.now, desk.settings.zone));
    lines.extend(text::wrapped(&format!("Made {day}."), width, theme.dim));
    lines
}
