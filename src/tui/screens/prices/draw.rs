//! The screen: terms and price calendar side by side where there is room, else one of them, with
//! what matters of the other in a line or two.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style, text::Line};
use traveloure_core::{
    api::service::Service,
    pricing::{Priced, PricingTerms},
    time::today,
};

use super::{Over, Pane, Prices, calendar, rows, strip, trial};
use crate::tui::{
    app::desk::Desk,
    layers::confirm::Confirm,
    screens::prices::calendar::Prices as Calendar,
    widgets::{
        bill::{self, Fee},
        pane::{self, Blank},
        text,
    },
};

/// From this width on, both panes are shown.
pub(super) const WIDE: u16 = 101;
/// From this height on, there is room for more than the pane itself.
const HIGH: u16 = 14;

impl Prices {
    pub(super) fn draw_screen(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some(service) = self.picker.service(desk).cloned() else {
            Blank::Loading { since: desk.now }.draw(frame.buffer_mut(), area, desk);
            return;
        };
        let beside = self.beside(&service, desk);
        let heading = self.picker.heading(desk);
        pane::heading(frame.buffer_mut(), text::row(area, 0), &heading, beside, desk);
        let body = below(area, 1);
        self.left = body;
        let sheet = self.sheets.get(&service.id);
        let shown = self.shown(&service).cloned();
        let saved = sheet.and_then(|sheet| sheet.saved()).cloned();
        let (Some(terms), Some(saved)) = (shown, saved) else {
            if let Some(sheet) = sheet {
                Blank::of(sheet.load(), desk.now).draw(frame.buffer_mut(), body, desk);
            }
            return;
        };
        let view = View { service: &service, terms: &terms, saved: &saved };
        if area.width >= WIDE {
            self.draw_both(frame, body, view, desk);
            return;
        }
        match self.pane {
            Pane::Terms => self.draw_terms_alone(frame.buffer_mut(), body, view, desk),
            Pane::Month => self.draw_month_alone(frame.buffer_mut(), body, view, desk),
        }
    }

    /// What stands at the right of the heading: the draft, else how fresh the prices are.
    fn beside(&self, service: &Service, desk: &Desk) -> Option<(String, Style)> {
        let sheet = self.sheets.get(&service.id)?;
        let theme = &desk.look.theme;
        if sheet.is_applying() {
            return Some(("saving".to_owned(), theme.info));
        }
        if sheet.clash().is_some() {
            return Some((format!("{} draft does not fit", desk.look.symbols.warn), theme.bad));
        }
        match u64::try_from(sheet.edits()).unwrap_or(u64::MAX) {
            0 => pane::freshness(sheet.load(), desk),
            edits => {
                let edits = text::counted(edits, "edit", "edits");
                Some((format!("draft: {edits}"), theme.warn))
            }
        }
    }

    fn draw_both(&mut self, frame: &mut Frame, area: Rect, view: View, desk: &Desk) {
        let left_width = (area.width * 9 / 20).clamp(46, 70);
        let left = Rect { width: left_width, ..area };
        let right = Rect { x: area.x + left_width + 3, width: area.width - left_width - 3, ..area };
        self.left = left;
        let buffer = frame.buffer_mut();
        for y in area.y..area.bottom() {
            let bar = Rect { x: left.right() + 1, y, width: 1, height: 1 };
            text::put(buffer, bar, desk.look.symbols.bar, desk.look.theme.border);
        }
        let plan = self.plan_lines(left.width, desk);
        let plan_height = u16::try_from(plan.len()).unwrap_or(u16::MAX).min(left.height / 3);
        let terms_area = Rect { height: left.height - plan_height, ..left };
        self.draw_terms(buffer, terms_area, view, desk);
        for (line, y) in plan.iter().zip(terms_area.height..left.height) {
            let row = text::row(left, y);
            buffer.set_line(row.x, row.y, line, row.width);
        }
        let used = self.draw_month(buffer, right, view, desk);
        let rest = below(right, used + 1);
        self.draw_trial(buffer, rest, view, desk);
    }

    fn draw_terms_alone(&mut self, buffer: &mut Buffer, area: Rect, view: View, desk: &Desk) {
        let mut notes: Vec<(String, Style)> = Vec::new();
        if let Some(preview) = self.preview.as_ref().filter(|preview| !preview.is_empty()) {
            notes.push((preview.summary(), desk.look.theme.warn));
        }
        notes.push((self.trial_line(area.width, view, desk), desk.look.theme.strong));
        let height = u16::try_from(notes.len()).unwrap_or(0).min(area.height / 4);
        let room = Rect { height: area.height - height, ..area };
        self.draw_terms(buffer, room, view, desk);
        for ((words, style), y) in notes.iter().rev().take(height.into()).rev().zip(room.height..) {
            text::put(buffer, text::row(area, y), words, *style);
        }
    }

