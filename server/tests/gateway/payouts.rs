//! Accounts, transfers, reversals, the processor's books, disputes and events.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use traveloure_server::{
    app::gateway::{
        Account, ChargeId, DisputeStatus, GatewayError, NewAccount, NewReversal, NewTransfer,
        PaymentGateway, Period, SignatureError,
    },
    sandbox::{Destinations, deliver_due},
};

use super::{Bank, key, metadata, money};

async fn account(bank: &Bank) -> Account {
    let new = NewAccount {
        email: "rui@example.com".to_owned(),
        country: "PT".to_owned(),
        metadata: metadata("p-1"),
    };
    bank.stripe.create_account(&key("account"), &new).await.unwrap()
}

#[tokio::test]
async fn an_account_is_finished_by_its_owner() {
    let bank = Bank::open().await;
    let made = account(&bank).await;
    assert!(!made.transfers_enabled && !made.payouts_enabled && !made.details_submitted);
    assert!(!made.requirements_due.is_empty());
    let (home, again) = ("https://t.example/back", "https://t.example/again");
    let link = bank.stripe.create_account_link(&key("link"), &made.id, home, again).await.unwrap();
    assert!(link.url.starts_with("http://127.0.0.1:") && link.expires_at > bank.now());

    bank.sandbox.onboard(made.id.as_str(), true).await.unwrap();
    let done = bank.stripe.account(&made.id).await.unwrap();
    assert!(done.transfers_enabled && done.payouts_enabled && done.details_submitted);
    assert_eq!(done.requirements_due, [""; 0]);
    let nobody = bank.stripe.account(&"acct_nobody".into()).await;
    assert_eq!(nobody, Err(GatewayError::NotFound));
}

#[tokio::test]
async fn money_goes_to_an_account_and_comes_back() {
    let bank = Bank::open().await;
    let rui = account(&bank).await;
    let paid = bank.paid(money("100.00", "EUR")).await;
    let new = NewTransfer {
        amount: money("85.00", "EUR"),
        destination: rui.id.clone(),
        transfer_group: Some("booking-1".to_owned()),
        source_charge: paid.charge.clone(),
        metadata: metadata("t-1"),
    };
    let early = bank.stripe.create_transfer(&key("early"), &new).await.unwrap_err();
    assert!(matches!(early, GatewayError::Refused { .. }), "{early:?}");
    bank.sandbox.onboard(rui.id.as_str(), true).await.unwrap();
    let made = bank.stripe.create_transfer(&key("transfer"), &new).await.unwrap();
    assert_eq!((made.amount, made.reversed), (money("85.00", "EUR"), money("0.00", "EUR")));
    assert_eq!(made.source_charge, paid.charge);
    let listed = bank.stripe.transfers("booking-1").await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&made));

    let reversal = NewReversal {
        transfer: made.id.clone(),
        amount: money("5.00", "EUR"),
        metadata: metadata("v-1"),
    };
    let taken = bank.stripe.create_reversal(&key("reversal"), &reversal).await.unwrap();
    assert_eq!((taken.amount, &taken.metadata), (money("5.00", "EUR"), &metadata("v-1")));
    assert_eq!(bank.stripe.reversals(&made.id).await.unwrap(), [taken]);
    let after = bank.stripe.transfer(&made.id).await.unwrap();
    assert_eq!(after.reversed, money("5.00", "EUR"));

    let poor = NewTransfer { amount: money("900.00", "EUR"), source_charge: None, ..new };
    let refused = bank.stripe.create_transfer(&key("poor"), &poor).await.unwrap_err();
    assert!(
        matches!(&refused, GatewayError::Refused { code, .. } if code == "balance_insufficient"),
        "{refused:?}"
    );

    let day = Period {
        from: bank.now() - chrono::TimeDelta::hours(1),
        until: bank.now() + chrono::TimeDelta::hours(1),
    };
    let books = bank.stripe.balance_transactions(day, None).await.unwrap();
    assert_eq!(books.next, None);
    let find = |kind: &str| books.items.iter().find(|item| item.kind == kind).unwrap();
    assert_eq!(find("charge").source.as_deref(), paid.charge.as_ref().map(ChargeId::as_str));
    assert_eq!(find("transfer").amount, money("-85.00", "EUR"));
    for item in &books.items {
        assert_eq!(item.amount.minus(item.fee).unwrap(), item.net, "{item:?}");
    }
    let before = Period { from: day.from - chrono::TimeDelta::hours(1), until: day.from };
    assert_eq!(bank.stripe.balance_transactions(before, None).await.unwrap().items, []);
}

#[tokio::test]
async fn a_dispute_is_read_while_it_is_open_and_after() {
    let bank = Bank::open().await;
    let paid = bank.paid(money("100.00", "EUR")).await;
    let charge = paid.charge.unwrap();
    let id = bank.sandbox.open_dispute(charge.as_str(), "fraudulent").await.unwrap().into();
    let open = bank.stripe.dispute(&id).await.unwrap();
    assert!(open.status.is_open());
    assert_eq!((open.amount, open.charge), (money("100.00", "EUR"), charge));
    assert_eq!((open.intent, open.reason.as_str()), (Some(paid.id), "fraudulent"));
    bank.sandbox.end_dispute(id.as_str(), false).await.unwrap();
    assert_eq!(bank.stripe.dispute(&id).await.unwrap().status, DisputeStatus::Lost);
}

type Messages = Arc<Mutex<Vec<(Bytes, String)>>>;

/// A receiver of events, and what it received.
async fn receiver() -> (String, Messages) {
    async fn take(State(messages): State<Messages>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
        messages.lock().unwrap().push((body, signature));
        StatusCode::OK
    }
    let messages = Messages::default();
    let router = Router::new().route("/", post(take)).with_state(Arc::clone(&messages));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, messages)
}

#[tokio::test]
async fn what_happens_is_told_with_a_signature() {
    let bank = Bank::open().await;
    let (url, messages) = receiver().await;
    let paid = bank.paid(money("100.00", "EUR")).await;
    let rui = account(&bank).await;
    bank.sandbox.onboard(rui.id.as_str(), true).await.unwrap();
    let to = Destinations { account: url.clone(), connect: url };
    deliver_due(&bank.sandbox, &to).await.unwrap();

    let messages = messages.lock().unwrap().clone();
    let mut kinds = Vec::new();
    for (body, signature) in &messages {
        let event = bank.stripe.verify_event(body, signature, bank.now()).unwrap();
        let account = event.account.clone();
        assert_eq!(bank.stripe.event(&event.id, account.as_ref()).await.unwrap(), event);
        kinds.push((event.kind, event.object_id, event.account));
    }
    let told = |kind: &str, id: &str| {
        kinds.iter().any(|(told, object, _)| told == kind && object.as_deref() == Some(id))
    };
    assert!(told("payment_intent.succeeded", paid.id.as_str()), "{kinds:?}");
    assert!(told("account.updated", rui.id.as_str()), "{kinds:?}");
    assert!(kinds.iter().any(|(_, _, account)| account.as_ref() == Some(&rui.id)));

    let (body, signature) = &messages[0];
    let late = bank.now() + chrono::TimeDelta::seconds(301);
    assert_eq!(bank.stripe.verify_event(body, signature, late), Err(SignatureError::Stale));
    let mut changed = body.to_vec();
    changed.push(b' ');
    let wrong = bank.stripe.verify_event(&changed, signature, bank.now());
    assert_eq!(wrong, Err(SignatureError::Wrong));
}
