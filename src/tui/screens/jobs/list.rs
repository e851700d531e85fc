//! The lists: the jobs, what failed, and the servers.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::{
    api::job::{About, JobRow, JobState, Trouble, Worker, WorkerState},
    time::{local, today},
};

use super::{JobsScreen, Pane, View, retrying::capital};
use crate::tui::{
    app::desk::Desk,
    commands::{Action, JobsAct},
    widgets::{
        columns::{self, Align, Column},
        pane::{self, Blank},
        text,
    },
};

const JOBS: [Column; 6] = [
    Column { title: "Job", min: 20, max: 36, align: Align::Start, importance: 10 },
    Column { title: "State", min: 6, max: 7, align: Align::Start, importance: 9 },
    Column { title: "Stuck", min: 5, max: 6, align: Align::End, importance: 8 },
    Column { title: "Retried", min: 7, max: 8, align: Align::End, importance: 6 },
    Column { title: "Ran", min: 8, max: 8, align: Align::End, importance: 5 },
    Column { title: "Next", min: 8, max: 8, align: Align::End, importance: 4 },
];

const TROUBLES: [Column; 4] = [
    Column { title: "What", min: 16, max: 36, align: Align::Start, importance: 9 },
    Column { title: "About", min: 14, max: 50, align: Align::Start, importance: 8 },
    Column { title: "Failed", min: 6, max: 7, align: Align::End, importance: 5 },
    Column { title: "Next try", min: 13, max: 13, align: Align::Start, importance: 10 },
];

const SERVERS: [Column; 4] = [
    Column { title: "Server", min: 20, max: 50, align: Align::Start, importance: 10 },
    Column { title: "State", min: 7, max: 8, align: Align::Start, importance: 9 },
    Column { title: "Since", min: 12, max: 14, align: Align::End, importance: 4 },
    Column { title: "Last heard of", min: 13, max: 14, align: Align::End, importance: 8 },
];

/// Columns left of the first: the cursor and a blank.
const SIGNS: u16 = 2;

type Cell = (Cow<'static, str>, Style);

impl JobsScreen {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let beside = match self.view {
            View::Stuck | View::All => pane::freshness(&self.troubles, desk),
            View::Jobs | View::Servers => pane::freshness(&self.overview, desk),
        };
        let beside = beside.or_else(|| Some((self.servers()?, desk.look.theme.dim)));
        pane::heading(buffer, area, &self.heading(), beside, desk);
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        let len = self.len();
        if len == 0 {
            self.blank(desk).draw(buffer, body, desk);
            return;
        }
        let columns: &[Column] = match self.view {
            View::Jobs => &JOBS,
            View::Stuck | View::All => &TROUBLES,
            View::Servers => &SERVERS,
        };
        let places = columns::fit(columns, area.width.saturating_sub(SIGNS));
        let inside =
            |row: Rect| Rect { x: row.x + SIGNS, width: row.width.saturating_sub(SIGNS), ..row };
        columns::titles(buffer, inside(text::row(area, 1)), columns, &places, desk.look.theme.dim);
        for (index, at) in self.list.visible(body, len).zip(0..) {
            let row = text::row(body, at);
            let cursor = self.cursor(index, desk);
            if let Some(style) = cursor {
                buffer.set_style(row, style);
                text::put(buffer, row, desk.look.symbols.cursor, style);
            }
            for ((cell, column), place) in self.cells(index, desk).iter().zip(columns).zip(&places)
            {
                let Some((x, width)) = place else { continue };
                let place = Rect { x: inside(row).x + x, width: *width, ..row };
                put(buffer, place, column.align, cell, cursor);
            }
        }
    }

    fn cursor(&self, index: usize, desk: &Desk) -> Option<Style> {
        let theme = &desk.look.theme;
        (index == self.list.cursor()).then_some(if self.pane == Pane::List {
            theme.cursor
        } else {
            theme.cursor_idle
        })
    }

    fn heading(&self) -> String {
        let total = self.troubles.get().and_then(|page| page.total).unwrap_or_default();
        let counted = |title: &str| match self.rows().len() as u64 {
            0 => title.to_owned(),
            loaded if loaded < total => {
                format!("{title}  the oldest {} of {}", text::grouped(loaded), text::grouped(total))
            }
            loaded => format!("{title}  {}", text::grouped(loaded)),
        };
        match self.view {
            View::Jobs => "Jobs".to_owned(),
            View::Stuck => counted("Stuck"),
            View::All => counted("Everything that failed"),
            View::Servers => "Servers".to_owned(),
        }
    }

    /// Who runs them, in a few words.
    fn servers(&self) -> Option<String> {
        self.overview.get()?;
        let count = |state| {
            let found = self.workers().iter().filter(|worker| worker.state == state);
            found.count() as u64
        };
        let works = match count(WorkerState::Works) {
            0 => "no server at work".to_owned(),
            works => format!("{} at work", text::counted(works, "server", "servers")),
        };
        Some(match count(WorkerState::Lost) {
            0 => works,
            lost => format!("{works}, {lost} lost"),
        })
    }

    fn blank(&self, desk: &Desk) -> Blank<'_> {
        match self.view {
            View::Stuck | View::All if self.troubles.get().is_none() => {
                Blank::of(&self.troubles, desk.now)
            }
            View::Stuck => Blank::Empty {
                what: "Nothing is stuck.",
                next: "f f shows what failed and is tried again by itself.",
            },
            View::All => Blank::Empty { what: "Nothing has failed.", next: "f j shows the jobs." },
            View::Jobs | View::Servers if self.overview.get().is_none() => {
                Blank::of(&self.overview, desk.now)
            }
            View::Jobs | View::Servers => Blank::Empty {
                what: "No server has run yet.",
                next: "traveloure serve starts one.",
            },
        }
    }

    fn cells(&self, index: usize, desk: &Desk) -> Vec<Cell> {
        match self.view {
            View::Jobs => self.jobs().get(index).map(|row| of_job(row, desk)),
            View::Stuck | View::All => self.rows().get(index).map(|row| of_trouble(row, desk)),
            View::Servers => self.workers().get(index).map(|row| of_server(row, desk)),
        }
        .unwrap_or_default()
    }
}

