//! A change of the fees, tried on past bookings before it is saved.

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{
    api::{
        fee::{Fee, FeePatch, NewFee},
        report::{FeeSimulation, SimulateFee, SimulatedFees},
    },
    ids::FeeId,
    money::Money,
    time::today,
};
use uuid::Uuid;

use super::rule;
use crate::{
    terminal::fit,
    tui::{
        app::{
            call::{ApiError, Call, Reply, Ticket},
            cx::Cx,
            desk::Desk,
            load::Load,
        },
        layers::confirm::{Answer, Confirm},
        theme::Theme,
        widgets::{spinner, text},
    },
};

/// From this width on, all columns of the difference have their room.
const WIDE: u16 = 68;
/// Below this width, what was kept gives way.
const NARROW: u16 = 47;

/// What is saved if it is wanted.
#[derive(Clone, Debug)]
pub enum Change {
    Add(NewFee),
    Edit {
        id: FeeId,
        version: i64,
        patch: FeePatch,
    },
    /// Nothing: it is only tried.
    Nothing,
}

/// See the module's head.
#[derive(Debug)]
pub struct Trial {
    what: String,
    change: Change,
    confirm: Confirm,
    simulation: Load<FeeSimulation>,
    /// The same key for every try: saved once is saved.
    key: Uuid,
    saved: Load<Fee>,
}

impl Trial {
    /// Asks what would have been kept with `rule` in place of `replaces` over so many days; `what` says
    /// what changes, `asked_with` are the keys of the command.
    pub fn new(
        what: String,
        change: Change,
        rule: Option<NewFee>,
        replaces: Option<FeeId>,
        days: u64,
        asked_with: &[String],
        cx: &mut Cx,
    ) -> Self {
        let title = match &change {
            Change::Nothing => "What it would change",
            _ => "Save this?",
        };
        let (from, to) = rule::past(days, today(cx.now(), chrono_tz::Tz::UTC));
        let mut simulation = Load::default();
        let ticket = cx.call(Call::SimulateFee(SimulateFee { rule, replaces, from, to }));
        simulation.asked(ticket, cx);
        let confirm = Confirm::new(title, "save it", asked_with);
        let key = cx.fresh_key();
        Self { what, change, confirm, simulation, key, saved: Load::default() }
    }

    /// Whether yes can be said: nobody changes fees at a difference they have not seen.
    fn may(&self) -> bool {
        !matches!(self.change, Change::Nothing)
            && self.simulation.get().is_some()
            && !self.saved.is_loading()
    }

    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        let may = self.may();
        if self.confirm.key(key) != Answer::Yes || !may {
            return;
        }
        let call = match self.change.clone() {
            Change::Add(rule) => Call::NewFee(rule),
            Change::Edit { id, version, patch } => Call::EditFee { id, version, patch },
            Change::Nothing => return,
        };
        let ticket = cx.call_again(call, self.key);
        self.saved.asked(ticket, cx);
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.simulation.waits_for(ticket) || self.saved.waits_for(ticket)
    }

    /// Takes an answer; the rule once it is saved.
    pub fn came(
        &mut self,
        ticket: Ticket,
        result: Result<Reply, ApiError>,
        now: DateTime<Utc>,
    ) -> Option<Fee> {
        if self.simulation.waits_for(ticket) {
            let simulation = result.and_then(|reply| match reply {
                Reply::Simulation(simulation) => Ok(*simulation),
                _ => Err(ApiError::unexpected()),
            });
            self.simulation.came(simulation, now);
            return None;
        }
        let saved = result.and_then(|reply| match reply {
            Reply::FeeRule(fee) => Ok(*fee),
            _ => Err(ApiError::unexpected()),
        });
        self.saved.came(saved, now);
        self.saved.get().cloned()
    }

    /// Why it cannot be tried or saved.
    #[must_use]
    pub fn error(&self) -> Option<&ApiError> {
        self.simulation.error().or_else(|| self.saved.error())
    }

    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.saved.loading_since().or_else(|| self.simulation.loading_since())
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let mut lines = text::wrapped(&self.what, width, theme.strong);
        lines.push(Line::default());
        if let Some(simulation) = self.simulation.get() {
            lines.extend(table(simulation, width, theme));
        } else if let Some(sign) = self
            .loading_since()
            .and_then(|since| spinner::frame(since, desk.now, &desk.look.symbols))
        {
            lines.push(Line::styled(format!("Counting past bookings anew {sign}"), theme.dim));
        }
        if let Some(error) = self.error() {
            lines.push(Line::default());
            lines.extend(text::wrapped(&error.to_string(), width, theme.bad));
        }
        if self.saved.is_loading() {
            lines.push(Line::styled("Saving", theme.dim));
        }
        lines.push(Line::default());
        let words = match self.change {
            Change::Nothing => "Nothing is saved.",
            _ => {
                "What is booked already keeps its fee; the change counts for what is booked from now on."
            }
        };
        lines.extend(text::wrapped(words, width, theme.dim));
        let may = self.may();
        self.confirm.draw(frame, area, &lines, may, desk);
    }
}

