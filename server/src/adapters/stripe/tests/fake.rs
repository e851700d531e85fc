//! Servers in Stripe's place: one that answers by path, one that breaks connections.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use traveloure_config::{Secret, ServerUrl};
use url::form_urlencoded;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{method, path},
};

use super::super::{Patience, Stripe, StripeSettings};

pub(super) const KEY: &str = "sk_test_hunter2hunter2";

pub(super) fn settings(url: &str) -> StripeSettings {
    StripeSettings {
        base_url: url.parse::<ServerUrl>().unwrap(),
        api_key: Secret::from(KEY.to_owned()),
        webhook_secrets: vec![Secret::from("whsec_hunter2".to_owned())],
        patience: Patience {
            timeout: Duration::from_secs(20),
            retries: 2,
            pause: Duration::from_millis(1),
        },
    }
}

/// Answers by method and path, and remembers what was asked.
pub(super) struct Fake {
    pub(super) server: MockServer,
    pub(super) stripe: Stripe,
}

/// What was asked.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) headers: BTreeMap<String, String>,
    /// The form, of the body or else of the address.
    pub(super) fields: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name);
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "{name} twice");
        value
    }

    /// Every field, sorted, as `name=value`.
    pub(super) fn form(&self) -> Vec<String> {
        let mut form: Vec<_> =
            self.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        form.sort();
        form
    }
}

impl Fake {
    pub(super) async fn start() -> Self {
        Self::patient(|_| ()).await
    }

    /// With another patience.
    pub(super) async fn patient(change: impl FnOnce(&mut Patience)) -> Self {
        let server = MockServer::start().await;
        let mut settings = settings(&server.uri());
        change(&mut settings.patience);
        let stripe = Stripe::try_new(settings).unwrap();
        Self { server, stripe }
    }

    /// One answer, and nothing else.
    pub(super) async fn answering(verb: &str, at: &str, body: Value) -> Self {
        let fake = Self::start().await;
        fake.answer(verb, at, ResponseTemplate::new(200).set_body_json(body)).await;
        fake
    }

    pub(super) async fn answer(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        Mock::given(method(verb)).and(path(at)).respond_with(answer).mount(&self.server).await;
    }

    /// The answer to the next call only.
    pub(super) async fn answer_once(&self, verb: &str, at: &str, answer: ResponseTemplate) {
        let mock = Mock::given(method(verb)).and(path(at)).respond_with(answer);
        mock.up_to_n_times(1).with_priority(1).mount(&self.server).await;
    }

    pub(super) async fn asked(&self) -> Vec<Asked> {
        let requests = self.server.received_requests().await.unwrap();
        requests
            .iter()
            .map(|request| {
                let form = if request.body.is_empty() {
                    request.url.query().unwrap_or_default().as_bytes().to_vec()
                } else {
                    request.body.clone()
                };
                Asked {
                    headers: request
                        .headers
                        .iter()
                        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                        .collect(),
                    fields: form_urlencoded::parse(&form).into_owned().collect(),
                }
            })
            .collect()
    }

    pub(super) async fn only_asked(&self) -> Asked {
        let mut asked = self.asked().await;
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }
}

/// What becomes of one connection, once its request was read.
pub(super) enum Fate {
    Answer(u16, &'static str),
    /// It ends without an answer.
    HangUp,
    /// It ends within the answer.
    HalfAnAnswer,
    /// It stays open, and nothing is said.
    Silence,
}

/// Deals out fates to connections, then refuses them; gives the requests as they came.
pub(super) async fn fated(fates: Vec<Fate>) -> (Stripe, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(&format!("http://{}", listener.local_addr().unwrap()));
    settings.patience.timeout = Duration::from_millis(300);
    let requests = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&requests);
    let mut fates = VecDeque::from(fates);
    tokio::spawn(async move {
        let mut listener = Some(listener);
        let mut held = Vec::new();
        while let Some(fate) = fates.pop_front() {
            let (mut connection, _) = listener.as_ref().unwrap().accept().await.unwrap();
            if fates.is_empty() {
                // Whoever comes next is refused.
                listener = None;
            }
            let request = read_request(&mut connection).await;
            seen.lock().unwrap().push(request);
            match fate {
                Fate::Answer(status, body) => {
                    let length = body.len();
                    let answer = format!(
                        "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                    );
                    connection.write_all(answer.as_bytes()).await.unwrap();
                }
                Fate::HangUp => {}
                Fate::HalfAnAnswer => {
                    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"id\":";
                    connection.write_all(answer).await.unwrap();
                }
                Fate::Silence => held.push(connection),
            }
        }
        std::future::pending::<()>().await;
    });
    (Stripe::try_new(settings).unwrap(), requests)
}

async fn read_request(connection: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = connection.read(&mut chunk).await.unwrap();
        request.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(read > 0, "{text}");
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        if body.len() >= length {
            return text;
        }
    }
}
