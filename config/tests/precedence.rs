//! Which source wins, and what is said about a setting that cannot be used.
#![allow(clippy::unwrap_used)]

use std::{ffi::OsString, fs, os::unix::fs::PermissionsExt, path::Path};

use traveloure_config::{ConfigError, Flags, Paths, Settings, Theme, load};

struct Installation {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, &'static str)>,
    flags: Flags,
    is_demo: bool,
}

impl Installation {
    fn new(file: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, file).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        Self { folder, variables: Vec::new(), flags: Flags::default(), is_demo: false }
    }

    fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn load(&self) -> Result<Settings, ConfigError> {
        let paths = Paths::resolve(Some(self.path()), self.is_demo).unwrap();
        let variables = self
            .variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        load(&paths, variables, &self.flags)
    }

    fn refusal(&self) -> String {
        let home = self.path().display().to_string();
        self.load().unwrap_err().to_string().replace(&home, "HOME")
    }
}

#[test]
fn without_anything_the_defaults_count() {
    let paths = Paths::resolve(Some(Path::new("/nonexistent")), false).unwrap();
    let settings = load(&paths, [], &Flags::default()).unwrap();
    assert_eq!(settings.listen, "127.0.0.1:8080".parse().unwrap());
    assert_eq!(settings.theme, Theme::Auto);
    assert_eq!(settings.server, None);
}

#[test]
fn each_source_counts_more_than_the_one_below() {
    let mut installation =
        Installation::new("theme = \"dark\"\nundo_seconds = 9\n[log]\nlevel = \"warn\"");
    assert_eq!(installation.load().unwrap().theme, Theme::Dark);
    installation =
        installation.with("TRAVELOURE_THEME", "light").with("TRAVELOURE_LOG_LEVEL", "debug");
    assert_eq!(installation.load().unwrap().theme, Theme::Light);
    installation.flags.theme = Some(Theme::Mono);
    let settings = installation.load().unwrap();
    assert_eq!(settings.theme, Theme::Mono);
    assert_eq!(settings.log.level, "debug");
    assert_eq!(settings.undo_seconds, 9);
    assert_eq!(settings.timeout_seconds, 15);
}

#[test]
fn no_color_is_a_theme_unless_one_is_named() {
    let installation = Installation::new("").with("NO_COLOR", "1");
    assert_eq!(installation.load().unwrap().theme, Theme::Mono);
    let installation = installation.with("TRAVELOURE_THEME", "dark");
    assert_eq!(installation.load().unwrap().theme, Theme::Dark);
    assert_eq!(Installation::new("").with("NO_COLOR", "").load().unwrap().theme, Theme::Auto);
}

#[test]
fn a_misspelt_key_is_named_with_its_file_and_the_right_one() {
    let installation = Installation::new("undo_secnds = 3\nbin_dir = \"/x\"\nfrobnicate = 1");
    assert_eq!(
        installation.refusal(),
        "`bin_dir` in HOME/config.toml is no setting; did you mean `postgres.bin_dir`?\n\
         `frobnicate` in HOME/config.toml is no setting; remove it\n\
         `undo_secnds` in HOME/config.toml is no setting; did you mean `undo_seconds`?"
    );
}

#[test]
fn a_misspelt_variable_is_refused_and_a_foreign_one_is_not() {
    let installation = Installation::new("").with("TRAVELOURE_UNDO_SECOND", "3");
    assert_eq!(
        installation.refusal(),
        "the environment variable TRAVELOURE_UNDO_SECOND is no setting; did you mean TRAVELOURE_UNDO_SECONDS?"
    );
    // What Kubernetes sets for a service called traveloure.
    let platform = Installation::new("")
        .with("TRAVELOURE_PORT", "tcp://10.0.0.11:6379")
        .with("TRAVELOURE_SERVICE_HOST", "10.0.0.11")
        .with("TRAVELOURE_PORT_8080_TCP_PROTO", "tcp");
    assert!(platform.load().is_ok());
}

#[test]
fn wrong_values_are_named_with_their_source() {
    let said = |file: &str| Installation::new(file).refusal();
    assert_eq!(
        said("undo_seconds = \"soon\""),
        "`undo_seconds` in HOME/config.toml is string \"soon\"; use a whole number, not negative"
    );
    assert_eq!(said("undo_seconds = 90"), "`undo_seconds` in HOME/config.toml is 90; use 0 to 60");
    assert_eq!(
        said("theme = \"pink\""),
        "`theme` in HOME/config.toml is \"pink\"; use one of auto, dark, light, mono"
    );
    assert_eq!(
        said("server = \"http://desk.example.com\""),
        "`server` in HOME/config.toml is plain http to another machine, where anybody on the way could read the token; use https"
    );
    assert_eq!(
        said("listen = \"8080\""),
        "`listen` in HOME/config.toml is no address with a port (invalid socket address syntax); write it as 127.0.0.1:8080"
    );
    assert_eq!(
        said("postgres = 3"),
        "`postgres` in HOME/config.toml is signed int `3`; use a section"
    );
    assert_eq!(
        said("[postgres]\nbin_dir = \"bin\""),
        "`postgres.bin_dir` in HOME/config.toml is bin; use an absolute path"
    );
    assert_eq!(
        said("[stripe]\nbase_url = \"http://api.stripe.com\""),
        "`stripe.base_url` in HOME/config.toml is plain http to another machine, where anybody on the way could read the token; use https"
    );
    assert_eq!(
        Installation::new("").with("TRAVELOURE_PLAIN", "perhaps").refusal(),
        "the environment variable TRAVELOURE_PLAIN is \"perhaps\"; use true or false"
    );
    assert_eq!(
        Installation::new("").with("TRAVELOURE_TIMEOUT_SECONDS", "0").refusal(),
        "the environment variable TRAVELOURE_TIMEOUT_SECONDS is 0; use 1 to 300"
    );
}