/// What was kept beside what would have been kept, by currency and category.
fn table(simulation: &FeeSimulation, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let last = simulation.to.pred_opt().unwrap_or(simulation.to);
    let head = format!("Booked {} to {last}, and not cancelled:", simulation.from);
    let mut lines = text::wrapped(&head, width, theme.text);
    if simulation.rows.is_empty() {
        lines.extend(text::wrapped("There is no such booking to try it on.", width, theme.warn));
        return lines;
    }
    let titles = ["", "bookings", "changed", "kept", "would be", "difference"].map(str::to_owned);
    lines.push(Line::styled(row(&titles, width), theme.dim));
    for one in &simulation.rows {
        lines.push(fees_row(one, width, theme));
    }
    for total in totals(&simulation.rows) {
        let words = format!(
            "{}: {} instead of {}, {} {}",
            total.currency,
            total.would,
            total.kept,
            total.difference().map_or_else(String::new, signed),
            if total.changed == 1 { "over one booking" } else { "together" },
        );
        lines.extend(text::wrapped(&words, width, theme.strong));
    }
    lines
}

fn fees_row(one: &SimulatedFees, width: u16, theme: &Theme) -> Line<'static> {
    let difference = one.would_keep.minus(one.kept).ok();
    let cells = [
        format!("{} {}", one.category, one.currency),
        one.bookings.to_string(),
        one.changed.to_string(),
        one.kept.amount().to_string(),
        one.would_keep.amount().to_string(),
        difference.map(signed).unwrap_or_default(),
    ];
    let style = if one.changed == 0 { theme.dim } else { theme.text };
    Line::styled(row(&cells, width), style)
}

/// The cells of a row below each other's. Where it is narrow, how many bookings there are is left out, and
/// then what was kept.
fn row(cells: &[String; 6], width: u16) -> String {
    let is_wide = width >= WIDE;
    let mut row = fit::pad_end(&cells[0], if is_wide { 18 } else { 14 });
    if is_wide {
        row.push_str(&fit::pad_start(&cells[1], 9));
        row.push_str(&fit::pad_start(&cells[2], 8));
    }
    let shown = if width < NARROW { &cells[4..] } else { &cells[3..] };
    for cell in shown {
        row.push_str(&fit::pad_start(cell, 11));
    }
    row
}

/// With a plus where it is one.
fn signed(amount: Money) -> String {
    let sign = if amount.is_negative() || amount.is_zero() { "" } else { "+" };
    format!("{sign}{}", amount.amount())
}

struct Total {
    currency: traveloure_core::money::Currency,
    kept: Money,
    would: Money,
    changed: u64,
}

impl Total {
    fn difference(&self) -> Option<Money> {
        self.would.minus(self.kept).ok()
    }
}

fn totals(rows: &[SimulatedFees]) -> Vec<Total> {
    rows.chunk_by(|left, right| left.currency == right.currency)
        .filter_map(|rows| {
            let zero = Money::zero(rows.first()?.currency);
            let sum = |of: fn(&SimulatedFees) -> Money| {
                rows.iter().try_fold(zero, |sum, row| sum.plus(of(row))).ok()
            };
            Some(Total {
                currency: zero.currency(),
                kept: sum(|row| row.kept)?,
                would: sum(|row| row.would_keep)?,
                changed: rows.iter().map(|row| row.changed).sum(),
            })
        })
        .collect()
}
