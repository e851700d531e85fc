//! Pages, cards, intents and refunds.

use futures_util::future::join_all;
use traveloure_server::app::gateway::{
    CheckoutStatus, Confirmation, GatewayError, IntentStatus, NewCheckoutMode, NewIntent,
    NewRefund, PaymentGateway, PaymentState, RefundReason, RefundStatus, SetupStatus,
};

use super::{Bank, charge, checkout, key, metadata, money, page};

#[tokio::test]
async fn a_customer_is_made_once_and_found() {
    let bank = Bank::open().await;
    let made = bank.customer().await;
    assert_eq!(bank.customer().await, made);
    assert_eq!(bank.stripe.customer(&made.id).await.unwrap(), made);
    assert_eq!(made.metadata, metadata("u-1"));
    let nobody = bank.stripe.customer(&"cus_nobody".into()).await;
    assert_eq!(nobody, Err(GatewayError::NotFound));
}

#[tokio::test]
async fn a_page_is_paid_and_its_card_is_saved() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let new = checkout(&customer, page(money("60.00", "EUR")));
    let open = bank.stripe.create_checkout(&key("page"), &new).await.unwrap();
    assert_eq!((open.status, open.payment), (CheckoutStatus::Open, PaymentState::Unpaid));
    assert_eq!(open.total, Some(money("120.00", "EUR")));
    assert_eq!(Some(open.expires_at), new.expires_at);
    assert!(open.url.as_deref().unwrap().starts_with("http://127.0.0.1:"));

    bank.sandbox.pay(open.id.as_str(), "4242424242424242").await.unwrap();
    let paid = bank.stripe.checkout(&open.id).await.unwrap();
    assert_eq!((paid.status, paid.payment), (CheckoutStatus::Complete, PaymentState::Paid));
    assert_eq!(paid.url, None);
    let intent = bank.stripe.intent(&paid.intent.clone().unwrap()).await.unwrap();
    assert_eq!(intent.status, IntentStatus::Succeeded);
    assert_eq!(intent.received, money("120.00", "EUR"));
    assert_eq!(intent.metadata, metadata("c-1"));
    assert_eq!(intent.transfer_group.as_deref(), Some("booking-1"));
    assert_eq!(intent.card.clone().unwrap().last4, "4242");
    assert!(intent.charge.is_some());

    let saved = bank.stripe.payment_methods(&customer).await.unwrap();
    assert_eq!(Some(&saved[0].id), intent.payment_method.as_ref());
    assert_eq!(bank.stripe.payment_method(&saved[0].id).await.unwrap(), saved[0]);
    let found = bank.stripe.checkouts(&customer, bank.now()).await.unwrap();
    assert_eq!(found, [paid]);
    let found = bank.stripe.intents(&customer, bank.now()).await.unwrap();
    assert_eq!(found, [intent]);
    let later = bank.now() + chrono::TimeDelta::seconds(1);
    assert_eq!(bank.stripe.intents(&customer, later).await.unwrap(), []);

    let refused = bank.stripe.expire_checkout(&key("expire"), &open.id).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Refused { .. }), "{refused:?}");

    let forgotten = bank.stripe.detach_payment_method(&key("forget"), &saved[0].id).await.unwrap();
    assert_eq!(forgotten.customer, None);
    assert_eq!(bank.stripe.payment_methods(&customer).await.unwrap(), []);
}

#[tokio::test]
async fn a_page_that_is_closed_cannot_be_paid() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let new = checkout(&customer, page(money("60.00", "EUR")));
    let open = bank.stripe.create_checkout(&key("page"), &new).await.unwrap();
    let closed = bank.stripe.expire_checkout(&key("expire"), &open.id).await.unwrap();
    assert_eq!((closed.status, closed.url), (CheckoutStatus::Expired, None));
    assert!(bank.sandbox.pay(open.id.as_str(), "4242424242424242").await.is_err());
}

#[tokio::test]
async fn more_pages_than_a_list_gives_at_once_are_all_found() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let new = checkout(&customer, page(money("60.00", "EUR")));
    let mut made = Vec::new();
    for number in 0..101 {
        let key = format!("page:{number}").into();
        made.push(bank.stripe.create_checkout(&key, &new).await.unwrap().id);
    }
    let found = bank.stripe.checkouts(&customer, bank.now()).await.unwrap();
    let mut found: Vec<_> = found.into_iter().map(|session| session.id).collect();
    assert_eq!(found.len(), 101);
    found.sort();
    made.sort();
    assert_eq!(found, made);
}

#[tokio::test]
async fn a_charge_asked_for_at_once_by_many_is_one_charge() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let card = bank.saved_card(&customer, "4242424242424242").await;
    let new = charge(&customer, &card, money("12.00", "EUR"));
    let key = key("balance");
    let charged = join_all((0..8).map(|_| bank.stripe.create_intent(&key, &new))).await;
    let found = bank.stripe.intents(&customer, bank.now()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(charged.iter().any(Result::is_ok));
    for charged in charged {
        match charged {
            Ok(intent) => assert_eq!(intent, found[0]),
            Err(error) => assert_eq!(error, GatewayError::KeyInUse),
        }
    }
}

#[tokio::test]
async fn a_card_is_saved_without_paying() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let new = checkout(&customer, NewCheckoutMode::Setup);
    let open = bank.stripe.create_checkout(&key("setup"), &new).await.unwrap();
    assert_eq!((open.payment, open.total), (PaymentState::NotRequired, None));
    bank.sandbox.pay(open.id.as_str(), "5555555555554444").await.unwrap();
    let session = bank.stripe.checkout(&open.id).await.unwrap();
    let setup = bank.stripe.setup_intent(&session.setup_intent.unwrap()).await.unwrap();
    assert_eq!((setup.status, setup.metadata), (SetupStatus::Succeeded, metadata("c-1")));
    assert_eq!(setup.card.unwrap().brand, "mastercard");
}

