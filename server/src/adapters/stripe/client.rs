//! One call of Stripe's API: sent, repeated where that is safe, and its answer read.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::{Method, Response, header, redirect};
use serde::de::DeserializeOwned;
use tokio::time;
use traveloure_config::{Secret, ServerUrl};
use traveloure_core::text::clean_line;

use super::{
    error::{self, request_id, retry_after},
    form::Form,
    settings::{NoSecureConnections, Patience},
    wire::{List, Malformed},
};
use crate::app::gateway::{AccountId, GatewayError, IdempotencyKey};

/// The version whose parameters and answers this adapter is written for. Stripe breaks its API only
/// where the name behind the date changes; the versions of a name only add. So the first one of a
/// name asks for the least: everything here is in it, and in all that follow. Without the header,
/// the version would be whatever somebody last chose for the account.
pub const API_VERSION: &str = "2026-09-30.endive";

/// How long to wait for a connection; Stripe's machines are never that far.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Longer pauses are the caller's to make: a job can wait, a person cannot.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A page of a hundred objects has a few hundred KiB.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
/// As many as Stripe gives at once.
const PAGE: u32 = 100;
/// Ten thousand objects belong to no customer of ours; whoever sends more is not Stripe.
const MOST_PAGES: usize = 100;

#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    base_url: ServerUrl,
    key: Secret,
    patience: Patience,
}

/// A call in the making.
#[derive(Debug)]
struct Call<'a> {
    method: Method,
    path: &'a str,
    form: String,
    /// Changes have one, questions have none.
    key: Option<&'a IdempotencyKey>,
    account: Option<&'a AccountId>,
}

/// An answer of success.
struct Answer {
    body: Vec<u8>,
    request_id: Option<String>,
}

impl Client {
    /// # Errors
    /// [`NoSecureConnections`] if this machine has no certificates to check Stripe's by.
    pub(super) fn try_new(
        base_url: ServerUrl,
        key: Secret,
        patience: Patience,
    ) -> Result<Self, NoSecureConnections> {
        // An error means that it has been installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("traveloure/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_PATIENCE.min(patience.timeout))
            .timeout(patience.timeout)
            // What is safe to repeat is decided here and nowhere below.
            .retry(reqwest::retry::never())
            // The key must not follow a redirect to somewhere else.
            .redirect(redirect::Policy::none());
        if base_url.as_url().scheme() == "http" {
            // This machine only: no proxy on the way, and no certificates to load at every start.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| NoSecureConnections(innermost(&error)))?;
        Ok(Self { http, base_url, key, patience })
    }

    /// Asks for an object.
    pub(super) async fn get<W, T>(&self, path: &str, form: &Form) -> Result<T, GatewayError>
    where
        W: DeserializeOwned,
        T: TryFrom<W, Error = Malformed>,
    {
        self.get_of::<W, T>(None, path, form).await
    }

    /// Asks for an object of a connected account.
    pub(super) async fn get_of<W, T>(
        &self,
        account: Option<&AccountId>,
        path: &str,
        form: &Form,
    ) -> Result<T, GatewayError>
    where
        W: DeserializeOwned,
        T: TryFrom<W, Error = Malformed>,
    {
        let form = form.encoded();
        let answer =
            self.send(&Call { method: Method::GET, path, form, key: None, account }).await?;
        answer.read::<W>().and_then(|(wire, id)| understood(T::try_from(wire), id))
    }

    /// Changes something, once for each key.
    pub(super) async fn post<W, T>(
        &self,
        key: &IdempotencyKey,
        path: &str,
        form: &Form,
    ) -> Result<T, GatewayError>
    where
        W: DeserializeOwned,
        T: TryFrom<W, Error = Malformed>,
    {
        let form = form.encoded();
        let call = Call { method: Method::POST, path, form, key: Some(key), account: None };
        let answer = self.send(&call).await?;
        answer.read::<W>().and_then(|(wire, id)| understood(T::try_from(wire), id))
    }

    /// A page of a list, and whether there is more.
    pub(super) async fn page<W, T>(
        &self,
        path: &str,
        form: Form,
        after: Option<&str>,
    ) -> Result<(Vec<T>, bool), GatewayError>
    where
        W: DeserializeOwned,
        T: TryFrom<W, Error = Malformed>,
    {
        let form = form.with("limit", PAGE).with_some("starting_after", after).encoded();
        let call = Call { method: Method::GET, path, form, key: None, account: None };
        let (list, id) = self.send(&call).await?.read::<List<W>>()?;
        let items = list.data.into_iter().map(T::try_from).collect::<Result<Vec<_>, _>>();
        understood(items, id).map(|items| (items, list.has_more))
    }

    /// All of a list; `form` makes the parameters anew for each page, `id` names an item.
    pub(super) async fn list<W, T>(
        &self,
        path: &str,
        form: impl Fn() -> Form,
        id: impl Fn(&T) -> String,
    ) -> Result<Vec<T>, GatewayError>
    where
        W: DeserializeOwned,
        T: TryFrom<W, Error = Malformed>,
    {
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let after = all.last().map(&id);
            let (items, has_more) = self.page::<W, T>(path, form(), after.as_deref()).await?;
            let is_last = items.is_empty() || !has_more;
            all.extend(items);
            if is_last {
                return Ok(all);
            }
        }
        Err(unusable("its list does not end", None))
    }

