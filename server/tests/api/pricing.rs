//! Editing prices, and the quotes they make.

use axum::http::Method;
use serde_json::{Value, json};
use traveloure_core::{
    actor::Role,
    api::{
        pricing::{Pricing, PricingChange, ServiceQuote},
        problem::Code,
    },
    ids::ServiceId,
};
use traveloure_server::testing::{Backend, Person};

fn prices_of(provider: &Person, service: ServiceId) -> String {
    format!("/api/providers/{}/pricing/?service_id={service}", provider.provider())
}

fn quote_of(service: ServiceId, query: &str) -> String {
    format!("/api/services/{service}/quote/?{query}")
}

fn total(quote: &ServiceQuote) -> Value {
    serde_json::to_value(&quote.priced).unwrap()["total"]["amount"].clone()
}

#[tokio::test]
async fn terms_are_read_and_edited_as_text_or_as_a_document() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    let path = prices_of(&ana, service.id);
    let first = backend.get(&ana, &path).await;
    assert_eq!((first.version(), first.body["terms"]["base_price"].as_str()), (1, Some("120.00")));
    assert_eq!(first.ok::<Pricing>().text, "base 120 EUR\n");

    let text = "base 120 EUR per person\nseason \"High summer\" 2026-07-01 - 2026-08-31 x1.4\ngroup 5+ 10%\ndeposit 30%";
    let changed = backend.patch(&ana, &path, 1, &json!({"text": text})).await;
    assert_eq!(changed.version(), 2);
    let changed: PricingChange = changed.ok();
    assert!(changed.applied);
    assert_eq!(changed.plan.dearer, 62);
    assert_eq!(backend.get(&ana, &path).await.ok::<Pricing>(), changed.pricing);

    let mut terms = serde_json::to_value(&changed.pricing.terms).unwrap();
    terms["base_price"] = "100".into();
    let cheaper: PricingChange = backend.patch(&ana, &path, 2, &json!({"terms": terms})).await.ok();
    assert_eq!((cheaper.plan.cheaper, cheaper.pricing.version), (365, 3));
    let again: PricingChange = backend.patch(&ana, &path, 3, &json!({"terms": terms})).await.ok();
    assert_eq!((again.pricing.version, again.plan.is_empty()), (3, true));
}

#[tokio::test]
async fn an_edit_is_shown_as_a_plan_before_it_is_made() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    let path = prices_of(&ana, service.id);
    let body = json!({"text": "base 120 EUR\non 2026-12-31 price 500"});
    let shown: PricingChange =
        backend.patch(&ana, &format!("{path}&dry_run=true"), 1, &body).await.ok();
    assert!(!shown.applied);
    assert_eq!((shown.pricing.version, shown.plan.dearer, shown.plan.changes.len()), (1, 1, 1));
    assert_eq!(shown.plan.added, ["on 2026-12-31 price 500"]);
    assert_eq!(backend.get(&ana, &path).await.version(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_or_kept_is_refused_where_it_stands() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    let path = prices_of(&ana, service.id);
    let refuse =
        async |body: Value, code: Code| backend.patch(&ana, &path, 1, &body).await.refused(code);

    let problem = refuse(json!({"text": "base 120 EUR\ngroup of five 10%"}), Code::Invalid).await;
    assert!(problem.fields[0].field.starts_with("text:2:"), "{problem:?}");
    let problem = refuse(json!({"text": "base 12,50 EUR"}), Code::Invalid).await;
    assert!(problem.fields[0].field.starts_with("text:1:"), "{problem:?}");
    let season =
        |from: &str, to: &str| json!({"season": "s", "from": from, "to": to, "multiplier": "2"});
    for (terms, field) in [
        (json!({"pricing_type": "fixed", "currency": "EUR"}), "base_price"),
        (json!({"pricing_type": "fixed", "currency": "EUR", "base_price": "-1"}), "base_price"),
        (json!({"pricing_type": "fixed", "currency": "EUR", "base_price": "1.005"}), "base_price"),
        (
            json!({"pricing_type": "dynamic", "currency": "EUR", "base_price": "1",
                "seasonal_pricing": [season("2026-07-01", "2026-07-31"), season("2026-07-31", "2026-08-02")]}),
            "seasonal_pricing[1].from",
        ),
        (
            json!({"pricing_type": "dynamic", "currency": "EUR", "base_price": "1",
                "seasonal_pricing": [{"season": "a\u{202e}b", "from": "2026-07-01", "to": "2026-07-02", "multiplier": "2"}]}),
            "seasonal_pricing[0].season",
        ),
    ] {
        let problem = refuse(json!({"terms": terms}), Code::Invalid).await;
        assert_eq!(problem.fields[0].field, field, "{problem:?}");
    }
    let float = json!({"terms": {"pricing_type": "fixed", "currency": "EUR", "base_price": 120.5}});
    let problem = refuse(float, Code::MalformedBody).await;
    assert_eq!(problem.fields[0].field, "terms.base_price");
    let gold = json!({"terms": {"pricing_type": "fixed", "currency": "XAU", "base_price": "1"}});
    assert_eq!(refuse(gold, Code::MalformedBody).await.fields[0].field, "terms.currency");
    refuse(json!({"terms": {"pricing_type": "fixed", "weekend": "1"}}), Code::MalformedBody).await;
    refuse(json!({}), Code::Invalid).await;
    assert_eq!(backend.get(&ana, &path).await.version(), 1);
}

#[tokio::test]
async fn an_edit_names_its_version_and_of_two_one_is_told() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    let path = prices_of(&ana, service.id);
    let (low, high) = (json!({"text": "base 100 EUR"}), json!({"text": "base 140 EUR"}));
    let bare = backend.request(&ana, Method::PATCH, &path).body(low.to_string().into()).unwrap();
    backend.send(bare).await.refused(Code::PreconditionRequired);
    let (one, other) =
        tokio::join!(backend.patch(&ana, &path, 1, &low), backend.patch(&ana, &path, 1, &high));
    let refused = if one.status.is_success() { &other } else { &one };
    assert_eq!(refused.refused(Code::VersionMismatch).current_version, Some(2));
}

