//! The terminal that this process was started in.
//!
//! The only part of the program that touches a real terminal. Keys are read as bytes and decoded as
//! those of an SSH session are: crossterm's own reader takes an escape sequence that arrives in two
//! pieces for an Esc and typed letters, which over a slow connection answers requests by itself,
//! and it does not come back once the terminal has gone.

mod editor;
mod output;
mod reader;
mod signals;

use std::io;
use std::time::{Duration, Instant};

use ratatui::layout::Size;
use tokio::time::{sleep_until, timeout};

use self::{output::Output, reader::Reader, signals::Signal, signals::Signals};
use super::{
    input::Input,
    link::{Capabilities, Closing, Colours, Edited, Link, LinkError, LinkEvent},
    modes::Modes,
    queue::{self, FrameSink},
};

/// How long a process that stops itself waits to be continued. Only passes where nothing stops it,
/// because no shell could continue it.
const STOPPING: Duration = Duration::from_millis(100);

/// What the local terminal is asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub modes: Modes,
    pub colours: Colours,
    /// The person's editor, as a shell command: `$VISUAL` or `$EDITOR`. `vi` if there is none.
    pub editor: Option<String>,
}

/// The link to the local terminal. The terminal is as it was before once this is dropped, and when
/// the thread that opened it panics.
#[derive(Debug)]
pub struct LocalLink {
    options: Options,
    capabilities: Capabilities,
    output: Output,
    frames: FrameSink,
    /// `None` while another program has the terminal.
    reader: Option<Reader>,
    input: Input,
    signals: Signals,
    size: Size,
    /// Nobody was told yet that there is room for a frame again.
    full: bool,
    /// What has to come before the next frame.
    greeting: Option<Vec<u8>>,
    closed: Option<Closing>,
}

impl LocalLink {
    /// Takes the terminal over: raw mode now, the alternate screen with the first frame. Asks the
    /// terminal nothing, so that the first frame need not wait.
    ///
    /// To be called from the thread that runs the app: when that panics, the terminal is given back
    /// before the message is printed. A panic elsewhere is only logged, since the app goes on.
    ///
    /// # Errors
    /// When there is no terminal, or it cannot be read, written or put into raw mode.
    ///
    /// # Panics
    /// Outside of a tokio runtime with I/O and time.
    pub fn open(options: Options) -> io::Result<Self> {
        let signals = Signals::listen()?;
        let (frames, source) = queue::frames();
        let output = Output::open(options.modes, source)?;
        output.give_back_on_panic();
        let mut link = Self {
            capabilities: Capabilities {
                name: "local",
                editor: true,
                files: true,
                keyring: true,
                suspend: true,
                clipboard: true,
                mouse: options.modes.mouse,
                colours: options.colours,
            },
            options,
            output,
            frames,
            reader: None,
            input: Input::new(),
            signals,
            size: Size::ZERO,
            full: false,
            greeting: None,
            closed: None,
        };
        link.take_over()?;
        Ok(link)
    }

    /// Gives the terminal back, as dropping the link does, and says if that failed.
    ///
    /// # Errors
    /// When the terminal is gone or stuck.
    pub fn close(self) -> io::Result<()> {
        self.output.give_back()
    }

    fn take_over(&mut self) -> io::Result<()> {
        self.output.take_over()?;
        self.greeting = Some(self.options.modes.enter());
        self.reader = Some(Reader::start()?);
        self.input = Input::new();
        self.size = terminal_size();
        Ok(())
    }

    fn step_aside(&mut self) -> io::Result<()> {
        // First of all, so that no key meant for another program is read here.
        self.reader = None;
        self.output.give_back()
    }

    fn resized(&mut self) -> Option<LinkEvent> {
        let size = terminal_size();
        let changed = std::mem::replace(&mut self.size, size) != size;
        changed.then_some(LinkEvent::Resize(size))
    }

