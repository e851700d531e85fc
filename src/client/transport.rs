//! One call: built, sent, repeated where that is safe, and its answer read.

use std::{fmt::Display, time::Duration};

use reqwest::{Method, Response, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tokio::time;
use traveloure_core::{
    api::problem::{Code, Problem},
    text::clean_line,
};

use super::{ApiError, Client, Key, error::innermost};

/// An answer may be this large; a server that sends more is not ours.
const LARGEST_ANSWER: usize = 32 * 1024 * 1024;
/// How often a call is sent at the most.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(120);

/// A call in the making.
#[derive(Debug)]
pub(super) struct Call<'a> {
    client: &'a Client,
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Result<Vec<u8>, String>>,
    key: Option<&'a Key>,
    version: Option<i64>,
}

impl Client {
    /// `path` is relative to the server's address and ends in a slash.
    pub(super) fn get(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(super) fn post(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(super) fn patch(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub(super) fn put(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    pub(super) fn delete(&self, path: impl Into<String>) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    fn call(&self, method: Method, path: impl Into<String>) -> Call<'_> {
        Call {
            client: self,
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
            key: None,
            version: None,
        }
    }
}

impl<'a> Call<'a> {
    /// Adds `name=value`, unless there is no value.
    pub(super) fn query(mut self, name: &'static str, value: Option<impl Display>) -> Self {
        self.query.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// Adds `name=true`, if so.
    pub(super) fn flag(self, name: &'static str, is_set: bool) -> Self {
        self.query(name, is_set.then_some(true))
    }

    pub(super) fn json(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).map_err(|error| error.to_string()));
        self
    }

    pub(super) const fn key(mut self, key: &'a Key) -> Self {
        self.key = Some(key);
        self
    }

    /// The edit is made on this version of the row.
    pub(super) const fn if_match(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// Sends the call and reads its JSON answer.
    pub(super) async fn fetch<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        let (status, body) = self.send().await?;
        serde_json::from_slice(&body).map_err(|error| ApiError::Unexpected {
            status: Some(status.as_u16()),
            what: format!("{error}; is the server of another version?"),
        })
    }

    /// Sends the call and reads its answer, which is no JSON.
    pub(super) async fn text(self) -> Result<String, ApiError> {
        let (status, body) = self.send().await?;
        String::from_utf8(body).map_err(|error| ApiError::Unexpected {
            status: Some(status.as_u16()),
            what: error.to_string(),
        })
    }

    /// Sends the call; its answer has no content.
    pub(super) async fn finish(self) -> Result<(), ApiError> {
        self.send().await.map(|_| ())
    }

    async fn send(self) -> Result<(StatusCode, Vec<u8>), ApiError> {
        let mut sent = false;
        let patience = self.client.patience;
        match time::timeout(patience, self.attempts(&mut sent)).await {
            Ok(answer) => answer,
            Err(_) => Err(ApiError::TimedOut {
                server: self.client.server.to_string(),
                seconds: patience.as_secs(),
                in_doubt: sent && !self.is_read(),
            }),
        }
    }

    /// `sent` becomes true as soon as the server may have begun to act.
    async fn attempts(&self, sent: &mut bool) -> Result<(StatusCode, Vec<u8>), ApiError> {
        let mut pause = FIRST_PAUSE;
        let mut attempt = 1;
        loop {
            let was_sent = *sent;
            // Set before the call: it may be given up half-way.
            *sent = true;
            let failure = match self.attempt().await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            *sent = was_sent || failure.was_sent;
            let again = failure.may_pass && (self.is_repeatable() || !*sent);
            if attempt == ATTEMPTS || !again {
                return Err(failure.into_error(self, *sent));
            }
            time::sleep(jittered(pause)).await;
            pause *= 2;
            attempt += 1;
        }
    }

    async fn attempt(&self) -> Result<(StatusCode, Vec<u8>), Failure> {
        let response =
            self.request()?.send().await.map_err(|error| Failure::of_connection(&error))?;
        let status = response.status();
        let body = read(response).await?;
        if status.is_success() { Ok((status, body)) } else { Err(Failure::refused(status, &body)) }
    }

    fn request(&self) -> Result<reqwest::RequestBuilder, Failure> {
        let Client { http, server, token, role, .. } = self.client;
        let url =
            server.as_url().join(&self.path).map_err(|error| Failure::unsent(error.to_string()))?;
        let mut request = http.request(self.method.clone(), url).query(&self.query);
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        if let Some(role) = role {
            request = request.header("traveloure-role", role.as_str());
        }
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key.as_str());
        }
        if let Some(version) = self.version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        match &self.body {
            None => Ok(request),
            Some(Ok(body)) => {
                Ok(request.header(header::CONTENT_TYPE, "application/json").body(body.clone()))
            }
            Some(Err(reason)) => Err(Failure::unsent(reason.clone())),
        }
    }

    fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    fn is_repeatable(&self) -> bool {
        self.is_read() || self.key.is_some()
    }
}

/// Why one attempt failed, and what that means for the next.
struct Failure {
    kind: FailureKind,
    /// The server may have begun to act on it.
    was_sent: bool,
    /// The same call may succeed in a moment.
    may_pass: bool,
}

enum FailureKind {
    Connection(String),
    Answer(ApiError),
}

impl Failure {
    fn of_connection(error: &reqwest::Error) -> Self {
        Self {
            kind: FailureKind::Connection(innermost(error)),
            was_sent: !error.is_connect(),
            may_pass: true,
        }
    }

    fn unsent(reason: String) -> Self {
        let error = ApiError::Unexpected { status: None, what: reason };
        Self { kind: FailureKind::Answer(error), was_sent: false, may_pass: false }
    }

    fn refused(status: StatusCode, body: &[u8]) -> Self {
        let error = refusal(status, body);
        let may_pass = matches!(error.code(), Some(Code::Unavailable | Code::StillRunning))
            || matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE);
        Self { kind: FailureKind::Answer(error), was_sent: true, may_pass }
    }

    fn into_error(self, call: &Call<'_>, was_sent: bool) -> ApiError {
        match self.kind {
            FailureKind::Answer(error) => error,
            FailureKind::Connection(reason) => ApiError::Offline {
                server: call.client.server.to_string(),
                reason,
                in_doubt: was_sent && !call.is_read(),
            },
        }
    }
}

/// The whole body, unless it is larger than any answer of this API.
async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_ANSWER => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let error = ApiError::Unexpected {
                    status: Some(response.status().as_u16()),
                    what: "it is larger than any answer of this API".to_owned(),
                };
                return Err(Failure {
                    kind: FailureKind::Answer(error),
                    was_sent: true,
                    may_pass: false,
                });
            }
            Ok(None) => return Ok(body),
            Err(error) => return Err(Failure { was_sent: true, ..Failure::of_connection(&error) }),
        }
    }
}

/// A problem with a code that this client does not know yet.
#[derive(Deserialize)]
struct Newer {
    code: String,
    #[serde(default)]
    detail: String,
}

/// The problem in the body; without one, what can be said of the status.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> ApiError {
    if let Ok(problem) = serde_json::from_slice::<Problem>(body) {
        return ApiError::problem(problem);
    }
    let what = match serde_json::from_slice::<Newer>(body) {
        Ok(Newer { code, detail }) => {
            format!(
                "{} ({}); the server is newer than this client",
                clean_line(&detail),
                clean_line(&code)
            )
        }
        Err(_) if status.is_redirection() => {
            "it points to another address; use that one, if it is the right one".to_owned()
        }
        Err(_) => format!(
            "{}, from something that does not speak this API; check the address",
            status.canonical_reason().unwrap_or("no reason given")
        ),
    };
    ApiError::Unexpected { status: Some(status.as_u16()), what }
}

