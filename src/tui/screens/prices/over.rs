//! What lies over the screen: how it opens, what its keys do, and what comes of it.

use crossterm::event::KeyEvent;
use traveloure_core::{
    api::problem::{Code, Problem},
    field::FieldError,
    ids::ServiceId,
    pricing::{LeadTime, text as prices},
};

use super::{
    Pane, Prices,
    edit::Edit,
    forms::{Editing, What},
    selling::Selling,
    typed::Typed,
};
use crate::tui::{
    app::{
        call::ApiError,
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, FormAct, ListAct, PricesAct, RulesTextAct},
    layers::{
        confirm::{Answer, Confirm},
        form::{Form, Outcome},
        text_editor::TextEditor,
    },
    screens::Handled,
    widgets::{bars::KeyHint, list::ListState},
};

/// What lies over the screen.
#[derive(Debug)]
pub enum Over {
    Services,
    Form(Box<Editing>),
    Selling(Box<Selling>),
    Try(Box<Form>),
    Text(Box<TextEditor>),
    Apply(Confirm),
    Discard(Confirm),
}

impl Prices {
    pub(super) fn open(&mut self, what: What, desk: &Desk) {
        self.open_with(what, LeadTime::Early, desk);
    }

    pub(super) fn open_with(&mut self, what: What, lead: LeadTime, desk: &Desk) {
        let (Some(trial), Some(today)) = (self.trial, self.today(desk)) else { return };
        let mark = self.mark.filter(|_| self.pane == Pane::Month).unwrap_or(trial.date);
        let dates = mark.min(trial.date)..=mark.max(trial.date);
        let Some(sheet) = self.sheet_mut(desk) else { return };
        let Some(terms) = sheet.terms().cloned() else { return };
        let closed = sheet.closed_form.take().filter(|closed| closed.what == what);
        let editing = closed.unwrap_or_else(|| Editing::new(what, &terms, &dates, lead, today));
        self.over = Some(Over::Form(Box::new(editing)));
    }

    /// What was typed about the same is there again.
    pub(super) fn open_selling(&mut self, begin: Selling, desk: &Desk, service: Option<ServiceId>) {
        let closed = self.closed_selling.take();
        let closed = closed.filter(|closed| closed.is_of(service) && closed.form.is_touched());
        let mut selling = closed.unwrap_or_else(|| Box::new(begin));
        selling.known(&desk.services);
        self.over = Some(Over::Selling(selling));
    }

    pub(super) fn open_text(&mut self, desk: &Desk) {
        let Some(sheet) = self.sheet_mut(desk) else { return };
        let Some(terms) = sheet.terms().cloned() else { return };
        let editor = sheet
            .closed_text
            .take()
            .unwrap_or_else(|| TextEditor::new("Prices as text", &prices::to_text(&terms)));
        self.over = Some(Over::Text(Box::new(editor)));
    }

    pub(super) fn ask(
        &mut self,
        act: PricesAct,
        title: &str,
        does: &'static str,
        over: fn(Confirm) -> Over,
        cx: &Cx,
    ) {
        let keys = cx.desk.settings.keymap.keys_of(Action::Prices(act));
        self.over = Some(over(Confirm::new(title, does, &keys)));
    }

