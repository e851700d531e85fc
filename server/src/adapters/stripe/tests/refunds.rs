//! Refunds, as Stripe documents them.

use serde_json::json;

use super::{eur, fake::Fake, key, metadata};
use crate::app::gateway::{NewRefund, PaymentGateway, RefundReason, RefundStatus};

#[tokio::test]
async fn money_goes_back_and_can_be_found_again() {
    let body = json!({
        "id": "re_1", "object": "refund", "status": "pending", "amount": 1200, "currency": "eur",
        "payment_intent": "pi_1", "charge": "ch_1", "balance_transaction": "txn_1",
        "reason": "requested_by_customer", "metadata": {"checkout_id": "c-1"},
        "created": 1_700_000_000,
    });
    let fake = Fake::answering("POST", "/v1/refunds", body.clone()).await;
    let new = NewRefund {
        intent: "pi_1".into(),
        amount: eur("12.00"),
        reason: Some(RefundReason::RequestedByCustomer),
        metadata: metadata(),
    };
    let refund = fake.stripe.create_refund(&key(), &new).await.unwrap();
    assert_eq!((refund.status, refund.amount), (RefundStatus::Pending, eur("12.00")));
    assert_eq!(refund.balance_transaction, Some("txn_1".into()));
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "amount=1200",
            "metadata[checkout_id]=c-1",
            "payment_intent=pi_1",
            "reason=requested_by_customer",
        ]
    );

    let mut failed = body.clone();
    failed["status"] = json!("failed");
    failed["failure_reason"] = json!("lost_or_stolen_card");
    let fake = Fake::answering("GET", "/v1/refunds/re_1", failed).await;
    let refund = fake.stripe.refund(&"re_1".into()).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Failed);
    assert_eq!(refund.failure_reason.as_deref(), Some("lost_or_stolen_card"));

    let list = json!({"object": "list", "data": [body], "has_more": false});
    let fake = Fake::answering("GET", "/v1/refunds", list).await;
    assert_eq!(fake.stripe.refunds(&"pi_1".into()).await.unwrap().len(), 1);
    assert_eq!(fake.only_asked().await.form(), ["limit=100", "payment_intent=pi_1"]);
}
