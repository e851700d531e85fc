//! The two locks of a home.
//!
//! `gate` is held exclusively around starting and leaving, so that these never overlap. `users` is held shared while
//! a process uses the cluster. Under `gate`, whoever can take `users` exclusively is the last one. The kernel lets go of
//! both when a process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use super::error::{ClusterError, while_doing};
use super::layout::Layout;

/// How often a taken lock is tried again. A blocking wait could not be given up when the person quits.
const AGAIN: Duration = Duration::from_millis(10);

/// The right to start and to leave, until dropped.
#[derive(Debug)]
pub(super) struct Gate {
    file: File,
}

impl Gate {
    /// Makes the home's folders and takes the gate. `waiting` is called once if another process holds it.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) async fn enter(
        layout: &Layout,
        waiting: impl FnOnce(),
    ) -> Result<Self, ClusterError> {
        let mut waiting = Some(waiting);
        loop {
            // Each time: a home can be removed while a process waits for its gate.
            layout.prepare()?;
            if let Some(gate) = Self::try_enter(layout)? {
                return Ok(gate);
            }
            if let Some(tell) = waiting.take() {
                tell();
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Takes the gate of a home that is in use.
    ///
    /// # Errors
    /// The operating system's refusal, also if the home is gone.
    pub(super) async fn enter_again(layout: &Layout) -> Result<Self, ClusterError> {
        loop {
            if let Some(gate) = Self::try_enter(layout)? {
                return Ok(gate);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Like [`Gate::enter_again`], at once or not at all.
    pub(super) fn try_enter(layout: &Layout) -> Result<Option<Self>, ClusterError> {
        let path = layout.cluster().join("gate");
        let gate = Self { file: open(&path)? };
        // What is locked in a home that was removed guards nothing.
        let is_taken = try_exclusive(&gate.file, &path)? && is_still_at(&gate.file, &path);
        Ok(is_taken.then_some(gate))
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        let_go(&self.file);
    }
}

/// The sign that this process uses the cluster, until dropped.
#[derive(Debug)]
pub(super) struct Users {
    file: File,
}

impl Users {
    /// Joins the users. Only under [`Gate`], where nobody holds the lock exclusively.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn join(layout: &Layout) -> Result<Self, ClusterError> {
        let path = layout.cluster().join("users");
        let file = open(&path)?;
        file.lock_shared().map_err(while_doing("lock", &path))?;
        Ok(Self { file })
    }

    /// Leaves, and says whether nobody is left. Only under [`Gate`].
    pub(super) fn leave(self) -> bool {
        self.file.try_lock().is_ok()
    }
}

impl Drop for Users {
    fn drop(&mut self) {
        let_go(&self.file);
    }
}

/// Unlocks at once. Closing the file alone would not do while a program is being started: between fork and exec it
/// has the file open too.
fn let_go(file: &File) {
    if let Err(error) = file.unlock() {
        tracing::warn!(%error, "a lock was not let go");
    }
}

fn open(path: &Path) -> Result<File, ClusterError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(while_doing("open", path))
}

fn try_exclusive(file: &File, path: &Path) -> Result<bool, ClusterError> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(ClusterError::io("lock", path, error)),
    }
}

fn is_still_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.metadata()) {
        (Ok(held), Ok(found)) => held.dev() == found.dev() && held.ino() == found.ino(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Layout) {
        let top = tempfile::tempdir().unwrap();
        let layout = Layout::of(&top.path().join("home")).unwrap();
        layout.prepare().unwrap();
        (top, layout)
    }

    #[test]
    fn one_at_a_time_passes_the_gate() {
        let (_top, layout) = home();
        let gate = Gate::try_enter(&layout).unwrap();
        assert!(gate.is_some());
        assert!(Gate::try_enter(&layout).unwrap().is_none());
        drop(gate);
        assert!(Gate::try_enter(&layout).unwrap().is_some());
    }

    #[tokio::test]
    async fn who_waits_is_told_so_and_then_let_in() {
        let (_top, layout) = home();
        let held = Gate::try_enter(&layout).unwrap();
        let mut told = 0;
        // The holder leaves exactly when the waiting is announced: no time has to pass.
        Gate::enter(&layout, || {
            told += 1;
            drop(held);
        })
        .await
        .unwrap();
        assert_eq!(told, 1);
    }

    #[test]
    fn the_last_user_knows() {
        let (_top, layout) = home();
        let _gate = Gate::try_enter(&layout).unwrap().unwrap();
        let first = Users::join(&layout).unwrap();
        let second = Users::join(&layout).unwrap();
        assert!(!first.leave());
        assert!(second.leave());
    }

    #[tokio::test]
    async fn a_gate_whose_home_was_removed_guards_nothing() {
        let (top, layout) = home();
        let path = layout.cluster().join("gate");
        let file = open(&path).unwrap();
        assert!(is_still_at(&file, &path));
        std::fs::remove_dir_all(top.path().join("home")).unwrap();
        assert!(!is_still_at(&file, &path));
        assert!(Gate::try_enter(&layout).is_err(), "nothing is made again");
        drop(Gate::enter(&layout, || ()).await.unwrap());
        assert!(!is_still_at(&file, &path), "another gate");
    }
}
