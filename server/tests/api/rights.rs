//! Who may do what: for each operation of the API and each kind of caller, what must happen.
//!
//! A new route without a row here fails. The ids in a path are always those of Ana the provider and of
//! Ben, who has asked her; each row has a request, a booking, a service of its own.

use std::{
    collections::BTreeSet,
    fmt::Write,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};
use traveloure_core::{
    actor::Role,
    api::{
        auth::{Session, Token},
        booking::Booking,
        cart::CartResult,
        checkout::{Checkout, Payment, PaymentStarted},
        fee::Fee,
        problem::Code,
        request::{Answered, BulkResult, Request},
        service::Pool,
    },
};
use traveloure_server::{
    http::openapi,
    testing::{Backend, PASSWORD, Person},
};

/// Who calls, in this order: whoever must be refused comes before the ones whose act would change things.
const CALLERS: [&str; 7] = [
    "nobody",
    "a stranger",
    "another provider",
    "an admin",
    "the provider, as a traveler",
    "the traveler",
    "the provider",
];

/// The status for each of [`CALLERS`].
#[rustfmt::skip]
const TABLE: &[(&str, [u16; 7])] = &[
    ("DELETE /api/auth/tokens/{token_id}/",                           [401, 404, 404, 404, 404, 204, 404]),
    ("DELETE /api/cart/",                                               [401, 204, 204, 204, 204, 204, 204]),
    ("DELETE /api/payment-methods/{card}/",                             [401, 404, 404, 404, 404, 404, 404]),
    ("DELETE /api/providers/{provider_id}/pools/{pool_id}/",          [401, 403, 404, 403, 403, 403, 204]),
    ("GET /api/auth/me/",                                             [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/auth/tokens/",                                         [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/booking-requests/provider/{provider_id}/",             [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/booking-requests/user/{user_id}/",                     [401, 404, 404, 404, 404, 200, 404]),
    ("GET /api/booking-requests/{request_id}/",                       [401, 404, 404, 403, 404, 200, 200]),
    ("GET /api/bookings/user/{user_id}/",                             [401, 404, 404, 404, 404, 200, 404]),
    ("GET /api/bookings/{booking_id}/",                               [401, 404, 404, 404, 404, 200, 200]),
    ("GET /api/cart/",                                                  [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/checkouts/{checkout_id}/",                               [401, 404, 404, 404, 404, 200, 404]),
    ("GET /api/docs/",                                                [200, 200, 200, 200, 200, 200, 200]),
    ("GET /api/events/",                                              [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/jobs/",                                                  [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/jobs/troubles/",                                         [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/openapi.json/",                                        [200, 200, 200, 200, 200, 200, 200]),
    ("GET /api/payment-methods/",                                       [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/platform/fees/",                                       [401, 403, 200, 200, 403, 403, 200]),
    ("GET /api/platform/fees/calculate/",                             [401, 403, 404, 200, 403, 403, 200]),
    ("GET /api/platform/reconciliation/",                             [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/platform/reports/revenue/",                            [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/platform/reports/revenue/entries/",                    [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/providers/",                                           [401, 403, 403, 200, 403, 403, 403]),
    ("GET /api/providers/{provider_id}/",                             [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/providers/{provider_id}/availability/",                [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/bookings/",                    [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/conflicts/",                   [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/earnings/",                    [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/earnings/entries/",            [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/earnings/statement/",          [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/manifest/",                    [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/pools/",                       [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/pricing/",                     [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/providers/{provider_id}/services/",                    [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/providers/{provider_id}/stripe-onboard/",              [401, 403, 404, 403, 403, 403, 200]),
    ("GET /api/services/",                                            [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/services/{service_id}/",                               [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/services/{service_id}/availability/",                  [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/services/{service_id}/check/",                         [401, 200, 200, 200, 200, 200, 200]),
    ("GET /api/services/{service_id}/quote/",                         [401, 200, 200, 200, 200, 200, 200]),
    ("GET /healthz/",                                                 [200, 200, 200, 200, 200, 200, 200]),
    ("GET /metrics/",                                                 [200, 200, 200, 200, 200, 200, 200]),
    ("GET /paid/",                                                      [200, 200, 200, 200, 200, 200, 200]),
    ("GET /readyz/",                                                  [200, 200, 200, 200, 200, 200, 200]),
    ("PATCH /api/booking-requests/{request_id}/respond/",             [401, 404, 404, 403, 404, 409, 200]),
    ("PATCH /api/bookings/{booking_id}/cancel/",                        [401, 404, 404, 200, 404, 200, 200]),
    ("PATCH /api/platform/fees/{fee_id}/",                            [401, 403, 403, 200, 403, 403, 403]),
    ("PATCH /api/providers/{provider_id}/",                           [401, 403, 404, 403, 403, 403, 200]),
    ("PATCH /api/providers/{provider_id}/availability/",              [401, 403, 404, 403, 403, 403, 200]),
    ("PATCH /api/providers/{provider_id}/pools/{pool_id}/",           [401, 403, 404, 403, 403, 403, 200]),
    ("PATCH /api/providers/{provider_id}/pricing/",                   [401, 403, 404, 403, 403, 403, 200]),
    ("PATCH /api/services/{service_id}/",                             [401, 403, 404, 403, 403, 403, 200]),
    ("POST /api/auth/login/",                                         [200, 200, 200, 200, 200, 200, 200]),
    ("POST /api/auth/logout/",                                        [401, 204, 204, 204, 204, 204, 204]),
    // The same address each time: from the second on it is taken.
    ("POST /api/auth/register/",                                      [201, 409, 409, 409, 409, 409, 409]),
    // Each row of the answer says what became of it; see the test below.
    ("POST /api/booking-requests/bulk/",                              [401, 200, 200, 200, 200, 200, 200]),
    // Everybody but the service's own provider, in whatever role.
    ("POST /api/booking-requests/submit/",                            [401, 201, 201, 201, 409, 201, 409]),
    ("POST /api/booking-requests/{request_id}/accept/",               [401, 404, 404, 403, 404, 409, 200]),
    ("POST /api/booking-requests/{request_id}/counter-offer/",        [401, 404, 404, 403, 404, 409, 200]),
    ("POST /api/booking-requests/{request_id}/decline/",              [401, 404, 404, 403, 404, 409, 200]),
    ("POST /api/booking-requests/{request_id}/messages/",             [401, 404, 404, 403, 404, 200, 200]),
    ("POST /api/booking-requests/{request_id}/withdraw/",             [401, 404, 404, 403, 404, 200, 409]),
    // No balance is owed.
    ("POST /api/bookings/charge-balance/",                              [401, 404, 403, 403, 404, 409, 403]),
    ("POST /api/bookings/confirm/",                                     [401, 404, 404, 404, 404, 200, 404]),
    ("POST /api/bookings/create-payment-intent/",                       [401, 404, 403, 403, 404, 200, 403]),
    // Nobody's own service is booked; the answer says so.
    ("POST /api/bookings/process-cart/",                                [401, 200, 403, 403, 200, 200, 403]),
    // Nothing has been paid.
    ("POST /api/bookings/{booking_id}/refund/",                         [401, 403, 404, 409, 403, 403, 409]),
    // Nothing is in trouble.
    ("POST /api/jobs/{job}/{subject}/retry/",                           [401, 403, 403, 404, 403, 403, 403]),
    ("POST /api/platform/fees/",                                      [401, 403, 403, 201, 403, 403, 403]),
    ("POST /api/platform/fees/simulate/",                             [401, 403, 403, 200, 403, 403, 403]),
    // Once each.
    ("POST /api/providers/",                                          [401, 201, 409, 201, 409, 201, 409]),
    ("POST /api/providers/{provider_id}/pools/",                      [401, 403, 404, 403, 403, 403, 201]),
    ("POST /api/providers/{provider_id}/stripe-onboard/",             [401, 403, 404, 403, 403, 403, 200]),
    // Nothing of it has failed.
    ("POST /api/refunds/{refund_id}/given-back/",                       [401, 403, 403, 404, 403, 403, 403]),
    // Each provider their own.
    ("POST /api/services/",                                           [401, 403, 201, 403, 403, 403, 201]),
    // Signed by the processor, and by nobody here.
    ("POST /api/webhooks/stripe/",                                      [400, 400, 400, 400, 400, 400, 400]),
    // The provider is the traveler of two columns before, and has saved it already.
    ("PUT /api/cart/",                                                  [401, 200, 200, 200, 200, 200, 412]),
];

/// The people and things that the rows are about.
struct World {
    backend: Backend,
    ana: Person,
    ben: Person,
    callers: [Option<Person>; 7],
    /// Numbers keys and names.
    count: AtomicU32,
}

/// What is sent.
struct Call {
    method: Method,
    path: String,
    body: Value,
}

impl World {
    async fn new() -> Self {
        let backend = Backend::start_with_bank().await;
        let (ana, ben) = (backend.provider("Ana").await, backend.traveler("Ben").await);
        let (zoe, eve) = (backend.traveler("Zoe").await, backend.provider("Eve").await);
        let ada = backend.admin("Ada").await;
        let as_traveler = ana.acting_as(Role::Traveler);
        let callers = [
            None,
            Some(zoe),
            Some(eve),
            Some(ada),
            Some(as_traveler),
            Some(ben.clone()),
            Some(ana.clone()),
        ];
        Self { backend, ana, ben, callers, count: AtomicU32::new(0) }
    }

    /// The call for an operation, with things of its own.
    async fn call(&self, operation: &str) -> Call {
        let (method, template) = operation.split_once(' ').unwrap();
        let path = self.with_ids(template).await + &self.query(operation).await;
        let body = self.body(operation, &path).await;
        Call { method: method.parse().unwrap(), path, body }
    }

    async fn with_ids(&self, template: &str) -> String {
        let mut path = template.to_owned();
        while let Some((before, after)) = path.split_once('{') {
            let (name, after) = after.split_once('}').unwrap();
            let id = match name {
                "provider_id" => self.ana.provider().to_string(),
                "user_id" => self.ben.id.to_string(),
                "service_id" => self.service().await,
                "request_id" => self.request().await.row.id.to_string(),
                "booking_id" => self.booking().await.row.id.to_string(),
                "checkout_id" => self.checkout().await.id.to_string(),
                "card" => "pm_unknown".to_owned(),
                "job" => "pay_out".to_owned(),
                "subject" => "unknown".to_owned(),
                "refund_id" => uuid::Uuid::nil().to_string(),
                "pool_id" => self.pool().await.id.to_string(),
                "fee_id" => self.fee().await.id.to_string(),
                "token_id" => self.token_of_ben().await.id.to_string(),
                other => panic!("{template}: whose {other} is that?"),
            };
            path = format!("{before}{id}{after}");
        }
        path
    }

    /// Parameters that would do.
    async fn query(&self, operation: &str) -> String {
        match operation {
            "GET /api/platform/fees/calculate/" => format!(
                "?amount=100&currency=EUR&category=activity&provider_id={}",
                self.ana.provider()
            ),
            "GET /api/providers/{provider_id}/availability/"
            | "GET /api/providers/{provider_id}/pricing/"
            | "PATCH /api/providers/{provider_id}/availability/"
            | "PATCH /api/providers/{provider_id}/pricing/" => {
                format!("?service_id={}", self.service().await)
            }
            "GET /api/providers/{provider_id}/earnings/entries/" => "?week=2026-W24".to_owned(),
            "GET /api/providers/{provider_id}/manifest/" => "?date=2026-06-20".to_owned(),
            "GET /api/providers/{provider_id}/earnings/statement/" => "?month=2026-06".to_owned(),
            "GET /api/services/{service_id}/check/" | "GET /api/services/{service_id}/quote/" => {
                "?date=2026-08-20&party=2".to_owned()
            }
            "PATCH /api/bookings/{booking_id}/cancel/" => "?quote=true".to_owned(),
            _ => String::new(),
        }
    }

    /// A body that would do, at this path.
    async fn body(&self, operation: &str, path: &str) -> Value {
        match operation {
            "POST /api/auth/register/" => {
                json!({"email": "new@example.org", "password": PASSWORD, "name": "New"})
            }
            "POST /api/auth/login/" => json!({"email": self.ben.email, "password": PASSWORD}),
            "POST /api/providers/" => {
                json!({"name": "New", "city": "Porto", "country": "PT", "zone": "Europe/Lisbon"})
            }
            "POST /api/services/" => json!({
                "name": "New", "category": "activity", "availability_type": "calendar",
                "pricing_type": "fixed", "currency": "EUR", "base_price": "10",
            }),
            "PATCH /api/services/{service_id}/" | "PATCH /api/providers/{provider_id}/" => {
                json!({"name": "Renamed"})
            }
            "POST /api/providers/{provider_id}/pools/" => json!({"name": "Van", "capacity": 2}),
            "PATCH /api/providers/{provider_id}/pools/{pool_id}/" => json!({"capacity": 3}),
            "POST /api/platform/fees/" => json!({
                "fee_type": "global", "fee_type_method": "percentage", "fee_percentage": "12",
            }),
            "POST /api/platform/fees/simulate/" => json!({
                "from": "2026-05-01", "to": "2026-06-01",
                "rule": {"fee_type": "global", "fee_type_method": "percentage", "fee_percentage": "12"},
            }),
            "PATCH /api/platform/fees/{fee_id}/" => json!({"priority": 1}),
            "PATCH /api/providers/{provider_id}/availability/"
            | "PATCH /api/providers/{provider_id}/pricing/" => {
                json!({"text": self.text_at(path).await})
            }
            "POST /api/booking-requests/submit/" => self.question().await,
            "POST /api/booking-requests/bulk/" => {
                json!({"ids": [self.request().await.row.id], "answer": {"action": "decline"}})
            }
            "PUT /api/cart/" => json!({"items": []}),
            "POST /api/bookings/process-cart/" => json!({"items": [self.wish().await]}),
            "POST /api/bookings/create-payment-intent/" => {
                json!({"checkout_id": self.checkout().await.id, "method": "full"})
            }
            "POST /api/bookings/confirm/" => json!({"payment_id": self.payment().await.id}),
            "POST /api/bookings/charge-balance/" => {
                json!({"booking_id": self.booking().await.row.id})
            }
            "POST /api/refunds/{refund_id}/given-back/" => json!({"reference": "SEPA 1"}),
            "POST /api/bookings/{booking_id}/refund/" => {
                json!({"amount": {"amount": "1.00", "currency": "EUR"}})
            }
            "PATCH /api/booking-requests/{request_id}/respond/" => json!({"action": "decline"}),
            "POST /api/booking-requests/{request_id}/counter-offer/" => {
                json!({"price": {"amount": "99.00", "currency": "EUR"}})
            }
            "POST /api/booking-requests/{request_id}/messages/" => json!({"text": "Hello"}),
            _ => json!({}),
        }
    }

    /// The status of the call by each of the callers.
    async fn statuses(&self, operation: &str) -> [u16; 7] {
        let call = self.call(operation).await;
        let mut statuses = [0; 7];
        for (status, caller) in statuses.iter_mut().zip(&self.callers) {
            // Signing out ends the sign-in it is sent with.
            let caller = match caller {
                Some(person) if operation == "POST /api/auth/logout/" => {
                    Some(self.again(person).await)
                }
                other => other.clone(),
            };
            *status = self.send(&call, caller.as_ref()).await;
        }
        statuses
    }

    async fn again(&self, person: &Person) -> Person {
        let login = json!({"email": person.email, "password": PASSWORD, "device": "elsewhere"});
        let session: Session = self.backend.post(person, "/api/auth/login/", &login).await.ok();
        Person { token: session.token, ..person.clone() }
    }

    async fn send(&self, call: &Call, caller: Option<&Person>) -> u16 {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let builder = match caller {
            Some(person) => self.backend.request(person, call.method.clone(), &call.path),
            None => axum::http::Request::builder().method(call.method.clone()).uri(&call.path),
        };
        let mut builder = builder.header("idempotency-key", format!("rights-{number}"));
        if call.method == Method::PATCH {
            builder = builder.header(header::IF_MATCH, "\"1\"");
        }
        if call.method == Method::PUT {
            builder = builder.header(header::IF_MATCH, "\"0\"");
        }
        let body = if call.method == Method::GET {
            Body::empty()
        } else {
            Body::from(call.body.to_string())
        };
        self.backend.respond(builder.body(body).unwrap()).await.status().as_u16()
    }

    async fn service(&self) -> String {
        self.backend.service(&self.ana, json!({})).await.id.to_string()
    }

    async fn question(&self) -> Value {
        json!({"service_id": self.service().await, "date": "2026-06-20", "travelers": 2})
    }

    async fn request(&self) -> Request {
        let question = self.question().await;
        self.backend.post(&self.ben, "/api/booking-requests/submit/", &question).await.ok()
    }

    async fn booking(&self) -> Booking {
        let path = format!("/api/booking-requests/{}/accept/", self.request().await.row.id);
        let answered: Answered = self.backend.post(&self.ana, &path, &json!({})).await.ok();
        answered.booking.unwrap()
    }

    async fn wish(&self) -> Value {
        let mut wish = self.question().await;
        wish["booking_type"] = json!("instant");
        wish
    }

    async fn checkout(&self) -> Checkout {
        let body = json!({"items": [self.wish().await]});
        let path = "/api/bookings/process-cart/";
        let result: CartResult = self.backend.post(&self.ben, path, &body).await.ok();
        result.payment_intent.into_iter().next().unwrap()
    }

    async fn payment(&self) -> Payment {
        let body = json!({"checkout_id": self.checkout().await.id, "method": "full"});
        let path = "/api/bookings/create-payment-intent/";
        let started: PaymentStarted = self.backend.post(&self.ben, path, &body).await.ok();
        started.payment.unwrap()
    }

    async fn pool(&self) -> Pool {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let path = format!("/api/providers/{}/pools/", self.ana.provider());
        let body = json!({"name": format!("Guide {number}"), "capacity": 1});
        self.backend.post(&self.ana, &path, &body).await.ok()
    }

    async fn fee(&self) -> Fee {
        let ada = self.callers[3].as_ref().unwrap();
        let fees: Vec<Fee> = self.backend.get(ada, "/api/platform/fees/").await.ok();
        fees.into_iter().next().unwrap()
    }

    async fn token_of_ben(&self) -> Token {
        self.again(&self.ben).await;
        let tokens: Vec<Token> = self.backend.get(&self.ben, "/api/auth/tokens/").await.ok();
        tokens.into_iter().find(|token| !token.is_current).unwrap()
    }

    async fn text_at(&self, path: &str) -> String {
        let document: Value = self.backend.get(&self.ana, path).await.ok();
        document["text"].as_str().unwrap().to_owned()
    }
}

fn operations() -> BTreeSet<String> {
    let document = serde_json::to_value(openapi()).unwrap();
    document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .keys()
                .filter(|method| {
                    ["get", "post", "put", "patch", "delete"].contains(&method.as_str())
                })
                .map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[test]
fn every_operation_has_its_row() {
    let rows: BTreeSet<String> =
        TABLE.iter().map(|(operation, _)| (*operation).to_owned()).collect();
    assert_eq!(rows.len(), TABLE.len(), "an operation has two rows");
    let operations = operations();
    let without: Vec<_> = operations.difference(&rows).collect();
    assert!(without.is_empty(), "say who may do this, in TABLE: {without:#?}");
    let gone: Vec<_> = rows.difference(&operations).collect();
    assert!(gone.is_empty(), "there is no such operation any more: {gone:#?}");
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let world = World::new().await;
    let mut differences = String::new();
    for (operation, expected) in TABLE {
        let statuses = world.statuses(operation).await;
        for ((caller, status), expected) in CALLERS.iter().zip(statuses).zip(expected) {
            if status != *expected {
                writeln!(differences, "{operation} by {caller}: {status}, not {expected}").unwrap();
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

#[tokio::test]
async fn in_bulk_nobody_may_do_what_they_may_not_do_one_by_one() {
    let world = World::new().await;
    let id = world.request().await.row.id;
    let expected =
        [Code::NotFound, Code::NotFound, Code::RoleRequired, Code::NotFound, Code::NotYourTurn];
    for (caller, expected) in world.callers[1..6].iter().zip(expected) {
        for action in ["accept", "decline"] {
            let body = json!({"ids": [id], "answer": {"action": action}});
            let path = "/api/booking-requests/bulk/";
            let result: BulkResult =
                world.backend.post(caller.as_ref().unwrap(), path, &body).await.ok();
            let problem = result.results[0].problem.as_ref().expect("a refusal");
            assert_eq!(problem.code, expected, "{action}");
        }
    }
}
