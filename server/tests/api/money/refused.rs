//! What is refused: with a stable code, and nothing is another than before.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use traveloure_core::{
    actor::Role,
    api::{
        cancel::Cancellation,
        cart::CartResult,
        checkout::{Checkout, PaymentStarted, SavedCard},
        problem::Code,
    },
    job::Job,
};
use traveloure_server::{
    jobs,
    testing::{Person, Reply},
};

use super::{Town, VISA};

const PAY: &str = "/api/bookings/create-payment-intent/";
const BALANCE: &str = "/api/bookings/charge-balance/";
const CONFIRM: &str = "/api/bookings/confirm/";
const CART: &str = "/api/bookings/process-cart/";

/// A town in which everything has happened once.
struct Stage {
    town: Town,
    /// Pays for things of her own.
    cleo: Person,
    /// Has a service of her own.
    eva: Person,
    /// Waits to be paid, on an open page.
    unpaid: PaymentStarted,
    /// Paid in full.
    paid: Checkout,
    /// A deposit is paid, with a card that is kept; the balance is owed.
    owing: Checkout,
    cancelled: Checkout,
    completed: Checkout,
    /// Cleo's, paid by deposit.
    hers: Checkout,
    her_card: String,
}

impl Stage {
    async fn new() -> Self {
        let town = Town::new().await;
        let completed = town.paid("2026-06-02", "full").await;
        town.at("2026-06-03T09:00:00Z").await;
        let cancelled = town.paid("2026-07-01", "full").await;
        cancel(&town, &cancelled, "120.00").await;
        let paid = town.paid("2026-07-02", "full").await;
        let unpaid = town.process(&[town.wish("2026-07-03")]).await;
        let unpaid = town.start(&unpaid.payment_intent[0], "full").await;
        let terms = json!({"terms": {
            "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
            "requires_deposit": true, "deposit_type": "percentage", "deposit_percentage": "25"}});
        let path =
            format!("/api/providers/{}/pricing/?service_id={}", town.ana.provider(), town.walk.id);
        town.backend.patch(&town.ana, &path, 1, &terms).await.ok::<Value>();
        let owing = town.paid("2026-07-04", "deposit").await;
        // Cleo does as Ben does.
        let cleo = town.backend.traveler("Cleo").await;
        let town = Town { ben: cleo.clone(), ..town };
        let hers = town.paid("2026-07-05", "deposit").await;
        let cards: Vec<SavedCard> = town.backend.get(&cleo, "/api/payment-methods/").await.ok();
        let ben = completed_by(&town, &completed).await;
        let eva = town.backend.provider("Eva").await;
        town.backend.service(&eva, json!({"name": "Boat"})).await;
        let her_card = cards[0].id.clone();
        let town = Town { ben, ..town };
        Self { town, cleo, eva, unpaid, paid, owing, cancelled, completed, hers, her_card }
    }

    /// Everything that there is, by table; not how often somebody came, nor what was answered.
    async fn everything(&self) -> BTreeMap<String, Option<String>> {
        let mut owner = self.town.backend.owner().await;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT tablename::text FROM pg_tables
             WHERE schemaname = 'public' AND tablename NOT IN ('auth_tokens', 'idempotency_keys')",
        )
        .fetch_all(&mut owner)
        .await
        .unwrap();
        let mut everything = BTreeMap::new();
        for table in tables {
            let sql = format!(
                "SELECT string_agg(row::text, E'\\n' ORDER BY row::text) FROM {table} AS row"
            );
            let rows = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
            everything.insert(table, rows);
        }
        everything
    }

    /// Each is refused with its code; afterwards all is as it was.
    async fn refuses(&self, cases: &[Case]) {
        let mut before = self.everything().await;
        let mut wrong = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            let reply = self.send(case, &format!("refused-{number}")).await;
            let mut what = format!("{} {} {}", case.method, case.path, case.body);
            what.truncate(200);
            let code = reply.body["code"].as_str().unwrap_or("done").to_owned();
            if code != case.code.as_str() || reply.status.as_u16() != case.code.status() {
                wrong.push(format!("{what}: {} {code}, not {}", reply.status, case.code.as_str()));
            }
            let after = self.everything().await;
            let changed = after.iter().filter(|(table, rows)| before[*table] != **rows);
            wrong.extend(changed.map(|(table, _)| format!("{what}: changed {table}")));
            before = after;
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        self.town.holds().await;
    }

    async fn send(&self, case: &Case, key: &str) -> Reply {
        let backend = &self.town.backend;
        match case.method {
            Method::PATCH => backend.patch_with_key(&case.who, &case.path, key, &case.body).await,
            Method::DELETE => backend.delete(&case.who, &case.path).await,
            Method::GET => backend.get(&case.who, &case.path).await,
            _ => backend.post_with_key(&case.who, &case.path, key, &case.body).await,
        }
    }

    fn ben(&self, path: &str, body: Value, code: Code) -> Case {
        Case::post(&self.town.ben, path, body, code)
    }
}

