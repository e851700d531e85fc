//! The generated passwords, each in a file of its own that only we can read.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::error::{ClusterError, while_doing};

/// A database password: 192 random bits as 48 hexadecimal digits, so it needs no quoting anywhere.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Password(String);

impl Password {
    /// A new one, from the operating system's randomness.
    pub(super) fn generate() -> Self {
        let (high, low): (u128, u64) = rand::random();
        Self(format!("{high:032x}{low:016x}"))
    }

    /// Reads one back.
    ///
    /// # Errors
    /// [`ClusterError::Password`] if the file is gone or holds something else.
    pub(super) fn read(path: &Path) -> Result<Self, ClusterError> {
        let refuse = |reason: String| ClusterError::Password { path: path.to_path_buf(), reason };
        let text = fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
        let text = text.trim();
        if text.len() == 48 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(refuse("it does not hold a generated password".to_owned()))
        }
    }

    /// Writes it, readable by us alone, through to the disk.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn write(&self, path: &Path) -> Result<(), ClusterError> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(while_doing("create", path))?;
        // The mode above holds for a new file only.
        file.set_permissions(fs::Permissions::from_mode(0o600))
            .and_then(|()| file.write_all(self.0.as_bytes()))
            .and_then(|()| file.sync_all())
            .map_err(while_doing("write", path))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_survives_its_file_and_nobody_else_reads_it() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("app.password");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        let password = Password::generate();
        password.write(&path).unwrap();

        assert_eq!(Password::read(&path).unwrap(), password);
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_ne!(Password::generate(), password);
        assert!(!format!("{password:?}").contains(password.as_str()));
    }

    #[test]
    fn a_damaged_or_missing_file_is_named() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("app.password");
        for content in [None, Some(""), Some("hunter2")] {
            if let Some(content) = content {
                fs::write(&path, content).unwrap();
            }
            let refused = Password::read(&path).unwrap_err().to_string();
            assert!(refused.contains("app.password"), "{refused}");
        }
    }
}
