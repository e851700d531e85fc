//! A person's account on one server, as the screens use it: signed in or not, connected or not yet.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, stream};
use tokio::sync::watch;
use traveloure_config::Secret;
use traveloure_core::{
    actor::Role,
    api::{
        auth,
        event::{Event, Kind},
    },
};
use uuid::Uuid;

use super::{ApiError, Client, EventStream, Notice, credentials::Credentials, execute};
use crate::{
    demo,
    tui::{
        app::call::{self, Call, Dispatch, News, Reply},
        runtime::Api,
    },
};

/// The account of one session of the screens. Clones are the same account.
#[derive(Clone, Debug)]
pub struct Account {
    shared: Arc<Shared>,
    now: fn() -> DateTime<Utc>,
}

#[derive(Debug)]
struct Shared {
    /// None until the server is known, which for a private one takes a moment.
    client: watch::Sender<Option<Client>>,
    credentials: Credentials,
}

impl Account {
    /// An account whose token is kept in `credentials`. Calls wait until [`Account::connect`] says
    /// where the server is.
    #[must_use]
    pub fn new(credentials: Credentials, now: fn() -> DateTime<Utc>) -> Self {
        let client = watch::Sender::new(None);
        Self { shared: Arc::new(Shared { client, credentials }), now }
    }

    /// From now on calls go through `client`, with `token` or else the one that is kept.
    ///
    /// # Errors
    /// The kept token cannot be read; calls go through `client` all the same, not signed in.
    pub async fn connect(
        &self,
        client: Client,
        token: Option<Secret>,
    ) -> Result<(), super::credentials::CredentialsError> {
        let (token, outcome) = match token {
            Some(token) => (Some(token), Ok(())),
            None => match self.shared.credentials.load().await {
                Ok(kept) => (kept, Ok(())),
                Err(error) => (None, Err(error)),
            },
        };
        self.shared.client.send_replace(Some(client.with_token(token)));
        outcome
    }

    /// The same for the demo, where somebody always sits at the desk.
    ///
    /// # Errors
    /// As the server says.
    pub async fn connect_to_demo(&self, client: Client) -> Result<(), ApiError> {
        let kept = self.shared.credentials.load().await.unwrap_or_default();
        let client = demo::sign_in(client.with_token(kept), &self.shared.credentials).await?;
        self.shared.client.send_replace(Some(client));
        Ok(())
    }

    async fn client(&self) -> Client {
        present(&mut self.shared.client.subscribe()).await
    }

    /// Keeps the token of a new sign-in; a place to keep it that fails ends it with this session.
    async fn signed_in(&self, session: auth::Session) -> auth::User {
        let token = Secret::from(session.token);
        if let Err(error) = self.shared.credentials.save(&token).await {
            tracing::warn!("{error}");
        }
        self.use_token(Some(token));
        session.user
    }

    /// Ends the sign-in here, whatever the server says.
    async fn sign_out(&self) -> Result<(), ApiError> {
        let ended = self.client().await.logout().await;
        self.use_token(None);
        if let Err(error) = self.shared.credentials.forget().await {
            tracing::warn!("{error}");
        }
        match ended {
            // A token that counts no longer is what was wanted.
            Err(ApiError::Problem(_)) => Ok(()),
            other => other,
        }
    }

    fn use_token(&self, token: Option<Secret>) {
        self.shared.client.send_modify(|client| {
            if let Some(client) = client {
                *client = client.with_token(token);
            }
        });
    }

    async fn carry_out(
        &self,
        role: Role,
        key: Option<Uuid>,
        call: Call,
    ) -> Result<Reply, ApiError> {
        let client = self.client().await;
        match call {
            Call::SignIn(login) => {
                let session = client.login(&login).await?;
                Ok(Reply::User(self.signed_in(session).await))
            }
            Call::Register(account) => {
                let session = client.register(&account).await?;
                Ok(Reply::User(self.signed_in(session).await))
            }
            Call::SignOut => self.sign_out().await.map(|()| Reply::Done),
            // Who is signed in does not depend on the role they act in.
            Call::Me => client.me().await.map(Reply::User),
            call => execute::execute(&client.in_role(role), key, call).await,
        }
    }
}

