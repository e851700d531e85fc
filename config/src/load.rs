//! Merging the four sources and checking what comes out.

use std::{ffi::OsString, net::SocketAddr};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    providers::{Format, Toml},
    value::{Dict, Map, Value},
};

use crate::{
    ConfigError, Paths, ServerUrl, Settings, Theme,
    environment::{Environment, nested},
    file::ConfigFile,
    settings::{SECRET_KEYS, variable},
};

/// The built-in settings, and the documentation of every key.
const DEFAULTS: &str = include_str!("../default.toml");

/// What the command line says; the strongest source.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    pub server: Option<ServerUrl>,
    pub listen: Option<SocketAddr>,
    pub theme: Option<Theme>,
    pub plain: bool,
    /// The command is a server, which also takes the customary `DATABASE_URL`.
    pub takes_database_url: bool,
}

/// The settings of this process: `flags` over `environment` (as `std::env::vars_os()` gives it)
/// over the file of `paths` over the built-in defaults.
///
/// In the demo installation, `server`, `database_url`, `token` and the processor's secrets never
/// count: they belong to the real one, and demo data must not reach it.
///
/// # Errors
/// [`ConfigError`] with every key that is unknown or has a value that cannot be used, and where it
/// was said.
pub fn load(
    paths: &Paths,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    flags: &Flags,
) -> Result<Settings, ConfigError> {
    let environment =
        Environment::read(environment, flags.takes_database_url).map_err(ConfigError::Faults)?;
    let mut sources = Figment::from(BuiltIn);
    if let Some(file) = ConfigFile::read(&paths.config_file)? {
        sources = sources.merge(file);
    }
    let sources = sources.merge(environment).merge(flags);

    let mut settings: Settings = sources
        .extract()
        .map_err(|error| ConfigError::Faults(error.into_iter().map(|e| describe(&e)).collect()))?;
    if paths.is_demo {
        settings.server = None;
        settings.database_url = None;
        settings.token = None;
        settings.stripe.api_key = None;
        settings.stripe.webhook_secret = None;
        settings.stripe.connect_webhook_secret = None;
    }
    let faults: Vec<_> = settings
        .faults()
        .into_iter()
        .map(|(key, fault)| format!("{} {fault}", place(key, sources.find_metadata(key))))
        .collect();
    if faults.is_empty() { Ok(settings) } else { Err(ConfigError::Faults(faults)) }
}

struct BuiltIn;

impl Provider for BuiltIn {
    fn metadata(&self) -> Metadata {
        Metadata::named("the built-in defaults")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Toml::string(DEFAULTS).data()
    }
}

impl Provider for &Flags {
    fn metadata(&self) -> Metadata {
        Metadata::named("the command line")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut values = Vec::new();
        if let Some(server) = &self.server {
            values.push(("server", Value::from(server.to_string())));
        }
        if let Some(listen) = self.listen {
            values.push(("listen", Value::from(listen.to_string())));
        }
        if let Some(theme) = self.theme {
            values.push(("theme", Value::serialize(theme)?));
        }
        if self.plain {
            values.push(("plain", Value::from(true)));
        }
        Ok(Profile::Default.collect(nested(&values)))
    }
}

fn describe(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let place = place(&key, error.metadata.as_ref());
    if SECRET_KEYS.contains(&key.as_str()) {
        return format!("{place} needs a text in quotes");
    }
    match &error.kind {
        Kind::Message(message) if key == "listen" => {
            format!("{place} is no address with a port ({message}); write it as 127.0.0.1:8080")
        }
        Kind::Message(message) => format!("{place} {message}"),
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("{place} is {found}; use {}", in_words(expected))
        }
        Kind::UnknownVariant(found, known) => {
            format!("{place} is {found:?}; use one of {}", known.join(", "))
        }
        other => format!("{place}: {other}"),
    }
}

fn in_words(expected: &str) -> &str {
    match expected {
        "u32" => "a whole number, not negative",
        "a boolean" => "true or false",
        "a string" => "a text in quotes",
        "a map" => "a section",
        other if other.starts_with("struct ") => "a section",
        other => other,
    }
}

fn place(key: &str, metadata: Option<&Metadata>) -> String {
    match metadata {
        Some(source) if source.name == "the environment" => {
            format!("the environment variable {}", variable(key))
        }
        Some(source) if source.name == "the command line" => format!("--{key}"),
        Some(source) => format!("`{key}` in {}", source.name),
        None => format!("`{key}`"),
    }
}
