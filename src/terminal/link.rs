//! One person's terminal, as the loop that runs an app sees it.

use std::future::{Future, ready};

use crossterm::event::Event;
use ratatui::layout::Size;
use thiserror::Error;

/// A terminal that frames are sent to and input comes from.
pub trait Link: Send {
    /// What this terminal can do; constant while the link lives.
    fn capabilities(&self) -> &Capabilities;

    /// The size now, in columns and rows.
    fn size(&self) -> Size;

    /// The next thing that happened. Cancel safe: a dropped future loses nothing.
    ///
    /// After [`LinkEvent::Closed`] the link is over; asking again returns `Closed` again.
    fn next(&mut self) -> impl Future<Output = LinkEvent> + Send;

    /// Whether [`send`](Self::send) would take a frame now. When it would not, the link reports
    /// [`LinkEvent::Ready`] as soon as it does, so nobody has to ask in a circle.
    fn is_ready(&mut self) -> bool;

    /// Hands over one frame without waiting for it to be written. Returns `false` when the link has
    /// no room or is over: the frame is lost, and the next one has to paint everything.
    fn send(&mut self, frame: Vec<u8>) -> bool;

    /// Gives the terminal back to the shell until the person brings this process to the foreground
    /// again. What was on the screen is gone afterwards.
    ///
    /// # Errors
    /// [`LinkError::Unsupported`] where there is no shell to go back to.
    fn suspend(&mut self) -> impl Future<Output = Result<(), LinkError>> + Send {
        ready(Err(LinkError::Unsupported("suspend")))
    }

    /// Lets the person edit `text` in the editor of their choice. What was on the screen is gone
    /// afterwards.
    ///
    /// # Errors
    /// [`LinkError::Unsupported`] where [`Capabilities::editor`] is false; otherwise when the editor
    /// could not be started or what it wrote could not be read. `text` itself is never lost: the
    /// caller still has it.
    fn edit(&mut self, text: &str) -> impl Future<Output = Result<Edited, LinkError>> + Send {
        let _ = text;
        ready(Err(LinkError::Unsupported("an external editor")))
    }
}

/// What came from a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// A key, a paste, the mouse or the focus. Never a resize, and never the release of a key.
    Input(Event),
    /// The terminal has this size now. Sizes it had in between are not reported.
    Resize(Size),
    /// There is room for a frame again, after there was none.
    Ready,
    /// What was on the screen is gone (the process was stopped and continued).
    Repaint,
    /// The link is over.
    Closed(Closing),
}

/// Why a link ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// The terminal went away: the window was closed, the connection broke, the input ended.
    Hangup,
    /// The process was told to stop, by the signal with this name.
    Signal(&'static str),
    /// The terminal could not be read or written; the message is the operating system's.
    Failed(String),
}

/// What came back from [`Link::edit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// The text as the editor left it.
    Text(String),
    /// The editor said that the edit is not wanted, by ending with a failure.
    Cancelled,
}

/// Something asked of a link that it did not do.
#[derive(Debug, Error)]
pub enum LinkError {
    #[error("{0} is not available on this terminal")]
    Unsupported(&'static str),
    #[error("could not {what}: {source}")]
    Io {
        what: &'static str,
        #[source]
        source: std::io::Error,
    },
    /// The editor's file is kept so that what was written in it is not lost.
    #[error("{reason}; what was written is kept in {}", path.display())]
    Kept { reason: String, path: std::path::PathBuf },
}

/// What a link can do, so that an app offers only what works.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct Capabilities {
    /// A short name for logs and for the help screen: `local`, `ssh`.
    pub name: &'static str,
    /// [`Link::edit`] opens the person's own editor.
    pub editor: bool,
    /// Paths that the person types are on their own machine.
    pub files: bool,
    /// Credentials can be kept in the person's keyring.
    pub keyring: bool,
    /// [`Link::suspend`] returns to a shell.
    pub suspend: bool,
    /// Text can be put on the person's clipboard.
    pub clipboard: bool,
    /// Mouse events are reported.
    pub mouse: bool,
    pub colours: Colours,
}

/// How many colours a terminal is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// None: `NO_COLOR`, or a terminal that has none. Bold, underline and reverse remain.
    Mono,
    /// The sixteen that the person's own theme defines, and the default.
    #[default]
    Sixteen,
    /// Whatever is asked for, up to 24 bits.
    Full,
}

impl Colours {
    /// What a terminal with these environment variables should get: none if `NO_COLOR` is set to
    /// anything (<https://no-color.org>) or the terminal has none, else sixteen.
    #[must_use]
    pub fn for_terminal(no_color: Option<&str>, term: Option<&str>) -> Self {
        let refused = no_color.is_some_and(|value| !value.is_empty());
        let none = matches!(term, Some("dumb" | "vt100" | "vt102" | "vt220"))
            || term.is_some_and(|name| name.ends_with("-m") || name.ends_with("-mono"));
        if refused || none { Self::Mono } else { Self::Sixteen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_can_be_refused() {
        for (no_color, term, colours) in [
            (None, Some("xterm-256color"), Colours::Sixteen),
            (Some(""), Some("xterm"), Colours::Sixteen),
            (Some("1"), Some("xterm"), Colours::Mono),
            (None, Some("dumb"), Colours::Mono),
            (None, None, Colours::Sixteen),
        ] {
            assert_eq!(Colours::for_terminal(no_color, term), colours, "{no_color:?} {term:?}");
        }
    }
}
