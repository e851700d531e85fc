//! Edits: made by a key, or typed into a prompt.

use chrono::{DateTime, Datelike, Utc};
use traveloure_core::{
    availability::{AvailabilityType, State, Weekdays},
    time,
};

use super::{
    Calendar, Over,
    draft::{Draft, NotMade},
    edit::{Amount, Edit, Scope, span},
    place::Row,
    prompt::Prompt,
    sheet::Sheet,
    templates::{self, Template},
};
use crate::tui::{
    app::{
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, CalendarAct},
    layers::choose::{Choice, Choose},
};

impl Calendar {
    /// Makes an edit, or says why not.
    pub(super) fn make(&mut self, edit: Edit, cx: &mut Cx) -> bool {
        let Some(front) = self.front else { return false };
        if self.is_applying(front) {
            cx.say(Notice::warn("The edits are being applied: wait for the answer."));
            return false;
        }
        let Some(sheet) = self.sheet_mut() else { return false };
        let types = matches!(&edit, Edit::Capacity { slot: None, to: Amount::By(_), .. })
            .then(|| cx.desk.key(Action::Calendar(CalendarAct::SetCapacity)));
        let said = match sheet.make(edit, cx.now()) {
            Ok(()) => {
                if let Some(why) = &mut self.why {
                    why.moved(cx.now());
                }
                return true;
            }
            Err(NotMade::SoAlready) => "It is so already.".to_owned(),
            Err(NotMade::Refused(why)) => match types {
                Some(key) => format!("Not done: {why}; {key} types one."),
                None => format!("Not done: {why}"),
            },
        };
        cx.say(Notice::warn(said));
        false
    }

    /// Whether the selected days are all over; then there is nothing to edit on them.
    fn is_over(&self, cx: &mut Cx) -> bool {
        let (Some(place), Some(sheet)) = (self.place, self.sheet()) else { return true };
        let dates = place.dates();
        let is_over = *dates.end() < sheet.today(cx.now());
        if is_over {
            let words = if dates.start() == dates.end() { "That day is" } else { "Those days are" };
            cx.say(Notice::warn(format!("{words} over.")));
        }
        is_over
    }

    /// Closes the selected days, or opens them if rules close all of them.
    pub(super) fn turn(&mut self, cx: &mut Cx) {
        let Some(place) = self.place else { return };
        if self.is_over(cx) {
            return;
        }
        let dates = place.dates();
        let Some(sheet) = self.sheet_mut() else { return };
        let window = *dates.start()..time::next_day(*dates.end());
        let Some(paint) = sheet.paint_alone(&window, cx.now()) else { return };
        let all_closed = paint.days().all(|painted| painted.day.state == State::Closed);
        let is_off = sheet.rules().is_some_and(|rules| !rules.is_available);
        if is_off {
            let key = cx.desk.key(Action::Calendar(CalendarAct::Switch));
            cx.say(Notice::warn(format!("The service is switched off; {key} switches it on.")));
            return;
        }
        let edit = if all_closed { Edit::Open(dates) } else { Edit::Block(dates) };
        if self.make(edit, cx)
            && let Some(place) = &mut self.place
        {
            place.end_range();
        }
    }

    /// Turns the switch of the service, and of a toggle shows at once what that does.
    pub(super) fn switch(&mut self, cx: &mut Cx) {
        let Some(rules) = self.sheet().and_then(|sheet| sheet.rules()) else { return };
        let is_toggle = rules.availability_type == AvailabilityType::Toggle;
        let edit = Edit::Switch(!rules.is_available);
        if self.make(edit, cx) && is_toggle && self.sheet().is_some_and(Sheet::is_changed) {
            self.open_plan(cx);
        }
    }

    pub(super) fn step_capacity(&mut self, step: i32, cx: &mut Cx) {
        let (Some(place), Some(row)) = (self.place, self.chosen_row()) else {
            cx.say(Notice::warn("The day has not come yet."));
            return;
        };
        if self.is_over(cx) {
            return;
        }
        let (dates, slot) = (place.dates(), row.slot());
        self.make(Edit::Capacity { dates, slot, to: Amount::By(step) }, cx);
    }

    pub(super) fn ask_capacity(&mut self, usual: bool, desk: &Desk) {
        let (Some(place), Some(row)) = (self.place, self.chosen_row()) else { return };
        let Some(sheet) = self.sheet() else { return };
        let Some(rules) = sheet.rules() else { return };
        let slot = row.slot();
        let prompt = if usual {
            let now = match slot {
                None => rules.daily_capacity,
                Some(time) => {
                    let mut slots = rules.time_slots.iter();
                    let found =
                        slots.find(|slot| slot.time == time && slot.weekdays.fall_on(place.date()));
                    found.map(|slot| slot.capacity)
                }
            };
            Prompt::usual(place.date(), slot, now)
        } else {
            let painted = sheet.paint().and_then(|paint| paint.get(place.date()));
            let now = painted.and_then(|painted| match slot {
                None => painted.day.capacity.filter(|_| rules.daily_capacity.is_some()),
                Some(time) => {
                    let mut slots = painted.day.slots.iter();
                    slots.find(|slot| slot.time == time).map(|slot| slot.capacity)
                }
            });
            Prompt::capacity(place.dates(), slot, now, sheet.today(desk.now))
        };
        self.over = Over::Prompt(prompt);
    }