/// Something that must not go through.
struct Case {
    who: Person,
    method: Method,
    path: String,
    body: Value,
    code: Code,
}

impl Case {
    fn post(who: &Person, path: &str, body: Value, code: Code) -> Self {
        Self { who: who.clone(), method: Method::POST, path: path.to_owned(), body, code }
    }

    fn cancel(who: &Person, of: &Checkout, body: Value, code: Code) -> Self {
        let path = format!("/api/bookings/{}/cancel/", of.bookings[0].booking_id);
        Self { method: Method::PATCH, ..Self::post(who, &path, body, code) }
    }

    fn refund(who: &Person, of: &Checkout, amount: &Value, code: Code) -> Self {
        let path = format!("/api/bookings/{}/refund/", of.bookings[0].booking_id);
        Self::post(who, &path, json!({"amount": amount, "reason": "rain"}), code)
    }
}

async fn cancel(town: &Town, checkout: &Checkout, expected: &str) {
    let path = format!("/api/bookings/{}/cancel/", checkout.bookings[0].booking_id);
    let body = json!({"expected_refund": amount(expected, "EUR")});
    town.backend.patch_with_key(&town.ben, &path, "cancel", &body).await.ok::<Cancellation>();
    town.backend.hear().await;
}

/// Signed in once more.
async fn completed_by(town: &Town, checkout: &Checkout) -> Person {
    let mut owner = town.backend.owner().await;
    let email: String = sqlx::query_scalar(
        "SELECT email FROM users WHERE id = (SELECT user_id FROM checkouts WHERE id = $1)",
    )
    .bind(checkout.id.as_uuid())
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let body = json!({"email": email, "password": traveloure_server::testing::PASSWORD});
    let nobody = town.ana.clone();
    let session: traveloure_core::api::auth::Session =
        town.backend.post(&nobody, "/api/auth/login/", &body).await.ok();
    let (id, token) = (session.user.id, session.token);
    Person { id, email, token, role: Role::Traveler, provider: None }
}

fn amount(amount: &str, currency: &str) -> Value {
    json!({"amount": amount, "currency": currency})
}