#[tokio::test]
async fn only_the_provider_sees_and_edits_terms() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let eve = backend.provider("Eve").await;
    let ben = backend.traveler("Ben").await;
    let service = backend.service(&ana, json!({})).await;
    let body = json!({"text": "base 1 EUR"});
    for path in [prices_of(&ana, service.id), prices_of(&eve, service.id)] {
        backend.get(&eve, &path).await.refused(Code::NotFound);
        backend.patch(&eve, &path, 1, &body).await.refused(Code::NotFound);
        backend.get(&ben, &path).await.refused(Code::RoleRequired);
    }
}

#[tokio::test]
async fn a_quote_says_what_it_costs_and_to_the_provider_what_it_pays() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = backend.service(&ana, json!({})).await;
    let text = "base 50 EUR per person\nseason \"Summer\" 2026-07-01 - 2026-08-31 x1.5\ngroup 4+ 10%\ndeposit 20%";
    let _: PricingChange =
        backend.patch(&ana, &prices_of(&ana, service.id), 1, &json!({"text": text})).await.ok();

    let path = quote_of(service.id, "date=2026-07-10&party=4");
    let seen: ServiceQuote = backend.get(&ben, &path).await.ok();
    assert_eq!(total(&seen), "270.00");
    assert_eq!((seen.provider_payout, seen.platform_fee), (None, None));
    let own: ServiceQuote = backend.get(&ana, &path).await.ok();
    assert_eq!(own.priced, seen.priced);
    assert_eq!(own.platform_fee.unwrap().to_string(), "40.50 EUR");
    assert_eq!(own.provider_payout.unwrap().to_string(), "229.50 EUR");
    let traveling: ServiceQuote = backend.get(&ana.acting_as(Role::Traveler), &path).await.ok();
    assert_eq!(traveling.provider_payout, None);

    let room = backend.service(&ana, json!({"by_night": true, "base_price": "95"})).await;
    let nights: ServiceQuote =
        backend.get(&ben, &quote_of(room.id, "date=2026-07-10&end_date=2026-07-13")).await.ok();
    assert_eq!(total(&nights), "285.00");
    let night: ServiceQuote = backend.get(&ben, &quote_of(room.id, "date=2026-07-10")).await.ok();
    assert_eq!(
        (total(&night), night.end_date.unwrap().to_string()),
        (json!("95.00"), "2026-07-11".to_owned())
    );

    let quote = json!({"pricing_type": "quote_based", "base_price": null, "estimated_range_min": "800", "estimated_range_max": "1500"});
    let wedding = backend.service(&ana, quote).await;
    let estimate: ServiceQuote =
        backend.get(&ana, &quote_of(wedding.id, "date=2026-07-10")).await.ok();
    let estimate = serde_json::to_value(&estimate).unwrap();
    assert_eq!(
        (estimate["priced"]["kind"].as_str(), estimate["priced"]["max"]["amount"].as_str()),
        (Some("estimate"), Some("1500.00"))
    );
    assert_eq!(estimate.get("provider_payout"), None);

    for (query, code) in [
        ("date=2026-07-10&party=0", Code::Invalid),
        ("date=2026-07-10&party=4000000000", Code::Invalid),
        ("date=2026-07-10&party=-1", Code::MalformedParameter),
        ("date=2026-07-10&end_date=2026-07-10", Code::Invalid),
        ("date=2026-07-10&end_date=2100-01-01", Code::Invalid),
        ("date=9999-07-10", Code::Invalid),
        ("party=2", Code::MalformedParameter),
    ] {
        backend.get(&ben, &quote_of(room.id, query)).await.refused(code);
    }
}

#[tokio::test]
async fn a_service_keeps_its_currency_while_anybody_relies_on_it() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = backend.service(&ana, json!({})).await;
    let body = json!({"service_id": service.id, "date": "2026-07-10", "travelers": 2});
    let request: Value = backend.post(&ben, "/api/booking-requests/submit/", &body).await.ok();
    let path = prices_of(&ana, service.id);
    let dollars = json!({"text": "base 130 USD"});
    let problem = backend.patch(&ana, &path, 1, &dollars).await.refused(Code::InUse);
    assert!(problem.detail.contains("in EUR, so it cannot be priced in USD"), "{}", problem.detail);
    backend.patch(&ana, &format!("{path}&dry_run=true"), 1, &dollars).await.refused(Code::InUse);
    // Other prices in the same currency are another matter.
    let _: PricingChange =
        backend.patch(&ana, &path, 1, &json!({"text": "base 130 EUR"})).await.ok();

    let decline = format!("/api/booking-requests/{}/decline/", request["id"].as_str().unwrap());
    let _: Value = backend.post(&ana, &decline, &json!({})).await.ok();
    let _: PricingChange = backend.patch(&ana, &path, 2, &dollars).await.ok();
}
