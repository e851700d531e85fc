//! Writes frames on a thread of its own, and gives the terminal back.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::terminal::{modes::Modes, queue::FrameSource};

/// How long giving the terminal back waits for a frame that is being written. A terminal that takes
/// longer is stuck (somebody pressed Ctrl-S): then it keeps its screen, but gets its modes back.
const PATIENCE: Duration = Duration::from_millis(300);

/// The terminal's output.
#[derive(Debug)]
pub(super) struct Output(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    modes: Modes,
    terminal: Mutex<File>,
    /// Whether the terminal is ours now. Frames that come when it is not are dropped.
    ours: AtomicBool,
    failure: Mutex<Option<String>>,
}

impl Output {
    /// Opens the terminal and starts to write what comes from `frames`; closes `frames` when
    /// writing fails.
    pub(super) fn open(modes: Modes, frames: FrameSource) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            modes,
            terminal: Mutex::new(open_output()?),
            ours: AtomicBool::new(false),
            failure: Mutex::new(None),
        });
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("terminal output".into())
            .spawn(move || writer.write_all_of(frames))?;
        Ok(Self(shared))
    }

    /// Puts the terminal into raw mode.
    pub(super) fn take_over(&self) -> io::Result<()> {
        enable_raw_mode()?;
        self.0.ours.store(true, Ordering::SeqCst);
        Ok(())
    }

    /// Puts the terminal back as it was before [`take_over`](Self::take_over). Twice is once.
    pub(super) fn give_back(&self) -> io::Result<()> {
        self.0.give_back()
    }

    /// Why writing ended, if it failed.
    pub(super) fn failure(&self) -> Option<String> {
        lock(&self.0.failure).clone()
    }

    /// Has a panic of this thread give the terminal back first, so that its message can be read.
    pub(super) fn give_back_on_panic(&self) {
        let shared = Arc::downgrade(&self.0);
        let app = thread::current().id();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let shared = shared.upgrade();
            let ours = shared.filter(|shared| shared.ours.load(Ordering::SeqCst));
            match ours {
                None => before(panic),
                Some(shared) if thread::current().id() == app => {
                    // The message matters more than why the terminal could not be given back.
                    let _ = shared.give_back();
                    before(panic);
                }
                // The app goes on and repaints nothing that is printed over it.
                Some(_) => tracing::error!("{panic}"),
            }
        }));
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.0.give_back();
    }
}

impl Shared {
    fn write_all_of(&self, mut frames: FrameSource) {
        while let Some(frame) = frames.next_blocking() {
            let mut terminal = lock(&self.terminal);
            if !self.ours.load(Ordering::SeqCst) {
                continue;
            }
            if let Err(error) = terminal.write_all(&frame) {
                drop(terminal);
                *lock(&self.failure) = Some(error.to_string());
                return;
            }
        }
    }

    fn give_back(&self) -> io::Result<()> {
        if !self.ours.swap(false, Ordering::SeqCst) {
            return Ok(());
        }
        // The modes first: they can be set even when nothing can be written, and whoever sees the
        // screen change can type.
        let modes = disable_raw_mode();
        let written = match self.wait_for_terminal() {
            Some(mut terminal) => terminal.write_all(&self.modes.leave()),
            None => Err(io::ErrorKind::TimedOut.into()),
        };
        modes.and(written)
    }

    fn wait_for_terminal(&self) -> Option<MutexGuard<'_, File>> {
        let start = Instant::now();
        loop {
            match self.terminal.try_lock() {
                Ok(terminal) => return Some(terminal),
                Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => return None,
                Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing that can panic happens under these locks.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal on standard output, or the controlling one when something else is there.
fn open_output() -> io::Result<File> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        Ok(stdout.as_fd().try_clone_to_owned()?.into())
    } else {
        File::options().write(true).open("/dev/tty")
    }
}
