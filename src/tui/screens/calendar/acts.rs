//! What the keys do on a calendar, and when they cannot.

use chrono::NaiveDate;
use crossterm::event::KeyEvent;
use traveloure_core::{
    api::service::Service,
    availability::{Ask, AvailabilityType},
    time,
};

use super::{
    Calendar, Over,
    edit::Edit,
    place::{self, Pane, Row},
    plan::Outcome,
    sheet::Sheet,
    templates::Template,
    why::Why,
};
use crate::tui::{
    app::{
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, CalendarAct, ListAct},
    layers::choose::{Choice, Choose},
    screens::Handled,
    widgets::text,
};

impl Calendar {
    /// Why `action` cannot be used now.
    pub(super) fn objection(&self, action: Action, desk: &Desk) -> Option<&'static str> {
        let Action::Calendar(act) = action else { return None };
        if act == CalendarAct::Service && desk.services.len() < 2 {
            return Some("there is one service");
        }
        let Some(sheet) = self.sheet() else { return Some("there is no service yet") };
        let Some(draft) = sheet.draft() else {
            let moves = matches!(
                act,
                CalendarAct::PreviousMonth
                    | CalendarAct::NextMonth
                    | CalendarAct::Today
                    | CalendarAct::Service
            );
            return (!moves).then_some("the rules have not come yet");
        };
        let is_inventory = draft.rules().availability_type == AvailabilityType::Inventory;
        match act {
            CalendarAct::Raise
            | CalendarAct::Lower
            | CalendarAct::SetCapacity
            | CalendarAct::UsualCapacity
            | CalendarAct::AddSlot
            | CalendarAct::DropSlot
                if !is_inventory =>
            {
                Some("only an inventory has capacities and slots")
            }
            CalendarAct::DropSlot if self.chosen_row().and_then(Row::slot).is_none() => {
                Some("no slot is selected")
            }
            CalendarAct::Undo if !draft.can_undo() => Some("nothing was edited"),
            CalendarAct::Redo if !draft.can_redo() => Some("nothing was taken back"),
            CalendarAct::Apply | CalendarAct::Discard if !draft.is_changed() => {
                Some("nothing was edited")
            }
            CalendarAct::TakeIn if sheet.newer().is_none() => Some("nothing was changed elsewhere"),
            CalendarAct::NextConflict | CalendarAct::PreviousConflict
                if self.conflicts().next().is_none() =>
            {
                Some("no day near this month is in conflict")
            }
            _ => None,
        }
    }

    /// Days of the painted month on which more is taken than is offered.
    fn conflicts(&self) -> impl DoubleEndedIterator<Item = NaiveDate> {
        let paint = self.sheet().and_then(|sheet| sheet.paint());
        let days: Vec<NaiveDate> = paint
            .into_iter()
            .flat_map(super::paint::Paint::days)
            .filter(|painted| painted.is_conflict)
            .map(|painted| painted.day.date)
            .collect();
        days.into_iter()
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let painted = self.place.and_then(|place| self.sheet()?.paint()?.get(place.date()));
        let rules = self.sheet().and_then(|sheet| sheet.rules());
        match (rules, painted) {
            (Some(rules), Some(painted)) => place::rows(rules, painted),
            _ => Vec::new(),
        }
    }

    pub(super) fn chosen_row(&self) -> Option<Row> {
        self.place?.row(&self.rows())
    }

    /// The question that the cursor asks: can the smallest party come then?
    pub(super) fn question(&self) -> Option<Ask> {
        let date = self.place?.date();
        let sheet = self.sheet()?;
        let rules = sheet.rules()?;
        let mut ask = Ask::on(date, rules.party_min.unwrap_or(1).max(1));
        if sheet.setting.by_night {
            ask.end_date = Some(time::next_day(date));
        }
        ask.time = self.chosen_row().and_then(Row::slot).or_else(|| {
            // The day's row is asked about by its first slot, where a booking names one.
            let first = self.rows().into_iter().find_map(Row::slot);
            first.filter(|_| !sheet.setting.by_night)
        });
        Some(ask)
    }

    pub(super) fn act_on_list(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        if self.why.is_some() && matches!(act, ListAct::HalfDown | ListAct::HalfUp) {
            self.why_scroll.go(act);
            return Handled::Consumed;
        }
        let rows = self.rows();
        let is_changed = self.sheet().is_some_and(Sheet::is_changed);
        let Some(place) = &mut self.place else { return Handled::Ignored };
        match act {
            ListAct::Mark => return self.perform_turn(cx),
            ListAct::MarkRange => place.turn_range(),
            ListAct::Open if is_changed => self.open_plan(cx),
            ListAct::Open | ListAct::NextPane | ListAct::PreviousPane => {
                place.pane = match place.pane {
                    Pane::Month => Pane::Table,
                    Pane::Table => Pane::Month,
                };
            }
            _ if place.pane == Pane::Table && place.move_in_table(act, &rows) => {
                if let Some(why) = &mut self.why {
                    why.moved(cx.now());
                }
            }
            _ => {
                if !place.move_in_month(act) {
                    return Handled::Ignored;
                }
                self.moved(cx);
            }
        }
        Handled::Consumed
    }

    fn perform_turn(&mut self, cx: &mut Cx) -> Handled {
        self.act_on_calendar(CalendarAct::Turn, cx);
        Handled::Consumed
    }

    pub(super) fn act_on_calendar(&mut self, act: CalendarAct, cx: &mut Cx) {
        match act {
            CalendarAct::PreviousMonth => self.step_months(-1, cx),
            CalendarAct::NextMonth => self.step_months(1, cx),
            CalendarAct::Today => {
                let today = self.sheet().map(|sheet| sheet.today(cx.now()));
                self.go(today, cx);
            }
            CalendarAct::Service => self.choose_service(cx.desk),
            CalendarAct::Why => self.turn_why(cx),
            CalendarAct::Turn => self.turn(cx),
            CalendarAct::Switch => self.switch(cx),
            CalendarAct::Raise => self.step_capacity(1, cx),
            CalendarAct::Lower => self.step_capacity(-1, cx),
            CalendarAct::SetCapacity => self.ask_capacity(false, cx.desk),
            CalendarAct::UsualCapacity => self.ask_capacity(true, cx.desk),
            CalendarAct::AddSlot => self.begin_rule(Template::Slot, cx),
            CalendarAct::DropSlot => self.ask_which_slots(cx.desk),
            CalendarAct::Rule => self.choose_template(),
            CalendarAct::Text => self.open_text(cx),
            CalendarAct::Undo => self.take_back(cx),
            CalendarAct::Redo => self.make_again(cx),
            CalendarAct::Discard => self.discard(cx),
            CalendarAct::Apply => self.open_plan(cx),
            CalendarAct::TakeIn => self.take_in(cx),
            CalendarAct::NextConflict => {
                let date = self.place.map(|place| place.date());
                let next = self.conflicts().find(|day| Some(*day) > date);
                let first = self.conflicts().next();
                self.go(next.or(first), cx);
            }
            CalendarAct::PreviousConflict => {
                let date = self.place.map(|place| place.date());
                let before = self.conflicts().rfind(|day| Some(*day) < date);
                let last = self.conflicts().next_back();
                self.go(before.or(last), cx);
            }
        }
    }

    pub(super) fn go(&mut self, date: Option<NaiveDate>, cx: &mut Cx) {
        if let (Some(place), Some(date)) = (&mut self.place, date) {
            place.go(date);
            self.moved(cx);
        }
    }

    pub(super) fn step_months(&mut self, months: i32, cx: &mut Cx) {
        if let Some(place) = &mut self.place {
            place.step_months(months);
            self.moved(cx);
        }
    }

    fn choose_service(&mut self, desk: &Desk) {
        let Some(front) = self.front else { return };
        let label = |service: &Service| {
            let sheet = self.sheets.iter().find(|sheet| sheet.service == service.id);
            let edits = sheet.filter(|sheet| sheet.is_changed()).and_then(|sheet| sheet.draft());
            let kind = service.availability_type.as_str();
            let edits = edits.map_or(String::new(), |draft| {
                let count = u64::try_from(draft.len()).unwrap_or(0);
                format!(", {}", text::counted(count, "edit", "edits"))
            });
            format!("{}  {kind}{edits}", service.name)
        };
        let choices = desk.services.iter().map(|service| Choice {
            value: service.id,
            label: label(service),
            why_not: None,
        });
        self.over = Over::Services(Choose::new("Whose calendar", choices.collect(), front));
    }

    fn turn_why(&mut self, cx: &mut Cx) {
        self.why_scroll.top();
        if self.why.take().is_none() {
            let mut why = Why::default();
            why.moved(cx.now());
            self.why = Some(why);
        }
    }

    /// Esc: closes the innermost thing that is open. What was typed is kept.
    pub(super) fn back(&mut self, cx: &mut Cx) -> Handled {
        match &self.over {
            Over::Nothing => {}
            Over::Prompt(prompt) => {
                if let Some(typed) = prompt.typed() {
                    self.kept_rule = Some(typed);
                }
                self.over = Over::Nothing;
                return Handled::Consumed;
            }
            Over::Text => {
                let key = cx.desk.key(Action::Calendar(CalendarAct::Text));
                if self.text_mut().is_some_and(|text| text.is_changed()) {
                    self.over = Over::Nothing;
                    cx.say(Notice::info(format!(
                        "What you wrote is kept and not taken; {key} goes on with it."
                    )));
                } else {
                    self.close_text();
                }
                return Handled::Consumed;
            }
            Over::Plan => {
                let applying = self.plan.as_ref().is_some_and(|(_, plan)| plan.is_applying());
                if !applying {
                    self.plan = None;
                }
                self.over = Over::Nothing;
                return Handled::Consumed;
            }
            _ => {
                self.over = Over::Nothing;
                return Handled::Consumed;
            }
        }
        if self.why.take().is_some() {
            return Handled::Consumed;
        }
        let Some(place) = &mut self.place else { return Handled::Ignored };
        if place.end_range() {
            return Handled::Consumed;
        }
        if place.pane == Pane::Table {
            place.pane = Pane::Month;
            return Handled::Consumed;
        }
        Handled::Ignored
    }

    /// A key that is no command.
    pub(super) fn typed(&mut self, key: KeyEvent, cx: &mut Cx) {
        let now = cx.now();
        let front = self.front;
        match &mut self.over {
            Over::Nothing => {}
            Over::Services(choose) => {
                if let Some(service) = choose.key(key) {
                    self.over = Over::Nothing;
                    self.show(service, cx);
                }
            }
            Over::Templates(choose) => {
                if let Some(template) = choose.key(key) {
                    self.begin_rule(template, cx);
                }
            }
            Over::DropSlot(time, scopes, choose) => {
                if let Some(scope) = choose.key(key).and_then(|index| scopes.get(index)) {
                    let edit = Edit::DropSlot { time: *time, scope: scope.clone() };
                    self.over = Over::Nothing;
                    self.make(edit, cx);
                }
            }
            Over::Prompt(prompt) => {
                let sheet = self.sheets.iter().find(|sheet| Some(sheet.service) == front);
                if let Some(sheet) = sheet {
                    prompt.key(key, sheet, cx.desk);
                }
            }
            Over::Plan => {
                let sheet = self.sheets.iter().find(|sheet| Some(sheet.service) == front);
                if let (Some((_, plan)), Some(sheet)) = (&mut self.plan, sheet)
                    && matches!(plan.key(key, sheet, cx), Outcome::TakeIn)
                {
                    self.take_in(cx);
                }
            }
            Over::Text => self.with_text(|text, sheet| text.key(key, sheet, now)),
        }
    }
}