/// `a,b` for a filter that takes any of several; `all` if none is named.
pub(super) fn any_of<T: Display>(values: &[T]) -> String {
    if values.is_empty() {
        return "all".to_owned();
    }
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Between half of `pause` and all of it, so that many clients do not come back in step.
pub(super) fn jittered(pause: Duration) -> Duration {
    let whole = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(whole / 2 + rand::random_range(0..=whole / 2))
}

#[cfg(test)]
mod tests {
    use traveloure_core::{actor::Role, api::request::Decline};
    use uuid::Uuid;

    use super::{
        super::test_server::{Reply, TestServer},
        *,
    };

    async fn decline(client: &Client) -> Result<(), ApiError> {
        let key = Key::from("the-key".to_owned());
        client.decline(Uuid::nil().into(), &Decline::default(), &key).await.map(drop)
    }

    #[tokio::test]
    async fn a_call_says_who_in_which_role_and_under_which_key() {
        let server = TestServer::start(vec![Reply::refusal(Code::NotYourTurn, "Wait.")]).await;
        let client = server.client().in_role(Role::Provider);
        let refused = decline(&client).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::NotYourTurn));
        assert_eq!(refused.to_string(), "Wait.");
        let requests = server.requests();
        assert_eq!(requests.len(), 1);
        for part in [
            "post /api/booking-requests/00000000-0000-0000-0000-000000000000/decline/ http/1.1",
            "authorization: bearer hunter2",
            "traveloure-role: provider",
            "idempotency-key: the-key",
            "content-type: application/json",
            r#"{"message":""}"#,
        ] {
            assert!(requests[0].contains(part), "{part} in {}", requests[0]);
        }
        assert!(!format!("{client:?}").contains("hunter2"));
    }

    #[tokio::test]
    async fn an_act_is_repeated_under_its_key() {
        let server = TestServer::start(vec![
            Reply::HangUp,
            Reply::refusal(Code::StillRunning, "Wait."),
            Reply::refusal(Code::AlreadyAnswered, "It was declined."),
        ])
        .await;
        let refused = decline(&server.client()).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::AlreadyAnswered));
        let requests = server.requests();
        assert_eq!(requests.len(), 3);
        assert!(requests.iter().all(|request| request.contains("idempotency-key: the-key")));
    }

    #[tokio::test]
    async fn what_has_no_key_is_sent_once_and_stays_in_doubt() {
        let server = TestServer::start(vec![Reply::HangUp]).await;
        let failed = server.client().logout().await.unwrap_err();
        assert!(failed.is_in_doubt());
        assert!(failed.to_string().contains("look before you repeat it"), "{failed}");
        assert_eq!(server.requests().len(), 1);
    }

    #[tokio::test]
    async fn a_read_is_repeated_and_never_in_doubt() {
        let server = TestServer::start(vec![Reply::HangUp, Reply::ok("[]")]).await;
        assert_eq!(server.client().tokens().await.unwrap(), []);
        let server = TestServer::start(vec![Reply::HangUp]).await;
        let failed = server.client().tokens().await.unwrap_err();
        assert!(!failed.is_in_doubt());
        assert_eq!(server.requests().len(), usize::try_from(ATTEMPTS).unwrap());
    }

    #[tokio::test]
    async fn nobody_there_is_offline_and_nothing_was_sent() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let url = traveloure_config::ServerUrl::http(address).unwrap();
        let client = Client::try_new(url, Duration::from_secs(5)).unwrap();
        let failed = client.logout().await.unwrap_err();
        assert_eq!(
            failed.to_string(),
            format!(
                "http://{address} cannot be reached: Connection refused. \
                 Nothing was changed; try again when it is back."
            )
        );
    }

    #[tokio::test]
    async fn patience_ends() {
        let server = TestServer::start(vec![Reply::Silence]).await;
        let client = Client { patience: Duration::from_millis(50), ..server.client() };
        let failed = decline(&client).await.unwrap_err();
        assert!(matches!(failed, ApiError::TimedOut { in_doubt: true, .. }), "{failed:?}");
        let failed = client.me().await.unwrap_err();
        assert!(matches!(failed, ApiError::TimedOut { in_doubt: false, .. }), "{failed:?}");
    }

    #[tokio::test]
    async fn answers_that_are_none_of_ours_are_named() {
        let said = async |status: u16, body: &str| {
            let server = TestServer::start(vec![Reply::Answer(status, body.to_owned())]).await;
            server.client().me().await.unwrap_err().to_string()
        };
        assert_eq!(
            said(404, "<html>").await,
            "The server's answer (404) was not understood: Not Found, from something that does not speak this API; \
             check the address."
        );
        assert_eq!(
            said(409, r#"{"code": "of_the_future", "detail": "No\u001b[2J."}"#).await,
            "The server's answer (409) was not understood: No\u{FFFD}[2J. (of_the_future); \
             the server is newer than this client."
        );
        assert!(said(302, "").await.contains("points to another address"));
        assert!(said(200, "{}").await.contains("missing field `id`"));
    }

    #[tokio::test]
    async fn an_endless_answer_is_given_up() {
        let pieces = vec![vec![b'x'; 1024 * 1024]; 33];
        let server = TestServer::start(vec![Reply::Pieces("application/json", pieces)]).await;
        let failed = server.client().me().await.unwrap_err();
        assert!(failed.to_string().contains("larger than any answer"), "{failed}");
    }

    #[test]
    fn jitter_stays_between_half_and_whole() {
        let pause = Duration::from_millis(100);
        for _ in 0..1000 {
            assert!((pause / 2..=pause).contains(&jittered(pause)));
        }
        assert_eq!(jittered(Duration::ZERO), Duration::ZERO);
    }
}
