//! Who comes on a day, and what is still to be asked of them.

use serde_json::{Value, json};
use traveloure_core::{
    api::{cancel::Cancellation, manifest::Manifest, problem::Code, service::Service},
    booking::Status,
};

use super::{Town, eur};

async fn on(town: &Town, date: &str) -> Manifest {
    let path = format!("/api/providers/{}/manifest/?date={date}", town.ana.provider());
    town.backend.get(&town.ana, &path).await.ok()
}

#[tokio::test]
async fn it_says_who_comes_and_what_is_to_be_paid_on_site() {
    let town = Town::new().await;
    let mut owner = town.backend.owner().await;
    sqlx::query("UPDATE services SET pay_later = true WHERE id = $1")
        .bind(town.walk.id.as_uuid())
        .execute(&mut owner)
        .await
        .unwrap();
    let paid = town.paid("2026-06-10", "full").await;
    let unpaid = town.process(&[town.wish("2026-06-11")]).await;
    let later = town.process(&[town.wish("2026-06-12")]).await;
    town.start(&later.payment_intent[0], "pay_later").await;

    let day = on(&town, "2026-06-10").await;
    let [arrival] = &day.arrivals[..] else { panic!("{day:?}") };
    assert_eq!(arrival.booking_id, paid.bookings[0].booking_id);
    assert_eq!((arrival.traveler_name.as_str(), arrival.travelers), ("Ben", 2));
    assert_eq!((arrival.paid, arrival.due_on_site, arrival.balance), (eur("120"), eur("0"), None));

    let waits = &on(&town, "2026-06-11").await.arrivals[0];
    assert_eq!(waits.booking_id, unpaid.payment_intent[0].bookings[0].booking_id);
    assert_eq!((waits.status, waits.due_on_site), (Status::PendingPayment, eur("0")));

    let on_site = &on(&town, "2026-06-12").await.arrivals[0];
    assert_eq!((on_site.status, on_site.paid), (Status::Confirmed, eur("0")));
    assert_eq!(on_site.due_on_site, eur("120"));

    let path = format!("/api/bookings/{}/cancel/", on_site.booking_id);
    let body = json!({"expected_refund": {"amount": "0.00", "currency": "EUR"}});
    town.backend.patch_with_key(&town.ana, &path, "k", &body).await.ok::<Cancellation>();
    assert!(on(&town, "2026-06-12").await.arrivals.is_empty(), "who was cancelled does not come");
    assert_eq!(on(&town, "2026-06-13").await.provider_name, "Ana");
}

#[tokio::test]
async fn a_deposit_leaves_a_balance_that_is_charged_online() {
    let town = Town::new().await;
    let path =
        format!("/api/providers/{}/pricing/?service_id={}", town.ana.provider(), town.walk.id);
    let terms = json!({"terms": {
        "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
        "requires_deposit": true, "deposit_type": "percentage", "deposit_percentage": "25"}});
    town.backend.patch(&town.ana, &path, 1, &terms).await.ok::<Value>();
    town.paid("2026-07-20", "deposit").await;
    let arrival = &on(&town, "2026-07-20").await.arrivals[0];
    assert_eq!((arrival.paid, arrival.balance), (eur("30"), Some(eur("90"))));
    assert_eq!(arrival.due_on_site, eur("0"));
}

#[tokio::test]
async fn arrivals_are_in_the_order_of_the_day() {
    let town = Town::new().await;
    let second: Service = town.backend.service(&town.ana, json!({"name": "Evening walk"})).await;
    for (service, party) in [(second.id, 1), (town.walk.id, 2)] {
        let wish = json!({"booking_type": "instant", "service_id": service, "date": "2026-06-10",
            "travelers": party});
        town.process(&[wish]).await;
    }
    let titles: Vec<String> =
        on(&town, "2026-06-10").await.arrivals.into_iter().map(|one| one.title).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
    let path = format!("/api/providers/{}/manifest/?date=soon", town.ana.provider());
    town.backend.get(&town.ana, &path).await.refused(Code::MalformedParameter);
}
