//! What is wrong with the settings: which key, where it was said, and what would be right.

use std::path::PathBuf;

/// Why the settings cannot be used. Nothing has been started or changed when it is returned.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Printed together, each on a line.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
    #[error("{path} could not be read: {reason}", path = path.display())]
    Unreadable { path: PathBuf, reason: std::io::Error },
    #[error("{path} is larger than 1 MiB and was not read; is it a configuration file?", path = path.display())]
    TooLarge { path: PathBuf },
    #[error(
        "{path} contains `{key}`, a secret, and others may read the file (mode {mode:03o}); \
         run: chmod 600 {path}", path = path.display()
    )]
    NotPrivate { path: PathBuf, key: &'static str, mode: u32 },
}
