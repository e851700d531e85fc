//! What the platform keeps.

use axum::http::Method;
use serde_json::{Value, json};
use traveloure_core::{
    api::{
        fee::{Fee, FeeCalculation},
        problem::Code,
    },
    category::Category,
};
use traveloure_server::testing::{Backend, Person};

const FEES: &str = "/api/platform/fees/";

async fn calculated(backend: &Backend, as_whom: &Person, query: &str) -> FeeCalculation {
    backend.get(as_whom, &format!("{FEES}calculate/?{query}")).await.ok()
}

#[tokio::test]
async fn an_installation_begins_with_the_plans_fees() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    let fees: Vec<Fee> = backend.get(&admin, FEES).await.ok();
    let known: Vec<(Option<&str>, String)> = fees
        .iter()
        .map(|fee| (fee.category.map(Category::as_str), fee.fee_percentage.unwrap().to_string()))
        .collect();
    let expected = [
        (Some("accommodation"), "7.5"),
        (Some("activity"), "15"),
        (Some("meal"), "5"),
        (Some("transport"), "10"),
        (None, "15"),
    ];
    assert_eq!(known, expected.map(|(category, percent)| (category, percent.to_owned())));
    let meal = calculated(&backend, &admin, "amount=40&currency=EUR&category=meal").await;
    assert_eq!(meal.decision.platform_fee.to_string(), "2.00 EUR");
    assert_eq!(meal.decision.provider_payout.to_string(), "38.00 EUR");
}

#[tokio::test]
async fn a_providers_own_fee_beats_the_others() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    let ana = backend.provider("Ana").await;
    let eve = backend.provider("Eve").await;
    let body = json!({
        "fee_type": "provider", "provider_id": ana.provider(), "fee_type_method": "percentage",
        "fee_percentage": "8", "min_fee": "5", "currency": "EUR",
    });
    let created = backend.post(&admin, FEES, &body).await;
    assert_eq!((created.status.as_u16(), created.version()), (201, 1));
    let fee: Fee = created.ok();
    assert_eq!(
        (fee.provider_name.as_deref(), fee.is_active, fee.created_at),
        (Some("Ana"), true, backend.context.now())
    );

    let booking = "amount=100&currency=EUR&category=activity";
    let own = calculated(&backend, &ana, booking).await;
    assert_eq!(
        (own.decision.platform_fee.to_string().as_str(), own.decision.rule_id),
        ("8.00 EUR", Some(fee.id))
    );
    assert_eq!(
        calculated(&backend, &eve, booking).await.decision.platform_fee.to_string(),
        "15.00 EUR"
    );
    // Its smallest fee is in EUR, so it never meets dollars.
    let dollars = calculated(&backend, &ana, "amount=100&currency=USD&category=activity").await;
    assert_eq!(dollars.decision.platform_fee.to_string(), "15.00 USD");
    let named = format!("{booking}&provider_id={}", ana.provider());
    assert_eq!(calculated(&backend, &admin, &named).await.decision.rule_id, Some(fee.id));
    backend.get(&eve, &format!("{FEES}calculate/?{named}")).await.refused(Code::NotFound);

    let seen_by = async |person: &Person| backend.get(person, FEES).await.ok::<Vec<Fee>>().len();
    assert_eq!((seen_by(&admin).await, seen_by(&ana).await, seen_by(&eve).await), (6, 6, 5));
    let one = format!("{FEES}{}/", fee.id);
    let off: Fee = backend.patch(&admin, &one, 1, &json!({"is_active": false})).await.ok();
    assert_eq!((off.is_active, off.version), (false, 2));
    assert_eq!((seen_by(&admin).await, seen_by(&ana).await), (6, 5));
    assert_eq!(
        calculated(&backend, &ana, booking).await.decision.platform_fee.to_string(),
        "15.00 EUR"
    );
}

#[tokio::test]
async fn only_an_administrator_makes_and_edits_fees() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let fee = backend.get(&admin, FEES).await.ok::<Vec<Fee>>()[0].id;
    let body =
        json!({"fee_type": "global", "fee_type_method": "percentage", "fee_percentage": "1"});
    for person in [&ana, &ben] {
        backend.post(person, FEES, &body).await.refused(Code::RoleRequired);
        let patch = json!({"fee_percentage": "0"});
        backend
            .patch(person, &format!("{FEES}{fee}/"), 1, &patch)
            .await
            .refused(Code::RoleRequired);
    }
    backend.get(&ben, FEES).await.refused(Code::RoleRequired);
    backend
        .get(&ben, &format!("{FEES}calculate/?amount=1&currency=EUR&category=meal"))
        .await
        .refused(Code::RoleRequired);
    let unknown = format!("{FEES}018f0000-0000-7000-8000-000000000000/");
    backend.patch(&admin, &unknown, 1, &json!({})).await.refused(Code::NotFound);
}

