//! A command's connection to the API, and who it acts as.

use std::{
    io::{self, IsTerminal},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::sync::OnceCell;
use traveloure_core::{
    actor::Role,
    api::{auth::User, service::Service},
    ids::{ProviderId, UserId},
};

use traveloure_server::{cluster, serve};

use super::{context::Context, failure::Failure, output::warn};
use crate::{
    client::{Client, credentials::Credentials},
    demo,
    embedded::{Embedded, Step},
};

/// The API for the time of one command: the configured server, or a backend in this process.
#[derive(Debug)]
pub struct Session {
    client: Client,
    backend: Option<Embedded>,
    role: Option<Role>,
    user: OnceCell<User>,
    sign_in: String,
    looks_on: AtomicBool,
}

/// Tells the person at the terminal what takes long; the quick steps of every start go unsaid.
fn tell(step: &Step) {
    let takes_long = matches!(
        step,
        Step::Cluster(
            cluster::Step::Fetching { .. } | cluster::Step::Creating | cluster::Step::Recovering
        ) | Step::Server(serve::Step::Demo { done: 1, .. })
    );
    if takes_long && io::stderr().is_terminal() {
        warn(&format!("{step} …"));
    }
}

/// Whose requests and bookings are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Provider(ProviderId),
    Traveler(UserId),
}

impl Session {
    /// Connects to the configured server; without one, starts the backend of the home. In the demo somebody is at the
    /// desk, unless they have signed out.
    ///
    /// # Errors
    /// [`Failure::NoBackend`], or the stored token cannot be read.
    pub async fn open(context: &Context) -> Result<Self, Failure> {
        let (session, credentials) = Self::connect(context).await?;
        if !context.paths.is_demo {
            return Ok(session);
        }
        let client = demo::stay_signed_in(session.client.clone(), &credentials).await?;
        Ok(Self { client, ..session })
    }

    /// The same for whom opens the demo: somebody is at the desk, whoever has signed out before.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn open_demo(context: &Context) -> Result<Self, Failure> {
        let (session, credentials) = Self::connect(context).await?;
        let client = demo::sign_in(session.client.clone(), &credentials).await?;
        Ok(Self { client, ..session })
    }

    async fn connect(context: &Context) -> Result<(Self, Credentials), Failure> {
        let credentials = Credentials::new(&context.paths, context.settings.server.as_ref());
        let token = match &context.settings.token {
            Some(token) => Some(token.clone()),
            None => credentials.load().await?,
        };
        let (server, backend) = if let Some(server) = &context.settings.server {
            (server.clone(), None)
        } else {
            let backend = Embedded::start(&context.paths, &context.settings, |step| tell(&step))
                .await
                .map_err(|error| Failure::NoBackend(error.to_string()))?;
            (backend.server().clone(), Some(backend))
        };
        let patience = Duration::from_secs(context.settings.timeout_seconds.into());
        let session = Self {
            client: Client::try_new(server, patience)?.with_token(token),
            backend,
            role: context.role,
            user: OnceCell::new(),
            sign_in: format!("{} login", context.program),
            looks_on: AtomicBool::new(false),
        };
        Ok((session, credentials))
    }

    /// Ends the backend, if there is one, and PostgreSQL, if nobody else uses it.
    pub async fn close(self) {
        if let Some(backend) = self.backend {
            backend.stop().await;
        }
    }

    /// From now on the command changes nothing: to stop it leaves nothing in doubt.
    pub fn look_on(&self) {
        self.looks_on.store(true, Ordering::Relaxed);
    }

    /// Whether the command only looks on.
    #[must_use]
    pub fn looks_on(&self) -> bool {
        self.looks_on.load(Ordering::Relaxed)
    }

    /// The backend in this process, if there is one: for what no route leads to.
    #[must_use]
    pub const fn backend(&self) -> Option<&Embedded> {
        self.backend.as_ref()
    }

    /// The client as it is, for what needs no account.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`].
    pub async fn user(&self) -> Result<&User, Failure> {
        if !self.client.is_signed_in() {
            return Err(Failure::NotSignedIn(self.sign_in.clone()));
        }
        Ok(self.user.get_or_try_init(|| self.client.me()).await?)
    }

    /// A client that acts as the signed-in person's provider.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`]; [`Failure::NeedsRole`] without a provider.
    pub async fn provider(&self) -> Result<(Client, ProviderId), Failure> {
        match self.user().await?.provider_id {
            Some(provider) => Ok((self.client.in_role(Role::Provider), provider)),
            None => Err(Failure::NeedsRole(Role::Provider)),
        }
    }

    /// A client that asks about `service`: as its provider, who is told more, if it is the person's
    /// own and `--role` says nothing else.
    ///
    /// # Errors
    /// The account cannot be fetched.
    pub async fn about(&self, service: &Service) -> Result<Client, Failure> {
        let as_provider = matches!(self.role, None | Some(Role::Provider));
        if as_provider
            && self.client.is_signed_in()
            && self.user().await?.provider_id == Some(service.provider_id)
        {
            return Ok(self.client.in_role(Role::Provider));
        }
        Ok(self.client.clone())
    }

    /// A client that acts as the person's provider, or else as an administrator: for what is
    /// between the platform and its providers.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`]; [`Failure::NeedsRole`] for everybody else.
    pub async fn provider_or_admin(&self) -> Result<Client, Failure> {
        match self.admin().await {
            Ok(client) if self.role != Some(Role::Provider) => Ok(client),
            _ => self.provider().await.map(|(client, _)| client),
        }
    }

    /// A client that acts as an administrator.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`]; [`Failure::NeedsRole`] for everybody else.
    pub async fn admin(&self) -> Result<Client, Failure> {
        if self.user().await?.roles.contains(&Role::Admin) {
            return Ok(self.client.in_role(Role::Admin));
        }
        Err(Failure::NeedsRole(Role::Admin))
    }

    /// A client that acts as the traveler everybody is.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`].
    pub async fn traveler(&self) -> Result<(Client, UserId), Failure> {
        Ok((self.client.in_role(Role::Traveler), self.user().await?.id))
    }

    /// The side that `--role` names; without it the provider, if the person has one.
    ///
    /// # Errors
    /// [`Failure::NotSignedIn`]; [`Failure::NeedsRole`] for a role that is no side of a request.
    pub async fn side(&self) -> Result<(Client, Side), Failure> {
        let as_provider = match self.role {
            None => self.user().await?.provider_id.is_some(),
            Some(Role::Provider) => true,
            Some(Role::Traveler) => false,
            Some(other) => {
                return Err(Failure::Usage(format!(
                    "As {other} you have no requests or bookings of your own; use --role provider or --role traveler."
                )));
            }
        };
        if as_provider {
            let (client, provider) = self.provider().await?;
            Ok((client, Side::Provider(provider)))
        } else {
            let (client, user) = self.traveler().await?;
            Ok((client, Side::Traveler(user)))
        }
    }
}
