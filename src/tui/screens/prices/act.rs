//! What the commands do.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::pricing::{DateOverride, LeadTime};

use super::{
    Over, Pane, Prices,
    edit::{Deposit, Edit, Swap},
    forms::What,
    over::joined,
    rows::{self, Row},
    selling::Selling,
    sheet::Sheet,
    trial::Trial,
};
use crate::tui::{
    app::{
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, AppAct, ListAct, PricesAct},
    screens::Handled,
};

impl Prices {
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

    pub(super) fn on_trial(&mut self, change: impl FnOnce(&mut Trial)) {
        if let Some(trial) = &mut self.trial {
            change(trial);
        }
    }

    fn step_back(&mut self, cx: &mut Cx) {
        if let Some(label) = self.sheet_mut(cx.desk).and_then(Sheet::undo) {
            cx.say(Notice::info(format!("Taken back: {label}.")));
        }
    }

    fn step_on(&mut self, cx: &mut Cx) {
        if let Some(label) = self.sheet_mut(cx.desk).and_then(Sheet::redo) {
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
    fn own_price(&self, desk: &Desk) -> Option<DateOverride> {
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
    pub(super) fn removal(&self, desk: &Desk) -> Option<Edit> {
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