#[tokio::test]
async fn a_rule_that_says_no_clear_thing_is_refused() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    for (body, field) in [
        (
            json!({"fee_type": "category", "fee_type_method": "percentage", "fee_percentage": "5"}),
            "category",
        ),
        (
            json!({"fee_type": "global", "fee_type_method": "percentage", "fee_percentage": "101"}),
            "fee_percentage",
        ),
        (
            json!({"fee_type": "global", "fee_type_method": "fixed", "fee_fixed_amount": "5"}),
            "currency",
        ),
        (json!({"fee_type": "global", "fee_type_method": "percentage"}), "fee_percentage"),
        (
            json!({"fee_type": "global", "fee_type_method": "fixed", "fee_fixed_amount": "1.5", "currency": "JPY"}),
            "fee_fixed_amount",
        ),
        (
            json!({"fee_type": "provider", "provider_id": "018f0000-0000-7000-8000-000000000000",
                "fee_type_method": "percentage", "fee_percentage": "5"}),
            "provider_id",
        ),
    ] {
        let problem = backend.post(&admin, FEES, &body).await.refused(Code::Invalid);
        assert_eq!(problem.fields[0].field, field, "{problem:?}");
    }
    let body =
        json!({"fee_type": "monthly", "fee_type_method": "percentage", "fee_percentage": "5"});
    backend.post(&admin, FEES, &body).await.refused(Code::MalformedBody);
    for query in [
        "amount=ten&currency=EUR&category=meal",
        "amount=10&currency=EUR",
        "amount=10&currency=EUX&category=meal",
    ] {
        backend
            .get(&admin, &format!("{FEES}calculate/?{query}"))
            .await
            .refused(Code::MalformedParameter);
    }
    for query in [
        "amount=-1&currency=EUR&category=meal",
        "amount=1.005&currency=EUR&category=meal",
        "amount=1000000000000000&currency=EUR&category=meal",
    ] {
        backend.get(&admin, &format!("{FEES}calculate/?{query}")).await.refused(Code::Invalid);
    }
}

#[tokio::test]
async fn an_edit_names_its_version_and_is_told() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    let fee = backend.get(&admin, FEES).await.ok::<Vec<Fee>>().remove(0);
    let path = format!("{FEES}{}/", fee.id);
    let bare = backend.request(&admin, Method::PATCH, &path).body("{}".into()).unwrap();
    backend.send(bare).await.refused(Code::PreconditionRequired);
    let (nine, ten) = (json!({"fee_percentage": "9"}), json!({"fee_percentage": "10"}));
    let (one, other) =
        tokio::join!(backend.patch(&admin, &path, 1, &nine), backend.patch(&admin, &path, 1, &ten));
    let refused = if one.status.is_success() { &other } else { &one };
    refused.refused(Code::VersionMismatch);
    backend
        .patch(&admin, &path, 2, &json!({"fee_percentage": "10.005"}))
        .await
        .refused(Code::Invalid);
    backend
        .patch(&admin, &path, 2, &json!({"fee_type": "global"}))
        .await
        .refused(Code::MalformedBody);
    let mut owner = backend.owner().await;
    let told: Vec<Value> =
        sqlx::query_scalar("SELECT to_jsonb(outbox) FROM outbox WHERE kind = 'fee.changed'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0]["subject"].as_str(), told[0]["subject_version"].as_i64()),
        (Some(fee.id.to_string().as_str()), Some(2))
    );
}

#[tokio::test]
async fn an_edit_takes_figures_away_and_changes_the_method() {
    let backend = Backend::start().await;
    let admin = backend.admin("Root").await;
    let body = json!({
        "fee_type": "category", "category": "meal", "fee_type_method": "percentage",
        "fee_percentage": "8", "min_fee": "5", "currency": "EUR", "priority": 3,
    });
    let fee: Fee = backend.post(&admin, FEES, &body).await.ok();
    let one = format!("{FEES}{}/", fee.id);
    let body = json!({"min_fee": null, "currency": null});
    let fee: Fee = backend.patch(&admin, &one, 1, &body).await.ok();
    assert_eq!((fee.min_fee, fee.currency, fee.priority), (None, None, 3));
    assert!(fee.fee_percentage.is_some(), "what is left out stays");
    let half = json!({"fee_type_method": "fixed", "fee_fixed_amount": "4", "currency": "EUR"});
    backend.patch(&admin, &one, 2, &half).await.refused(Code::Invalid);
    let body = json!({"fee_type_method": "fixed", "fee_percentage": null,
        "fee_fixed_amount": "4", "currency": "EUR"});
    let fee: Fee = backend.patch(&admin, &one, 2, &body).await.ok();
    assert_eq!((fee.fee_percentage, fee.fee_fixed_amount), (None, Some(4.into())));
    backend.patch(&admin, &one, 2, &body).await.refused(Code::VersionMismatch);
}