    /// Sends the call until it is answered, or until repeating it is not safe or not worth it.
    async fn send(&self, call: &Call<'_>) -> Result<Answer, GatewayError> {
        let mut pause = self.patience.pause;
        let mut repeated = 0;
        // Why an earlier sending of a change may have been carried out.
        let mut doubt = None;
        loop {
            let failure = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let wait = failure.retry_after.unwrap_or_else(|| jittered(pause));
            let is_worth_it = repeated < self.patience.retries && wait <= LONGEST_PAUSE;
            if !(is_worth_it && failure.is_repeatable(call, doubt.is_some())) {
                return Err(failure.error_after(doubt));
            }
            tracing::debug!(path = call.path, error = %failure.error, "asking Stripe again");
            if call.is_change() && matches!(failure.error, GatewayError::Unknown { .. }) {
                doubt = Some(failure.error);
            }
            time::sleep(wait).await;
            pause *= 2;
            repeated += 1;
        }
    }

    async fn attempt(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let began = Instant::now();
        let request = self.request(call)?;
        let sent = request.send().await;
        let mut response = sent.map_err(|error| self.of_connection(&error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self.read(&mut response).await?;
        let request_id = request_id(&headers);
        tracing::debug!(
            method = %call.method,
            path = call.path,
            status = status.as_u16(),
            request_id,
            elapsed_ms = began.elapsed().as_millis(),
            "Stripe answered"
        );
        if status.is_success() {
            return Ok(Answer { body, request_id });
        }
        Err(Failure {
            error: error::refusal(status, &headers, &body, &self.key),
            was_lost: false,
            forbids_repeat: headers.get("stripe-should-retry").is_some_and(|said| said == "false"),
            retry_after: retry_after(&headers),
        })
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::RequestBuilder, Failure> {
        let invalid = |code: &str, what: &str| {
            Failure::of(GatewayError::Refused { code: code.to_owned(), message: what.to_owned() })
        };
        let mut url = self
            .base_url
            .as_url()
            .join(call.path)
            .map_err(|_| invalid("path_invalid", "The address of the call is not valid."))?;
        if !call.is_change() && !call.form.is_empty() {
            url.set_query(Some(&call.form));
        }
        let mut request = self
            .http
            .request(call.method.clone(), url)
            .bearer_auth(self.key.expose())
            .header("stripe-version", API_VERSION);
        if let Some(account) = call.account {
            let account = header::HeaderValue::from_str(account.as_str())
                .map_err(|_| invalid("id_invalid", "The account's id is not valid."))?;
            request = request.header("stripe-account", account);
        }
        if let Some(key) = call.key {
            let is_key = (1..=255).contains(&key.as_str().len());
            let key = header::HeaderValue::from_str(key.as_str())
                .ok()
                .filter(|_| is_key)
                .ok_or_else(|| invalid("key_invalid", "The idempotency key is not valid."))?;
            request = request
                .header("idempotency-key", key)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(call.form.clone());
        }
        Ok(request)
    }

    fn of_connection(&self, error: &reqwest::Error) -> Failure {
        let because = innermost(error);
        if error.is_connect() {
            return Failure::of(GatewayError::Unreachable { because });
        }
        if error.is_timeout() {
            let seconds = self.patience.timeout.as_secs();
            return Failure::of(unusable(&format!("no answer within {seconds} seconds"), None));
        }
        let error = unusable(&format!("the connection was lost: {because}"), None);
        Failure { was_lost: true, ..Failure::of(error) }
    }

    /// The whole body, unless it is larger than any answer of Stripe's.
    async fn read(&self, response: &mut Response) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST_ANSWER => {
                    body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => {
                    let id = request_id(response.headers());
                    let error = unusable("its answer is too large to be one of its answers", id);
                    return Err(Failure { forbids_repeat: true, ..Failure::of(error) });
                }
                Ok(None) => return Ok(body),
                Err(error) => return Err(self.of_connection(&error)),
            }
        }
    }
}

impl Call<'_> {
    const fn is_change(&self) -> bool {
        self.key.is_some()
    }
}

