//! The configuration file: read once, bounded, and private where it holds a secret.

use std::{
    io::{ErrorKind, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use figment::{
    Metadata, Profile, Provider,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};
use serde::de::DeserializeOwned;

use crate::{
    ConfigError,
    settings::{KEYS, SECRET_KEYS, nearest},
};

const LARGEST: u64 = 1024 * 1024;

/// Any other file of configuration, such as a keymap.
///
/// # Errors
/// What is wrong with it, in words that can follow its path.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let text =
        bounded(file).map_err(|error| error.to_string())?.ok_or("it is larger than 1 MiB")?;
    Toml::from_str(&text).map_err(|error| error.to_string())
}

/// The text of a file; none if it is larger than any file of ours.
fn bounded(file: std::fs::File) -> std::io::Result<Option<String>> {
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    Ok((text.len() as u64 <= LARGEST).then_some(text))
}

/// The settings of one file, each key known.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    path: PathBuf,
    values: Map<Profile, Dict>,
}

impl ConfigFile {
    /// Reads the file; there need not be one.
    ///
    /// # Errors
    /// It cannot be read, is no TOML, has keys that are no settings, or holds a secret while
    /// others may read it.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, ConfigError> {
        let unreadable = |reason| ConfigError::Unreadable { path: path.to_owned(), reason };
        let file = match std::fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let mode = file.metadata().map_err(unreadable)?.mode() & 0o777;
        let text = bounded(file)
            .map_err(unreadable)?
            .ok_or_else(|| ConfigError::TooLarge { path: path.to_owned() })?;

        let values = Toml::string(&text).data().map_err(|error| {
            ConfigError::Faults(vec![format!("{}: {}", path.display(), without_source(&error))])
        })?;
        let keys = values.values().flat_map(|dict| flat_keys("", dict)).collect::<Vec<_>>();
        let faults = unknown(&keys, path);
        if !faults.is_empty() {
            return Err(ConfigError::Faults(faults));
        }
        let secret = SECRET_KEYS.iter().find(|secret| keys.iter().any(|key| key == *secret));
        if let Some(key) = secret
            && mode & 0o077 != 0
        {
            return Err(ConfigError::NotPrivate { path: path.to_owned(), key, mode });
        }
        Ok(Some(Self { path: path.to_owned(), values }))
    }
}

impl Provider for ConfigFile {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.path.display().to_string())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(self.values.clone())
    }
}

fn flat_keys(prefix: &str, dict: &Dict) -> Vec<String> {
    dict.iter()
        .flat_map(|(name, value)| {
            let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            match value {
                Value::Dict(_, inner) => flat_keys(&key, inner),
                _ => vec![key],
            }
        })
        .collect()
}

fn unknown(keys: &[String], path: &Path) -> Vec<String> {
    keys.iter()
        .filter(|key| !KEYS.iter().any(|(known, _)| known == *key || is_section(key)))
        .map(|key| {
            let hint = nearest(key)
                .map_or_else(|| "remove it".to_owned(), |known| format!("did you mean `{known}`?"));
            format!("`{key}` in {} is no setting; {hint}", path.display())
        })
        .collect()
}

/// `postgres = 3` is a known name with the wrong content, which the types say better.
fn is_section(key: &str) -> bool {
    KEYS.iter().any(|(known, _)| known.split_once('.').is_some_and(|(section, _)| section == key))
}

/// The parser's place and complaint without the line it quotes, which may hold a secret.
fn without_source(error: &figment::Error) -> String {
    let text = error.kind.to_string();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| {
            !line
                .split_once('|')
                .is_some_and(|(gutter, _)| gutter.chars().all(|c| c.is_ascii_digit() || c == ' '))
        })
        .collect();
    lines.join(": ")
}
