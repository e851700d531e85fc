//! Travelers: their requests, and what they do when no answer comes.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{LOOK, PATIENCE, World};

pub const VISA: &str = "4242424242424242";

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    pub token: String,
    pub role: &'static str,
    /// The card that the processor keeps for them; empty until there is one.
    pub card: String,
}

/// The server, as somebody far away reaches it.
#[derive(Clone, Debug)]
pub struct Api {
    http: reqwest::Client,
    pub here: String,
}

/// Why there is no good answer.
#[derive(Clone, Debug)]
pub enum No {
    /// The connection broke, or the server is not there.
    Gone,
    /// Refused for good: the problem's code.
    Refused(String),
    /// Something that will pass.
    Later,
}

impl Api {
    pub fn new(here: String) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(40))
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        Self { http, here }
    }

    pub async fn ask(
        &self,
        who: &Person,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Result<Value, No> {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.here))
            .bearer_auth(&who.token)
            .header("traveloure-role", who.role);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if !body.is_null() {
            request = request.json(body);
        }
        let answer = request.send().await.map_err(|_| No::Gone)?;
        let status = answer.status();
        let text = answer.text().await.map_err(|_| No::Gone)?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let code = body["code"].as_str().unwrap_or("").to_owned();
        let passes =
            status.is_server_error() || ["still_running", "payment_running"].contains(&&*code);
        Err(if passes { No::Later } else { No::Refused(format!("{status} {code}")) })
    }

    /// Asks again under the same key until there is an answer.
    pub async fn insist(
        &self,
        who: &Person,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Result<Value, String> {
        let start = Instant::now();
        loop {
            match self.ask(who, method, path, key, body).await {
                Ok(answer) => return Ok(answer),
                Err(No::Refused(code)) => return Err(format!("{method} {path}: {code}")),
                Err(No::Gone | No::Later) if start.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK).await;
                }
                Err(_) => return Err(format!("{method} {path}: no answer for minutes")),
            }
        }
    }

    /// While nothing is broken yet.
    pub async fn must(&self, who: &Person, method: &str, path: &str, body: &Value) -> Value {
        let key = rand::random::<u64>().to_string();
        self.insist(who, method, path, Some(&key), body).await.unwrap()
    }

    /// A change of something that is there once, at its first version.
    pub async fn edit(&self, who: &Person, path: &str, body: &Value) {
        let answer = self
            .http
            .patch(format!("{}{path}", self.here))
            .bearer_auth(&who.token)
            .header("traveloure-role", who.role)
            .header("if-match", "\"1\"")
            .json(body)
            .send()
            .await
            .unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{status}: {}", answer.text().await.unwrap());
    }

    pub async fn register(&self, name: &str) -> Person {
        let nobody = Person { token: String::new(), role: "traveler", card: String::new() };
        let body = json!({"email": format!("{name}@example.org"), "name": name,
                          "password": "a long enough password"});
        let session = self.must(&nobody, "POST", "/api/auth/register/", &body).await;
        Person { token: session["token"].as_str().unwrap().to_owned(), ..nobody }
    }
}

/// What a traveler does when the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    /// Asks again, with the same key.
    Insists,
    /// Is never seen again.
    GivesUp,
    /// Asks again as if for the first time: what a bad client does.
    Forgets,
}

/// How a checkout is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Page,
    Saved,
}

/// One traveler's way through one checkout, step by step.
#[derive(Debug)]
pub struct Trip<'a> {
    world: &'a World,
    who: Person,
    temper: Temper,
    pub tag: String,
    item: Value,
    pub checkout: String,
    pub booking: String,
}

/// Why a trip ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    SoldOut,
    /// The traveler gave up.
    GaveUp,
    /// This must not be.
    Wrong(String),
}

impl<'a> Trip<'a> {
    pub fn new(world: &'a World, temper: Temper, number: usize, item: Value) -> Self {
        let tag = item["special_requests"].as_str().unwrap().to_owned();
        Self {
            world,
            who: world.traveler(number).clone(),
            temper,
            tag,
            item,
            checkout: String::new(),
            booking: String::new(),
        }
    }

    /// The same trip of somebody else.
    pub fn of(self, who: Person) -> Self {
        Self { who, ..self }
    }