    fn draw_month_alone(&mut self, buffer: &mut Buffer, area: Rect, view: View, desk: &Desk) {
        let used = self.draw_month(buffer, area, view, desk);
        let mut rest = below(area, used);
        if rest.height > 1 && area.height >= HIGH {
            let legend = self.calendar(view, desk).map(|month| month.legend(desk));
            if let Some(legend) = legend.filter(|legend| !legend.is_empty()) {
                text::put(buffer, text::row(rest, 0), &legend, desk.look.theme.dim);
                rest = below(rest, 1);
            }
        }
        if rest.height < 4 {
            let line = self.trial_line(area.width, view, desk);
            text::put(buffer, text::row(rest, 0), &line, desk.look.theme.strong);
            return;
        }
        self.draw_trial(buffer, rest, view, desk);
    }

    fn draw_terms(&mut self, buffer: &mut Buffer, area: Rect, view: View, desk: &Desk) {
        let here = today(desk.now, view.service.zone);
        let strip = if area.height >= HIGH {
            strip::lines(view.terms, here, area.width, &desk.look)
        } else {
            Vec::new()
        };
        for (line, y) in strip.iter().zip(0..) {
            let row = text::row(area, y);
            buffer.set_line(row.x, row.y, line, row.width);
        }
        let used = u16::try_from(strip.len()).unwrap_or(0);
        let gap = u16::from(used > 0);
        let room = below(area, used + gap);
        let rows = rows::rows(view.terms, here, &desk.look);
        rows::onto_item(&mut self.list, &rows, true);
        let has_keys = self.pane == Pane::Terms && self.over.is_none();
        rows::draw(buffer, room, &rows, &mut self.list, has_keys, desk);
    }

    /// Draws title and month; returns how many rows that took.
    fn draw_month(&mut self, buffer: &mut Buffer, area: Rect, view: View, desk: &Desk) -> u16 {
        let Some(month) = self.calendar(view, desk) else { return 0 };
        let style = if month.has_keys { desk.look.theme.title } else { desk.look.theme.strong };
        text::put(buffer, text::row(area, 0), &month.title(), style);
        if let Some((from, to)) = month.range() {
            let days = (to - from).num_days() + 1;
            let days = text::counted(u64::try_from(days).unwrap_or(0), "day", "days");
            let words = format!("{days} chosen");
            text::put_end(buffer, text::row(area, 0), &words, desk.look.theme.marked);
        }
        let (grid, used) = month.draw(buffer, below(area, 1), desk);
        self.grid = grid;
        used + 1
    }

