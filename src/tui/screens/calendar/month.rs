//! The screen: the month at the left or on top, the day at the right or below it.

use ratatui::{Frame, layout::Rect, style::Style};
use traveloure_core::availability::AvailabilityType;

use super::{Calendar, cells, place::Pane, sheet::Sheet, why};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        commands::{Action, AppAct, CalendarAct},
        widgets::{
            month::{self, Month},
            pane::{self, Blank},
            popup, text,
        },
    },
};

/// From this width on the day stands beside the month.
const BESIDE: u16 = 58;
/// From this width on an explanation fits into the place of the day.
const EXPLAINABLE: u16 = 36;

/// Where the parts stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Places {
    month: Rect,
    cell: (u16, u16),
    legend: Rect,
    /// Nothing where there is no room left.
    occupancy: Rect,
    detail: Rect,
}

fn places(area: Rect, plain: bool) -> Places {
    if area.width >= BESIDE {
        let wanted = (area.width * 2 / 5).clamp(24, 56);
        let lines = if plain || area.height < 15 { 0 } else { 2 };
        let cell = month::cell_size(area.width - wanted - 1, area.height.saturating_sub(lines));
        let left = Rect { width: cell.0 * 7, ..area };
        let x = left.right() + 1;
        let detail = Rect { x, width: area.right() - x, ..area };
        // What stands below follows the weeks instead of keeping to the bottom.
        let rows = if plain { left.height.saturating_sub(3) } else { 1 + 6 * cell.1 };
        let (month, rest) = cut(left, rows.min(left.height - lines));
        let (_, rest) = cut(rest, u16::from(rest.height > lines));
        let (legend, rest) = cut(rest, lines);
        let (_, occupancy) = cut(rest, u16::from(rest.height > 2 && lines > 0));
        return Places { month, cell, legend, occupancy, detail };
    }
    let cell = (month::cell_size(area.width, 0).0, 1);
    let rows = if plain { area.height / 2 } else { 7 };
    let lines = if plain || area.height < 15 { 0 } else { 2 };
    let (month, rest) = cut(area, rows);
    let (legend, detail) = cut(rest, lines);
    let (occupancy, _) = cut(detail, 0);
    Places { month, cell, legend, occupancy, detail }
}

/// The first `rows` rows, and the rest.
fn cut(area: Rect, rows: u16) -> (Rect, Rect) {
    let rows = rows.min(area.height);
    let rest = Rect { y: area.y + rows, height: area.height - rows, ..area };
    (Rect { height: rows, ..area }, rest)
}

impl Calendar {
    pub(super) fn draw_month(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let (Some(place), Some(sheet)) = (self.place, self.sheet_mut()) else {
            self.blank().draw(buffer, body, desk);
            return;
        };
        let window = month::window(place.date());
        let is_painted = sheet.painted(&window, desk.now).is_some();
        heading(buffer, area, sheet, place.date(), desk);
        if !is_painted {
            Blank::of(sheet.rules_load(), desk.now).draw(buffer, body, desk);
            return;
        }
        let places = places(body, desk.look.plain);
        // Where the day has hardly any room, the pane that the keys go to gets all of it.
        let alone = places.detail.height < 6 && body.width < BESIDE;
        if !(alone && (place.pane == Pane::Table || self.why.is_some())) {
            self.draw_days(frame, &places, desk);
        }
        let detail = if alone && place.pane == Pane::Table { body } else { places.detail };
        if self.why.is_some() {
            self.draw_why(frame, body, detail, desk);
        } else {
            self.draw_detail(frame.buffer_mut(), detail, desk);
        }
    }