impl Api for Account {
    async fn call(&self, dispatch: Dispatch) -> Result<Reply, call::ApiError> {
        let Dispatch { role, key, call, .. } = dispatch;
        self.carry_out(role, key, call).await.map_err(in_the_apps_words)
    }

    fn listen(&self, role: Role) -> impl Stream<Item = News> + Send {
        let client = self.shared.client.subscribe();
        let listening = Listening { client, role, events: None, now: self.now };
        stream::unfold(listening, |mut listening| async {
            let news = listening.next().await;
            Some((news, listening))
        })
    }
}

/// The client as it is now, once there is one. What changes it later, `client` notices.
async fn present(client: &mut watch::Receiver<Option<Client>>) -> Client {
    loop {
        if let Some(client) = client.borrow_and_update().as_ref() {
            return client.clone();
        }
        changed(client).await;
    }
}

async fn changed(client: &mut watch::Receiver<Option<Client>>) {
    if client.changed().await.is_err() {
        // The account is gone, and nobody waits for what comes of this.
        std::future::pending::<()>().await;
    }
}

/// An event stream that outlives its connections and sign-ins.
struct Listening {
    client: watch::Receiver<Option<Client>>,
    role: Role,
    events: Option<EventStream>,
    now: fn() -> DateTime<Utc>,
}

impl Listening {
    async fn next(&mut self) -> News {
        loop {
            let events = match &mut self.events {
                Some(events) => events,
                None => {
                    self.events.insert(present(&mut self.client).await.in_role(self.role).events())
                }
            };
            match events.next().await {
                Some(Notice::Online) => return News::Online,
                Some(Notice::Event(event)) => return News::Event(event),
                Some(Notice::Reset) => return News::Event(self.reset()),
                Some(Notice::Offline { retry_in, .. }) => {
                    let retry_in = TimeDelta::from_std(retry_in).unwrap_or(TimeDelta::zero());
                    return News::Offline { retry_at: (self.now)() + retry_in };
                }
                Some(Notice::Refused(error)) => tracing::info!("the event stream ended: {error}"),
                None => {
                    // The token counts no longer: the calls that are made meanwhile say so to the
                    // person, and whoever signs in next is listened to.
                    self.events = None;
                    changed(&mut self.client).await;
                }
            }
        }
    }

    fn reset(&self) -> Event {
        Event { kind: Kind::Reset, subject: Uuid::nil(), version: None, at: (self.now)() }
    }
}