    pub(super) fn take_key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        let answer = match &mut self.over {
            None => return Handled::Ignored,
            Some(Over::Services) => {
                if self.picker.key(key) {
                    self.over = None;
                    self.list = ListState::default();
                    self.mark = None;
                }
                return Handled::Consumed;
            }
            Some(Over::Form(editing)) => return editing.form.key(key),
            Some(Over::Selling(selling)) => return selling.form.key(key),
            Some(Over::Try(form)) => return form.key(key),
            Some(Over::Text(editor)) => {
                editor.key(key);
                return Handled::Consumed;
            }
            Some(Over::Apply(question) | Over::Discard(question)) => question.key(key),
        };
        if answer == Answer::Yes {
            self.answered(cx);
        }
        Handled::Consumed
    }

    fn answered(&mut self, cx: &mut Cx) {
        match self.over.take() {
            Some(Over::Apply(_)) => {
                if let Some(sheet) = self.sheet_mut(cx.desk) {
                    sheet.apply(cx);
                }
            }
            Some(Over::Discard(_)) => {
                if let Some(sheet) = self.sheet_mut(cx.desk) {
                    sheet.discard();
                }
                cx.say(Notice::info("Every edit was taken back."));
            }
            other => self.over = other,
        }
    }

    pub(super) fn form_act(&mut self, act: FormAct, cx: &mut Cx) -> Handled {
        let outcome = match &mut self.over {
            Some(Over::Form(editing)) => editing.form.act(Action::Form(act)),
            Some(Over::Selling(selling)) => selling.form.act(Action::Form(act)),
            Some(Over::Try(form)) => form.act(Action::Form(act)),
            _ => return Handled::Ignored,
        };
        match outcome {
            Outcome::Ignored => return Handled::Ignored,
            Outcome::Consumed | Outcome::Edit(_) => {}
            Outcome::Submit => self.submit(cx),
        }
        Handled::Consumed
    }

    fn submit(&mut self, cx: &mut Cx) {
        match self.over.take() {
            Some(Over::Form(mut editing)) => {
                let terms = self.sheet(cx.desk).and_then(|sheet| sheet.terms()).cloned();
                let Some(terms) = terms else { return };
                let made = editing.edit(&terms).and_then(|edit| match self.sheet_mut(cx.desk) {
                    Some(sheet) => sheet.edit(edit),
                    None => Ok(false),
                });
                match made {
                    Ok(changed) => self.made(changed, cx),
                    Err(faults) => {
                        editing.form.refused(&refusal(faults));
                        self.over = Some(Over::Form(editing));
                    }
                }
            }
            Some(Over::Selling(mut selling)) => {
                selling.send(cx);
                self.over = Some(Over::Selling(selling));
            }
            Some(Over::Try(form)) => self.on_trial(|trial| trial.read(&form)),
            other => self.over = other,
        }
    }

    fn made(&mut self, changed: bool, cx: &mut Cx) {
        self.mark = None;
        let apply = cx.desk.key(Action::Prices(PricesAct::Apply));
        let undo = cx.desk.key(Action::Prices(PricesAct::Undo));
        cx.say(if changed {
            Notice::info(format!("In the draft. {apply} applies it, {undo} takes it back."))
        } else {
            Notice::info("That is how it was already.")
        });
    }

    pub(super) fn text_act(&mut self, act: RulesTextAct, cx: &mut Cx) -> Handled {
        match act {
            RulesTextAct::Done => self.take_text(cx),
            RulesTextAct::Editor => {
                if let Some(Over::Text(editor)) = &self.over {
                    cx.edit(editor.text());
                }
            }
            RulesTextAct::PreviousMonth => self.on_trial(|trial| trial.step_months(-1)),
            RulesTextAct::NextMonth => self.on_trial(|trial| trial.step_months(1)),
        }
        Handled::Consumed
    }

    fn take_text(&mut self, cx: &mut Cx) {
        self.read_typed(cx.desk);
        let Some(Over::Text(editor)) = &mut self.over else { return };
        let Typed::Terms(after) = self.typed.clone() else {
            editor.go_to_fault();
            return;
        };
        let Some(before) = self.sheet(cx.desk).and_then(|sheet| sheet.terms()).cloned() else {
            return;
        };
        let edit = Edit::Write { before: Box::new(before), after };
        match self.sheet_mut(cx.desk).map(|sheet| sheet.edit(edit)) {
            Some(Ok(changed)) => {
                self.over = None;
                self.made(changed, cx);
            }
            Some(Err(faults)) => cx.say(Notice::warn(joined(&faults))),
            None => {}
        }
    }

    pub(super) fn question_hints(&self, desk: &Desk) -> Vec<KeyHint> {
        let hint =
            |key: &str, label: &str| KeyHint { key: key.to_owned(), label: label.to_owned() };
        let yes = match &self.over {
            Some(Over::Services) => hint("enter", "choose"),
            Some(Over::Apply(question)) => hint(&question.yes().to_string(), "apply"),
            Some(Over::Discard(question)) => hint(&question.yes().to_string(), "drop the edits"),
            None if self.mark.is_some() => {
                let date = desk.key(Action::Prices(PricesAct::AddDate));
                return vec![hint(&date, "own price")];
            }
            None if desk.size.width < super::draw::WIDE => {
                let key = desk.key(Action::List(ListAct::NextPane));
                let there = if self.pane == Pane::Terms { "calendar" } else { "terms" };
                return vec![hint(&key, there)];
            }
            _ => return Vec::new(),
        };
        vec![yes, hint("esc", "go back")]
    }
}

/// Faults of terms as a form takes them: named by the field alone, without the list it is in.
fn refusal(faults: Vec<FieldError>) -> ApiError {
    let mut problem = Problem::new(Code::Invalid, "Some fields need another value.");
    problem.fields = faults
        .into_iter()
        .map(|fault| {
            let name = fault.field.rsplit('.').next().unwrap_or_default().to_owned();
            FieldError { field: name, ..fault }
        })
        .collect();
    ApiError::Problem(Box::new(problem))
}

/// The faults in one line.
pub fn joined(faults: &[FieldError]) -> String {
    faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
}
