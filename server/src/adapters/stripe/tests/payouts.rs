//! Connected accounts, transfers and reversals, as Stripe documents them.

use serde_json::{Value, json};

use super::{at, eur, fake::Fake, key, metadata};
use crate::app::gateway::{NewAccount, NewReversal, NewTransfer, PaymentGateway};

fn wire_account() -> Value {
    json!({
        "id": "acct_1", "object": "account", "details_submitted": true, "charges_enabled": false,
        "payouts_enabled": false, "capabilities": {"transfers": "pending"},
        "requirements": {
            "currently_due": ["external_account", "individual.id_number"],
            "past_due": [], "disabled_reason": "requirements.past_due",
        },
        "metadata": {"checkout_id": "c-1"},
    })
}

#[tokio::test]
async fn an_account_is_made_so_that_stripe_asks_for_the_papers() {
    let fake = Fake::answering("POST", "/v1/accounts", wire_account()).await;
    let new = NewAccount {
        email: "rui@example.com".to_owned(),
        country: "PT".to_owned(),
        metadata: metadata(),
    };
    let account = fake.stripe.create_account(&key(), &new).await.unwrap();
    assert!(account.details_submitted && !account.payouts_enabled && !account.transfers_enabled);
    assert_eq!(account.requirements_due, ["external_account", "individual.id_number"]);
    assert_eq!(account.disabled_reason.as_deref(), Some("requirements.past_due"));
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "capabilities[transfers][requested]=true",
            "controller[fees][payer]=application",
            "controller[losses][payments]=application",
            "controller[requirement_collection]=stripe",
            "controller[stripe_dashboard][type]=express",
            "country=PT",
            "email=rui@example.com",
            "metadata[checkout_id]=c-1",
        ]
    );
}

#[tokio::test]
async fn an_account_that_can_be_paid_says_so() {
    let mut body = wire_account();
    body["payouts_enabled"] = json!(true);
    body["capabilities"] = json!({"transfers": "active", "card_payments": "inactive"});
    body["requirements"] = Value::Null;
    let fake = Fake::answering("GET", "/v1/accounts/acct_1", body).await;
    let account = fake.stripe.account(&"acct_1".into()).await.unwrap();
    assert!(account.transfers_enabled && account.payouts_enabled);
    assert!(account.requirements_due.is_empty());
}

#[tokio::test]
async fn a_link_leads_through_the_form_and_back() {
    let body = json!({
        "object": "account_link", "created": 1_700_000_000, "expires_at": 1_700_000_300,
        "url": "https://connect.example/setup",
    });
    let fake = Fake::answering("POST", "/v1/account_links", body).await;
    let (back, again) = ("https://t.example/back", "https://t.example/again");
    let link =
        fake.stripe.create_account_link(&key(), &"acct_1".into(), back, again).await.unwrap();
    assert_eq!(
        (link.url.as_str(), link.expires_at),
        ("https://connect.example/setup", at(1_700_000_300))
    );
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "account=acct_1",
            "refresh_url=https://t.example/again",
            "return_url=https://t.example/back",
            "type=account_onboarding",
        ]
    );
}

fn wire_transfer() -> Value {
    json!({
        "id": "tr_1", "object": "transfer", "amount": 8500, "amount_reversed": 500,
        "currency": "eur", "destination": "acct_1", "transfer_group": "booking-1",
        "source_transaction": "ch_1", "balance_transaction": "txn_2", "reversed": false,
        "metadata": {"checkout_id": "c-1"}, "created": 1_700_000_000,
    })
}

#[tokio::test]
async fn a_transfer_says_whose_money_it_is() {
    let fake = Fake::answering("POST", "/v1/transfers", wire_transfer()).await;
    let new = NewTransfer {
        amount: eur("85.00"),
        destination: "acct_1".into(),
        transfer_group: Some("booking-1".to_owned()),
        source_charge: Some("ch_1".into()),
        metadata: metadata(),
    };
    let transfer = fake.stripe.create_transfer(&key(), &new).await.unwrap();
    assert_eq!((transfer.amount, transfer.reversed), (eur("85.00"), eur("5.00")));
    assert_eq!(transfer.source_charge, Some("ch_1".into()));
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "amount=8500",
            "currency=eur",
            "destination=acct_1",
            "metadata[checkout_id]=c-1",
            "source_transaction=ch_1",
            "transfer_group=booking-1",
        ]
    );

    let fake = Fake::answering("GET", "/v1/transfers/tr_1", wire_transfer()).await;
    assert_eq!(fake.stripe.transfer(&"tr_1".into()).await.unwrap(), transfer);
    let list = json!({"object": "list", "data": [wire_transfer()], "has_more": false});
    let fake = Fake::answering("GET", "/v1/transfers", list).await;
    assert_eq!(fake.stripe.transfers("booking-1").await.unwrap(), [transfer]);
    assert_eq!(fake.only_asked().await.form(), ["limit=100", "transfer_group=booking-1"]);
}

#[tokio::test]
async fn a_reversal_takes_part_of_it_back() {
    let body = json!({
        "id": "trr_1", "object": "transfer_reversal", "amount": 500, "currency": "eur",
        "transfer": "tr_1", "balance_transaction": "txn_3", "metadata": {}, "created": 1_700_000_000,
    });
    let fake = Fake::answering("POST", "/v1/transfers/tr_1/reversals", body.clone()).await;
    let new = NewReversal { transfer: "tr_1".into(), amount: eur("5.00"), metadata: metadata() };
    let reversal = fake.stripe.create_reversal(&key(), &new).await.unwrap();
    assert_eq!((reversal.id.as_str(), reversal.amount), ("trr_1", eur("5.00")));
    assert_eq!(fake.only_asked().await.form(), ["amount=500", "metadata[checkout_id]=c-1"]);

    let list = json!({"object": "list", "data": [body], "has_more": false});
    let fake = Fake::answering("GET", "/v1/transfers/tr_1/reversals", list).await;
    assert_eq!(fake.stripe.reversals(&"tr_1".into()).await.unwrap(), [reversal]);
}
