//! What the edits change, shown before it is applied: at once as far as is known here, then as the
//! server sees it.

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::{
    Frame,
    layout::Rect,
    text::{Line, Span},
};
use traveloure_core::{
    api::{
        availability::{Availability, AvailabilityEdit},
        problem::Code,
    },
    availability::EditPlan,
};
use uuid::Uuid;

use super::sheet::Sheet;
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
    },
    commands::{Action, CalendarAct, ListAct},
    layers::confirm::{Answer, Confirm},
    widgets::{bars::KeyHint, spinner, text},
};

/// Lines of rules shown of what changed elsewhere.
const MOST_RULES: usize = 12;

/// See the module's head.
#[derive(Debug)]
pub struct Plan {
    confirm: Confirm,
    stage: Stage,
    /// What the edits do, by the server once it has said so.
    changes: EditPlan,
    /// What is applied, and the key it is sent with: sent twice, it takes effect once.
    sent: Option<(Call, Uuid)>,
}

#[derive(Debug)]
enum Stage {
    Checking {
        ticket: Ticket,
        since: DateTime<Utc>,
    },
    Ready,
    /// The server did not look at it.
    Failed(ApiError),
    /// The rules changed on the server.
    Outdated,
    Applying {
        ticket: Ticket,
        since: DateTime<Utc>,
    },
    /// Whether it took effect is not known.
    Unknown(ApiError),
}

/// What came of a key or an answer.
#[derive(Clone, Debug)]
pub enum Outcome {
    Stay,
    /// The person wants the newer rules below their edits.
    TakeIn,
    /// It is applied; the rules as they are now and what changed.
    Applied(Box<Availability>, EditPlan),
    /// The server has other rules.
    Outdated,
}

impl Plan {
    /// Shows the edits of `sheet` and has the server look at them.
    #[must_use]
    pub fn new(sheet: &Sheet, cx: &mut Cx) -> Self {
        let keymap = &cx.desk.settings.keymap;
        let mut asked_with = keymap.keys_of(Action::Calendar(CalendarAct::Apply));
        asked_with.extend(keymap.keys_of(Action::Calendar(CalendarAct::Switch)));
        asked_with.extend(keymap.keys_of(Action::List(ListAct::Open)));
        let confirm = Confirm::new("Apply these edits?", "apply", &asked_with);
        let changes = sheet.plan().clone();
        let mut shown = Self { confirm, stage: Stage::Ready, changes, sent: None };
        shown.check(sheet, cx);
        shown
    }

    /// Has the server look at the edits, without applying them.
    pub fn check(&mut self, sheet: &Sheet, cx: &mut Cx) {
        self.sent = None;
        self.show(sheet.plan().clone());
        if sheet.newer().is_some() {
            self.stage = Stage::Outdated;
        } else if let Some(call) = call(sheet, true, cx.desk) {
            self.stage = Stage::Checking { ticket: cx.call(call), since: cx.now() };
        }
    }

    /// Bookings in conflict are more than was asked for: another key agrees to them.
    fn show(&mut self, changes: EditPlan) {
        self.confirm.ask_for(!changes.conflicts.is_empty());
        self.changes = changes;
    }

    /// Whether edits have to wait: they are being applied.
    #[must_use]
    pub fn is_applying(&self) -> bool {
        matches!(self.stage, Stage::Applying { .. } | Stage::Unknown(_))
    }

    #[must_use]
    pub fn is_idle(&self) -> bool {
        !matches!(self.stage, Stage::Checking { .. } | Stage::Applying { .. })
    }

