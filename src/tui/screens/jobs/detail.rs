//! One job, or one thing that failed, to be read.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{
    api::job::{JobRow, JobState, Trouble},
    job::Job,
};

use super::{
    JobsScreen,
    list::{about, key_of, moment, state_of},
    retrying::capital,
};
use crate::tui::{
    app::desk::Desk,
    commands::JobsAct,
    widgets::{pane, text},
};

impl JobsScreen {
    /// Draws what is under the cursor.
    pub(super) fn draw_detail(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let (title, beside, lines) = match (self.trouble(), self.job()) {
            (Some(trouble), _) => (
                capital(trouble.job.title()),
                standing(trouble, desk),
                of_trouble(trouble, area.width, desk),
            ),
            (None, Some(row)) => {
                let (words, style) = state_of(row, desk);
                (capital(row.job.title()), (words.to_owned(), style), of_job(row, area.width, desk))
            }
            (None, None) => return,
        };
        pane::heading(frame.buffer_mut(), area, &title, Some(beside), desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
    }
}

/// A refund that does not arrive, however often it is made.
pub(super) fn waits_for_money(trouble: &Trouble) -> bool {
    trouble.job == Job::SettleRefunds && trouble.try_at.is_none()
}

fn standing(trouble: &Trouble, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    match (trouble.try_at, trouble.is_stuck) {
        (None, _) => ("waits for you".to_owned(), theme.bad),
        (_, true) => ("stuck".to_owned(), theme.bad),
        (_, false) => ("tried again".to_owned(), theme.warn),
    }
}

fn of_trouble(trouble: &Trouble, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let mut lines = Vec::new();
    let what = about(&trouble.about);
    if !what.is_empty() {
        lines.extend(text::wrapped(&text::clean(&what), width, theme.strong));
    }
    if let Some(provider) = &trouble.about.provider {
        lines.extend(text::wrapped(&format!("of {}", text::clean(provider)), width, theme.text));
    }
    lines.push(Line::default());
    lines.push(Line::styled("What was said", theme.title));
    lines.extend(text::wrapped(&text::clean(&trouble.error), width, theme.text));
    lines.push(Line::default());
    let times = text::counted(trouble.failures.into(), "time", "times");
    let (first, last) =
        (moment(trouble.first_failed_at, desk), moment(trouble.last_failed_at, desk));
    let failed = if trouble.failures == 1 {
        format!("Failed at {last}.")
    } else {
        format!("Failed {times} since {first}, the last time at {last}.")
    };
    lines.extend(text::wrapped(&failed, width, theme.text));
    let key = key_of(JobsAct::Retry, desk);
    let next = match trouble.try_at {
        None => format!("It is not tried again by itself; {key} tries it."),
        Some(at) => format!("It is tried again at {}; {key} tries it now.", moment(at, desk)),
    };
    lines.extend(text::wrapped(&next, width, theme.text));
    if waits_for_money(trouble) {
        let words = "Once it was paid in another way, write that down: traveloure jobs given-back ID --reference REF";
        lines.extend(text::wrapped(words, width, theme.text));
    }
    lines.push(Line::default());
    // Alone on their lines, so that the mouse takes them and nothing else.
    lines.push(Line::styled(format!("{}:", trouble.job), theme.dim));
    lines.push(Line::from(text::said(&trouble.subject, theme.info)));
    if let Some(booking) = trouble.about.booking_id {
        lines.push(Line::styled("booking:", theme.dim));
        lines.push(Line::styled(booking.to_string(), theme.info));
    }
    lines
}

fn of_job(row: &JobRow, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let field = |name: &str, value: String| {
        Line::from(vec![
            Span::styled(format!("{name:<12}"), theme.dim),
            Span::styled(value, theme.text),
        ])
    };
    let mut lines = vec![field("name", row.job.to_string())];
    lines
        .push(field("ran", row.last_run.map_or_else(|| "never".to_owned(), |at| moment(at, desk))));
    if let Some(worker) = &row.last_worker {
        lines.push(field("by", text::clean(worker).into_owned()));
    }
    if let Some(at) = row.next_due {
        lines.push(field("next due", moment(at, desk)));
    }
    if row.lag_seconds > 0 {
        let words = text::counted(row.lag_seconds, "second", "seconds");
        lines.push(field("late by", words));
    }
    lines.push(field("done", text::grouped(row.done)));
    lines.push(field("failed", text::grouped(row.failures)));
    lines.push(Line::styled("counted since the servers at work started", theme.dim));
    lines.push(Line::default());
    match row.state {
        JobState::Silent => {
            let words = "No server at work runs it. f w shows the servers; if none works, start one with \
                         traveloure serve, else look into the log of the one that does.";
            lines.extend(text::wrapped(words, width, theme.bad));
        }
        JobState::Fails => {
            lines.push(Line::styled("It cannot look for what is due", theme.title));
            let error = row.error.as_deref().unwrap_or_default();
            lines.extend(text::wrapped(&text::clean(error), width, theme.bad));
        }
        JobState::Runs => {}
    }
    if row.stuck + row.retrying > 0 {
        let (stuck, all) = (key_of(JobsAct::ShowStuck, desk), key_of(JobsAct::ShowAll, desk));
        let words = format!(
            "{} stuck and {} tried again by itself: {stuck} and {all} show them.",
            text::grouped(row.stuck),
            text::grouped(row.retrying)
        );
        lines.extend(text::wrapped(&words, width, theme.warn));
    }
    lines
}
