//! Files and folders that nobody else may read.

use std::{
    fs,
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

/// Makes the folder and those above it that are missing, each closed to other accounts (0700).
/// What exists keeps its mode.
///
/// Root's folders above it can be passed through, not listed (0711): PostgreSQL does not run as root,
/// and the account that runs it has to reach its data in the same home.
///
/// # Errors
/// The operating system's refusal.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder
        .ancestors()
        .skip(1)
        .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
        .collect();
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for above in missing {
        if fs::metadata(above)?.uid() == 0 {
            fs::set_permissions(above, fs::Permissions::from_mode(0o711))?;
        }
    }
    Ok(())
}

/// The content of a file of at most `largest` bytes, or none if there is no file.
///
/// # Errors
/// [`ErrorKind::PermissionDenied`] if others may read or write it; larger, or not UTF-8; the
/// operating system's refusal.
pub fn read(path: &Path, largest: u64) -> io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mode = file.metadata()?.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(io::Error::new(
            ErrorKind::PermissionDenied,
            format!("others may read it (mode {mode:03o}); run: chmod 600 {}", path.display()),
        ));
    }
    let mut text = String::new();
    file.take(largest + 1).read_to_string(&mut text)?;
    if text.len() as u64 > largest {
        return Err(io::Error::new(ErrorKind::FileTooLarge, "it is larger than it should be"));
    }
    Ok(Some(text))
}

/// Writes the file with mode 0600, whole or not at all: a crash leaves the old one.
///
/// # Errors
/// The operating system's refusal.
pub fn write(path: &Path, content: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    let partial = path.with_extension(format!("partial-{}", std::process::id()));
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&partial)
        .and_then(|mut file| {
            file.write_all(content.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        // What failed is said above; a leftover that cannot be removed either adds nothing.
        let _ = fs::remove_file(&partial);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_private_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/sessions.json");
        assert_eq!(read(&path, 10).unwrap(), None);
        write(&path, "secret").unwrap();
        write(&path, "other").unwrap();
        assert_eq!(read(&path, 10).unwrap().unwrap(), "other");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.json");
        write(&path, "secret").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let refused = read(&path, 10).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sessions.json");
        write(&path, "0123456789x").unwrap();
        assert_eq!(read(&path, 10).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}
