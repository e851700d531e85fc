//! Killing the server at a named moment of a checkout.
//!
//! Nothing of this is in the program: two doors, one before its database and one before its processor, see what
//! passes, and the trap kills the server when what it waits for comes by. What was to pass then does not.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// On which side of a message the server dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// The other party never hears of it.
    Before,
    /// The other party has done it, and the server never learns so.
    After,
}

/// What the server says to somebody else.
#[derive(Clone, Copy, Debug)]
pub enum What {
    /// The commit of a transaction in whose statements all of these stand.
    Commit(&'static [&'static str]),
    /// A call of the processor: method, and how its path begins.
    Call(&'static str, &'static str),
}

/// A moment to die at.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub edge: Edge,
    pub what: What,
}

/// What a door saw.
#[derive(Clone, Copy, Debug)]
pub enum Seen<'a> {
    /// The text of all statements of the transaction.
    Commit(&'a str),
    Call(&'a str, &'a str),
}

/// Shared by the doors; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Trap(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    armed: Option<Moment>,
    victim: Option<Pid>,
    sprung: Option<Instant>,
}

impl Trap {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whom to kill; nobody while the server is down.
    pub fn victim(&self, pid: Option<Pid>) {
        self.state().victim = pid;
    }

    pub fn arm(&self, moment: Moment) {
        let mut state = self.state();
        state.armed = Some(moment);
        state.sprung = None;
    }

    /// Takes the trap away; says when it had killed, if it had.
    pub fn disarm(&self) -> Option<Instant> {
        let mut state = self.state();
        state.armed = None;
        state.sprung.take()
    }

    /// Whether it has killed since it was armed.
    pub fn has_sprung(&self) -> bool {
        self.state().sprung.is_some()
    }

    /// kill -9, now.
    pub fn kill_now(&self) -> Option<Instant> {
        let mut state = self.state();
        let pid = state.victim.take()?;
        kill(pid, Signal::SIGKILL).ok()?;
        state.sprung = Some(Instant::now());
        state.sprung
    }

    /// Told by a door of what passes: kills if this is the moment, and says so. Then it must not pass.
    pub fn kills_at(&self, edge: Edge, seen: Seen<'_>) -> bool {
        let armed = self.state().armed;
        let Some(moment) = armed else { return false };
        let is_it = moment.edge == edge
            && match (moment.what, seen) {
                (What::Commit(holds), Seen::Commit(text)) => {
                    holds.iter().all(|part| text.contains(part))
                }
                (What::Call(method, begins), Seen::Call(called, path)) => {
                    method == called && path.starts_with(begins)
                }
                _ => false,
            };
        if !is_it || self.kill_now().is_none() {
            return false;
        }
        self.state().armed = None;
        true
    }
}
