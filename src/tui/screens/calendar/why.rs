//! Why the day under the cursor is open or closed, rule by rule.
//!
//! The rules and counts that are here answer at once. Where nothing is edited the server is asked as
//! well, once the cursor rests: it also knows the shared resources and other calendars.

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    availability::{Answer, Ask, Explanation, Rule, Verdict},
    ids::ServiceId,
};

use crate::{
    terminal::fit,
    tui::{
        app::{
            call::{ApiError, Call, Reply, Ticket},
            cx::Cx,
            desk::Desk,
        },
        widgets::text,
    },
};

/// How long the cursor rests before the server is asked.
const REST: TimeDelta = TimeDelta::milliseconds(150);
/// The column of rules.
const RULE: usize = 10;

/// See the module's head.
#[derive(Debug, Default)]
pub struct Why {
    rests_at: Option<DateTime<Utc>>,
    asked: Option<(Ticket, ServiceId, Ask)>,
    /// The server's newest answer.
    answer: Option<(ServiceId, Ask, Explanation)>,
}

impl Why {
    /// The question is another one now: the server is asked when it stays so.
    pub fn moved(&mut self, now: DateTime<Utc>) {
        self.rests_at = Some(now + REST);
    }

    /// What was answered may not hold any more.
    pub fn outdated(&mut self, now: DateTime<Utc>) {
        self.answer = None;
        self.moved(now);
    }

    #[must_use]
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        self.rests_at
    }

    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.rests_at.is_none() && self.asked.is_none()
    }

    /// Asks the server if the cursor has rested long enough; `ask` is none where it could not
    /// answer.
    pub fn wake(&mut self, service: ServiceId, ask: Option<Ask>, cx: &mut Cx) {
        if self.rests_at.is_none_or(|at| at > cx.now()) {
            return;
        }
        self.rests_at = None;
        let Some(ask) = ask else { return };
        let is_known = |known: &(ServiceId, Ask, Explanation)| (known.0, known.1) == (service, ask);
        if !self.answer.as_ref().is_some_and(is_known) {
            let ticket = cx.call(Call::Check { service, ask });
            self.asked = Some((ticket, service, ask));
        }
    }

    /// Takes the server's answer; `false` for one to another call.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>) -> bool {
        let Some((_, service, ask)) = self.asked.filter(|(asked, ..)| *asked == ticket) else {
            return false;
        };
        self.asked = None;
        // Without the server's answer there is still the one that was made here.
        if let Ok(Reply::Check(check)) = result {
            self.answer = Some((service, ask, check.explanation.clone()));
        }
        true
    }

    /// The server's answer to this question, if it has come.
    #[must_use]
    pub fn answer(&self, service: ServiceId, ask: &Ask) -> Option<&Explanation> {
        let answer = self.answer.as_ref()?;
        ((answer.0, &answer.1) == (service, ask)).then_some(&answer.2)
    }
}

/// An explanation as lines of `width` columns. `here` says that it was made without the server.
#[must_use]
pub fn lines(explanation: &Explanation, here: bool, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let symbols = &desk.look.symbols;
    let mut lines = Vec::new();
    let (sign, style, words) = match &explanation.answer {
        Answer::Open { left: None } => (symbols.yes, theme.good, "can be booked".to_owned()),
        Answer::Open { left: Some(left) } => {
            (symbols.yes, theme.good, format!("can be booked, {left} left"))
        }
        Answer::Closed { .. } => (symbols.no, theme.bad, "cannot be booked".to_owned()),
    };
    lines.push(Line::from(vec![
        Span::styled(format!("{sign} "), style),
        Span::styled(words, theme.strong),
    ]));
    lines.push(Line::default());
    for step in &explanation.steps {
        let (sign, style) = match step.verdict {
            Verdict::Allows => (symbols.yes, theme.good),
            Verdict::Refuses => (symbols.no, theme.bad),
        };
        let words = if step.verdict == Verdict::Refuses { theme.text } else { theme.dim };
        lines.extend(step_lines(sign, style, step.rule, &step.text, words, width));
    }
    if here {
        lines.push(Line::default());
        lines.extend(text::wrapped(
            "By the rules as edited here; shared resources and other calendars were not asked.",
            width,
            theme.dim,
        ));
    }
    lines
}

fn step_lines(
    sign: &str,
    style: Style,
    rule: Rule,
    said: &str,
    words: Style,
    width: u16,
) -> Vec<Line<'static>> {
    let signs = fit::width(sign) + 1;
    let indent = signs + RULE;
    let room = usize::from(width).saturating_sub(indent).max(1);
    let wrapped = text::wrap(said, u16::try_from(room).unwrap_or(u16::MAX));
    wrapped
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            if index > 0 {
                return Line::from(vec![Span::raw(" ".repeat(indent)), Span::styled(line, words)]);
            }
            Line::from(vec![
                Span::styled(format!("{sign} "), style),
                Span::raw(fit::pad_end(rule.label(), RULE)),
                Span::styled(line, words),
            ])
        })
        .collect()
}
