//! One guest: signed in when needed, and listening for what happens to their requests.

use traveloure_config::Secret;
use traveloure_core::{
    actor::Role,
    api::{auth::Login, problem::Code, request::RequestRow},
    ids::UserId,
    request::Status,
};
use traveloure_server::demo;

use crate::client::{ApiError, Client, EventStream, RequestFilter};

/// A guest, who may be signed in.
#[derive(Debug)]
pub(super) struct Visitor {
    email: &'static str,
    api: Client,
    session: Option<Session>,
}

#[derive(Debug)]
struct Session {
    client: Client,
    user: UserId,
    stream: EventStream,
}

impl Visitor {
    pub(super) fn new(email: &'static str, api: &Client) -> Self {
        Self { email, api: api.clone(), session: None }
    }

    pub(super) const fn email(&self) -> &'static str {
        self.email
    }

    /// The guest's client; signs in first if they are not.
    ///
    /// # Errors
    /// As [`Client::login`].
    pub(super) async fn client(&mut self) -> Result<Client, ApiError> {
        if let Some(session) = &self.session {
            return Ok(session.client.clone());
        }
        let login = Login {
            email: self.email.to_owned(),
            password: demo::PASSWORD.to_owned(),
            device: Some("demo guest".to_owned()),
        };
        let session = self.api.login(&login).await?;
        let client = self.api.with_token(Some(Secret::from(session.token))).in_role(Role::Traveler);
        let stream = client.events();
        self.session = Some(Session { client: client.clone(), user: session.user.id, stream });
        Ok(client)
    }

    /// The next sign-in is a new one.
    pub(super) fn sign_out(&mut self) {
        self.session = None;
    }

    pub(super) fn stream(&mut self) -> Option<&mut EventStream> {
        self.session.as_mut().map(|session| &mut session.stream)
    }

    /// The guest's open requests, newest first.
    ///
    /// # Errors
    /// As [`Client::user_requests`]; a guest whose sign-in has ended is signed out.
    pub(super) async fn open_requests(&mut self) -> Result<Vec<RequestRow>, ApiError> {
        let client = self.client().await?;
        let Some(session) = &self.session else { return Ok(Vec::new()) };
        let filter = RequestFilter {
            statuses: vec![Status::PendingProvider, Status::CounterOffered],
            limit: Some(100),
            ..RequestFilter::default()
        };
        match client.user_requests(session.user, &filter).await {
            Ok(page) => Ok(page.items),
            Err(error) => {
                if error.code() == Some(Code::NotSignedIn) {
                    self.sign_out();
                }
                Err(error)
            }
        }
    }
}
