//! The log: a file in the state folder, never the screen; a server's goes to standard error.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Mutex,
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};
use traveloure_config::{Log, LogFormat, private_file};

/// A file that has grown past this is put aside at the next start, in place of the one before.
const LARGEST: u64 = 8 * 1024 * 1024;

/// Where lines go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    File(&'a Path),
    StandardError,
}

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("`log.level` is {level:?}: {reason}")]
    Level { level: String, reason: String },
    #[error("the log {path} cannot be written: {reason}; choose another with `log.file`")]
    File { path: String, reason: io::Error },
}

/// Starts logging, once for the process.
///
/// # Errors
/// [`LogError`].
pub fn start(log: &Log, destination: Destination<'_>) -> Result<(), LogError> {
    let filter = EnvFilter::builder()
        .parse(&log.level)
        .map_err(|error| LogError::Level { level: log.level.clone(), reason: error.to_string() })?;
    match destination {
        Destination::StandardError => write_to(log, filter, io::stderr, io::stderr().is_terminal()),
        Destination::File(path) => {
            let file = open(path)
                .map_err(|reason| LogError::File { path: path.display().to_string(), reason })?;
            write_to(log, filter, Mutex::new(file), false);
        }
    }
    Ok(())
}

fn write_to<W>(log: &Log, filter: EnvFilter, writer: W, with_colour: bool)
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(with_colour);
    // An error means that the process logs already, as in a test.
    let _ = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        private_file::create_folder(folder)?;
    }
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGEST) {
        fs::rename(path, path.with_added_extension("1"))?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::fs::MetadataExt};

    use super::*;

    #[test]
    fn the_file_is_private_and_put_aside_when_it_is_large() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/traveloure.log");
        open(&path).unwrap().write_all(b"first\n").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        open(&path).unwrap().write_all(b"second\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "first\nsecond\n");
        File::options().write(true).open(&path).unwrap().set_len(LARGEST + 1).unwrap();
        open(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().len(), 0);
        assert!(folder.path().join("state/traveloure.log.1").exists());
    }

    #[test]
    fn a_level_that_is_none_is_named() {
        let log = Log { level: "loud=very".to_owned(), file: None, format: LogFormat::Text };
        let refused = start(&log, Destination::StandardError).unwrap_err().to_string();
        assert!(refused.contains("`log.level` is \"loud=very\""), "{refused}");
    }
}