#[tokio::test]
async fn payments_that_cannot_be() {
    let stage = Stage::new().await;
    let Stage { town, unpaid, paid, owing, cancelled, hers, her_card, .. } = &stage;
    let (waiting, no_id) = (unpaid.checkout.id, town.walk.id);
    let booking = |of: &Checkout| of.bookings[0].booking_id;
    let unpaid_booking = booking(&unpaid.checkout);
    let full = |checkout: &Checkout| json!({"checkout_id": checkout.id, "method": "full"});
    let with_card =
        |card: &str| json!({"checkout_id": waiting, "method": "full", "saved_card": card});
    let balance_with =
        |of: &Checkout, card: &str| json!({"booking_id": booking(of), "saved_card": card});
    let provider = town.ana.clone();
    stage
        .refuses(&[
            stage.ben(PAY, json!({"method": "full"}), Code::Invalid),
            stage.ben(
                PAY,
                json!({"checkout_id": waiting, "booking_ids": [unpaid_booking], "method": "full"}),
                Code::Invalid,
            ),
            stage.ben(
                PAY,
                json!({"checkout_id": waiting, "method": "bitcoin"}),
                Code::MalformedBody,
            ),
            stage.ben(
                PAY,
                json!({"checkout_id": waiting, "method": "full", "amount": "1.00"}),
                Code::MalformedBody,
            ),
            stage.ben(PAY, full(paid), Code::NothingDue),
            stage.ben(PAY, full(owing), Code::NothingDue),
            stage.ben(PAY, full(cancelled), Code::NothingDue),
            stage.ben(PAY, full(&stage.completed), Code::NothingDue),
            stage.ben(PAY, full(hers), Code::NotFound),
            stage.ben(PAY, json!({"checkout_id": no_id, "method": "full"}), Code::NotFound),
            stage.ben(
                PAY,
                json!({"booking_ids": [booking(hers)], "method": "full"}),
                Code::NotFound,
            ),
            stage.ben(
                PAY,
                json!({"booking_ids": [unpaid_booking, booking(hers)], "method": "full"}),
                Code::NotFound,
            ),
            stage.ben(
                PAY,
                json!({"booking_ids": [unpaid_booking, booking(paid)], "method": "full"}),
                Code::Invalid,
            ),
            // The page for all of it stays open.
            stage.ben(
                PAY,
                json!({"checkout_id": waiting, "method": "deposit"}),
                Code::MethodNotOffered,
            ),
            stage.ben(
                PAY,
                json!({"checkout_id": waiting, "method": "pay_later"}),
                Code::MethodNotOffered,
            ),
            stage.ben(PAY, with_card(her_card), Code::NotFound),
            stage.ben(PAY, with_card("pm_card_visa"), Code::NotFound),
            stage.ben(PAY, with_card("../../customers"), Code::NotFound),
            stage.ben(PAY, with_card(&"x".repeat(300)), Code::NotFound),
            Case::post(&provider, PAY, full(paid), Code::RoleRequired),
            stage.ben(BALANCE, json!({"booking_id": booking(paid)}), Code::NothingDue),
            stage.ben(BALANCE, json!({"booking_id": unpaid_booking}), Code::NothingDue),
            stage.ben(BALANCE, json!({"booking_id": booking(cancelled)}), Code::NothingDue),
            stage.ben(BALANCE, json!({"booking_id": booking(hers)}), Code::NotFound),
            stage.ben(BALANCE, json!({"booking_id": no_id}), Code::NotFound),
            stage.ben(BALANCE, balance_with(owing, her_card), Code::NotFound),
            stage.ben(BALANCE, balance_with(owing, &"x".repeat(300)), Code::NotFound),
            stage.ben(CONFIRM, json!({"payment_id": hers.payments[0].id}), Code::NotFound),
            stage.ben(CONFIRM, json!({"payment_id": no_id}), Code::NotFound),
            Case {
                method: Method::DELETE,
                ..stage.ben(&format!("/api/payment-methods/{her_card}/"), json!({}), Code::NotFound)
            },
            Case {
                method: Method::GET,
                ..stage.ben(&format!("/api/checkouts/{}/", hers.id), json!({}), Code::NotFound)
            },
        ])
        .await;
}