#[test]
fn a_file_that_is_no_toml_is_placed_without_quoting_it() {
    let refusal = Installation::new("database_url = postgres://u:hunter2@db/x").refusal();
    assert!(
        refusal.starts_with("HOME/config.toml: TOML parse error at line 1, column"),
        "{refusal}"
    );
    assert!(!refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn secrets_stay_out_of_debug_and_errors() {
    let installation =
        Installation::new("database_url = \"postgres://u:hunter2@db/x\"\ntoken = \"hunter2\"");
    let settings = installation.load().unwrap();
    assert_eq!(settings.database_url.as_ref().unwrap().expose(), "postgres://u:hunter2@db/x");
    assert!(!format!("{settings:?}").contains("hunter2"));
    for wrong in ["database_url = \"mysql://u:hunter2@db/x\"", "token = [\"hunter2\"]"] {
        let refusal = Installation::new(wrong).refusal();
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}

#[test]
fn the_processors_secrets_come_from_the_environment_or_a_private_file() {
    let installation = Installation::new(
        "[stripe]\nwebhook_secret = \"whsec_hunter2_of_ours\"\nconnect_webhook_secret = \"whsec_hunter2_of_theirs\"",
    )
    .with("TRAVELOURE_STRIPE_API_KEY", "sk_test_hunter2_key");
    let stripe = installation.load().unwrap().stripe;
    assert_eq!(stripe.api_key.as_ref().unwrap().expose(), "sk_test_hunter2_key");
    assert_eq!(stripe.webhook_secret.as_ref().unwrap().expose(), "whsec_hunter2_of_ours");
    assert_eq!(stripe.connect_webhook_secret.as_ref().unwrap().expose(), "whsec_hunter2_of_theirs");
    assert_eq!(stripe.base_url.to_string(), "https://api.stripe.com");
    assert!(!format!("{stripe:?}").contains("hunter2"));

    let path = installation.path().join("config.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(installation.refusal().contains("`stripe.webhook_secret`, a secret"));
}

#[test]
fn a_key_of_another_kind_is_refused_and_not_shown() {
    for (variable, value) in [
        ("TRAVELOURE_STRIPE_API_KEY", "pk_test_hunter2_key"),
        ("TRAVELOURE_STRIPE_API_KEY", "sk_hunter2"),
        ("TRAVELOURE_STRIPE_API_KEY", "sk_test_hunter2 with spaces"),
        ("TRAVELOURE_STRIPE_WEBHOOK_SECRET", "sk_test_hunter2_key"),
        ("TRAVELOURE_STRIPE_CONNECT_WEBHOOK_SECRET", "hunter2_hunter2_hunter2"),
    ] {
        let refusal = Installation::new("").with(variable, value).refusal();
        assert!(refusal.starts_with(&format!("the environment variable {variable} is no ")));
        assert!(!refusal.contains("hunter2"), "{refusal}");
    }
}

#[test]
fn a_secret_in_a_file_that_others_may_read_is_refused() {
    let installation = Installation::new("token = \"abc\"");
    let path = installation.path().join("config.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        installation.refusal(),
        "HOME/config.toml contains `token`, a secret, and others may read the file (mode 644); run: chmod 600 HOME/config.toml"
    );
    fs::write(&path, "theme = \"dark\"").unwrap();
    assert!(installation.load().is_ok());
}

#[test]
fn only_a_server_takes_the_customary_database_url() {
    let mut installation = Installation::new("").with("DATABASE_URL", "postgres://localhost/other");
    assert_eq!(installation.load().unwrap().database_url, None);
    installation.flags.takes_database_url = true;
    let url = |installation: &Installation| {
        installation.load().unwrap().database_url.unwrap().expose().to_owned()
    };
    assert_eq!(url(&installation), "postgres://localhost/other");
    installation = installation.with("TRAVELOURE_DATABASE_URL", "postgres://localhost/ours");
    assert_eq!(url(&installation), "postgres://localhost/ours");
}

#[test]
fn the_demo_never_reaches_the_real_thing() {
    let mut installation = Installation::new(
        "server = \"https://desk.example.com\"\ndatabase_url = \"postgres://db/x\"\ntoken = \"abc\"\ntheme = \"dark\"\n\
         [stripe]\napi_key = \"sk_live_0123456789\"\nwebhook_secret = \"whsec_0123456789\"\nconnect_webhook_secret = \"whsec_9876543210\"",
    );
    installation.is_demo = true;
    let settings = installation.load().unwrap();
    assert_eq!((settings.server, settings.database_url, settings.token), (None, None, None));
    let stripe = settings.stripe;
    assert_eq!(
        (stripe.api_key, stripe.webhook_secret, stripe.connect_webhook_secret),
        (None, None, None)
    );
    assert_eq!(settings.theme, Theme::Dark);
}
