//! Where a session's token is kept between two starts: the keyring, else a private file.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{sync::oneshot, time};
use traveloure_config::{Paths, Secret, ServerUrl, private_file};

/// A locked or missing keyring must not hold up a start.
const KEYRING_PATIENCE: Duration = Duration::from_millis(500);
const KEYRING_SERVICE: &str = "traveloure";
const LARGEST_FILE: u64 = 256 * 1024;
/// The name of the backend that a home carries itself; its port is another one at every start.
const OWN_SERVER: &str = "own";

/// The place of one server's token. An installation that was put into a folder of its own, and the
/// demo, keep it there; else the keyring has it, or the file where there is no keyring.
#[derive(Clone, Debug)]
pub struct Credentials {
    server: String,
    file: PathBuf,
    has_keyring: bool,
}

/// Where a token was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    InKeyring,
    InFile(PathBuf),
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InKeyring => f.write_str("the keyring"),
            Self::InFile(path) => path.display().fmt(f),
        }
    }
}

/// The file of tokens cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the session in {path} cannot be {done}: {reason}", path = path.display())]
pub struct CredentialsError {
    path: PathBuf,
    done: &'static str,
    reason: String,
}

impl Credentials {
    /// The token for `server`, or for the backend in this process.
    #[must_use]
    pub fn new(paths: &Paths, server: Option<&ServerUrl>) -> Self {
        Self {
            server: server.map_or_else(|| OWN_SERVER.to_owned(), ToString::to_string),
            file: paths.token_file.clone(),
            has_keyring: !paths.is_apart,
        }
    }

    /// # Errors
    /// The file cannot be read, or others may read it. A keyring that does not answer is no error.
    pub async fn load(&self) -> Result<Option<Secret>, CredentialsError> {
        if let Some(Ok(token)) = self.ask_keyring(keyring::Entry::get_password).await {
            return Ok(Some(Secret::from(token)));
        }
        let mut tokens = self.read()?;
        Ok(tokens.remove(&self.server).map(Secret::from))
    }

    /// Whether somebody signed in here and then out again. For an installation that has one server and keeps its
    /// session in the file, as the demo is: a keyring does not tell.
    #[must_use]
    pub fn were_forgotten(&self) -> bool {
        // Forgetting empties the file and leaves it there.
        self.file.exists() && self.read().is_ok_and(|tokens| !tokens.contains_key(&self.server))
    }

    /// # Errors
    /// No keyring, and the file cannot be written.
    pub async fn save(&self, token: &Secret) -> Result<Kept, CredentialsError> {
        let kept = token.expose().to_owned();
        if let Some(Ok(())) = self.ask_keyring(move |entry| entry.set_password(&kept)).await {
            // One that an earlier sign-in left there would come to light with the keyring's end.
            self.forget_in_file()?;
            return Ok(Kept::InKeyring);
        }
        let mut tokens = self.read()?;
        tokens.insert(self.server.clone(), token.expose().to_owned());
        self.write(&tokens)?;
        Ok(Kept::InFile(self.file.clone()))
    }

    /// # Errors
    /// The file cannot be read or written.
    pub async fn forget(&self) -> Result<(), CredentialsError> {
        // That there is none to delete is as good.
        let _ = self.ask_keyring(keyring::Entry::delete_credential).await;
        self.forget_in_file()
    }

    /// Whether a keyring answers in time.
    pub async fn keyring_answers(&self) -> bool {
        matches!(
            self.ask_keyring(keyring::Entry::get_password).await,
            Some(Ok(_) | Err(keyring::Error::NoEntry))
        )
    }

    fn forget_in_file(&self) -> Result<(), CredentialsError> {
        let mut tokens = self.read()?;
        if tokens.remove(&self.server).is_some() {
            self.write(&tokens)?;
        }
        Ok(())
    }

    /// Asks on a thread of its own, which nobody waits for at exit; none if there is no keyring or
    /// it takes too long.
    async fn ask_keyring<T: Send + 'static>(
        &self,
        question: impl FnOnce(&keyring::Entry) -> keyring::Result<T> + Send + 'static,
    ) -> Option<keyring::Result<T>> {
        if !self.has_keyring {
            return None;
        }
        let server = self.server.clone();
        let (answer, answered) = oneshot::channel();
        std::thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let result = keyring::Entry::new(KEYRING_SERVICE, &server)
                    .and_then(|entry| question(&entry));
                // Nobody listens any more when the patience has run out.
                let _ = answer.send(result);
            })
            .ok()?;
        time::timeout(KEYRING_PATIENCE, answered).await.ok()?.ok()
    }

    fn read(&self) -> Result<BTreeMap<String, String>, CredentialsError> {
        let fault =
            |reason: String| CredentialsError { path: self.file.clone(), done: "read", reason };
        match private_file::read(&self.file, LARGEST_FILE) {
            Ok(None) => Ok(BTreeMap::new()),
            // The parser's message would quote what it could not read.
            Ok(Some(text)) => serde_json::from_str(&text)
                .map_err(|_| fault("it is damaged; remove it and sign in again".to_owned())),
            Err(error) => Err(fault(error.to_string())),
        }
    }

    fn write(&self, tokens: &BTreeMap<String, String>) -> Result<(), CredentialsError> {
        let fault =
            |reason: String| CredentialsError { path: self.file.clone(), done: "kept", reason };
        let text =
            serde_json::to_string_pretty(tokens).map_err(|error| fault(error.to_string()))?;
        private_file::write(&self.file, &text).map_err(|error| fault(error.to_string()))
    }

    /// The file that is used where there is no keyring.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn credentials(folder: &Path, server: Option<&str>) -> Credentials {
        let paths = Paths::resolve(Some(folder), false).unwrap();
        let server = server.map(|server| server.parse::<ServerUrl>().unwrap());
        Credentials::new(&paths, server.as_ref())
    }

    #[tokio::test]
    async fn each_server_has_its_own_token() {
        let folder = tempfile::tempdir().unwrap();
        let own = credentials(folder.path(), None);
        let desk = credentials(folder.path(), Some("https://desk.example.com"));
        assert_eq!(own.load().await.unwrap(), None);
        assert!(!own.were_forgotten());
        let kept = own.save(&Secret::from("one".to_owned())).await.unwrap();
        assert_eq!(kept, Kept::InFile(own.file().to_owned()));
        desk.save(&Secret::from("two".to_owned())).await.unwrap();
        assert_eq!(own.load().await.unwrap().unwrap().expose(), "one");
        assert!(!own.were_forgotten());
        own.forget().await.unwrap();
        own.forget().await.unwrap();
        assert!(own.were_forgotten() && !desk.were_forgotten());
        assert_eq!(own.load().await.unwrap(), None);
        assert_eq!(desk.load().await.unwrap().unwrap().expose(), "two");
    }

    #[tokio::test]
    async fn a_file_that_others_may_read_or_that_is_damaged_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let own = credentials(folder.path(), None);
        own.save(&Secret::from("hunter2".to_owned())).await.unwrap();
        std::fs::set_permissions(own.file(), std::fs::Permissions::from_mode(0o644)).unwrap();
        let refused = own.load().await.unwrap_err().to_string();
        assert!(refused.contains("chmod 600"), "{refused}");
        private_file::write(own.file(), "{\"own\": hunter2").unwrap();
        let refused = own.load().await.unwrap_err().to_string();
        assert!(refused.contains("sign in again") && !refused.contains("hunter2"), "{refused}");
    }
}