fn in_the_apps_words(error: ApiError) -> call::ApiError {
    match error {
        ApiError::Problem(problem) => call::ApiError::Problem(problem),
        ApiError::Offline { reason, .. } => call::ApiError::Offline(reason),
        ApiError::TimedOut { .. } => call::ApiError::TimedOut,
        ApiError::Unexpected { what, .. } => call::ApiError::Unreadable(what),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::{FutureExt, StreamExt};
    use tokio::time;
    use traveloure_config::Paths;
    use traveloure_core::api::problem::Code;

    use super::{
        super::test_server::{Reply as Answer, TestServer},
        *,
    };
    use crate::tui::app::call::Ticket;

    const USER: &str = r#"{"id": "00000000-0000-0000-0000-000000000001", "email": "ana@example.com",
        "name": "Ana", "roles": ["traveler"], "provider_id": null, "expert_id": null,
        "created_at": "2026-07-01T00:00:00Z"}"#;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH
    }

    fn credentials(folder: &tempfile::TempDir) -> Credentials {
        Credentials::new(&Paths::resolve(Some(folder.path()), false).unwrap(), None)
    }

    fn asking(call: Call) -> Dispatch {
        Dispatch { ticket: Ticket(1), role: Role::Provider, key: None, call }
    }

    fn login() -> Call {
        Call::SignIn(auth::Login {
            email: "ana@example.com".to_owned(),
            password: "a long enough one".to_owned(),
            device: None,
        })
    }

    #[tokio::test]
    async fn a_call_waits_until_the_server_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let server = TestServer::start(vec![Answer::ok(USER)]).await;
        let account = Account::new(credentials(&folder), now);
        let mut waiting = Box::pin(account.call(asking(Call::Me)));
        assert!((&mut waiting).now_or_never().is_none());
        account.connect(server.client(), None).await.unwrap();
        let Ok(Reply::User(user)) = waiting.await else { panic!("no user") };
        assert_eq!(user.email, "ana@example.com");
        // Nothing was kept, so nobody is signed in, whatever the client came with.
        assert!(!server.requests()[0].contains("authorization"));
    }

    #[tokio::test]
    async fn a_sign_in_is_kept_until_it_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let session = format!(r#"{{"token": "fresh", "user": {USER}}}"#);
        let server = TestServer::start(vec![Answer::ok(&session), Answer::ok(USER)]).await;
        let account = Account::new(credentials(&folder), now);
        account.connect(server.client(), None).await.unwrap();
        account.call(asking(login())).await.unwrap();
        account.call(asking(Call::Me)).await.unwrap();
        assert!(server.requests()[1].contains("authorization: bearer fresh"));
        assert_eq!(credentials(&folder).load().await.unwrap().unwrap().expose(), "fresh");

        // The next start uses it.
        let next = Account::new(credentials(&folder), now);
        next.connect(server.client(), None).await.unwrap();
        next.call(asking(Call::Me)).await.unwrap();
        assert!(server.requests()[2].contains("authorization: bearer fresh"));

        next.call(asking(Call::SignOut)).await.unwrap();
        assert_eq!(credentials(&folder).load().await.unwrap(), None);
        next.call(asking(Call::Me)).await.unwrap();
        assert!(!server.requests()[4].contains("authorization"));
    }

    #[tokio::test]
    async fn signing_out_forgets_also_when_the_server_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        credentials(&folder).save(&Secret::from("old".to_owned())).await.unwrap();
        let server = TestServer::start(vec![Answer::HangUp]).await;
        let account = Account::new(credentials(&folder), now);
        account.connect(server.client(), None).await.unwrap();
        let failed = account.call(asking(Call::SignOut)).await.unwrap_err();
        assert!(matches!(failed, call::ApiError::Offline(_)), "{failed:?}");
        assert_eq!(credentials(&folder).load().await.unwrap(), None);
    }

    #[tokio::test]
    async fn listening_goes_on_with_the_next_sign_in() {
        let folder = tempfile::tempdir().unwrap();
        let session = format!(r#"{{"token": "fresh", "user": {USER}}}"#);
        let server = TestServer::start(vec![
            Answer::refusal(Code::NotSignedIn, "Sign in first."),
            Answer::ok(&session),
            Answer::Open("text/event-stream", Vec::new()),
        ])
        .await;
        let account = Account::new(credentials(&folder), now);
        account.connect(server.client(), None).await.unwrap();
        let mut news = Box::pin(account.listen(Role::Provider));
        let mut first = news.next();
        // Until it has been refused and waits.
        while server.requests().is_empty() {
            assert!(time::timeout(Duration::from_millis(5), &mut first).await.is_err());
        }
        account.call(asking(login())).await.unwrap();
        let first = time::timeout(Duration::from_secs(5), first).await.unwrap();
        assert_eq!(first, Some(News::Online));
        assert!(server.requests()[2].contains("authorization: bearer fresh"));
        assert!(server.requests()[2].contains("traveloure-role: provider"));
    }
}