#[tokio::test]
async fn cancellations_and_refunds_that_cannot_be() {
    let stage = Stage::new().await;
    let Stage { town, cleo, eva, unpaid, paid, cancelled, completed, .. } = &stage;
    let (ben, ana) = (&town.ben, &town.ana);
    let expects = |text: &str, currency: &str| json!({"expected_refund": amount(text, currency)});
    let all = expects("120.00", "EUR");
    let mut too_long = all.clone();
    too_long["reason"] = "x".repeat(501).into();
    stage
        .refuses(&[
            Case::cancel(cleo, paid, all.clone(), Code::NotFound),
            Case::cancel(eva, paid, all.clone(), Code::NotFound),
            Case::cancel(ben, paid, json!({}), Code::Invalid),
            Case::cancel(ben, paid, too_long, Code::Invalid),
            Case::cancel(ben, paid, expects("119.99", "EUR"), Code::RefundChanged),
            Case::cancel(ben, paid, expects("120.01", "EUR"), Code::RefundChanged),
            Case::cancel(ben, paid, expects("-120.00", "EUR"), Code::RefundChanged),
            Case::cancel(ben, paid, expects("120.00", "USD"), Code::RefundChanged),
            Case::cancel(ben, paid, expects("120.001", "EUR"), Code::MalformedBody),
            Case::cancel(ben, paid, expects("120.00", "XXX"), Code::MalformedBody),
            Case::cancel(ben, cancelled, all.clone(), Code::NotCancellable),
            Case::cancel(ana, cancelled, all.clone(), Code::NotCancellable),
            Case::cancel(ben, completed, expects("0.00", "EUR"), Code::NotCancellable),
            // The page on which it can be paid stays open.
            Case::cancel(ben, &unpaid.checkout, json!({}), Code::Invalid),
            Case::cancel(ben, &unpaid.checkout, all.clone(), Code::RefundChanged),
            Case::refund(ben, paid, &amount("1.00", "EUR"), Code::RoleRequired),
            Case::refund(eva, paid, &amount("1.00", "EUR"), Code::NotFound),
            Case::refund(ana, paid, &amount("0.00", "EUR"), Code::Invalid),
            Case::refund(ana, paid, &amount("-1.00", "EUR"), Code::Invalid),
            Case::refund(ana, paid, &amount("120.01", "EUR"), Code::RefundTooLarge),
            Case::refund(ana, paid, &amount("999999999999.99", "EUR"), Code::RefundTooLarge),
            Case::refund(ana, paid, &amount("1e30", "EUR"), Code::MalformedBody),
            Case::refund(
                ana,
                paid,
                &amount("99999999999999999999999999", "EUR"),
                Code::MalformedBody,
            ),
            Case::refund(ana, paid, &amount("1.005", "EUR"), Code::MalformedBody),
            Case::refund(ana, paid, &amount("NaN", "EUR"), Code::MalformedBody),
            Case::refund(ana, paid, &amount("", "EUR"), Code::MalformedBody),
            Case::refund(
                ana,
                paid,
                &json!({"amount": 1.5, "currency": "EUR"}),
                Code::MalformedBody,
            ),
            Case::refund(ana, paid, &json!("1.00 EUR"), Code::MalformedBody),
            Case::refund(ana, paid, &amount("1", "JPY"), Code::CurrencyMismatch),
            Case::refund(ana, paid, &amount("1.00", "XAU"), Code::MalformedBody),
            Case::refund(ana, paid, &amount("1.00", "eur"), Code::MalformedBody),
            Case::refund(ana, &unpaid.checkout, &amount("1.00", "EUR"), Code::RefundTooLarge),
            Case::refund(ana, cancelled, &amount("1.00", "EUR"), Code::RefundTooLarge),
        ])
        .await;
}

