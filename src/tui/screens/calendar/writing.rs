//! The rules as text: opened, taken, put aside.

use super::{Calendar, Over, rules_text::RulesText};
use crate::tui::{
    app::cx::{Cx, Notice},
    commands::RulesTextAct,
    widgets::{month, text},
};

impl Calendar {
    pub(super) fn open_text(&mut self, cx: &mut Cx) {
        let (Some(front), Some(place)) = (self.front, self.place) else { return };
        let now = cx.now();
        let is_kept = self.text_mut().is_some();
        if is_kept {
            self.with_text(|text, sheet| text.opened_again(sheet, now));
        } else if let Some(text) =
            self.sheet().and_then(|sheet| RulesText::new(sheet, place.date(), now))
        {
            self.texts.push((front, text));
        }
        if self.text_mut().is_some() {
            self.over = Over::Text;
        }
    }

    pub(super) fn act_on_text(&mut self, act: RulesTextAct, cx: &mut Cx) {
        let now = cx.now();
        match act {
            RulesTextAct::NextMonth => self.with_text(|text, sheet| text.step_month(1, sheet, now)),
            RulesTextAct::PreviousMonth => {
                self.with_text(|text, sheet| text.step_month(-1, sheet, now));
            }
            RulesTextAct::Editor => {
                if !cx.desk.settings.capabilities.editor {
                    cx.say(Notice::warn("This terminal has no editor of your own."));
                } else if let Some(text) = self.text_mut().map(|text| text.text()) {
                    cx.edit(text);
                }
            }
            RulesTextAct::Done => self.take_text(cx),
        }
    }

    fn take_text(&mut self, cx: &mut Cx) {
        let Some(text) = self.text_mut() else { return };
        if !text.is_changed() {
            self.close_text();
            return;
        }
        let Some(edit) = text.done() else {
            let faults = u64::try_from(text.faults().len()).unwrap_or(0);
            let faults = text::counted(faults, "line", "lines");
            cx.say(Notice::warn(format!("{faults} cannot be read yet.")));
            return;
        };
        let month = text.month();
        if self.make(edit, cx) {
            self.close_text();
            let is_shown =
                self.place.is_some_and(|place| month::window(place.date()).contains(&month));
            if !is_shown {
                self.go(Some(month), cx);
            }
        }
    }

    pub(super) fn close_text(&mut self) {
        let front = self.front;
        self.texts.retain(|(service, _)| Some(*service) != front);
        self.over = Over::Nothing;
    }
}
