//! Connected accounts, transfers to them and back, the balance, disputes.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Processor, euros, id};

#[tokio::test]
async fn an_account_is_onboarded_or_lacks_something() {
    let processor = Processor::start().await;
    let form = "type=express&country=PT&email=rui%40example.org&metadata[provider]=p1\
                &capabilities[transfers][requested]=true";
    let account = processor.post("/v1/accounts", form).await.ok();
    assert_eq!(account["details_submitted"], false);
    assert!(!account["requirements"]["currently_due"].as_array().unwrap().is_empty());
    let path = format!("/v1/accounts/{}", id(&account));
    processor.sandbox.onboard(&id(&account), false).await.unwrap();
    let seen = processor.get(&path, "").await.ok();
    assert_eq!(
        (&seen["details_submitted"], &seen["payouts_enabled"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(seen["requirements"]["disabled_reason"], "requirements.past_due");
    processor.sandbox.onboard(&id(&account), true).await.unwrap();
    let seen = processor.get(&path, "").await.ok();
    assert_eq!((&seen["charges_enabled"], &seen["payouts_enabled"]), (&json!(true), &json!(true)));
    assert_eq!(seen["capabilities"], json!({"transfers": "active"}));
    // Connect's events are the account's.
    assert!(processor.events().await.is_empty());
    let events = processor.get_as(&id(&account), "/v1/events").await.ok();
    assert_eq!(events["data"][0]["type"], "account.updated");
    assert_eq!(events["data"][0]["account"], id(&account).as_str());
}

#[tokio::test]
async fn money_is_transferred_once_it_is_there_and_comes_back() {
    let processor = Processor::start().await;
    let account = processor.account().await;
    let form = format!(
        "amount=10000&currency=eur&destination={account}&transfer_group=b1&metadata[payout]=1"
    );
    let error = processor.post("/v1/transfers", &form).await.refused(400);
    assert_eq!(error["code"], "balance_insufficient");
    let charge = processor.paid("pm_card_visa").await["latest_charge"].as_str().unwrap().to_owned();
    let form = format!("{form}&source_transaction={charge}");
    let transfer = processor.post("/v1/transfers", &form).await.ok();
    assert_eq!((&transfer["reversed"], &transfer["amount_reversed"]), (&json!(false), &json!(0)));
    assert_eq!(processor.balance().await, 1807);
    let theirs = processor.get_as(&account, "/v1/balance").await.ok();
    assert_eq!(euros(&theirs), 10000);

    let path = format!("/v1/transfers/{}/reversals", id(&transfer));
    let reversal = processor.post(&path, "amount=4000&metadata[refund]=r1").await.ok();
    assert_eq!(reversal["transfer"], id(&transfer).as_str());
    let error = processor.post(&path, "amount=6001").await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("greater than unreversed"), "{error}");
    processor.post(&path, "").await.ok();
    processor.post(&path, "").await.refused(400);
    let path = format!("/v1/transfers/{}", id(&transfer));
    let seen = processor.get(&path, "").await.ok();
    assert_eq!((&seen["reversed"], &seen["reversals"]["total_count"]), (&json!(true), &json!(2)));
    assert_eq!(processor.balance().await, 11807);
    assert_eq!(euros(&processor.get_as(&account, "/v1/balance").await.ok()), 0);
    let list = processor.get("/v1/transfers", "transfer_group=b1").await.ok();
    assert_eq!(list["data"][0]["id"], id(&transfer).as_str());
    assert_eq!(
        processor.events().await.split_off(3),
        ["transfer.created", "transfer.reversed", "transfer.reversed"]
    );
}

#[tokio::test]
async fn no_more_is_transferred_than_was_charged_or_is_there() {
    let processor = Processor::start().await;
    let account = processor.account().await;
    processor.sandbox.fund("", 100_000, "eur").await.unwrap();
    let charge = processor.paid("pm_card_visa").await["latest_charge"].as_str().unwrap().to_owned();
    let of_charge =
        format!("amount=7000&currency=eur&destination={account}&source_transaction={charge}");
    processor.post("/v1/transfers", &of_charge).await.ok();
    processor.post("/v1/transfers", &of_charge).await.refused(400);
    let dollars = of_charge.replace("currency=eur", "currency=usd");
    assert_eq!(processor.post("/v1/transfers", &dollars).await.refused(400)["param"], "currency");

    let left = processor.balance().await;
    let form = format!("amount=10000&currency=eur&destination={account}");
    let answers = join_all((0..20).map(|_| processor.post("/v1/transfers", &form))).await;
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(i64::try_from(done).unwrap(), left / 10000);
    assert_eq!(processor.balance().await, left % 10000);
}

#[tokio::test]
async fn an_account_that_spent_its_money_cannot_give_it_back() {
    let processor = Processor::start().await;
    let account = processor.account().await;
    processor.sandbox.fund("", 10_000, "eur").await.unwrap();
    let form = format!("amount=10000&currency=eur&destination={account}");
    let transfer = id(&processor.post("/v1/transfers", &form).await.ok());
    processor.sandbox.fund(&account, -9000, "eur").await.unwrap();
    let path = format!("/v1/transfers/{transfer}/reversals");
    let error = processor.post(&path, "amount=1001").await.refused(400);
    assert_eq!(error["code"], "balance_insufficient");
    assert_eq!(processor.balance().await, 0);
    processor.post(&path, "amount=1000").await.ok();
    assert_eq!(processor.balance().await, 1000);
}

#[tokio::test]
async fn who_is_not_onboarded_or_not_there_gets_nothing() {
    let processor = Processor::start().await;
    processor.sandbox.fund("", 10_000, "eur").await.unwrap();
    let account = id(&processor.post("/v1/accounts", "type=express&country=PT").await.ok());
    let form = format!("amount=500&currency=eur&destination={account}");
    let error = processor.post("/v1/transfers", &form).await.refused(400);
    assert_eq!(error["code"], "insufficient_capabilities_for_transfer");
    let form = "amount=500&currency=eur&destination=acct_nobodys";
    assert_eq!(processor.post("/v1/transfers", form).await.refused(400)["param"], "destination");
    let error = processor.get_as("acct_nobodys", "/v1/balance").await.refused(403);
    assert_eq!(error["code"], "account_invalid");
    assert_eq!(processor.balance().await, 10_000);
}

#[tokio::test]
async fn every_movement_is_in_the_books_and_they_add_up() {
    let processor = Processor::start().await;
    let account = processor.account().await;
    let intent = id(&processor.paid("pm_card_visa").await);
    processor.paid("pm_card_createDispute").await;
    processor.post("/v1/refunds", &format!("payment_intent={intent}&amount=2000")).await.ok();
    let form = format!("amount=3000&currency=eur&destination={account}");
    let transfer = id(&processor.post("/v1/transfers", &form).await.ok());
    processor.post(&format!("/v1/transfers/{transfer}/reversals"), "amount=500").await.ok();
    let list = processor.get("/v1/balance_transactions", "limit=100").await.ok();
    let entries = list["data"].as_array().unwrap();
    let kinds: Vec<&str> =
        entries.iter().rev().map(|entry| entry["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["charge", "charge", "adjustment", "refund", "transfer", "transfer_refund"]);
    let sum: i64 = entries.iter().map(|entry| entry["net"].as_i64().unwrap()).sum();
    assert_eq!(sum, processor.balance().await);
    for entry in entries {
        let (amount, fee) = (entry["amount"].as_i64().unwrap(), entry["fee"].as_i64().unwrap());
        assert_eq!(entry["net"].as_i64().unwrap(), amount - fee);
    }
    let source = entries.iter().find(|entry| entry["type"] == "transfer").unwrap();
    assert_eq!(source["source"], transfer.as_str());
    let found = processor.get("/v1/balance_transactions", &format!("source={transfer}")).await.ok();
    assert_eq!(found["data"], json!([source]));
    let found = processor.get("/v1/balance_transactions", "type=refund&created[gte]=0").await.ok();
    assert_eq!(found["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_dispute_takes_the_money_until_it_is_won() {
    let processor = Processor::start().await;
    let charge = processor.paid("pm_card_visa").await["latest_charge"].as_str().unwrap().to_owned();
    let dispute = processor.sandbox.open_dispute(&charge, "product_not_received").await.unwrap();
    assert_eq!(processor.balance().await, 11807 - 12000 - 1500);
    let error = processor.post("/v1/refunds", &format!("charge={charge}")).await.refused(400);
    assert_eq!(error["code"], "charge_disputed");
    assert!(processor.sandbox.open_dispute(&charge, "fraudulent").await.is_err());
    let path = format!("/v1/disputes/{dispute}");
    let form = "evidence[uncategorized_text]=winning_evidence&submit=true";
    let won = processor.post(&path, form).await.ok();
    assert_eq!((&won["status"], &won["reason"]), (&json!("won"), &json!("product_not_received")));
    assert_eq!(processor.balance().await, 11807);
    processor.post(&format!("{path}/close"), "").await.refused(400);
    assert!(processor.sandbox.end_dispute(&dispute, true).await.is_err());
    let events = processor.events().await;
    assert!(events.contains(&"charge.dispute.created".to_owned()));
    assert!(events.contains(&"charge.dispute.closed".to_owned()));

    let disputed = processor.paid("pm_card_createDispute").await;
    let found =
        processor.get("/v1/disputes", &format!("payment_intent={}", id(&disputed))).await.ok();
    let lost =
        processor.post(&format!("/v1/disputes/{}/close", id(&found["data"][0])), "").await.ok();
    assert_eq!(lost["status"], "lost");
    assert_ne!(lost["evidence_details"]["due_by"], Value::Null);
    assert_eq!(processor.balance().await, 2 * 11807 - 12000 - 1500);
}