#[tokio::test]
async fn items_that_cannot_be_booked() {
    let stage = Stage::new().await;
    let town = &stage.town;
    let but = |field: &str, value: Value| {
        let mut wish = town.wish("2026-07-20");
        wish[field] = value;
        wish
    };
    let no_id = town.ben.id;
    let items = [
        (but("service_id", json!(no_id)), Code::NotFound),
        (but("date", json!("2026-05-31")), Code::NotOffered),
        (but("date", json!("2026-07-02")), Code::SlotTaken),
        (but("expected_total", amount("119.99", "EUR")), Code::PriceChanged),
        (but("expected_total", amount("120.00", "USD")), Code::PriceChanged),
        (but("expected_total", amount("-120.00", "EUR")), Code::PriceChanged),
    ];
    let before = stage.everything().await;
    let wanted: Vec<Value> = items.iter().map(|(item, _)| item.clone()).collect();
    let result: CartResult = town.process(&wanted).await;
    let codes: Vec<Code> = result.errors.iter().map(|one| one.problem.code).collect();
    let expected: Vec<Code> = items.iter().map(|(_, code)| *code).collect();
    assert_eq!(codes, expected, "{:#?}", result.errors);
    assert!(result.payment_intent.is_empty());
    assert_eq!(stage.everything().await, before);

    let cart = |item: Value| json!({"items": [item]});
    let many = vec![town.wish("2026-07-20"); 51];
    stage
        .refuses(&[
            stage.ben(CART, json!({"items": []}), Code::Invalid),
            stage.ben(CART, json!({"items": many}), Code::Invalid),
            stage.ben(CART, cart(but("travelers", json!(0))), Code::Invalid),
            stage.ben(CART, cart(but("travelers", json!(1001))), Code::Invalid),
            stage.ben(CART, cart(but("travelers", json!(-1))), Code::MalformedBody),
            stage.ben(CART, cart(but("date", json!("2026-02-30"))), Code::MalformedBody),
            stage.ben(
                CART,
                cart(but("expected_total", amount("1.001", "EUR"))),
                Code::MalformedBody,
            ),
            stage.ben(CART, cart(but("price", amount("1.00", "EUR"))), Code::MalformedBody),
            stage.ben(CART, cart(but("booking_type", json!("free"))), Code::MalformedBody),
        ])
        .await;
}