#[tokio::test]
async fn a_saved_card_is_charged_in_every_kind_of_currency() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let card = bank.saved_card(&customer, "4242424242424242").await;
    let amounts = [
        ("12.34", "EUR"),
        ("500", "JPY"),
        ("500", "ISK"),
        ("5000", "UGX"),
        ("5000.00", "MGA"),
        ("5.120", "KWD"),
    ];
    for (amount, currency) in amounts {
        let amount = money(amount, currency);
        let new = charge(&customer, &card, amount);
        let intent = bank.stripe.create_intent(&key(currency), &new).await.unwrap();
        assert_eq!((intent.status, intent.received), (IntentStatus::Succeeded, amount));
    }
    assert_eq!(bank.stripe.intents(&customer, bank.now()).await.unwrap().len(), amounts.len());
}

#[tokio::test]
async fn a_declined_card_leaves_an_intent_that_says_why() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let card = bank.saved_card(&customer, "4000000000000341").await;
    let new = charge(&customer, &card, money("12.00", "EUR"));
    let declined = bank.stripe.create_intent(&key("balance"), &new).await.unwrap_err();
    // Asked again under its key it says the same, and nothing is tried twice.
    let again = bank.stripe.create_intent(&key("balance"), &new).await.unwrap_err();
    assert_eq!(declined, again);
    let GatewayError::Card { code, intent: Some(id), .. } = declined else {
        panic!("{declined:?}")
    };
    assert_eq!(code, "card_declined");
    let intent = bank.stripe.intent(&id).await.unwrap();
    assert_eq!(intent.status, IntentStatus::RequiresPaymentMethod);
    assert_eq!(intent.received, money("0.00", "EUR"));
    assert_eq!(intent.last_error.unwrap().code, "card_declined");
    assert_eq!(intent.card.unwrap().last4, "0341");
    assert_eq!(bank.stripe.intents(&customer, bank.now()).await.unwrap().len(), 1);
    let cancelled = bank.stripe.cancel_intent(&key("cancel"), &id).await.unwrap();
    assert_eq!(cancelled.status, IntentStatus::Canceled);
}

#[tokio::test]
async fn a_bank_that_wants_a_word_says_so() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let new = checkout(&customer, NewCheckoutMode::Setup);
    let open = bank.stripe.create_checkout(&key("setup"), &new).await.unwrap();
    bank.sandbox.pay(open.id.as_str(), "4000002760003184").await.unwrap();
    bank.sandbox.authenticate(open.id.as_str(), true).await.unwrap();
    let session = bank.stripe.checkout(&open.id).await.unwrap();
    let setup = bank.stripe.setup_intent(&session.setup_intent.unwrap()).await.unwrap();
    let card = setup.payment_method.unwrap();

    let away = charge(&customer, &card, money("12.00", "EUR"));
    let declined = bank.stripe.create_intent(&key("away"), &away).await.unwrap_err();
    assert!(
        matches!(&declined, GatewayError::Card { code, intent: Some(_), .. } if code == "authentication_required"),
        "{declined:?}"
    );

    let present = NewIntent {
        confirmation: Confirmation::OnSession { return_url: "https://t.example/r".to_owned() },
        ..away
    };
    let asked = bank.stripe.create_intent(&key("present"), &present).await.unwrap();
    assert_eq!(asked.status, IntentStatus::RequiresAction);
    assert!(asked.action_url.is_some());
    bank.sandbox.authenticate(asked.id.as_str(), true).await.unwrap();
    let paid = bank.stripe.intent(&asked.id).await.unwrap();
    assert_eq!((paid.status, paid.action_url), (IntentStatus::Succeeded, None));
}

#[tokio::test]
async fn money_goes_back_and_no_more_than_came() {
    let bank = Bank::open().await;
    let paid = bank.paid(money("100.00", "EUR")).await;
    let refund = |amount: &str| NewRefund {
        intent: paid.id.clone(),
        amount: money(amount, "EUR"),
        reason: Some(RefundReason::RequestedByCustomer),
        metadata: metadata("r-1"),
    };
    let made = bank.stripe.create_refund(&key("first"), &refund("60.00")).await.unwrap();
    assert_eq!((made.status, made.amount), (RefundStatus::Succeeded, money("60.00", "EUR")));
    assert_eq!(made.intent.as_ref(), Some(&paid.id));
    assert!(made.balance_transaction.is_some());
    assert_eq!(bank.stripe.refund(&made.id).await.unwrap(), made);
    let again = bank.stripe.create_refund(&key("first"), &refund("60.00")).await.unwrap();
    assert_eq!(again, made);
    let other = bank.stripe.create_refund(&key("first"), &refund("59.00")).await;
    assert_eq!(other, Err(GatewayError::KeyReused));
    let beyond = bank.stripe.create_refund(&key("second"), &refund("40.01")).await.unwrap_err();
    assert!(matches!(beyond, GatewayError::Refused { .. }), "{beyond:?}");
    bank.stripe.create_refund(&key("third"), &refund("40.00")).await.unwrap();
    assert_eq!(bank.stripe.refunds(&paid.id).await.unwrap().len(), 2);
    let over = bank.stripe.create_refund(&key("fourth"), &refund("1.00")).await.unwrap_err();
    assert!(
        matches!(&over, GatewayError::Refused { code, .. } if code == "charge_already_refunded"),
        "{over:?}"
    );
}
