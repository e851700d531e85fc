//! The screens on the terminal that this process was started in.

use std::{env, path::Path, time::Duration};

use chrono::TimeDelta;
use chrono_tz::Tz;
use traveloure_config::{Paths, Settings, Theme};
use traveloure_server::clock::{Clock, SystemClock};

use crate::{
    client::{Account, Client, credentials::Credentials},
    demo,
    private_server::Starting,
    terminal::{
        Colours, Link,
        local::{LocalLink, Options},
        modes::Modes,
    },
    tui::{
        app::{desk, unsent::Unsent},
        journal::Journal,
        keymap::{Keymap, Overrides},
        runtime::{self, PrivateServer, Session},
        theme::Tone,
    },
};

/// Why the screens did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the screens need a terminal: {0}. Use a command instead; traveloure --help lists them"
    )]
    NoTerminal(std::io::Error),
    #[error("the keymap {path} cannot be used: {reason}")]
    Keymap { path: String, reason: String },
    #[error(transparent)]
    Client(#[from] crate::client::ApiError),
}

/// Opens the screens on the configured server, or on one that is started behind them, and returns
/// when the person has left. To be called from the main thread: when that panics, the terminal is
/// given back first.
///
/// # Errors
/// [`OpenError`], before the screen changes.
pub async fn open(paths: &Paths, settings: &Settings) -> Result<(), OpenError> {
    let keymap = keymap(paths, settings)?;
    let tone = tone(settings.theme);
    let link = LocalLink::open(Options {
        modes: Modes { mouse: true, focus: false, keys: true },
        colours: if tone == Tone::Mono { Colours::Mono } else { colours() },
        editor: env::var("VISUAL").or_else(|_| env::var("EDITOR")).ok(),
    })
    .map_err(OpenError::NoTerminal)?;

    let credentials = Credentials::new(paths, settings.server.as_ref());
    let account = Account::new(credentials, || SystemClock.now());
    let (server, private, starting) = begin(paths, settings, &account)?;
    let session = Session {
        settings: desk::Settings {
            start: server,
            tone,
            plain: settings.plain,
            keymap,
            undo: TimeDelta::seconds(settings.undo_seconds.into()),
            accounts: paths.is_demo.then(demo::accounts),
            zone: own_zone(),
            capabilities: link.capabilities().clone(),
            seed: rand::random(),
        },
        api: account,
        server: private,
        journal: journal(&paths.state_dir),
        now: || SystemClock.now(),
    };
    let over = runtime::run(link, session).await;
    if let Err(error) = over.link.close() {
        tracing::warn!("the terminal could not be given back: {error}");
    }
    if let Some(words) = over.last_words {
        crate::cli::warn(&words);
    }
    if let Some(starting) = starting {
        starting.stop().await;
    }
    Ok(())
}

type Begun = (desk::Start, Option<PrivateServer>, Option<Starting>);

/// Connects the account to the configured server, or begins to start a private one.
fn begin(paths: &Paths, settings: &Settings, account: &Account) -> Result<Begun, OpenError> {
    let Some(server) = &settings.server else {
        let (starting, private) = Starting::begin(paths.clone(), settings.clone(), account.clone());
        return Ok((desk::Start::Private, Some(private), Some(starting)));
    };
    let patience = Duration::from_secs(settings.timeout_seconds.into());
    let client = Client::try_new(server.clone(), patience)?;
    let (account, token) = (account.clone(), settings.token.clone());
    // Beside the first frame: the keyring may take half a second to answer.
    tokio::spawn(async move {
        if let Err(error) = account.connect(client, token).await {
            tracing::warn!("{error}");
        }
    });
    Ok((desk::Start::Server(server.to_string()), None, None))
}

fn tone(theme: Theme) -> Tone {
    match theme {
        Theme::Dark => Tone::Dark,
        Theme::Light => Tone::Light,
        Theme::Mono => Tone::Mono,
        Theme::Auto if colours() == Colours::Mono => Tone::Mono,
        Theme::Auto => tone_of(env::var("COLORFGBG").ok().as_deref()),
    }
}

/// Some terminals say their colours as `foreground;background`, by number; 7 and 9 to 15 are
/// light. Asking the others would hold up the first frame, so they count as dark.
fn tone_of(colours: Option<&str>) -> Tone {
    let background = colours.and_then(|colours| colours.rsplit(';').next()?.parse::<u8>().ok());
    match background {
        Some(7 | 9..=15) => Tone::Light,
        _ => Tone::Dark,
    }
}

fn colours() -> Colours {
    let (no_color, term) = (env::var("NO_COLOR").ok(), env::var("TERM").ok());
    Colours::for_terminal(no_color.as_deref(), term.as_deref())
}

/// The keys of the configured file, or of `keymap.toml` beside the configuration, if there is one.
fn keymap(paths: &Paths, settings: &Settings) -> Result<Keymap, OpenError> {
    let beside = paths.config_file.with_file_name("keymap.toml");
    let path = match &settings.keymap {
        Some(path) => path,
        None if beside.exists() => &beside,
        None => return Ok(Keymap::standard()),
    };
    let fault = |reason: String| OpenError::Keymap { path: path.display().to_string(), reason };
    let overrides: Overrides = traveloure_config::read_toml(path).map_err(fault)?;
    Keymap::try_new(&overrides).map_err(|error| fault(error.to_string()))
}

/// The journal of unsent answers. Without one a crash would lose them, which is no reason not to
/// work at all.
fn journal(state: &Path) -> Option<(Journal, Vec<Unsent>)> {
    Journal::open(state, &std::process::id().to_string())
        .inspect_err(|error| tracing::warn!("unsent answers cannot be kept: {error}"))
        .ok()
}

/// The zone of this machine's clock; UTC where it has no name.
fn own_zone() -> Tz {
    let said = env::var("TZ").ok().map(|zone| zone.trim_start_matches(':').to_owned());
    said.filter(|zone| !zone.is_empty())
        .or_else(|| iana_time_zone::get_timezone().ok())
        .and_then(|name| name.parse().ok())
        .unwrap_or(Tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_background_decides_between_dark_and_light() {
        for (said, tone) in [
            (Some("15;0"), Tone::Dark),
            (Some("0;15"), Tone::Light),
            (Some("0;default;7"), Tone::Light),
            (Some("12;8"), Tone::Dark),
            (Some("nonsense"), Tone::Dark),
            (None, Tone::Dark),
        ] {
            assert_eq!(tone_of(said), tone, "{said:?}");
        }
    }
}