    fn calendar<'a>(&self, view: View<'a>, desk: &Desk) -> Option<Calendar<'a>> {
        let trial = self.trial?;
        Some(calendar::Prices {
            terms: view.terms,
            saved: view.saved,
            cursor: trial.date,
            mark: self.mark,
            today: today(desk.now, view.service.zone),
            has_keys: self.pane == Pane::Month && self.over.is_none(),
        })
    }

    fn draw_trial(&mut self, buffer: &mut Buffer, area: Rect, view: View, desk: &Desk) {
        let Some(trial) = self.trial else { return };
        let theme = &desk.look.theme;
        let here = today(desk.now, view.service.zone);
        let title = format!("Try: {}", trial.words(view.service, here));
        let priced = trial.quote(view.terms, view.service, here);
        let before = trial.quote(view.saved, view.service, here);
        let was = match (&priced, &before) {
            (Ok(now), Ok(before)) if now != before => trial::total(before),
            _ => None,
        };
        let was = was.map(|was| (format!("saved: {was}"), theme.dim));
        pane::heading(buffer, text::row(area, 0), &title, was, desk);
        let body = below(area, 1);
        match priced {
            Err(error) => {
                text::put(buffer, text::row(body, 0), &format!("{error}."), theme.warn);
            }
            Ok(priced) => {
                let fee = self.fee(&priced, view.service);
                bill::draw(buffer, body, &bill::entries(&priced, fee, theme));
            }
        }
    }

    /// The bill of what is tried, for below the form in which it is typed.
    fn bill_lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let (Some(trial), Some(service)) = (self.trial, self.service(desk)) else {
            return Vec::new();
        };
        let Some(terms) = self.shown(service) else { return Vec::new() };
        match trial.quote(terms, service, today(desk.now, service.zone)) {
            Err(error) => text::wrapped(&format!("{error}."), width, theme.warn),
            Ok(priced) => {
                let fee = self.fee(&priced, service);
                let entries = bill::entries(&priced, fee, theme);
                let line = |entry: &bill::Entry| Line::styled(bill::row(entry, width), entry.style);
                entries.iter().map(line).collect()
            }
        }
    }

    /// What is tried, in a line: `Thu 24 Dec, 2 people: 336.00 EUR, you earn 285.60`, or, where
    /// that is too long, `24 Dec for 2: 336.00 EUR, earn 285.60`.
    fn trial_line(&self, width: u16, view: View, desk: &Desk) -> String {
        let Some(trial) = self.trial else { return String::new() };
        let here = today(desk.now, view.service.zone);
        let is_short = width < 60;
        let words = if is_short {
            trial.short_words(view.service, here)
        } else {
            trial.words(view.service, here)
        };
        let earn = if is_short { "earn" } else { "you earn" };
        let priced = match trial.quote(view.terms, view.service, here) {
            Err(error) => return format!("{words}: {error}"),
            Ok(priced) => priced,
        };
        match (trial::total(&priced), self.fee(&priced, view.service)) {
            (None, _) => format!("{words}: your offer"),
            (Some(total), Fee::Known(fee)) => {
                format!("{words}: {total}, {earn} {}", fee.provider_payout.amount())
            }
            (Some(total), _) => format!("{words}: {total}"),
        }
    }

    fn fee(&self, priced: &Priced, service: &Service) -> Fee<'_> {
        let Some(total) = trial::total(priced) else { return Fee::NotKnown };
        match self.fees.get(service, total) {
            Some(decision) => Fee::Known(decision),
            None if self.fees.has_failed(service, total) => Fee::NotKnown,
            None => Fee::OnItsWay,
        }
    }

    pub(super) fn draw_over_screen(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let is_wide = area.width >= WIDE;
        // Beside the form, the calendar and the bill show what it would change.
        let room = if is_wide || area.height > HIGH { self.left } else { area };
        let width = room.width.saturating_sub(4);
        let preview = match &self.over {
            Some(Over::Try(_)) if is_wide => Vec::new(),
            Some(Over::Try(_)) => self.bill_lines(width, desk),
            _ => self.typed_lines(width, desk),
        };
        match &mut self.over {
            None => {}
            Some(Over::Services) => self.picker.draw(frame, area, desk),
            Some(Over::Form(editing)) => {
                editing.form.below(preview);
                editing.form.draw_at(frame, room, desk);
            }
            Some(Over::Selling(selling)) => selling.form.draw_at(frame, room, desk),
            Some(Over::Try(form)) => {
                form.below(preview);
                form.draw_at(frame, room, desk);
            }
            Some(Over::Text(editor)) => editor.draw(frame, room, &preview, desk),
            Some(Over::Apply(_) | Over::Discard(_)) => self.draw_question(frame, area, desk),
        }
    }

    /// The plan as it is shown before it is applied: what was edited, and what that changes.
    fn review(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let (Some(preview), Some(sheet)) = (&self.preview, self.sheet(desk)) else {
            return Vec::new();
        };
        let mut lines = text::wrapped(&format!("{}.", preview.summary()), width, theme.strong);
        lines.push(Line::default());
        lines.push(Line::styled("Edits", theme.title));
        for (label, number) in sheet.labels().into_iter().zip(1..) {
            lines.extend(text::wrapped(&format!("{number}. {label}"), width, theme.text));
        }
        lines.push(Line::default());
        lines.push(Line::styled("What they change", theme.title));
        lines.extend(preview.changes(width, desk));
        lines
    }

    fn draw_question(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let body = match &self.over {
            Some(Over::Apply(_)) => self.review(width, desk),
            Some(Over::Discard(_)) => {
                let edits = u64::try_from(self.edits(desk)).unwrap_or(0);
                let what = text::counted(edits, "edit", "edits");
                text::wrapped(&format!("{what} would be lost."), width, theme.text)
            }
            _ => return,
        };
        if let Some(Over::Apply(question) | Over::Discard(question)) = &mut self.over {
            question.draw(frame, area, &body, true, desk);
        }
    }
}

/// What is drawn: a service, the terms to show, and the saved ones to compare them with.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub service: &'a Service,
    pub terms: &'a PricingTerms,
    pub saved: &'a PricingTerms,
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