    #[must_use]
    pub fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        match self.stage {
            Stage::Checking { since, .. } | Stage::Applying { since, .. } => {
                spinner::next_change(since, desk.now, &desk.look.symbols)
            }
            _ => None,
        }
    }

    pub fn key(&mut self, key: KeyEvent, sheet: &Sheet, cx: &mut Cx) -> Outcome {
        let typed = crate::tui::keymap::Key::of(key).typed();
        match (&self.stage, typed) {
            (Stage::Failed(_), Some('r' | 'R')) => self.check(sheet, cx),
            (Stage::Outdated, Some('b')) => return Outcome::TakeIn,
            _ => {
                let may = matches!(self.stage, Stage::Ready | Stage::Unknown(_));
                if self.confirm.key(key) == Answer::Yes && may {
                    self.apply(sheet, cx);
                }
            }
        }
        Outcome::Stay
    }

    fn apply(&mut self, sheet: &Sheet, cx: &mut Cx) {
        let sent = self.sent.take().or_else(|| {
            let call = call(sheet, false, cx.desk)?;
            Some((call, cx.fresh_key()))
        });
        if let Some((call, key)) = sent {
            let ticket = cx.call_again(call.clone(), key);
            self.stage = Stage::Applying { ticket, since: cx.now() };
            self.sent = Some((call, key));
        }
    }

    /// Takes an answer of the server; none for one to another call.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>) -> Option<Outcome> {
        let applying = match self.stage {
            Stage::Checking { ticket: asked, .. } if asked == ticket => false,
            Stage::Applying { ticket: asked, .. } if asked == ticket => true,
            _ => return None,
        };
        Some(match result {
            Ok(Reply::AvailabilityChange(change)) if applying => {
                Outcome::Applied(Box::new(change.availability.clone()), change.plan.clone())
            }
            Ok(Reply::AvailabilityChange(change)) => {
                self.stage = Stage::Ready;
                // The server looks at its own window of dates; what lies beyond is known here only.
                if !change.plan.is_empty() {
                    self.show(change.plan.clone());
                }
                Outcome::Stay
            }
            Ok(_) => self.failed(ApiError::unexpected(), applying),
            Err(error) => self.failed(error.clone(), applying),
        })
    }

    fn failed(&mut self, error: ApiError, applying: bool) -> Outcome {
        if error.code() == Some(Code::VersionMismatch) {
            self.stage = Stage::Outdated;
            self.sent = None;
            return Outcome::Outdated;
        }
        let unknown = applying && error.code().is_none();
        self.stage = if unknown {
            Stage::Unknown(error)
        } else {
            self.sent = None;
            Stage::Failed(error)
        };
        Outcome::Stay
    }

    /// The keys that work now.
    #[must_use]
    pub fn hints(&self) -> Vec<KeyHint> {
        let hint =
            |key: &str, label: &str| KeyHint { key: key.to_owned(), label: label.to_owned() };
        let mut hints = match self.stage {
            Stage::Ready => vec![hint(&self.confirm.yes().to_string(), "apply")],
            Stage::Unknown(_) => vec![hint(&self.confirm.yes().to_string(), "try again")],
            Stage::Failed(_) => vec![hint("r", "try again")],
            Stage::Outdated => vec![hint("b", "take in and look again")],
            Stage::Checking { .. } | Stage::Applying { .. } => Vec::new(),
        };
        hints.push(hint("esc", "go back, the edits stay"));
        hints
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, sheet: &Sheet, desk: &Desk) {
        let width = Confirm::body_width(area);
        let mut body = self.state(sheet, width, desk);
        body.extend(edits(sheet, width, desk));
        body.extend(changes(&self.changes, width, desk));
        let may = matches!(self.stage, Stage::Ready | Stage::Unknown(_));
        self.confirm.draw(frame, area, &body, may, desk);
    }

    /// Where it stands, above the rest.
    fn state(&self, sheet: &Sheet, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let waiting = |what: &str, since: DateTime<Utc>| {
            let sign = spinner::frame(since, desk.now, &desk.look.symbols).unwrap_or_default();
            vec![Line::styled(format!("{what} {sign}"), theme.dim)]
        };
        let mut lines = match &self.stage {
            Stage::Ready => {
                return vec![Line::styled(self.changes.headline(), theme.strong), Line::default()];
            }
            Stage::Checking { since, .. } => {
                let mut lines = vec![Line::styled(self.changes.headline(), theme.strong)];
                lines.extend(waiting("Asking the server", *since));
                lines
            }
            Stage::Applying { since, .. } => waiting("Applying", *since),
            Stage::Failed(error) => {
                let mut lines = refusal(error, width, desk);
                lines.push(Line::styled("The edits are kept. r tries again.", theme.text));
                lines
            }
            Stage::Unknown(error) => {
                let mut lines = text::wrapped(&error.to_string(), width, theme.warn);
                let said = format!(
                    "Whether the edits arrived is not known. {} tries again: sent twice, they take \
                     effect once.",
                    self.confirm.yes()
                );
                lines.extend(text::wrapped(&said, width, theme.text));
                lines
            }
            Stage::Outdated => elsewhere(sheet, width, desk),
        };
        lines.push(Line::default());
        lines
    }
}