    /// Books.
    pub async fn book(&mut self) -> Result<(), Ended> {
        let body = json!({"items": [self.item]});
        let result = self.act("/api/bookings/process-cart/", "cart", &body).await?;
        if let Some(failed) = result["errors"].get(0) {
            return match failed["problem"]["code"].as_str() {
                Some("slot_taken") => Err(Ended::SoldOut),
                other => Err(Ended::Wrong(format!("{}: {other:?}", self.tag))),
            };
        }
        self.world.promised(&self.tag, false);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.booking = text(&result["instant"][0]["booking"]["id"]);
        self.checkout = text(&result["payment_intent"][0]["id"]);
        Ok(())
    }

    /// Pays, in one of two ways, and waits until it is confirmed.
    pub async fn pay(&self, way: Way) -> Result<(), Ended> {
        let mut body = json!({"checkout_id": self.checkout, "method": "full"});
        if way == Way::Saved {
            body["saved_card"] = json!(self.who.card);
        }
        let path = "/api/bookings/create-payment-intent/";
        let start = Instant::now();
        let payment = loop {
            let started = self.act(path, "pay", &body).await?;
            let payment = started["payment"].clone();
            match payment["status"].as_str() {
                Some("open" | "succeeded") => break payment,
                Some("intended" | "processing") if start.elapsed() < PATIENCE => {
                    tokio::time::sleep(LOOK).await;
                }
                other => return Err(Ended::Wrong(format!("{}: {other:?}", self.tag))),
            }
        };
        if way == Way::Page && payment["status"] == "open" {
            let url = payment["url"].as_str().unwrap_or_default();
            let page = url.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
            let paid = self.world.bank.sandbox.pay(page, VISA).await;
            paid.map_err(|error| Ended::Wrong(format!("{}: {error}", self.tag)))?;
        }
        self.until("confirmed").await?;
        self.world.promised(&self.tag, true);
        Ok(())
    }

    /// Cancels, and waits until the money is back.
    pub async fn cancel(&self) -> Result<(), Ended> {
        let path = format!("/api/bookings/{}/cancel/", self.booking);
        let quote = self.patch(&format!("{path}?quote=true"), "quote", &json!({})).await?;
        let body = json!({"expected_refund": quote["quote"]["refund"]});
        self.patch(&path, "cancel", &body).await?;
        self.until("refunded").await
    }

    async fn until(&self, status: &str) -> Result<(), Ended> {
        let path = format!("/api/checkouts/{}/", self.checkout);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let seen = self.send("GET", &path, "look", &Value::Null).await?;
            if seen["bookings"][0]["status"] == status {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(Ended::Wrong(format!("{} is not {status} after minutes", self.tag)))
    }

    async fn act(&self, path: &str, step: &str, body: &Value) -> Result<Value, Ended> {
        self.send("POST", path, step, body).await
    }

    async fn patch(&self, path: &str, step: &str, body: &Value) -> Result<Value, Ended> {
        self.send("PATCH", path, step, body).await
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        step: &str,
        body: &Value,
    ) -> Result<Value, Ended> {
        let start = Instant::now();
        let mut attempt = 0;
        while start.elapsed() < PATIENCE {
            let key = match self.temper {
                Temper::Forgets => format!("{} {step} {attempt}", self.tag),
                Temper::Insists | Temper::GivesUp => format!("{} {step}", self.tag),
            };
            match self.world.api.ask(&self.who, method, path, Some(&key), body).await {
                Ok(answer) => return Ok(answer),
                Err(No::Refused(code)) => {
                    return Err(Ended::Wrong(format!("{}: {method} {path}: {code}", self.tag)));
                }
                // A connection kept from before an earlier death may break too: that is no reason to give up.
                Err(No::Gone) if self.temper == Temper::GivesUp && self.world.trap.has_sprung() => {
                    return Err(Ended::GaveUp);
                }
                Err(No::Gone | No::Later) => {
                    attempt += 1;
                    tokio::time::sleep(LOOK).await;
                }
            }
        }
        Err(Ended::Wrong(format!("{}: {method} {path}: no answer for minutes", self.tag)))
    }
}
