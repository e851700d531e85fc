//! What the system tells the process.

use std::io;
use std::task::{Context, Waker};

use rustix::process::{self, kill_current_process_group};
use tokio::signal::unix::{self, SignalKind};

/// A signal that concerns the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signal {
    Resized,
    Continued,
    HangUp,
    /// The process is to end; the signal's name.
    Stop(&'static str),
}

#[derive(Debug)]
pub(super) struct Signals {
    resized: unix::Signal,
    continued: unix::Signal,
    hang_up: unix::Signal,
    terminate: unix::Signal,
    interrupt: unix::Signal,
    quit: unix::Signal,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            resized: unix::signal(SignalKind::window_change())?,
            continued: unix::signal(SignalKind::from_raw(process::Signal::CONT.as_raw()))?,
            hang_up: unix::signal(SignalKind::hangup())?,
            terminate: unix::signal(SignalKind::terminate())?,
            interrupt: unix::signal(SignalKind::interrupt())?,
            quit: unix::signal(SignalKind::quit())?,
        })
    }

    /// The next signal. Cancel safe.
    pub(super) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.resized.recv() => Signal::Resized,
            _ = self.continued.recv() => Signal::Continued,
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.terminate.recv() => Signal::Stop("SIGTERM"),
            _ = self.interrupt.recv() => Signal::Stop("SIGINT"),
            _ = self.quit.recv() => Signal::Stop("SIGQUIT"),
        }
    }

    /// Waits until the process was stopped and continued.
    pub(super) async fn continued(&mut self) {
        self.continued.recv().await;
    }

    /// A terminal in its usual mode sends the signals of its keys to every process in the
    /// foreground: those that came meanwhile were not meant for this one.
    pub(super) fn forget_what_was_meant_for_another_program(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        for signal in [&mut self.interrupt, &mut self.quit, &mut self.continued] {
            while signal.poll_recv(&mut context).is_ready() {}
        }
    }
}

/// Stops all processes of the job, as Ctrl-Z in a terminal's usual mode does: a shell gets its
/// prompt back only when `cargo run`, or whatever else waits for this process, stops too.
pub(super) fn stop_process_group() -> io::Result<()> {
    Ok(kill_current_process_group(process::Signal::TSTP)?)
}
