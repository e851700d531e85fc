//! Being told to stop: Ctrl-C, or a request to end.

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::failure::Failure;

/// The two signals that end a process in order.
#[derive(Debug)]
pub struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignal {
    /// From now on the two signals no longer end the process at once.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub fn try_new() -> Result<Self, Failure> {
        let on = |kind| {
            signal(kind)
                .map_err(|error| Failure::Other(format!("signals cannot be heard: {error}")))
        };
        Ok(Self {
            interrupt: on(SignalKind::interrupt())?,
            terminate: on(SignalKind::terminate())?,
        })
    }

    /// Waits for one of them.
    pub async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
