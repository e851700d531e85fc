//! What every screen may look at: who is here, when it is, how things look, what the server said
//! about all of it. Only the app itself writes here.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use ratatui::layout::Size;
use traveloure_core::{
    actor::Role,
    api::{auth::User, service::Service},
    ids::{ProviderId, ServiceId},
};

use crate::{
    terminal::Capabilities,
    tui::{
        keymap::Keymap,
        theme::{Look, Tone},
    },
};

/// What a session is told when it begins.
#[derive(Clone, Debug)]
pub struct Settings {
    pub start: Start,
    pub tone: Tone,
    /// No ornament, for a screen reader.
    pub plain: bool,
    pub keymap: Keymap,
    /// How long an answer waits to be taken back before it is sent.
    pub undo: TimeDelta,
    /// Whom one may sign in as, where everybody may know it: said where one signs in.
    pub accounts: Option<String>,
    /// The zone of the person's own clock, where it is known.
    pub zone: Tz,
    pub capabilities: Capabilities,
    /// The session's own random bits; idempotency keys are made from them.
    pub seed: u128,
}

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// In this process: its steps come as [`Startup`](super::message::Startup).
    Private,
    /// Elsewhere, under this address.
    Server(String),
}

/// Whether the event stream is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not needed yet, or being opened for the first time.
    Quiet,
    Online,
    Offline {
        since: DateTime<Utc>,
        retry_at: DateTime<Utc>,
    },
}

/// See the module's head.
#[derive(Debug)]
pub struct Desk {
    pub now: DateTime<Utc>,
    pub size: Size,
    pub look: Look,
    pub settings: Settings,
    pub user: Option<User>,
    /// The role that calls are made in; every account holds that of a traveler.
    pub role: Role,
    /// The signed-in provider's services; empty until they have come.
    pub services: Vec<Service>,
    pub connection: Connection,
}

impl Desk {
    pub(super) fn new(settings: Settings, size: Size, now: DateTime<Utc>) -> Self {
        Self {
            now,
            size,
            look: Look::new(settings.tone, settings.plain),
            settings,
            user: None,
            role: Role::Traveler,
            services: Vec::new(),
            connection: Connection::Quiet,
        }
    }

    /// The signed-in person's provider.
    #[must_use]
    pub fn provider(&self) -> Option<ProviderId> {
        self.user.as_ref()?.provider_id
    }

    /// The role that somebody begins in: the one they are most likely here for.
    #[must_use]
    pub fn first_role(&self) -> Role {
        let is_admin = self.user.as_ref().is_some_and(|user| user.roles.contains(&Role::Admin));
        if self.provider().is_some() {
            Role::Provider
        } else if is_admin {
            Role::Admin
        } else {
            Role::Traveler
        }
    }

    #[must_use]
    pub fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    #[must_use]
    pub fn is_offline(&self) -> bool {
        matches!(self.connection, Connection::Offline { .. })
    }

    /// The shown key of a command, for hints such as `R tries again`; `:` (the palette) without one.
    #[must_use]
    pub fn key(&self, action: crate::tui::commands::Action) -> String {
        self.settings.keymap.key_of(action).unwrap_or_else(|| ":".to_owned())
    }
}
