//! What goes into the app and what comes out of it.

use std::path::PathBuf;

use crossterm::event::Event;
use ratatui::layout::Size;

use super::call::{ApiError, Dispatch, News, Reply, Ticket};
use super::unsent::Unsent;
use crate::to_file::NotWritten;

/// Everything that can happen to an app.
#[derive(Debug)]
pub enum Message {
    /// The first message: the app asks for what it needs.
    Begin {
        /// Answers that a session before this one could not send.
        unsent: Vec<Unsent>,
    },
    /// A key, a paste or the mouse.
    Input(Event),
    Resize(Size),
    /// What a call brought back.
    Reply {
        ticket: Ticket,
        result: Result<Reply, ApiError>,
    },
    News(News),
    Startup(Startup),
    /// The moment that [`next_wake`](super::App::next_wake) named has come.
    Wake,
    /// What became of [`Effect::Edit`]: the text, or none when the person gave it up.
    Edited(Result<Option<String>, String>),
    /// What became of [`Effect::Write`]: the whole path of the file, or why there is none.
    Written {
        ticket: Ticket,
        result: Result<PathBuf, NotWritten>,
    },
    /// An effect could not be carried out; the text says which and why.
    Failed(String),
    /// The terminal goes away: what waits has to be sent now.
    Closing,
}

/// A text on its way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToFile {
    pub ticket: Ticket,
    /// As the person typed it.
    pub path: String,
    pub text: String,
    /// A file of that name may go.
    pub overwrite: bool,
}

/// What the app wants done.
#[derive(Debug)]
pub enum Effect {
    /// Ask the API; the answer comes back as [`Message::Reply`].
    Call(Box<Dispatch>),
    /// Open the event stream from now on, or close it.
    Listen(bool),
    /// Let the person edit this text in their own editor; comes back as [`Message::Edited`].
    Edit(String),
    /// Put this text on the person's clipboard.
    Copy(String),
    /// Write this text to a file; comes back as [`Message::Written`].
    Write(Box<ToFile>),
    /// Keep a list of answers that are not sent yet, in place of the one kept before.
    Keep(Vec<Unsent>),
    /// Paint everything again.
    Repaint,
    /// Give the terminal back to the shell until called again.
    Suspend,
    /// Begin again to start the private server, after it failed.
    StartAgain,
    /// The app is done. `last_words` are for the terminal after the screen is gone.
    Quit { last_words: Option<String> },
}

/// A step of the private server's start, or what kept it from starting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Startup {
    /// Looking for an installed `PostgreSQL`.
    Looking,
    /// None is installed: a build is fetched. Bytes so far, and in all where that is known.
    Fetching { done: u64, total: Option<u64> },
    /// A private cluster is created.
    Creating,
    /// The cluster is started.
    Starting,
    /// The database's tables are brought up to date.
    Migrating,
    /// Demo data is entered.
    DemoData { done: u32, total: u32 },
    /// The server answers.
    Ready {
        /// There is no account yet.
        is_new: bool,
    },
    /// It could not be done.
    Failed {
        /// What happened.
        what: String,
        /// What to do about it.
        remedy: String,
    },
}
