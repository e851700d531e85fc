//! The first screen: what is being started, step by step, and what to do when a step fails.

use chrono::{DateTime, Utc};
use ratatui::{Frame, layout::Rect, style::Style};
use traveloure_core::api::problem::Code;

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Go},
        desk::{Desk, Start},
        message::{Effect, Startup},
    },
    commands::{Action, AppAct, Context},
    widgets::{spinner, text},
};

#[derive(Debug)]
pub struct StartupScreen {
    server: Option<String>,
    /// What has been begun, the current step last.
    steps: Vec<(String, DateTime<Utc>)>,
    failure: Option<(String, String)>,
    /// The private server answers; with one elsewhere there is nothing to wait for.
    is_ready: bool,
    me: Option<Ticket>,
}

impl StartupScreen {
    #[must_use]
    pub fn new(start: &Start, now: DateTime<Utc>) -> Self {
        let (server, first) = match start {
            Start::Private => (None, "Getting ready".to_owned()),
            Start::Server(address) => (Some(address.clone()), format!("Asking {address}")),
        };
        Self {
            is_ready: server.is_some(),
            server,
            steps: vec![(first, now)],
            failure: None,
            me: None,
        }
    }

    fn ask_who_is_here(&mut self, cx: &mut Cx) {
        self.failure = None;
        self.me = Some(cx.call(Call::Me));
    }

    fn failed_to_ask(&mut self, error: &ApiError) {
        let remedy = match (&self.server, error) {
            (Some(address), ApiError::Offline(_)) => {
                format!("Check the address {address} and your network.")
            }
            (None, ApiError::Offline(_)) => "The private server has stopped.".to_owned(),
            _ => String::new(),
        };
        self.failure = Some((error.to_string(), remedy));
    }
}

/// A step in words.
fn words(step: &Startup) -> Option<String> {
    Some(match step {
        Startup::Looking => "Looking for PostgreSQL".to_owned(),
        Startup::Fetching { done, total } => match total.filter(|total| *total > 0) {
            Some(total) => format!("Fetching PostgreSQL, {} %", done.saturating_mul(100) / total),
            None => format!("Fetching PostgreSQL, {} MB", done / 1_000_000),
        },
        Startup::Creating => "Creating a private database".to_owned(),
        Startup::Starting => "Starting the database".to_owned(),
        Startup::Migrating => "Bringing the tables up to date".to_owned(),
        Startup::DemoData { done, total } => format!("Entering demo data, {done} of {total}"),
        Startup::Ready { .. } => "Signing in".to_owned(),
        Startup::Failed { .. } => return None,
    })
}

/// What two reports of one step have in common.
fn stem(words: &str) -> &str {
    words.split(',').next().unwrap_or(words)
}

impl Screen for StartupScreen {
    fn tab(&self) -> Tab {
        Tab::Startup
    }

    fn focus(&self) -> Focus {
        Focus { contexts: &[Context::App], keys: Keys::Commands }
    }

    fn enter(&mut self, cx: &mut Cx) {
        if self.is_ready && self.me.is_none() {
            self.ask_who_is_here(cx);
        }
    }

    fn startup(&mut self, step: Startup, cx: &mut Cx) {
        if let Some(words) = words(&step) {
            match self.steps.last_mut() {
                Some((last, _)) if stem(last) == stem(&words) => *last = words,
                _ => self.steps.push((words, cx.now())),
            }
        }
        match step {
            Startup::Failed { what, remedy } => self.failure = Some((what, remedy)),
            Startup::Ready { .. } => {
                self.is_ready = true;
                self.ask_who_is_here(cx);
            }
            _ => self.failure = None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Refresh) if self.failure.is_some() => {
                if self.is_ready {
                    self.ask_who_is_here(cx);
                } else {
                    self.failure = None;
                    self.steps = vec![("Getting ready".to_owned(), cx.now())];
                    cx.effect(Effect::StartAgain);
                }
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.me != Some(ticket) {
            return;
        }
        self.me = None;
        match result {
            Ok(Reply::User(user)) => cx.go(Go::SignedIn(Box::new(user))),
            Ok(_) => self.failed_to_ask(&ApiError::Unreadable("not an account".to_owned())),
            Err(error) if error.code() == Some(Code::NotSignedIn) => cx.go(Go::SignedOut),
            Err(error) => self.failed_to_ask(&error),
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let (_, since) = self.steps.last()?;
        if self.failure.is_some() {
            return None;
        }
        spinner::next_change(*since, desk.now, &desk.look.symbols)
    }

    fn is_idle(&self) -> bool {
        self.failure.is_some()
    }

    fn is_home(&self) -> bool {
        true
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let symbols = &desk.look.symbols;
        let width = area.width.saturating_sub(4).min(64);
        let inside = Rect {
            x: area.x + (area.width - width) / 2,
            y: area.y + area.height / 5,
            width,
            height: area.height - area.height / 5,
        };
        let mut lines: Vec<(String, Style)> =
            vec![("Traveloure".to_owned(), theme.title), (String::new(), theme.text)];
        let last = self.steps.len().saturating_sub(1);
        for (index, (words, since)) in self.steps.iter().enumerate() {
            let (sign, style) = match (index < last, &self.failure) {
                (true, _) => (symbols.yes, theme.dim),
                (false, Some(_)) => (symbols.no, theme.bad),
                (false, None) => {
                    (spinner::frame(*since, desk.now, symbols).unwrap_or(symbols.dot), theme.text)
                }
            };
            lines.push((format!("{sign} {words}"), style));
        }
        if let Some((what, remedy)) = &self.failure {
            let keys = format!(
                "{} tries again, {} leaves.",
                desk.key(Action::App(AppAct::Refresh)),
                desk.key(Action::App(AppAct::Quit))
            );
            lines.push((String::new(), theme.text));
            for (words, style) in [(what, theme.bad), (remedy, theme.text), (&keys, theme.dim)] {
                if !words.is_empty() {
                    lines.extend(text::wrap(words, width).into_iter().map(|line| (line, style)));
                }
            }
        }
        // A failure stands at the end; where there is little room the first steps give way.
        let skip = lines.len().saturating_sub(inside.height.into());
        for (index, (words, style)) in (0..).zip(lines.iter().skip(skip)) {
            text::put(frame.buffer_mut(), text::row(inside, index), words, *style);
        }
    }
}
