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
    _file: File,
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
            if let Some(gate) = Self::try_enter(layout)? {
                return Ok(gate);
            }
            if let Some(tell) = waiting.take() {
                tell();
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// Like [`Gate::enter`], at once or not at all.
    pub(super) fn try_enter(layout: &Layout) -> Result<Option<Self>, ClusterError> {
        layout.prepare()?;
        let path = layout.cluster().join("gate");
        let file = open(&path)?;
        // A home can be removed while a process waits for its gate: what it then locks guards nothing.
        Ok((try_exclusive(&file, &path)? && is_still_at(&file, &path))
            .then_some(Self { _file: file }))
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
        // Taking it exclusively gives up our share, whether or not it succeeds.
        self.file.try_lock().is_ok()
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

    #[test]
    fn a_gate_whose_home_was_removed_guards_nothing() {
        let (top, layout) = home();
        layout.prepare().unwrap();
        let path = layout.cluster().join("gate");
        let file = open(&path).unwrap();
        assert!(is_still_at(&file, &path));
        std::fs::remove_dir_all(top.path().join("home")).unwrap();
        assert!(!is_still_at(&file, &path));
        drop(Gate::try_enter(&layout).unwrap().unwrap());
        assert!(!is_still_at(&file, &path));
    }
}
