//! Finding services.

use serde_json::json;
use traveloure_core::api::{page::Page, problem::Code, service::FoundService};
use traveloure_server::testing::{Backend, Person};

use crate::stage::set_rules;

async fn found(backend: &Backend, as_whom: &Person, query: &str) -> Vec<FoundService> {
    let page: Page<FoundService> =
        backend.get(as_whom, &format!("/api/services/?{query}")).await.ok();
    page.items
}

fn names(found: &[FoundService]) -> Vec<&str> {
    found.iter().map(|found| found.service.name.as_str()).collect()
}

#[tokio::test]
async fn services_are_found_by_city_category_and_words() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana's walks").await;
    let ben = backend.traveler("Ben").await;
    backend.service(&ana, json!({"name": "Alfama"})).await;
    backend.service(&ana, json!({"name": "Fado dinner", "category": "meal"})).await;
    backend.service(&ana, json!({"name": "Douro", "city": "Porto"})).await;
    assert_eq!(names(&found(&backend, &ben, "").await), ["Alfama", "Douro", "Fado dinner"]);
    assert_eq!(names(&found(&backend, &ben, "city=lisbon").await), ["Alfama", "Fado dinner"]);
    assert_eq!(names(&found(&backend, &ben, "category=meal").await), ["Fado dinner"]);
    assert_eq!(names(&found(&backend, &ben, "q=DOUR").await), ["Douro"]);
    assert_eq!(names(&found(&backend, &ben, "q=walks&city=Porto").await), ["Douro"]);
    assert_eq!(found(&backend, &ben, "q=100%25").await, []);
    let of_ana = format!("provider_id={}", ana.provider());
    assert_eq!(found(&backend, &ben, &of_ana).await.len(), 3);
}

#[tokio::test]
async fn for_a_day_only_what_is_open_is_found_with_its_price() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    backend.service(&ana, json!({"name": "Guide", "base_price": "80"})).await;
    let boat =
        backend.service(&ana, json!({"name": "Boat", "availability_type": "inventory"})).await;
    set_rules(
        &backend,
        &ana,
        boat.id,
        "every fri 09:00 cap 8\nevery sat 09:00 cap 8\nevery sat 15:00 cap 9\nhorizon 365d",
    )
    .await;
    backend.service(&ana, json!({"name": "Room", "by_night": true, "base_price": "95"})).await;

    let open = found(&backend, &ben, "date=2026-06-10&party=2").await;
    assert_eq!(names(&open), ["Guide", "Room"]);
    assert_eq!(open[0].left, Some(1));
    let total =
        |found: &FoundService| serde_json::to_value(&found.priced).unwrap()["total"].clone();
    assert_eq!(total(&open[0]), json!({"amount": "80.00", "currency": "EUR"}));
    assert_eq!(total(&open[1]), json!({"amount": "95.00", "currency": "EUR"}));

    let stay = found(&backend, &ben, "date=2026-06-10&end_date=2026-06-13").await;
    assert_eq!(names(&stay), ["Room"]);
    assert_eq!(total(&stay[0]), json!({"amount": "285.00", "currency": "EUR"}));
    let saturday = found(&backend, &ben, "date=2026-06-13&q=boat").await;
    assert_eq!((names(&saturday), saturday[0].left), (vec!["Boat"], Some(9)));
    let morning = found(&backend, &ben, "date=2026-06-13&q=boat&time=09:00").await;
    assert_eq!(morning[0].left, Some(8));
    assert_eq!(found(&backend, &ben, "date=2026-06-12&q=boat&time=15:00").await, []);
    // Yesterday has passed, and nobody plans two years ahead.
    assert_eq!(found(&backend, &ben, "date=2026-05-31").await, []);
    assert_eq!(found(&backend, &ben, "date=2028-06-10").await, []);
}

#[tokio::test]
async fn pages_follow_one_another_without_a_gap() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    for number in 0..7 {
        backend.service(&ana, json!({"name": format!("Walk {number}")})).await;
    }
    for day in ["", "&date=2026-06-10"] {
        let mut seen = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/services/?limit=3{day}{after}");
            let page: Page<FoundService> = backend.get(&ana, &path).await.ok();
            seen.extend(page.items.into_iter().map(|found| found.service.name));
            let Some(next) = page.next else { break };
            after = format!("&after={next}");
        }
        let all: Vec<String> = (0..7).map(|number| format!("Walk {number}")).collect();
        assert_eq!(seen, all);
    }
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused() {
    let backend = Backend::start().await;
    let ben = backend.traveler("Ben").await;
    for (query, code) in [
        ("date=tomorrow", Code::MalformedParameter),
        ("date=2026-02-30", Code::MalformedParameter),
        ("category=hotel", Code::MalformedParameter),
        ("stars=5", Code::MalformedParameter),
        ("after=nonsense", Code::MalformedParameter),
        ("party=0", Code::Invalid),
        ("time=09:00", Code::Invalid),
        ("date=%2B262142-12-31", Code::Invalid),
        ("date=2026-06-10&end_date=-262143-01-01", Code::Invalid),
    ] {
        backend.get(&ben, &format!("/api/services/?{query}")).await.refused(code);
    }
}
