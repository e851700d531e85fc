//! Balance transactions, disputes and events, as Stripe documents them.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{at, eur, fake::Fake, is_unknown};
use crate::app::gateway::{DisputeStatus, GatewayError, PaymentGateway, Period};

fn wire_transaction(id: &str) -> Value {
    json!({
        "id": id, "object": "balance_transaction", "type": "transfer", "amount": -8500, "fee": 25,
        "net": -8525, "currency": "eur", "source": "tr_1", "created": 1_700_000_000,
        "available_on": 1_700_100_000, "status": "pending", "exchange_rate": null,
    })
}

#[tokio::test]
async fn the_processors_books_are_read_a_page_at_a_time() {
    let fake = Fake::start().await;
    for (ids, has_more) in [(["txn_3", "txn_2"], true), (["txn_1", "txn_0"], false)] {
        let data = ids.map(wire_transaction);
        let list = json!({"object": "list", "data": data, "has_more": has_more});
        let answer = ResponseTemplate::new(200).set_body_json(list);
        fake.answer_once("GET", "/v1/balance_transactions", answer).await;
    }
    let period = Period { from: at(1_699_920_000), until: at(1_700_006_400) };
    let first = fake.stripe.balance_transactions(period, None).await.unwrap();
    assert_eq!(first.next, Some("txn_2".into()));
    let transaction = &first.items[0];
    assert_eq!((transaction.amount, transaction.fee), (eur("-85.00"), eur("0.25")));
    assert_eq!((transaction.net, transaction.available_on), (eur("-85.25"), at(1_700_100_000)));
    assert_eq!(
        (transaction.kind.as_str(), transaction.source.as_deref()),
        ("transfer", Some("tr_1"))
    );
    let rest = fake.stripe.balance_transactions(period, first.next.as_ref()).await.unwrap();
    assert_eq!((rest.items.len(), rest.next), (2, None));
    let asked = fake.asked().await;
    assert_eq!(asked[0].form(), ["created[gte]=1699920000", "created[lt]=1700006400", "limit=100"]);
    assert_eq!(asked[1].field("starting_after"), Some("txn_2"));
}

#[tokio::test]
async fn a_dispute_is_open_until_it_is_decided() {
    for (status, expected, is_open) in [
        ("warning_needs_response", DisputeStatus::Warning, true),
        ("warning_under_review", DisputeStatus::Warning, true),
        ("warning_closed", DisputeStatus::WarningClosed, false),
        ("needs_response", DisputeStatus::NeedsResponse, true),
        ("under_review", DisputeStatus::UnderReview, true),
        ("appeal_needs_response", DisputeStatus::NeedsResponse, true),
        ("appeal_under_review", DisputeStatus::UnderReview, true),
        ("won", DisputeStatus::Won, false),
        ("lost", DisputeStatus::Lost, false),
        ("prevented", DisputeStatus::Prevented, false),
    ] {
        let body = json!({
            "id": "dp_1", "object": "dispute", "status": status, "amount": 24000, "currency": "eur",
            "charge": "ch_1", "payment_intent": "pi_1", "reason": "product_not_received",
            "evidence_details": {"due_by": 1_700_600_000, "has_evidence": false},
            "metadata": {}, "created": 1_700_000_000,
        });
        let fake = Fake::answering("GET", "/v1/disputes/dp_1", body).await;
        let dispute = fake.stripe.dispute(&"dp_1".into()).await.unwrap();
        assert_eq!((dispute.status, dispute.status.is_open()), (expected, is_open));
        assert_eq!(
            (dispute.amount, dispute.evidence_due),
            (eur("240.00"), Some(at(1_700_600_000)))
        );
        assert_eq!(dispute.intent, Some("pi_1".into()));
    }
}

#[tokio::test]
async fn a_dispute_that_takes_no_answer_is_due_never() {
    let body = json!({
        "id": "dp_1", "object": "dispute", "status": "lost", "amount": 24000, "currency": "eur",
        "charge": {"id": "ch_1", "object": "charge"}, "payment_intent": null, "reason": "general",
        "evidence_details": {"due_by": 0}, "metadata": null, "created": 1_700_000_000,
    });
    let fake = Fake::answering("GET", "/v1/disputes/dp_1", body).await;
    let dispute = fake.stripe.dispute(&"dp_1".into()).await.unwrap();
    assert_eq!((dispute.evidence_due, dispute.charge), (None, "ch_1".into()));
    assert!(dispute.metadata.is_empty());
}

#[tokio::test]
async fn an_event_of_an_account_is_asked_for_in_its_name() {
    let body = json!({
        "id": "evt_1", "object": "event", "type": "account.updated", "created": 1_700_000_000,
        "livemode": true, "account": "acct_1", "data": {"object": {"id": "acct_1", "object": "account"}},
    });
    let fake = Fake::answering("GET", "/v1/events/evt_1", body).await;
    let event = fake.stripe.event(&"evt_1".into(), Some(&"acct_1".into())).await.unwrap();
    assert_eq!((event.kind.as_str(), event.livemode), ("account.updated", true));
    assert_eq!(
        (event.object_kind.as_str(), event.object_id.as_deref()),
        ("account", Some("acct_1"))
    );
    assert_eq!(fake.only_asked().await.headers["stripe-account"], "acct_1");
}

#[tokio::test]
async fn an_id_of_another_form_is_not_asked_for() {
    let fake = Fake::start().await;
    for id in ["", "..", "evt_1/../../accounts"] {
        let refused = fake.stripe.event(&id.into(), None).await.unwrap_err();
        assert!(matches!(refused, GatewayError::Refused { .. }), "{refused:?}");
    }
    let refused = fake.stripe.event(&"evt_1".into(), Some(&"a\nb".into())).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Refused { .. }), "{refused:?}");
    assert!(fake.asked().await.is_empty());
}

#[tokio::test]
async fn a_currency_that_is_none_is_not_guessed() {
    let mut transaction = wire_transaction("txn_1");
    transaction["currency"] = json!("btc");
    let list = json!({"object": "list", "data": [transaction], "has_more": false});
    let fake = Fake::answering("GET", "/v1/balance_transactions", list).await;
    let period = Period { from: at(0), until: at(1) };
    assert!(is_unknown(&fake.stripe.balance_transactions(period, None).await.unwrap_err()));
}