fn call(sheet: &Sheet, dry_run: bool, desk: &Desk) -> Option<Call> {
    let draft = sheet.draft()?;
    let edit = AvailabilityEdit { rules: Some(draft.rules().clone()), text: None };
    Some(Call::EditAvailability {
        provider: desk.provider()?,
        service: sheet.service,
        version: draft.version(),
        edit,
        dry_run,
    })
}

fn refusal(error: &ApiError, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = text::wrapped(&error.to_string(), width, theme.bad);
    if let ApiError::Problem(problem) = error {
        for fault in &problem.fields {
            lines.extend(text::wrapped(&fault.to_string(), width, theme.bad));
        }
    }
    lines
}

/// What changed on the server meanwhile, as lines of rules.
fn elsewhere(sheet: &Sheet, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let said =
        "The rules were changed elsewhere meanwhile. b takes that in; your edits stay on top.";
    let mut lines = text::wrapped(said, width, theme.warn);
    let (Some(draft), Some(newer)) = (sheet.draft(), sheet.newer()) else {
        lines.push(Line::styled("They are being fetched.", theme.dim));
        return lines;
    };
    let (before, after) = (draft.saved().to_text(), newer.rules.to_text());
    let gone = before.lines().filter(|line| after.lines().all(|other| other != *line));
    let new = after.lines().filter(|line| before.lines().all(|other| other != *line));
    let changed: Vec<(&str, &str)> =
        gone.map(|line| ("-", line)).chain(new.map(|line| ("+", line))).collect();
    for (sign, line) in changed.iter().take(MOST_RULES) {
        let style = if *sign == "+" { theme.good } else { theme.dim };
        lines.push(Line::from(vec![
            Span::styled(format!("  {sign} "), style),
            text::said(line, style),
        ]));
    }
    if changed.len() > MOST_RULES {
        let more = format!("  and {} more", changed.len() - MOST_RULES);
        lines.push(Line::styled(more, theme.dim));
    }
    lines
}

/// The edits, one by one.
fn edits(sheet: &Sheet, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let today = sheet.today(desk.now);
    let Some(draft) = sheet.draft() else { return Vec::new() };
    let mut lines = vec![Line::styled("Edits", theme.title)];
    for (label, number) in draft.labels(today).zip(1..) {
        lines.extend(text::wrapped(&format!("{number}. {label}"), width, theme.text));
    }
    lines.push(Line::default());
    lines
}

/// The plan, line by line: what opens, closes, changes, and is in conflict.
fn changes(plan: &EditPlan, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = vec![Line::styled("What they change", theme.title)];
    let conflicts = !plan.conflicts.is_empty();
    for line in plan.lines() {
        let style = match line.chars().next() {
            Some('+') => theme.open,
            Some('~') => theme.partly,
            Some('!') => theme.bad,
            _ => theme.text,
        };
        lines.extend(text::wrapped(&line, width, style));
    }
    if plan.is_empty() {
        lines.push(Line::styled(plan.headline(), theme.dim));
    }
    if conflicts {
        lines.push(Line::default());
        let said = "Bookings in conflict stay as they are, and the days are marked with !.";
        lines.extend(text::wrapped(said, width, theme.warn));
    }
    lines
}
