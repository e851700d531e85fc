//! A text in a file, in the person's own editor.

use std::io::{self, Read, Write};
use std::process::ExitStatus;

use tempfile::NamedTempFile;
use tokio::process::Command;
use traveloure_core::text::clean_text;

use crate::terminal::link::{Edited, LinkError};

/// More than any note or itinerary; a file that somebody read in by mistake is not taken.
const LARGEST: u64 = 1024 * 1024;

/// A file that only its owner can read, removed when dropped unless it holds what cannot be taken.
#[derive(Debug)]
pub(super) struct Draft(NamedTempFile);

impl Draft {
    pub(super) fn write(text: &str) -> Result<Self, LinkError> {
        let write = || {
            let mut file =
                tempfile::Builder::new().prefix("traveloure-").suffix(".txt").tempfile()?;
            file.write_all(text.as_bytes())?;
            if !text.is_empty() && !text.ends_with('\n') {
                file.write_all(b"\n")?;
            }
            file.flush()?;
            Ok(file)
        };
        write()
            .map(Self)
            .map_err(|source| LinkError::Io { what: "write a file for the editor", source })
    }

    /// Runs `command`, a shell command that a file name is added to, and waits for its end.
    pub(super) async fn open_in(&self, command: &str) -> Result<ExitStatus, LinkError> {
        Command::new("sh")
            .arg("-c")
            .arg(format!("{command} \"$@\""))
            .arg(command)
            .arg(self.0.path())
            .status()
            .await
            .map_err(|source| LinkError::Io { what: "start the editor", source })
    }

    /// What the editor left in the file.
    pub(super) fn read(self, ended: ExitStatus) -> Result<Edited, LinkError> {
        if !ended.success() {
            return Ok(Edited::Cancelled);
        }
        match self.contents() {
            Ok(text) => Ok(Edited::Text(text)),
            Err(error) => Err(self.keep(&error)),
        }
    }

    /// By name and not by handle: many editors write a new file and rename it.
    fn contents(&self) -> io::Result<String> {
        let mut text = String::new();
        let file = std::fs::File::open(self.0.path())?;
        file.take(LARGEST + 1).read_to_string(&mut text)?;
        if text.len() as u64 > LARGEST {
            return Err(io::Error::other("the text is larger than 1 MiB"));
        }
        let text = clean_text(&text).into_owned();
        Ok(text.strip_suffix('\n').map_or(text.clone(), str::to_owned))
    }

    fn keep(self, error: &io::Error) -> LinkError {
        match self.0.keep() {
            Ok((_, path)) => LinkError::Kept {
                reason: format!("what the editor wrote cannot be used: {error}"),
                path,
            },
            Err(failed) => {
                LinkError::Io { what: "keep what the editor wrote", source: failed.error }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn edited(text: &str, command: &str) -> Result<Edited, LinkError> {
        let draft = Draft::write(text)?;
        let ended = draft.open_in(command).await?;
        draft.read(ended)
    }

    #[tokio::test]
    async fn the_editor_gets_the_text_and_gives_another() {
        let result = edited("Dear Ada,", "sed -i 's/Ada/Grace/'").await;
        assert_eq!(result.unwrap(), Edited::Text("Dear Grace,".into()));
        let result = edited("one\ntwo", "true").await;
        assert_eq!(result.unwrap(), Edited::Text("one\ntwo".into()));
    }

    #[tokio::test]
    async fn an_editor_that_fails_changes_nothing() {
        assert_eq!(edited("text", "false").await.unwrap(), Edited::Cancelled);
        let missing = edited("text", "no-such-editor-anywhere 2>/dev/null").await;
        assert_eq!(missing.unwrap(), Edited::Cancelled);
    }

    #[tokio::test]
    async fn what_is_written_is_not_trusted_and_not_lost() {
        let result = edited("", "printf 'a\\033[2Jb' >").await;
        assert_eq!(result.unwrap(), Edited::Text("a\u{FFFD}[2Jb".into()));
        let Err(LinkError::Kept { path, .. }) = edited("", "printf 'caf\\351' >").await else {
            panic!("text in another encoding was taken");
        };
        assert_eq!(std::fs::read(&path).unwrap(), b"caf\xe9");
        std::fs::remove_file(path).unwrap();
    }
}
