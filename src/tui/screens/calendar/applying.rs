//! From the plan to the server and back, also when the rules changed there meanwhile.

use traveloure_core::availability::EditPlan;

use super::{
    Calendar, Over,
    plan::{Outcome, Plan},
};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::{Cx, Notice},
    },
    commands::{Action, CalendarAct},
    widgets::text,
};

impl Calendar {
    pub(super) fn open_plan(&mut self, cx: &mut Cx) {
        let Some(front) = self.front else { return };
        let is_shown = self.is_applying(front);
        if !is_shown {
            let Some(sheet) = self.sheet().filter(|sheet| sheet.is_changed()) else { return };
            let plan = Plan::new(sheet, cx);
            self.plan = Some((front, plan));
        }
        self.over = Over::Plan;
    }

    /// Takes an answer about the plan; `false` for one to another call.
    pub(super) fn plan_reply(
        &mut self,
        ticket: Ticket,
        result: &Result<Reply, ApiError>,
        cx: &mut Cx,
    ) -> bool {
        let Some((service, plan)) = &mut self.plan else { return false };
        let service = *service;
        let Some(outcome) = plan.reply(ticket, result) else { return false };
        let is_applying = plan.is_applying();
        match outcome {
            Outcome::Stay if is_applying && !matches!(self.over, Over::Plan) => {
                let key = cx.desk.key(Action::Calendar(CalendarAct::Apply));
                cx.say(Notice::warn(format!(
                    "Whether the edits arrived is not known; {key} tries again."
                )));
            }
            Outcome::Stay | Outcome::TakeIn => {}
            Outcome::Outdated => {
                let date = self.place.map(|place| place.date());
                let sheet = self.sheets.iter_mut().find(|sheet| sheet.service == service);
                if let (Some(sheet), Some(date)) = (sheet, date) {
                    sheet.refresh(date, cx);
                }
            }
            Outcome::Applied(rules, plan) => {
                self.close_plan();
                if let Some(sheet) = self.sheets.iter_mut().find(|sheet| sheet.service == service) {
                    sheet.saved(*rules, cx.now());
                    sheet.outdated();
                }
                cx.say(applied(&plan));
                self.moved(cx);
            }
        }
        true
    }

    pub(super) fn close_plan(&mut self) {
        self.plan = None;
        if matches!(self.over, Over::Plan) {
            self.over = Over::Nothing;
        }
    }

    /// Something has come: an open plan may have become another one, or needless.
    pub(super) fn came(&mut self, cx: &mut Cx) {
        let Some((service, plan)) = &self.plan else { return };
        let (service, is_applying) = (*service, plan.is_applying());
        let sheet = self.sheets.iter().find(|sheet| sheet.service == service);
        if sheet.is_some_and(|sheet| !sheet.is_changed()) {
            self.close_plan();
            cx.say(Notice::good("The rules are as you edited them."));
        } else if !is_applying && !matches!(self.over, Over::Plan) {
            self.plan = None;
        }
        self.moved(cx);
    }

    pub(super) fn take_in(&mut self, cx: &mut Cx) {
        let now = cx.now();
        let Some(rebased) = self.sheet_mut().and_then(|sheet| sheet.take_in(now)) else { return };
        let notice = if !rebased.lost.is_empty() {
            Notice::warn(format!("Taken in. No longer possible: {}.", rebased.lost.join("; ")))
        } else if !rebased.both.is_empty() {
            Notice::warn(format!(
                "Taken in. Both changed {}; yours was kept.",
                rebased.both.join(", ")
            ))
        } else {
            Notice::good("Taken in; your edits are on top.")
        };
        cx.say(notice);
        let front = self.front;
        let sheet = self.sheets.iter().find(|sheet| Some(sheet.service) == front);
        match (&mut self.plan, sheet) {
            (Some((service, plan)), Some(sheet)) if Some(*service) == front => {
                if sheet.is_changed() {
                    plan.check(sheet, cx);
                } else {
                    self.close_plan();
                }
            }
            _ => {}
        }
    }
}

fn applied(plan: &EditPlan) -> Notice {
    let conflicts = u64::try_from(plan.conflicts.len()).unwrap_or(u64::MAX);
    if conflicts == 0 {
        return Notice::good(format!("Applied: {}.", plan.headline()));
    }
    let conflicts = text::counted(conflicts, "row", "rows");
    Notice::warn(format!("Applied. {conflicts} with more booked than offered: n goes there."))
}
