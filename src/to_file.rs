//! Writing what a person wants to keep to a file they named: never over another one unasked, and
//! never half.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// There is a file of that name, and nobody said that it may go.
    #[error("{} is there already; nothing was written", .0.display())]
    Exists(PathBuf),
    #[error("{} could not be written: {why}", path.display())]
    Failed { path: PathBuf, why: String },
}

/// Writes `text` to the file that `typed` names (`~/` is the person's home; without a folder it is
/// the current one) and returns its whole path. Over a file that is there only with `overwrite`; that
/// one stays whole until the new one is.
///
/// # Errors
/// [`NotWritten`]: nothing was written, and what was there is as it was.
pub fn write(typed: &str, text: &str, overwrite: bool) -> Result<PathBuf, NotWritten> {
    let path = whole_path(typed);
    let failed =
        |error: io::Error| NotWritten::Failed { path: path.clone(), why: error.to_string() };
    if path.is_dir() || path.file_name().is_none() {
        return Err(failed(io::Error::new(ErrorKind::IsADirectory, "it is a folder")));
    }
    if overwrite {
        replace(&path, text).map_err(failed)?;
    } else {
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                if let Err(error) = file.write_all(text.as_bytes()) {
                    // Half a file is none; that it cannot be removed either changes nothing.
                    let _ = fs::remove_file(&path);
                    return Err(failed(error));
                }
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(NotWritten::Exists(path));
            }
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(path)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_added_extension(format!("{}.part", std::process::id()));
    let outcome = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if outcome.is_err() {
        let _ = fs::remove_file(&beside);
    }
    outcome
}

fn whole_path(typed: &str) -> PathBuf {
    let typed = typed.trim();
    let path = match (typed.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(typed),
    };
    std::path::absolute(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let typed = path.to_str().unwrap();
        assert_eq!(write(typed, "one", false), Ok(path.clone()));
        assert_eq!(write(typed, "two", false), Err(NotWritten::Exists(path.clone())));
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        assert_eq!(write(typed, "two", true), Ok(path.clone()));
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn what_cannot_be_written_is_said_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        for typed in [folder.path().join("none/a.csv"), folder.path().to_path_buf()] {
            for overwrite in [false, true] {
                let said = write(typed.to_str().unwrap(), "x", overwrite).unwrap_err().to_string();
                assert!(said.contains(typed.to_str().unwrap()), "{said}");
            }
        }
    }

    #[test]
    fn a_name_alone_is_in_the_current_folder() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(whole_path(" a.csv "), here.join("a.csv"));
        assert_eq!(whole_path("~/a.csv"), std::env::home_dir().unwrap().join("a.csv"));
    }
}