#[tokio::test]
async fn a_key_that_was_used_for_something_else() {
    let stage = Stage::new().await;
    let Stage { town, paid, owing, unpaid, .. } = &stage;
    let path_of =
        |of: &Checkout, act: &str| format!("/api/bookings/{}/{act}/", of.bookings[0].booking_id);
    let give = |text: &str| json!({"amount": amount(text, "EUR"), "reason": "rain"});
    let backend = &town.backend;
    let card = json!({"booking_id": owing.bookings[0].booking_id});
    let pay = json!({"checkout_id": unpaid.checkout.id, "method": "full"});
    let wish = json!({"items": [town.wish("2026-07-23")]});
    let other = town.process(&[town.wish("2026-07-24")]).await.payment_intent.remove(0);
    let one_way = json!({"checkout_id": other.id, "method": "full"});
    let other_way = json!({"checkout_id": other.id, "method": "deposit"});
    // Each has gone through once under its key.
    backend
        .post_with_key(&town.ana, &path_of(paid, "refund"), "k", &give("10.00"))
        .await
        .ok::<Value>();
    backend.post_with_key(&town.ben, BALANCE, "k", &card).await.ok::<Value>();
    backend
        .post_with_key(&town.ben, CART, "k", &json!({"items": [town.wish("2026-07-21")]}))
        .await
        .ok::<Value>();
    let page: PaymentStarted = backend.post_with_key(&town.ben, PAY, "k", &one_way).await.ok();
    let before = stage.everything().await;
    let cases = [
        // The page for the first stays open.
        stage.ben(PAY, other_way, Code::KeyReused),
        Case::post(&town.ana, &path_of(paid, "refund"), give("20.00"), Code::KeyReused),
        stage.ben(BALANCE, json!({"booking_id": paid.bookings[0].booking_id}), Code::KeyReused),
        stage.ben(CART, json!({"items": [town.wish("2026-07-22")]}), Code::KeyReused),
    ];
    for case in &cases {
        stage.send(case, "k").await.refused(case.code);
    }
    // And the same again gives the first answer, without doing it again.
    backend
        .post_with_key(&town.ana, &path_of(paid, "refund"), "k", &give("10.00"))
        .await
        .ok::<Value>();
    backend.post_with_key(&town.ben, BALANCE, "k", &card).await.ok::<Value>();
    let again: PaymentStarted = backend.post_with_key(&town.ben, PAY, "k", &one_way).await.ok();
    assert_eq!(again.payment, page.payment);
    assert_eq!(stage.everything().await, before);
    // Money does not move without a key.
    for (path, body) in [(PAY, &pay), (BALANCE, &card), (CART, &wish)] {
        let request = backend.request(&town.ben, Method::POST, path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        backend.send(request).await.refused(Code::KeyRequired);
    }
    assert_eq!(stage.everything().await, before);
    town.holds().await;
}

#[tokio::test]
async fn a_balance_is_paid_once() {
    let stage = Stage::new().await;
    let Stage { town, owing, .. } = &stage;
    let body = json!({"booking_id": owing.bookings[0].booking_id});
    // Not due yet: the job leaves it alone, the traveler may all the same.
    assert_eq!(jobs::run_one(&town.backend.context, Job::ChargeBalances).await.unwrap(), 0);
    let first: PaymentStarted = town.backend.post(&town.ben, BALANCE, &body).await.ok();
    let again: PaymentStarted = town.backend.post(&town.ben, BALANCE, &body).await.ok();
    assert_eq!(first.payment.as_ref().unwrap().id, again.payment.unwrap().id, "one page");
    // Asking what became of it confirms nothing that was not paid.
    let asked = json!({"payment_id": first.payment.as_ref().unwrap().id});
    let seen: Checkout = town.backend.post(&town.ben, CONFIRM, &asked).await.ok();
    assert_eq!(seen.bookings[0].paid, super::eur("30"));
    town.pay(&first, VISA).await;
    town.backend.hear().await;
    stage.refuses(&[stage.ben(BALANCE, body, Code::NothingDue)]).await;
    assert_eq!(town.checkout(owing).await.bookings[0].paid, super::eur("120"));
}

#[tokio::test]
async fn cards_that_do_not_pay() {
    // Declined, no funds, lost, expired, a wrong code, an error of the processor's.
    for card in [
        "4000000000000002",
        "4000000000009995",
        "4000000000009987",
        "4000000000000069",
        "4000000000000127",
        "4000000000000119",
    ] {
        does_not_pay(card, None).await;
    }
    // The bank asks, and is answered wrong, or not at all, or there are no funds behind the question.
    does_not_pay("4000002760003184", Some(false)).await;
    does_not_pay("4000002760003184", None).await;
    does_not_pay("4000008260003178", Some(true)).await;
}

async fn does_not_pay(card: &str, answer: Option<bool>) {
    let town = Town::new().await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    let started = town.start(&result.payment_intent[0], "full").await;
    town.pay(&started, card).await;
    let url = started.payment.as_ref().unwrap().url.clone().unwrap();
    let session = url.rsplit('/').find(|part| !part.is_empty()).unwrap();
    if let Some(passes) = answer {
        town.backend.sandbox().authenticate(session, passes).await.unwrap();
    }
    town.backend.hear().await;
    let body = json!({"payment_id": started.payment.as_ref().unwrap().id});
    let seen: Checkout = town.backend.post(&town.ben, CONFIRM, &body).await.ok();
    let one = &seen.bookings[0];
    assert_eq!((one.status.as_str(), one.paid), ("pending_payment", super::eur("0")), "{card}");
    assert!(seen.payments[0].status.is_live(), "{card}: another card can be tried");
    assert_eq!(town.balance("processor_balance").await, "0", "{card}");
    town.holds().await;
    // Nobody tries another one: the place is free again, and the page is closed.
    town.backend.clock.advance(chrono::TimeDelta::minutes(36));
    assert_eq!(jobs::run_one(&town.backend.context, Job::CancelUnpaid).await.unwrap(), 1);
    let seen = town.checkout(&started.checkout).await;
    assert_eq!(seen.bookings[0].status.as_str(), "cancelled", "{card}");
    assert!(!seen.payments[0].status.is_live(), "{card}");
    assert_eq!(town.balance("held_funds").await, "0", "{card}");
    town.holds().await;
}