    fn blank(&self) -> Blank<'static> {
        if self.services_came || self.place.is_some() {
            return Blank::Empty {
                what: "You offer nothing yet.",
                next: "A service has a calendar as soon as you have made it.",
            };
        }
        Blank::Empty { what: "Your services are being fetched.", next: "" }
    }

    fn draw_days(&mut self, frame: &mut Frame, places: &Places, desk: &Desk) {
        let (Some(place), Some(sheet)) = (self.place, self.sheet()) else { return };
        let Some(paint) = sheet.paint() else { return };
        let today = sheet.today(desk.now);
        let buffer = frame.buffer_mut();
        cells::draw_occupancy(buffer, places.occupancy, paint, place.date(), desk);
        if desk.look.plain {
            let selected = Some((place.date(), place.range()));
            cells::draw_list(buffer, places.month, paint, place.date(), selected, today, desk);
            return;
        }
        let month = Month {
            of: place.date(),
            cursor: Some(place.date()),
            range: place.range(),
            today,
            has_keys: place.pane == Pane::Month,
        };
        // A date of this type is one party's: its name says more than a count.
        let names = sheet.kind() == Some(AvailabilityType::Calendar);
        let cell = |date| {
            let who = names.then(|| sheet.booked.on(date).next()).flatten();
            let who = who.map(|row| row.traveler_name.as_str());
            cells::cell(paint.get(date), who, places.cell, desk)
        };
        let grid = month.draw(buffer, places.month, places.cell, cell, &desk.look);
        cells::draw_legend(buffer, places.legend, desk);
        self.grid = grid;
    }

    fn draw_why(&mut self, frame: &mut Frame, body: Rect, detail: Rect, desk: &Desk) {
        let Some(ask) = self.question() else { return };
        let (Some(sheet), Some(why)) = (self.sheet(), &self.why) else { return };
        let known = why.answer(sheet.service, &ask).filter(|_| !sheet.is_changed());
        let own = if known.is_none() { sheet.explain(&ask, desk.now) } else { None };
        let Some(explanation) = known.or(own.as_ref()) else { return };
        let today = sheet.today(desk.now);
        let title = format!("Why: {}", text::when(ask.date, None, ask.time, today));
        let is_here = sheet.is_changed();
        if detail.width >= EXPLAINABLE && detail.height >= 8 {
            let lines = why::lines(explanation, is_here, detail.width, desk);
            pane::heading(frame.buffer_mut(), detail, &title, None, desk);
            let room = Rect { y: detail.y + 2, height: detail.height - 2, ..detail };
            self.why_scroll.draw(frame.buffer_mut(), room, &lines, &desk.look.theme);
            return;
        }
        let close = desk.key(Action::Calendar(CalendarAct::Why));
        let keys = format!("{close} close  ctrl-d more");
        let inside = popup::frame(frame, body, &title, &keys, &desk.look);
        let lines = why::lines(explanation, is_here, inside.width, desk);
        self.why_scroll.draw(frame.buffer_mut(), inside, &lines, &desk.look.theme);
    }
}

/// The month and the service; beside them what is not applied, or how old it is.
fn heading(
    buffer: &mut ratatui::buffer::Buffer,
    area: Rect,
    sheet: &Sheet,
    date: chrono::NaiveDate,
    desk: &Desk,
) {
    let name = desk.service(sheet.service).map_or("", |service| service.name.as_str());
    let is_off = sheet.rules().is_some_and(|rules| !rules.is_available);
    let off = if is_off { ", switched off" } else { "" };
    let width = usize::from(area.width);
    let long = format!("{}  {name}{off}", date.format("%B %Y"));
    let title = if fit::width(&long) * 2 > width {
        format!("{}  {name}{off}", date.format("%b %Y"))
    } else {
        long
    };
    let room = width.saturating_sub(fit::width(&title) + 2);
    let beside = beside(sheet, room, desk);
    // What is not applied is said even where the name has to give way for it.
    let beside_width = beside.as_ref().map_or(0, |(words, _)| fit::width(words) + 2);
    let title = fit::truncate(&title, width.saturating_sub(beside_width)).into_owned();
    pane::heading(buffer, area, &title, beside, desk);
}

fn beside(sheet: &Sheet, room: usize, desk: &Desk) -> Option<(String, Style)> {
    let theme = &desk.look.theme;
    if sheet.newer().is_some() {
        let key = desk.key(Action::Calendar(CalendarAct::TakeIn));
        let long = format!("changed elsewhere, {key} takes it in");
        let short = format!("changed elsewhere: {key}");
        return Some((if fit::width(&long) <= room { long } else { short }, theme.warn));
    }
    let loads = [sheet.days_load(), sheet.rules_load()];
    let stale = loads.into_iter().find_map(|load| pane::freshness(load, desk)).or_else(|| {
        // The rules alone paint a month; that nobody knows what is taken has to be said.
        let failed = sheet.days_load().error().filter(|_| !sheet.days_load().is_loading());
        let retry = desk.key(Action::App(AppAct::Refresh));
        failed.map(|_| (format!("bookings missing, {retry} tries again"), theme.warn))
    });
    let edits = sheet.is_changed().then(|| {
        let count = sheet.draft().map_or(0, super::draft::Draft::len);
        let edits = text::counted(u64::try_from(count).unwrap_or(0), "edit", "edits");
        let long = format!("{edits}: {}", sheet.plan().headline());
        let words = if fit::width(&long) <= room { long } else { format!("{edits}, not applied") };
        (words, theme.warn)
    });
    match stale {
        // Being offline matters more than what waits; being refreshed does not.
        Some(stale) if stale.1 == theme.warn => Some(stale),
        stale => edits.or(stale),
    }
}
