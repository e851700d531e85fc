//! Answers that are not sent yet, on disk, so that a crash cannot lose them in silence.
//!
//! Every session has a file of its own, held by a lock while the session lives. A file that nobody
//! holds belongs to a session that ended without sending: the next one to start takes it over.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use super::app::unsent::Unsent;

/// The file of one session. Writing happens on a thread of its own; dropping the journal waits for
/// what was handed over, and removes the file if nothing is left unsent.
#[derive(Debug)]
pub struct Journal {
    lists: Option<mpsc::Sender<Vec<Unsent>>>,
    writer: Option<JoinHandle<()>>,
}

impl Journal {
    /// Opens a journal in `dir`, which is made if it is not there, and returns what sessions that are gone could not send.
    ///
    /// # Errors
    /// When the folder or the file cannot be written.
    pub fn open(dir: &Path, name: &str) -> io::Result<(Self, Vec<Unsent>)> {
        fs::create_dir_all(dir)?;
        let (left, files) = take_over(dir)?;
        let (path, mut file) = new_file(dir, name)?;
        file.lock()?;
        write(&mut file, &left)?;
        // Only now that it stands in a file of ours.
        for (path, file) in files {
            fs::remove_file(path)?;
            drop(file);
        }
        let (lists, incoming) = mpsc::channel::<Vec<Unsent>>();
        let mut is_empty = left.is_empty();
        let writer = thread::spawn(move || {
            while let Ok(mut list) = incoming.recv() {
                while let Ok(newer) = incoming.try_recv() {
                    list = newer;
                }
                is_empty = list.is_empty();
                // A full disk must not stop the answer itself from being sent.
                if let Err(error) = write(&mut file, &list) {
                    tracing::warn!(%error, "the list of unsent answers could not be kept");
                }
            }
            if is_empty {
                let _ = fs::remove_file(&path);
            }
        });
        Ok((Self { lists: Some(lists), writer: Some(writer) }, left))
    }

    /// Keeps `list` in place of the one kept before.
    pub fn keep(&self, list: Vec<Unsent>) {
        if let Some(lists) = &self.lists {
            // The writer only ends with the journal itself.
            let _ = lists.send(list);
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.lists = None;
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// A file that was not there before: an earlier session can have had the same name.
fn new_file(dir: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let mut number = 1;
    loop {
        let path = dir.join(format!("unsent-{name}-{number}.jsonl"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        // What is in it was written to one person.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A file that no session holds, and the lock on it.
type Orphan = (PathBuf, File);

/// What stands in files that no session holds, and those files, locked.
fn take_over(dir: &Path) -> io::Result<(Vec<Unsent>, Vec<Orphan>)> {
    let mut left = Vec::new();
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.starts_with("unsent-") {
            continue;
        }
        let Ok(mut file) = OpenOptions::new().read(true).write(true).open(&path) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let mut text = String::new();
        if file.read_to_string(&mut text).is_ok() {
            left.extend(last_list(&text));
            files.push((path, file));
        }
    }
    Ok((left, files))
}

/// A list is one line; the last whole line counts, so that a write cut short loses nothing.
fn last_list(text: &str) -> Vec<Unsent> {
    text.lines().rev().find_map(|line| serde_json::from_str(line).ok()).unwrap_or_default()
}

fn write(file: &mut File, list: &[Unsent]) -> io::Result<()> {
    let mut line = serde_json::to_vec(list).map_err(io::Error::other)?;
    line.push(b'\n');
    let end = file.seek(SeekFrom::End(0))?;
    // The line before counts until the new one is whole; a long file begins anew once it is.
    let begin_anew = list.is_empty() || end > 1 << 20;
    if !begin_anew {
        // A line cut short must not spoil the one behind it.
        file.write_all(b"\n")?;
        file.write_all(&line)?;
        return file.sync_data();
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&line)?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use traveloure_core::{
        api::request::Decline,
        ids::{RequestId, UserId},
    };
    use uuid::Uuid;

    use super::*;
    use crate::tui::app::unsent::Answer;

    fn unsent(number: u128) -> Unsent {
        Unsent {
            user: UserId::from(Uuid::from_u128(7)),
            request: RequestId::from(Uuid::from_u128(number)),
            traveler: "Ana Silva".to_owned(),
            answer: Answer::Decline(Decline { message: "We are full.".to_owned() }),
            key: Uuid::from_u128(number + 1_000),
            decided_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_was_not_sent_comes_back_once() {
        let dir = tempfile::tempdir().unwrap();
        let (journal, left) = Journal::open(dir.path(), "a").unwrap();
        assert_eq!(left, []);
        journal.keep(vec![unsent(1)]);
        journal.keep(vec![unsent(1), unsent(2)]);
        drop(journal);
        let (second, left) = Journal::open(dir.path(), "b").unwrap();
        assert_eq!(left, [unsent(1), unsent(2)]);
        let (third, left) = Journal::open(dir.path(), "c").unwrap();
        assert_eq!(left, [], "the second session holds them");
        second.keep(Vec::new());
        drop(second);
        drop(third);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_write_cut_short_loses_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (journal, _) = Journal::open(dir.path(), "a").unwrap();
        journal.keep(vec![unsent(1)]);
        drop(journal);
        let path = dir.path().join("unsent-a-1.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"\n[{\"user\":\"01").unwrap();
        drop(file);
        let (_journal, left) = Journal::open(dir.path(), "a").unwrap();
        assert_eq!(left, [unsent(1)], "also under the same name");
    }
}