fn put(buffer: &mut Buffer, place: Rect, align: Align, cell: &Cell, cursor: Option<Style>) {
    let (words, style) = cell;
    let style = cursor.unwrap_or(*style);
    match align {
        Align::Start => text::put(buffer, place, words, style),
        Align::End => text::put_end(buffer, place, words, style),
    };
}

fn of_job(row: &JobRow, desk: &Desk) -> Vec<Cell> {
    let theme = &desk.look.theme;
    let some = |count: u64| if count == 0 { String::new() } else { text::grouped(count) };
    let (state, style) = state_of(row, desk);
    let next = row.next_due.map_or_else(String::new, |at| day_or_time(at, desk));
    vec![
        (capital(row.job.title()).into(), theme.text),
        (state.into(), style),
        (some(row.stuck).into(), theme.bad),
        (some(row.retrying).into(), theme.warn),
        (
            row.last_run.map_or_else(|| "never".to_owned(), |at| day_or_time(at, desk)).into(),
            theme.dim,
        ),
        (next.into(), theme.dim),
    ]
}

/// A job's state in a word, and how it looks.
pub(super) fn state_of(row: &JobRow, desk: &Desk) -> (&'static str, Style) {
    let theme = &desk.look.theme;
    match row.state {
        JobState::Runs if row.lag_seconds >= 60 => ("late", theme.warn),
        JobState::Runs => ("runs", theme.good),
        JobState::Fails => ("fails", theme.bad),
        JobState::Silent => ("silent", theme.bad),
    }
}

fn of_trouble(trouble: &Trouble, desk: &Desk) -> Vec<Cell> {
    let theme = &desk.look.theme;
    let next = match trouble.try_at {
        None => ("waits for you".to_owned(), theme.bad),
        Some(at) if at <= desk.now => ("now".to_owned(), theme.text),
        Some(at) => (moment(at, desk), theme.text),
    };
    let what = if trouble.is_stuck { theme.bad } else { theme.text };
    vec![
        (capital(trouble.job.title()).into(), what),
        (about(&trouble.about).into(), theme.text),
        (format!("{}x", trouble.failures).into(), theme.dim),
        (next.0.into(), next.1),
    ]
}

fn of_server(worker: &Worker, desk: &Desk) -> Vec<Cell> {
    let theme = &desk.look.theme;
    let style = match worker.state {
        WorkerState::Works => theme.good,
        WorkerState::Lost => theme.bad,
        WorkerState::Stopped => theme.dim,
    };
    vec![
        (worker.name.clone().into(), theme.text),
        (worker.state.as_str().into(), style),
        (moment(worker.started_at, desk).into(), theme.dim),
        (moment(worker.seen_at, desk).into(), theme.dim),
    ]
}

/// What a trouble is about: an amount, a service, a person.
pub(super) fn about(about: &About) -> String {
    let amount = about.amount.map(|amount| amount.to_string());
    let parts = [amount, about.title.clone(), about.traveler.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// A moment as it is read: the time today, the day and the time else.
pub(super) fn moment(at: DateTime<Utc>, desk: &Desk) -> String {
    written(at, "%-d %b %H:%M", desk)
}

/// The same where there is little room.
fn day_or_time(at: DateTime<Utc>, desk: &Desk) -> String {
    written(at, "%-d %b", desk)
}

fn written(at: DateTime<Utc>, on_another_day: &str, desk: &Desk) -> String {
    let zone = desk.settings.zone;
    let own = local(at, zone);
    let is_today = own.date() == today(desk.now, zone);
    own.format(if is_today { "%H:%M:%S" } else { on_another_day }).to_string()
}

/// What the key of a command is.
pub(super) fn key_of(act: JobsAct, desk: &Desk) -> String {
    desk.key(Action::Jobs(act))
}