    pub(super) fn ask_which_slots(&mut self, desk: &Desk) {
        let (Some(place), Some(Row::Slot(time))) = (self.place, self.chosen_row()) else { return };
        let Some(sheet) = self.sheet() else { return };
        let today = sheet.today(desk.now);
        let days: Weekdays = [place.date().weekday()].into_iter().collect();
        let scopes = vec![Scope::On(place.dates()), Scope::Every(days), Scope::Always];
        let choice = |value: usize, label: String| Choice { value, label, why_not: None };
        let choices = vec![
            choice(0, format!("on {} only", span(&place.dates(), today))),
            choice(1, format!("every {days}")),
            choice(2, "for good".to_owned()),
        ];
        self.over = Over::DropSlot(time, scopes, Choose::new("Stop selling this slot", choices, 0));
    }

    pub(super) fn choose_template(&mut self) {
        let Some(rules) = self.sheet().and_then(|sheet| sheet.rules()) else { return };
        let choices = templates::choices(rules, self.kept_rule.as_deref());
        let first = choices.first().map_or(Template::EveryWeek, |choice| choice.value);
        self.over = Over::Templates(Choose::new("Add a rule", choices, first));
    }

    pub(super) fn begin_rule(&mut self, template: Template, cx: &mut Cx) {
        self.over = Over::Nothing;
        if template == Template::OpenAll {
            self.make(Edit::OpenAll, cx);
            return;
        }
        let (Some(place), Some(sheet)) = (self.place, self.sheet()) else { return };
        let Some(rules) = sheet.rules() else { return };
        let line = match template {
            Template::Kept => self.kept_rule.clone(),
            template => template.line(&place.dates(), rules),
        };
        if let Some(line) = line {
            self.over = Over::Prompt(Prompt::rule(line, sheet, cx.desk));
        }
    }

    /// The prompt is filled in: its edit is made, or it says why not.
    pub(super) fn submit(&mut self, cx: &mut Cx) {
        let Some(today) = self.sheet().map(|sheet| sheet.today(cx.now())) else { return };
        let Over::Prompt(prompt) = &self.over else { return };
        let Some(edit) = prompt.edit(today) else { return };
        let was_rule = matches!(edit, Edit::Line { .. });
        let Some(front) = self.front else { return };
        let made = if self.is_applying(front) {
            Err(NotMade::Refused("the edits are being applied: wait for the answer".to_owned()))
        } else {
            match self.sheet_mut() {
                Some(sheet) => sheet.make(edit, cx.now()),
                None => return,
            }
        };
        let refusal = match made {
            Ok(()) => {
                self.over = Over::Nothing;
                if was_rule {
                    self.kept_rule = None;
                }
                if let Some(why) = &mut self.why {
                    why.moved(cx.now());
                }
                return;
            }
            Err(NotMade::SoAlready) => "it is so already".to_owned(),
            Err(NotMade::Refused(why)) => why,
        };
        if let Over::Prompt(prompt) = &mut self.over {
            prompt.refuse(&refusal);
        }
    }

    pub(super) fn take_back(&mut self, cx: &mut Cx) {
        self.travel(cx, Sheet::undo, "Taken back");
    }

    pub(super) fn make_again(&mut self, cx: &mut Cx) {
        self.travel(cx, Sheet::redo, "Made again");
    }

    fn travel(
        &mut self,
        cx: &mut Cx,
        step: fn(&mut Sheet, DateTime<Utc>) -> Option<String>,
        done: &str,
    ) {
        if self.front.is_some_and(|front| self.is_applying(front)) {
            cx.say(Notice::warn("The edits are being applied: wait for the answer."));
            return;
        }
        let said = self.sheet_mut().and_then(|sheet| step(sheet, cx.now()));
        if let Some(label) = said {
            cx.say(Notice::info(format!("{done}: {label}.")));
        }
        if let Some(why) = &mut self.why {
            why.moved(cx.now());
        }
    }

    pub(super) fn discard(&mut self, cx: &mut Cx) {
        if self.front.is_some_and(|front| self.is_applying(front)) {
            return;
        }
        let redo = cx.desk.key(Action::Calendar(CalendarAct::Redo));
        if let Some(sheet) = self.sheet_mut() {
            sheet.discard(cx.now());
            let kept = sheet.draft().is_some_and(Draft::can_redo);
            let how = if kept { format!(" {redo} makes them again.") } else { String::new() };
            cx.say(Notice::info(format!("Every edit is taken back.{how}")));
        }
    }
}
