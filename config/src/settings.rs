//! Every setting, as it is after merging. `default.toml` says what each one means.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Secret, ServerUrl};

/// All settings of one process.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The server to talk to; none: this process carries its own.
    pub server: Option<ServerUrl>,
    pub token: Option<Secret>,
    pub listen: SocketAddr,
    /// Where people reach this server; none: where it listens.
    pub public_url: Option<ServerUrl>,
    /// None: the private cluster of the home.
    pub database_url: Option<Secret>,
    pub theme: Theme,
    pub plain: bool,
    pub keymap: Option<PathBuf>,
    pub undo_seconds: u32,
    pub timeout_seconds: u32,
    pub postgres: Postgres,
    pub database: Database,
    pub jobs: Jobs,
    pub events: Events,
    pub rate_limit: RateLimit,
    pub payments: Payments,
    pub stripe: Stripe,
    pub affiliates: Affiliates,
    pub log: Log,
}

/// Which colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Dark or light, as the terminal's background is.
    Auto,
    Dark,
    Light,
    /// No colour; bold, dim and reverse only.
    Mono,
}

/// The private cluster.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    pub bin_dir: Option<PathBuf>,
    pub fetch: bool,
}

/// The server's connections to the database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub max_connections: u32,
    pub statement_cache: bool,
}

/// Background work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    /// At most 60: what has run out is closed within a minute.
    pub expire_seconds: u32,
    pub remind_seconds: u32,
}

/// The event stream.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub retention_hours: u32,
}

/// How much one account, or one address, may ask for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateLimit {
    pub per_minute: u32,
    pub sign_in_per_minute: u32,
    pub behind_proxy: bool,
}

/// What money does here.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payments {
    /// How long after its end a booking is paid out.
    pub payout_hold_hours: u32,
}

/// The payment processor.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stripe {
    pub base_url: ServerUrl,
    /// None: the sandbox takes Stripe's place.
    pub api_key: Option<Secret>,
    pub webhook_secret: Option<Secret>,
    pub connect_webhook_secret: Option<Secret>,
    pub timeout_seconds: u32,
    pub retries: u32,
}

/// Where partners sell what no provider of ours does: a template of a link for each.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Affiliates {
    pub booking_com: String,
    pub expedia: String,
    pub getyourguide: String,
    pub viator: String,
    pub opentable: String,
}

/// What is written down, and where.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub level: String,
    pub file: Option<PathBuf>,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// How a value is written where everything is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Number,
    Switch,
}

/// Every key, as it is written in the file. A test compares it with [`Settings`].
pub(crate) const KEYS: &[(&str, Form)] = &[
    ("server", Form::Text),
    ("token", Form::Text),
    ("listen", Form::Text),
    ("public_url", Form::Text),
    ("database_url", Form::Text),
    ("theme", Form::Text),
    ("plain", Form::Switch),
    ("keymap", Form::Text),
    ("undo_seconds", Form::Number),
    ("timeout_seconds", Form::Number),
    ("postgres.bin_dir", Form::Text),
    ("postgres.fetch", Form::Switch),
    ("database.max_connections", Form::Number),
    ("database.statement_cache", Form::Switch),
    ("jobs.expire_seconds", Form::Number),
    ("jobs.remind_seconds", Form::Number),
    ("events.retention_hours", Form::Number),
    ("rate_limit.per_minute", Form::Number),
    ("rate_limit.sign_in_per_minute", Form::Number),
    ("rate_limit.behind_proxy", Form::Switch),
    ("payments.payout_hold_hours", Form::Number),
    ("stripe.base_url", Form::Text),
    ("stripe.api_key", Form::Text),
    ("stripe.webhook_secret", Form::Text),
    ("stripe.connect_webhook_secret", Form::Text),
    ("stripe.timeout_seconds", Form::Number),
    ("stripe.retries", Form::Number),
    ("affiliates.booking_com", Form::Text),
    ("affiliates.expedia", Form::Text),
    ("affiliates.getyourguide", Form::Text),
    ("affiliates.viator", Form::Text),
    ("affiliates.opentable", Form::Text),
    ("log.level", Form::Text),
    ("log.file", Form::Text),
    ("log.format", Form::Text),
];

/// The keys whose values are secrets: from the environment or a private file only.
pub(crate) const SECRET_KEYS: &[&str] = &[
    "token",
    "database_url",
    "stripe.api_key",
    "stripe.webhook_secret",
    "stripe.connect_webhook_secret",
];

/// The variable that sets `key`: `postgres.bin_dir` is `TRAVELOURE_POSTGRES_BIN_DIR`.
pub(crate) fn variable(key: &str) -> String {
    format!("TRAVELOURE_{}", key.replace('.', "_").to_ascii_uppercase())
}

/// The setting that `key` probably means, by the whole key or its last part.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    let last = |key: &'_ str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let likeness = |known: &str| {
        strsim::normalized_damerau_levenshtein(&known.replace('.', "_"), &key.replace('.', "_"))
            .max(strsim::normalized_damerau_levenshtein(&last(known), &last(key)))
    };
    KEYS.iter()
        .map(|(known, _)| (*known, likeness(known)))
        .filter(|(_, likeness)| *likeness >= 0.6)
        .max_by(|(_, left), (_, right)| left.total_cmp(right))
        .map(|(known, _)| known)
}

