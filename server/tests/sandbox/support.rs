//! A sandbox of its own for one test.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::Value;
use tower::ServiceExt;
use traveloure_server::{
    clock::SetClock,
    entropy::SystemEntropy,
    sandbox::{self, Sandbox},
    testing::Backend,
};

/// A running sandbox. It and its database go when it is dropped.
pub struct Processor {
    pub sandbox: Sandbox,
    pub clock: SetClock,
    pub router: Router,
    backend: Backend,
}

/// An answer; the body is a text where it is no JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{:#}", self.body);
        self.body
    }

    /// The error of an answer of this status.
    #[track_caller]
    pub fn refused(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{:#}", self.body);
        self.body["error"].clone()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Processor {
    pub async fn start() -> Self {
        let backend = Backend::start().await;
        let context = &backend.context;
        let sandbox = Sandbox::open(
            context.pool.clone(),
            Arc::clone(&context.clock),
            Arc::new(SystemEntropy),
            Some("http://pay.test/sandbox".to_owned()),
        )
        .await
        .unwrap();
        Self {
            router: Router::new().nest("/sandbox", sandbox::router(sandbox.clone())),
            clock: backend.clock.clone(),
            sandbox,
            backend,
        }
    }

    /// Ends the connections in order. The database of a test that leaves one half made is kept from being
    /// dropped for a minute.
    pub async fn close(self) {
        self.backend.context.pool.close().await;
    }

    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.sandbox.settings().api_key)
    }

    /// Sends any request; none where the connection broke off.
    pub async fn try_send(&self, request: Request<Body>) -> Option<Answer> {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 16 * 1024 * 1024).await.ok()?;
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Some(Answer { status: parts.status, headers: parts.headers, body })
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.try_send(request).await.expect("an answer arrives whole")
    }

    pub fn request(&self, method: Method, path: &str, form: &str) -> axum::http::request::Builder {
        let is_get = method == Method::GET || method == Method::DELETE;
        let query = if is_get && !form.is_empty() { format!("?{form}") } else { String::new() };
        Request::builder()
            .method(method)
            .uri(format!("/sandbox{path}{query}"))
            .header(header::AUTHORIZATION, self.bearer())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
    }

    pub async fn get(&self, path: &str, form: &str) -> Answer {
        self.send(self.request(Method::GET, path, form).body(Body::empty()).unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path, "").body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, form: &str) -> Answer {
        let request = self.request(Method::POST, path, form);
        self.send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    pub async fn post_with_key(&self, path: &str, form: &str, key: &str) -> Answer {
        self.try_post_with_key(path, form, key).await.expect("an answer arrives whole")
    }

    pub async fn try_post_with_key(&self, path: &str, form: &str, key: &str) -> Option<Answer> {
        let request = self.request(Method::POST, path, form).header("idempotency-key", key);
        self.try_send(request.body(Body::from(form.to_owned())).unwrap()).await
    }

    /// The same, acting for a connected account.
    pub async fn get_as(&self, account: &str, path: &str) -> Answer {
        let request = self.request(Method::GET, path, "").header("stripe-account", account);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn control(&self, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, &format!("/control{path}"), "");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A new customer's id.
    pub async fn customer(&self) -> String {
        let customer = self.post("/v1/customers", "email=ana%40example.org&name=Ana").await.ok();
        id(&customer)
    }

    /// A payment of 120.00 EUR by a card, which succeeds.
    pub async fn paid(&self, card: &str) -> Value {
        self.post("/v1/payment_intents", &payment(card)).await.ok()
    }

    /// A connected account that takes transfers.
    pub async fn account(&self) -> String {
        let form = "type=express&country=PT&capabilities[transfers][requested]=true";
        let account = id(&self.post("/v1/accounts", form).await.ok());
        self.sandbox.onboard(&account, true).await.unwrap();
        account
    }

    /// A checkout of 120.00 EUR for a customer, with the parameters that are added.
    pub async fn checkout(&self, customer: &str, more: &str) -> Value {
        let form = format!(
            "mode=payment&customer={customer}&success_url=https%3A%2F%2Fexample.org%2Fdone%3Fs%3D%7BCHECKOUT_SESSION_ID%7D\
             &cancel_url=https%3A%2F%2Fexample.org%2Fback&line_items[0][quantity]=2\
             &line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=6000\
             &line_items[0][price_data][product_data][name]=Walk+through+%3Cb%3EAlfama%3C%2Fb%3E{more}"
        );
        self.post("/v1/checkout/sessions", &form).await.ok()
    }

    /// The types of all events, oldest first.
    pub async fn events(&self) -> Vec<String> {
        let events = self.get("/v1/events", "limit=100").await.ok();
        let mut kinds: Vec<String> = events["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["type"].as_str().unwrap().to_owned())
            .collect();
        kinds.reverse();
        kinds
    }

    pub async fn count(&self, path: &str) -> usize {
        self.get(path, "limit=100").await.ok()["data"].as_array().unwrap().len()
    }

    /// What the platform has in euros, in cents.
    pub async fn balance(&self) -> i64 {
        euros(&self.get("/v1/balance", "").await.ok())
    }
}

pub fn euros(balance: &Value) -> i64 {
    let available = balance["available"].as_array().unwrap();
    let euros = available.iter().find(|amount| amount["currency"] == "eur");
    euros.map_or(0, |amount| amount["amount"].as_i64().unwrap())
}

pub fn id(object: &Value) -> String {
    object["id"].as_str().unwrap().to_owned()
}

/// The parameters of a payment of 120.00 EUR by a card.
pub fn payment(card: &str) -> String {
    format!("amount=12000&currency=eur&payment_method={card}&confirm=true")
}
