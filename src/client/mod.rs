//! The client of the HTTP API: what the screens and the commands speak to, also when the backend
//! runs in the same process.
//!
//! [`Client`] has a method for each endpoint, in one file for each resource. Reads are repeated
//! when the connection fails; acts are repeated under the same [`Key`], so that they count once.

mod account;
mod auth;
mod availability;
mod bookings;
mod cart;
#[cfg(test)]
mod contract;
pub mod credentials;
mod earnings;
mod error;
mod events;
mod execute;
mod fees;
mod health;
mod jobs;
mod key;
mod payments;
mod platform;
mod pricing;
mod providers;
mod requests;
mod services;
mod sse;
#[cfg(test)]
pub(crate) mod test_server;
mod transport;

pub use account::Account;
pub use bookings::BookingFilter;
pub use error::ApiError;
pub use events::{EventStream, Notice};
pub use execute::entries;
pub use key::Key;
pub use platform::RevenueFilter;
pub use requests::RequestFilter;
pub use services::ServiceFilter;

use std::time::Duration;

use reqwest::redirect;
use traveloure_config::{Secret, ServerUrl};
use traveloure_core::actor::Role;

/// How long to wait for a connection; an answer may take as long as the settings say.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// A client of one server, for one person in one role. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    server: ServerUrl,
    token: Option<Secret>,
    role: Option<Role>,
    patience: Duration,
}

impl Client {
    /// A client of `server` that is not signed in and waits `patience` for an answer, repetitions
    /// included.
    ///
    /// # Errors
    /// [`ApiError::Unexpected`] if this machine has no certificates to check the server's by.
    pub fn try_new(server: ServerUrl, patience: Duration) -> Result<Self, ApiError> {
        // An error means that it has been installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("traveloure/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_PATIENCE)
            // A token must not follow a redirect to somewhere else.
            .redirect(redirect::Policy::none());
        if server.as_url().scheme() == "http" {
            // This machine only: no proxy on the way, and no certificates to load at every start.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| ApiError::Unexpected {
            status: None,
            what: format!(
                "no secure connections can be made on this machine: {}",
                error::innermost(&error)
            ),
        })?;
        Ok(Self { http, server, token: None, role: None, patience })
    }

    /// The same client signed in with `token`, or not at all.
    #[must_use]
    pub fn with_token(&self, token: Option<Secret>) -> Self {
        Self { token, ..self.clone() }
    }

    /// The same client acting in `role`; the server takes `traveler` unless one is said.
    #[must_use]
    pub fn in_role(&self, role: Role) -> Self {
        Self { role: Some(role), ..self.clone() }
    }

    #[must_use]
    pub const fn server(&self) -> &ServerUrl {
        &self.server
    }

    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }
}