impl Settings {
    /// Each fault as key and complaint.
    pub(crate) fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        let numbers: [(&'static str, u32, u32, u32); 11] = [
            ("undo_seconds", self.undo_seconds, 0, 60),
            ("timeout_seconds", self.timeout_seconds, 1, 300),
            ("database.max_connections", self.database.max_connections, 2, 500),
            ("jobs.expire_seconds", self.jobs.expire_seconds, 1, 60),
            ("jobs.remind_seconds", self.jobs.remind_seconds, 1, 3600),
            ("events.retention_hours", self.events.retention_hours, 1, 720),
            ("rate_limit.per_minute", self.rate_limit.per_minute, 10, 1_000_000),
            ("rate_limit.sign_in_per_minute", self.rate_limit.sign_in_per_minute, 1, 10_000),
            ("payments.payout_hold_hours", self.payments.payout_hold_hours, 0, 720),
            ("stripe.timeout_seconds", self.stripe.timeout_seconds, 5, 120),
            ("stripe.retries", self.stripe.retries, 0, 5),
        ];
        for (key, value, least, most) in numbers {
            if !(least..=most).contains(&value) {
                faults.push((key, format!("is {value}; use {least} to {most}")));
            }
        }
        let paths = [
            ("keymap", &self.keymap),
            ("postgres.bin_dir", &self.postgres.bin_dir),
            ("log.file", &self.log.file),
        ];
        for (key, path) in paths {
            if let Some(path) = path.as_ref().filter(|path| !path.is_absolute()) {
                faults.push((key, format!("is {}; use an absolute path", path.display())));
            }
        }
        if let Some(url) = &self.database_url
            && !(url.expose().starts_with("postgres://")
                || url.expose().starts_with("postgresql://"))
        {
            faults.push((
                "database_url",
                "is no address of a PostgreSQL; write it as postgres://user:password@host/database"
                    .to_owned(),
            ));
        }
        faults.extend(self.stripe.faults());
        faults
    }
}

/// Stripe's are longer; what is shorter was cut, or can be guessed.
const SHORTEST_SECRET: usize = 16;

impl Stripe {
    /// Of the secrets only their kind is looked at, and nothing of them is said.
    fn faults(&self) -> Vec<(&'static str, String)> {
        let is_secret = |secret: &Option<Secret>, kinds: &[&str]| {
            let Some(secret) = secret.as_ref().map(Secret::expose) else { return true };
            secret.len() >= SHORTEST_SECRET
                && secret.bytes().all(|byte| byte.is_ascii_graphic())
                && kinds.iter().any(|kind| secret.starts_with(kind))
        };
        let mut faults = Vec::new();
        if !is_secret(&self.api_key, &["sk_", "rk_"]) {
            let fault = "is no secret or restricted key of Stripe's; it begins with sk_ or rk_";
            faults.push(("stripe.api_key", fault.to_owned()));
        }
        let webhook_secrets = [
            ("stripe.webhook_secret", &self.webhook_secret),
            ("stripe.connect_webhook_secret", &self.connect_webhook_secret),
        ];
        for (key, secret) in webhook_secrets {
            if !is_secret(secret, &["whsec_"]) {
                let fault = "is no signing secret of Stripe's; it begins with whsec_";
                faults.push((key, fault.to_owned()));
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use figment::{
        Figment,
        error::Kind,
        providers::{Format, Toml},
    };

    use super::*;

    const DEFAULTS: &str = include_str!("../default.toml");

    /// The names that `section` of [`Settings`] has (the top level for an empty one).
    fn fields(section: &str) -> Vec<&'static str> {
        let stray =
            if section.is_empty() { "zzz = 1".to_owned() } else { format!("[{section}]\nzzz = 1") };
        let error = Figment::from(Toml::string(DEFAULTS))
            .merge(Toml::string(&stray))
            .extract::<Settings>()
            .unwrap_err();
        match error.kind {
            Kind::UnknownField(_, expected) => expected.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_setting_is_a_key_and_every_key_a_setting() {
        let sections = [
            "postgres",
            "database",
            "jobs",
            "events",
            "rate_limit",
            "payments",
            "stripe",
            "affiliates",
            "log",
        ];
        let mut settings: Vec<String> = fields("")
            .into_iter()
            .filter(|name| !sections.contains(name))
            .map(str::to_owned)
            .collect();
        for section in sections {
            settings.extend(fields(section).into_iter().map(|name| format!("{section}.{name}")));
        }
        let mut keys: Vec<_> = KEYS.iter().map(|(key, _)| (*key).to_owned()).collect();
        settings.sort();
        keys.sort();
        assert_eq!(settings, keys);
    }

    #[test]
    fn every_key_is_documented_where_the_defaults_are() {
        for (key, _) in KEYS {
            let name = key.rsplit('.').next().unwrap();
            let documented = DEFAULTS
                .lines()
                .any(|line| line.trim_start_matches("# ").starts_with(&format!("{name} = ")));
            assert!(documented, "{key}");
        }
    }
}