    /// Somebody stopped the process from outside and continued it: the shell has changed the
    /// terminal's modes and its screen.
    fn continued(&mut self) -> LinkEvent {
        match self.step_aside().and_then(|()| self.take_over()) {
            Ok(()) => LinkEvent::Repaint,
            Err(error) => self.over(Closing::Failed(error.to_string())),
        }
    }

    fn over(&mut self, closing: Closing) -> LinkEvent {
        self.reader = None;
        LinkEvent::Closed(self.closed.insert(closing).clone())
    }

    fn on_signal(&mut self, signal: Signal) -> Option<LinkEvent> {
        match signal {
            Signal::Resized => self.resized(),
            Signal::Continued => Some(self.continued()),
            Signal::HangUp => Some(self.over(Closing::Hangup)),
            Signal::Stop(name) => Some(self.over(Closing::Signal(name))),
        }
    }
}

impl Link for LocalLink {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn size(&self) -> Size {
        self.size
    }

    async fn next(&mut self) -> LinkEvent {
        loop {
            if let Some(event) = self.input.take() {
                return LinkEvent::Input(event);
            }
            if let Some(closing) = &self.closed {
                return LinkEvent::Closed(closing.clone());
            }
            let Some(reader) = &mut self.reader else {
                return self.over(Closing::Failed("the terminal was not taken back".into()));
            };
            let deadline = self.input.deadline();
            let event = tokio::select! {
                read = reader.next() => match read {
                    Some(Ok(bytes)) => {
                        self.input.feed(&bytes, Instant::now());
                        None
                    }
                    Some(Err(error)) => Some(self.over(Closing::Failed(error.to_string()))),
                    None => Some(self.over(Closing::Hangup)),
                },
                () = expiry(deadline) => {
                    self.input.expire();
                    None
                }
                () = self.frames.ready(), if self.full => {
                    self.full = false;
                    Some(LinkEvent::Ready)
                }
                () = self.frames.closed() => {
                    let closing = self.output.failure().map_or(Closing::Hangup, Closing::Failed);
                    Some(self.over(closing))
                }
                signal = self.signals.next() => self.on_signal(signal),
            };
            if let Some(event) = event {
                return event;
            }
        }
    }

    fn is_ready(&mut self) -> bool {
        let ready = self.frames.is_ready();
        self.full |= !ready;
        ready
    }

    fn send(&mut self, frame: Vec<u8>) -> bool {
        if !self.is_ready() {
            return false;
        }
        let mut bytes = self.greeting.take().unwrap_or_default();
        bytes.extend_from_slice(&frame);
        self.frames.offer(bytes)
    }

    async fn suspend(&mut self) -> Result<(), LinkError> {
        let io = |source| LinkError::Io { what: "leave the terminal to the shell", source };
        self.step_aside().map_err(io)?;
        let stopped = signals::stop_process_group().map_err(io);
        if stopped.is_ok() {
            // Another thread may take the signal a moment later than this one goes on.
            let _ = timeout(STOPPING, self.signals.continued()).await;
        }
        self.take_over()
            .map_err(|source| LinkError::Io { what: "take the terminal back", source })?;
        stopped
    }

    async fn edit(&mut self, text: &str) -> Result<Edited, LinkError> {
        let command = self.options.editor.clone();
        let command = command.as_deref().unwrap_or("vi");
        let draft = editor::Draft::write(text)?;
        self.step_aside()
            .map_err(|source| LinkError::Io { what: "leave the terminal to the editor", source })?;
        let ended = draft.open_in(command).await;
        self.signals.forget_what_was_meant_for_another_program();
        self.take_over()
            .map_err(|source| LinkError::Io { what: "take the terminal back", source })?;
        draft.read(ended?)
    }
}

async fn expiry(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

/// The terminal's size as the system knows it: no question to the terminal. A terminal that does
/// not say is taken for the usual one.
fn terminal_size() -> Size {
    match crossterm::terminal::window_size() {
        Ok(size) if size.columns > 0 && size.rows > 0 => Size::new(size.columns, size.rows),
        _ => Size::new(80, 24),
    }
}

#[cfg(test)]
mod tests;