impl Answer {
    fn read<W: DeserializeOwned>(self) -> Result<(W, Option<String>), GatewayError> {
        match serde_json::from_slice(&self.body) {
            Ok(wire) => Ok((wire, self.request_id)),
            Err(error) => {
                Err(unusable(&format!("its answer was not understood: {error}"), self.request_id))
            }
        }
    }
}

/// Why one sending failed, and what that means for the next.
struct Failure {
    error: GatewayError,
    /// The connection ended behind the sending and before the answer.
    was_lost: bool,
    /// Stripe, or reason, says that it would end the same way.
    forbids_repeat: bool,
    retry_after: Option<Duration>,
}

impl Failure {
    const fn of(error: GatewayError) -> Self {
        Self { error, was_lost: false, forbids_repeat: false, retry_after: None }
    }

    /// Whether sending the call again is safe and may end otherwise.
    const fn is_repeatable(&self, call: &Call<'_>, is_in_doubt: bool) -> bool {
        if self.forbids_repeat {
            return false;
        }
        match self.error {
            GatewayError::Unreachable { .. }
            | GatewayError::RateLimited { .. }
            | GatewayError::KeyInUse => true,
            // A change is sent again only where the answer was lost on the way: the same key brings
            // it back. Behind a failure of its own Stripe would replay that failure, and what became
            // of the change must be looked up.
            GatewayError::Unknown { .. } => !call.is_change() || (self.was_lost && !is_in_doubt),
            _ => false,
        }
    }

    /// The error to report when an earlier sending ended in doubt: what says nothing about that one
    /// does not end the doubt.
    fn error_after(self, doubt: Option<GatewayError>) -> GatewayError {
        match (self.error, doubt) {
            (
                GatewayError::Unreachable { .. }
                | GatewayError::RateLimited { .. }
                | GatewayError::Unauthorized,
                Some(doubt),
            ) => doubt,
            (error, _) => error,
        }
    }
}

/// `created[gte]`, as every list of Stripe's takes it.
pub(super) fn created_since(form: Form, since: DateTime<Utc>) -> Form {
    form.with("created[gte]", since.timestamp())
}

fn understood<T>(
    read: Result<T, Malformed>,
    request_id: Option<String>,
) -> Result<T, GatewayError> {
    read.map_err(|Malformed(what)| {
        unusable(&format!("its answer was not understood: {what}"), request_id)
    })
}

fn unusable(because: &str, request_id: Option<String>) -> GatewayError {
    GatewayError::Unknown { because: clean_line(because).into_owned(), request_id }
}

/// The cause at the bottom, without the address and without the operating system's number.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let text = cause.to_string();
    clean_line(text.split(" (os error").next().unwrap_or_default()).into_owned()
}

/// Between half of `pause` and all of it, so that many servers do not come back in step.
fn jittered(pause: Duration) -> Duration {
    let whole = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(whole / 2 + rand::random_range(0..=whole / 2))
}
