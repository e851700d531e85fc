//! What the keys do.

use std::borrow::Cow;

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::{
    api::problem::{Code, Problem},
    field::FieldError,
    ids::ServiceId,
    pricing::{LeadTime, PricingType, text as prices},
};

use super::{
    Handled, Over, Pane, Prices,
    edit::{Deposit, Edit, Swap},
    forms::{Editing, What},
    rows::{self, Row},
    selling::Selling,
    typed::Typed,
};
use crate::tui::{
    app::{
        call::ApiError,
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, AppAct, FormAct, ListAct, PricesAct, RulesTextAct},
    layers::{
        confirm::{Answer, Confirm},
        form::Outcome,
        text_editor::TextEditor,
    },
    widgets::bars::KeyHint,
};

impl Prices {
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        let act = match action {
            Action::Prices(act) => act,
            Action::List(
                ListAct::Mark | ListAct::Find | ListAct::NextFound | ListAct::PreviousFound,
            ) => {
                return Some("there is nothing to find or mark here".into());
            }
            Action::List(ListAct::MarkRange) if self.pane == Pane::Terms => {
                return Some("days are chosen in the calendar; Tab goes there".into());
            }
            _ => return None,
        };
        if matches!(act, PricesAct::Selling | PricesAct::AddService) {
            return None;
        }
        if act == PricesAct::Service {
            return (desk.services.len() < 2).then(|| "there is one service".into());
        }
        let Some(sheet) = self.sheet(desk).filter(|sheet| sheet.terms().is_some()) else {
            return Some("the prices have not come yet".into());
        };
        let is_looking = matches!(
            act,
            PricesAct::Try
                | PricesAct::MorePeople
                | PricesAct::FewerPeople
                | PricesAct::PreviousMonth
                | PricesAct::NextMonth
                | PricesAct::Today
        );
        if is_looking {
            return None;
        }
        if sheet.is_applying() {
            return Some("the draft is being saved".into());
        }
        let is_quoted =
            sheet.terms().is_some_and(|terms| terms.pricing_type == PricingType::QuoteBased);
        match act {
            PricesAct::Apply if sheet.edits() == 0 => Some("nothing was changed".into()),
            PricesAct::Apply => sheet.clash().map(Cow::Owned),
            PricesAct::Undo | PricesAct::Discard if sheet.edits() == 0 => {
                Some("nothing was changed".into())
            }
            PricesAct::Redo if !sheet.can_redo() => Some("nothing was taken back".into()),
            PricesAct::Remove => {
                self.removal(desk).is_none().then(|| "there is nothing to take out here".into())
            }
            PricesAct::AddSeason
            | PricesAct::AddDate
            | PricesAct::AddGroup
            | PricesAct::AddEarly
            | PricesAct::AddLastMinute
                if is_quoted =>
            {
                Some("you price each request yourself; p changes that".into())
            }
            _ => None,
        }
    }

    pub(super) fn take_action(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) => self.back(cx.desk),
            Action::Form(act) => self.form_act(act, cx),
            Action::RulesText(act) => self.text_act(act, cx),
            Action::List(act) => self.list_act(act, cx),
            Action::Prices(act) => {
                self.prices_act(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn back(&mut self, desk: &Desk) -> Handled {
        match self.over.take() {
            None => {
                if self.mark.take().is_none() {
                    return Handled::Ignored;
                }
            }
            Some(Over::Services) => self.picker.close(),
            // What was typed is there again when the same is opened again.
            Some(Over::Form(editing)) => {
                if let Some(sheet) = self.sheet_mut(desk) {
                    sheet.closed_form = Some(*editing);
                }
            }
            Some(Over::Selling(selling)) => self.closed_selling = Some(selling),
            Some(Over::Text(editor)) => {
                if let Some(sheet) = self.sheet_mut(desk) {
                    sheet.closed_text = Some(*editor);
                }
            }
            Some(Over::Try(_) | Over::Apply(_) | Over::Discard(_)) => {}
        }
        Handled::Consumed
    }

    fn prices_act(&mut self, act: PricesAct, cx: &mut Cx) {
        match act {
            PricesAct::Apply => self.ask(act, "Apply these edits?", "apply", Over::Apply, cx),
            PricesAct::Discard => self.ask(act, "Take back every edit?", "drop", Over::Discard, cx),
            PricesAct::Undo => self.step_back(cx),
            PricesAct::Redo => self.step_on(cx),
            PricesAct::Price => self.open(What::Price, cx.desk),
            PricesAct::AddSeason => self.open(What::Season(None), cx.desk),
            PricesAct::AddDate => self.open(What::Date(None), cx.desk),
            PricesAct::AddGroup => self.open(What::Group(None), cx.desk),
            PricesAct::AddEarly => self.open(What::Lead(None), cx.desk),
            PricesAct::AddLastMinute => {
                self.open_with(What::Lead(None), LeadTime::LastMinute, cx.desk);
            }
            PricesAct::Deposit => self.open(What::Deposit, cx.desk),
            PricesAct::Remove => self.remove(cx),
            PricesAct::Text => self.open_text(cx.desk),
            PricesAct::Service => {
                self.picker.ask(cx.desk);
                self.over = Some(Over::Services);
            }
            PricesAct::Selling => {
                if let Some(service) = self.picker.service(cx.desk) {
                    let (begin, id) = (Selling::of(service), service.id);
                    self.open_selling(begin, cx.desk, Some(id));
                }
            }
            PricesAct::AddService => self.open_selling(Selling::another(), cx.desk, None),
            PricesAct::Try => {
                let by_night = self.service(cx.desk).is_some_and(|service| service.by_night);
                if let (Some(trial), Some(today)) = (self.trial, self.today(cx.desk)) {
                    self.over = Some(Over::Try(Box::new(trial.form(by_night, today))));
                }
            }
            PricesAct::MorePeople => self.on_trial(|trial| trial.step_party(1)),
            PricesAct::FewerPeople => self.on_trial(|trial| trial.step_party(-1)),
            PricesAct::PreviousMonth => self.on_trial(|trial| trial.step_months(-1)),
            PricesAct::NextMonth => self.on_trial(|trial| trial.step_months(1)),
            PricesAct::Today => {
                let today = self.today(cx.desk);
                self.on_trial(|trial| trial.date = today.unwrap_or(trial.date));
            }
        }
    }

    fn on_trial(&mut self, change: impl FnOnce(&mut super::Trial)) {
        if let Some(trial) = &mut self.trial {
            change(trial);
        }
    }

    fn ask(
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

    fn step_back(&mut self, cx: &mut Cx) {
        if let Some(label) = self.sheet_mut(cx.desk).and_then(super::Sheet::undo) {
            cx.say(Notice::info(format!("Taken back: {label}.")));
        }
    }

    fn step_on(&mut self, cx: &mut Cx) {
        if let Some(label) = self.sheet_mut(cx.desk).and_then(super::Sheet::redo) {
            cx.say(Notice::info(format!("Made again: {label}.")));
        }
    }

    fn list_act(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                self.pane = if self.pane == Pane::Terms { Pane::Month } else { Pane::Terms };
            }
            (Pane::Terms, ListAct::Open) => {
                if let Some(what) = self.item(cx.desk) {
                    self.open(what, cx.desk);
                }
            }
            (Pane::Terms, act) => {
                let Some(rows) = self.rows(cx.desk) else { return Handled::Ignored };
                let before = self.list.cursor();
                if !self.list.go(act, rows.len()) {
                    return Handled::Ignored;
                }
                let goes_down = self.list.cursor() >= before;
                rows::onto_item(&mut self.list, &rows, goes_down);
            }
            (Pane::Month, act) => return self.month_act(act, cx.desk),
        }
        Handled::Consumed
    }

    fn month_act(&mut self, act: ListAct, desk: &Desk) -> Handled {
        let Some(trial) = &mut self.trial else { return Handled::Ignored };
        match act {
            ListAct::Left => trial.step_days(-1),
            ListAct::Right => trial.step_days(1),
            ListAct::Up => trial.step_days(-7),
            ListAct::Down => trial.step_days(7),
            ListAct::HalfUp => trial.step_days(-14),
            ListAct::HalfDown => trial.step_days(14),
            ListAct::PageUp => trial.step_months(-1),
            ListAct::PageDown => trial.step_months(1),
            ListAct::Top => {
                trial.date = chrono::Datelike::with_day(&trial.date, 1).unwrap_or(trial.date);
            }
            ListAct::Bottom => {
                let first = chrono::Datelike::with_day(&trial.date, 1).unwrap_or(trial.date);
                let next = first.checked_add_months(chrono::Months::new(1));
                trial.date = next.and_then(|next| next.pred_opt()).unwrap_or(trial.date);
            }
            ListAct::MarkRange => {
                self.mark = if self.mark.is_some() { None } else { Some(trial.date) };
            }
            ListAct::Open => {
                let what = What::Date(self.own_price(desk));
                self.open(what, desk);
            }
            _ => return Handled::Ignored,
        }
        Handled::Consumed
    }

    /// The price of its own that the cursor's date has.
    fn own_price(&self, desk: &Desk) -> Option<traveloure_core::pricing::DateOverride> {
        let date = self.trial?.date;
        let terms = self.sheet(desk)?.terms()?;
        terms.date_overrides.iter().find(|own| own.date == date).cloned()
    }

    fn rows(&self, desk: &Desk) -> Option<Vec<Row>> {
        let terms = self.sheet(desk)?.terms()?;
        Some(rows::rows(terms, self.today(desk)?, &desk.look))
    }

    /// What the cursor of the terms is on.
    fn item(&self, desk: &Desk) -> Option<What> {
        match self.rows(desk)?.into_iter().nth(self.list.cursor())? {
            Row::Item(item) => Some(item.what),
            Row::Heading(_) => None,
        }
    }

    /// The edit that takes out what the cursor is on.
    fn removal(&self, desk: &Desk) -> Option<Edit> {
        if self.pane == Pane::Month {
            return self.own_price(desk).map(|own| Edit::Date(Swap::drop(own)));
        }
        match self.item(desk)? {
            What::Season(season) => season.map(|season| Edit::Season(Swap::drop(season))),
            What::Date(own) => own.map(|own| Edit::Date(Swap::drop(own))),
            What::Group(tier) => tier.map(|tier| Edit::Group(Swap::drop(tier))),
            What::Lead(tier) => tier.map(|tier| Edit::Lead(Swap::drop(tier))),
            What::Deposit => {
                let terms = self.sheet(desk)?.terms()?;
                terms.requires_deposit.then_some(Edit::Deposit(Deposit::None))
            }
            What::Price => None,
        }
    }

    fn remove(&mut self, cx: &mut Cx) {
        let Some(edit) = self.removal(cx.desk) else { return };
        let label = edit.label();
        let undo = cx.desk.key(Action::Prices(PricesAct::Undo));
        let made = self.sheet_mut(cx.desk).map(|sheet| sheet.edit(edit));
        match made {
            Some(Ok(_)) => cx.say(Notice::info(format!("In the draft: {label}. {undo} undoes."))),
            Some(Err(faults)) => cx.say(Notice::warn(joined(&faults))),
            None => {}
        }
    }

    fn open(&mut self, what: What, desk: &Desk) {
        self.open_with(what, LeadTime::Early, desk);
    }

    fn open_with(&mut self, what: What, lead: LeadTime, desk: &Desk) {
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
    fn open_selling(&mut self, begin: Selling, desk: &Desk, service: Option<ServiceId>) {
        let closed = self.closed_selling.take();
        let closed = closed.filter(|closed| closed.is_of(service) && closed.form.is_touched());
        let mut selling = closed.unwrap_or_else(|| Box::new(begin));
        selling.known(&desk.services);
        self.over = Some(Over::Selling(selling));
    }

    fn open_text(&mut self, desk: &Desk) {
        let Some(sheet) = self.sheet_mut(desk) else { return };
        let Some(terms) = sheet.terms().cloned() else { return };
        let editor = sheet
            .closed_text
            .take()
            .unwrap_or_else(|| TextEditor::new("Prices as text", &prices::to_text(&terms)));
        self.over = Some(Over::Text(Box::new(editor)));
    }

    fn form_act(&mut self, act: FormAct, cx: &mut Cx) -> Handled {
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

    fn text_act(&mut self, act: RulesTextAct, cx: &mut Cx) -> Handled {
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

    pub(super) fn take_key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        let answer = match &mut self.over {
            None => return Handled::Ignored,
            Some(Over::Services) => {
                if self.picker.key(key) {
                    self.over = None;
                    self.list = super::ListState::default();
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

    pub(super) fn take_mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.over.is_some() {
            return Handled::Ignored;
        }
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                if let Some(date) = self.grid.at(at) {
                    self.pane = Pane::Month;
                    self.on_trial(|trial| trial.date = date);
                } else if let Some(rows) = self.rows(cx.desk)
                    && let Some(index) = self.list.at(at, rows.len())
                {
                    self.pane = Pane::Terms;
                    self.list.select(index, rows.len());
                    rows::onto_item(&mut self.list, &rows, true);
                }
            }
            MouseEventKind::ScrollDown => return self.list_act(ListAct::Down, cx),
            MouseEventKind::ScrollUp => return self.list_act(ListAct::Up, cx),
            _ => return Handled::Ignored,
        }
        Handled::Consumed
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

fn joined(faults: &[FieldError]) -> String {
    faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
}
