//! What becomes of a cart.

use std::{
    fmt::{Debug, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    dispatcher::set_default,
    field::Field,
    span::{Attributes, Id, Record},
};
use traveloure_core::{
    api::{
        cart::{Cart, CartResult},
        problem::Code,
        service::Pool,
    },
    booking::Status,
};

use super::{Town, eur};

#[tokio::test]
async fn each_item_goes_its_own_way_and_one_that_fails_costs_the_others_nothing() {
    let town = Town::new().await;
    let request = json!({"booking_type": "request", "service_id": town.walk.id, "date": "2026-06-11", "travelers": 1});
    let link = json!({"booking_type": "external", "partner": "viator", "title": "Fado & wine",
                      "city": "Lisbon", "date": "2026-06-12", "travelers": 2});
    let strange = json!({"booking_type": "expert_assisted", "title": "A picnic", "date": "2026-06-13",
                         "expert_id": town.walk.id, "trip_id": town.walk.id});
    let items = [town.wish("2026-06-10"), request, link, strange, town.wish("2026-06-10")];
    let result = town.process(&items).await;
    assert_eq!(result.instant.len(), 1);
    assert_eq!(
        (result.instant[0].position, result.instant[0].booking.status),
        (0, Status::PendingPayment)
    );
    assert_eq!(result.requests[0].position, 1);
    assert!(
        result.external[0].url.contains("q=Fado%20%26%20wine%2C%20Lisbon"),
        "{:?}",
        result.external
    );
    let failed: Vec<_> = result.errors.iter().map(|one| (one.position, one.problem.code)).collect();
    assert_eq!(failed, [(3, Code::NotFound), (4, Code::SlotTaken)]);
    assert_eq!(result.payment_intent.len(), 1);
    assert_eq!(result.payment_intent[0].total, eur("120"));
    town.holds().await;
}

#[tokio::test]
async fn a_replay_gives_the_first_answer_and_books_once() {
    let town = Town::new().await;
    let body = json!({"items": [town.wish("2026-06-10"), town.wish("2026-06-11")]});
    let path = "/api/bookings/process-cart/";
    let first: CartResult = town.backend.post_with_key(&town.ben, path, "one", &body).await.ok();
    let again: CartResult = town.backend.post_with_key(&town.ben, path, "one", &body).await.ok();
    assert_eq!(first, again);
    assert_eq!(first.instant.len(), 2);
    let other = json!({"items": [town.wish("2026-06-12")]});
    town.backend.post_with_key(&town.ben, path, "one", &other).await.refused(Code::KeyReused);
    town.holds().await;
}

#[tokio::test]
async fn a_cart_of_one_item_that_is_refused_leaves_nothing_behind() {
    let town = Town::new().await;
    let cleo = town.backend.traveler("Cleo").await;
    let one = json!({"items": [town.wish("2026-06-10")]});
    let path = "/api/bookings/process-cart/";
    let bens: CartResult = town.backend.post_with_key(&town.ben, path, "one", &one).await.ok();
    let kept = async || -> i64 {
        let mut owner = town.backend.owner().await;
        let count = "SELECT count(*) FROM idempotency_keys WHERE key = 'cleo'";
        sqlx::query_scalar(count).fetch_one(&mut owner).await.unwrap()
    };
    let refused: CartResult = town.backend.post_with_key(&cleo, path, "cleo", &one).await.ok();
    assert_eq!(refused.errors[0].problem.code, Code::SlotTaken);
    assert_eq!(kept().await, 0);
    // Of a cart of several the answer is kept whole, the refusals in it as well.
    let two = json!({"items": [town.wish("2026-06-10"), town.wish("2026-06-11")]});
    let first: CartResult = town.backend.post_with_key(&cleo, path, "two", &two).await.ok();
    assert_eq!((first.instant.len(), first.errors.len()), (1, 1));
    let cancel = format!("/api/bookings/{}/cancel/", bens.instant[0].booking.id);
    let body = json!({"expected_refund": eur("0")});
    town.backend.patch_with_key(&town.ben, &cancel, "cancel", &body).await.ok::<Value>();
    let again: CartResult = town.backend.post_with_key(&cleo, path, "two", &two).await.ok();
    assert_eq!(first, again);
    // Asked again under its key, the one is looked at anew.
    let booked: CartResult = town.backend.post_with_key(&cleo, path, "cleo", &one).await.ok();
    assert_eq!(booked.instant.len(), 1);
    let replayed: CartResult = town.backend.post_with_key(&cleo, path, "cleo", &one).await.ok();
    assert_eq!(booked, replayed);
    assert_eq!(kept().await, 2);
    town.holds().await;
}

#[tokio::test]
async fn each_currency_is_a_checkout_of_its_own() {
    let town = Town::new().await;
    let other = town
        .backend
        .service(&town.ana, json!({"name": "Boat", "currency": "USD", "base_price": "80"}))
        .await;
    let boat = json!({"booking_type": "instant", "service_id": other.id, "date": "2026-06-10", "travelers": 2});
    let result = town.process(&[town.wish("2026-06-10"), boat]).await;
    let totals: Vec<String> =
        result.payment_intent.iter().map(|checkout| checkout.total.to_string()).collect();
    assert_eq!(totals, ["120.00 EUR", "80.00 USD"]);
}

#[tokio::test]
async fn a_price_that_changed_is_not_charged() {
    let town = Town::new().await;
    let mut wish = town.wish("2026-06-10");
    wish["expected_total"] = json!({"amount": "100.00", "currency": "EUR"});
    let result = town.process(&[wish]).await;
    assert_eq!(result.errors[0].problem.code, Code::PriceChanged);
    assert!(result.errors[0].problem.detail.contains("120.00 EUR now"), "{:?}", result.errors);
}

#[tokio::test]
async fn the_cart_lasts_and_an_older_copy_does_not_overwrite_it() {
    let town = Town::new().await;
    let empty: Cart = town.backend.get(&town.ben, "/api/cart/").await.ok();
    assert_eq!((empty.version, empty.items.len()), (0, 0));
    let body = json!({"items": [town.wish("2026-06-10")]});
    let saved: Cart = town.backend.put(&town.ben, "/api/cart/", 0, &body).await.ok();
    assert_eq!((saved.version, saved.items.len()), (1, 1));
    town.backend.put(&town.ben, "/api/cart/", 0, &body).await.refused(Code::VersionMismatch);
    town.backend.delete(&town.ben, "/api/cart/").await.ok::<Value>();
    let emptied: Cart = town.backend.get(&town.ben, "/api/cart/").await.ok();
    assert_eq!((emptied.version, emptied.items.len()), (2, 0));
}

#[tokio::test]
async fn a_saved_cart_says_what_of_it_is_gone_and_why() {
    let town = Town::new().await;
    let cleo = town.backend.traveler("Cleo").await;
    let link = json!({"booking_type": "external", "partner": "viator", "title": "Fado & wine",
                      "city": "Lisbon", "date": "2026-06-12", "travelers": 2});
    let asked = json!({"booking_type": "request", "service_id": town.walk.id, "date": "2026-06-10", "travelers": 2});
    let nowhere = json!({"booking_type": "instant", "service_id": cleo.id, "date": "2026-06-11", "travelers": 2});
    let items = [link, town.wish("2026-06-10"), town.wish("2026-06-11"), asked, nowhere];
    let body = json!({"items": items});
    let saved: Cart = town.backend.put(&cleo, "/api/cart/", 0, &body).await.ok();
    let codes = |cart: &Cart| -> Vec<_> {
        cart.closed.iter().map(|closed| (closed.position, closed.code)).collect()
    };
    assert_eq!(codes(&saved), [(4, Code::NotFound)]);
    town.process(&[town.wish("2026-06-10")]).await;
    let cart: Cart = town.backend.get(&cleo, "/api/cart/").await.ok();
    assert_eq!(codes(&cart), [(1, Code::SlotTaken), (3, Code::SlotTaken), (4, Code::NotFound)]);
    assert!(!cart.closed[0].reason.is_empty() && !cart.closed[0].reason.ends_with('.'));
    let again: Cart = town.backend.put(&cleo, "/api/cart/", cart.version, &body).await.ok();
    assert_eq!(codes(&again), codes(&cart));
}

/// Counts the statements that read a service with its rules, or what is taken of rows of capacity.
#[derive(Clone, Debug, Default)]
struct Looks(Arc<AtomicUsize>);

impl Subscriber for Looks {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }

    fn event(&self, event: &Event<'_>) {
        let mut text = String::new();
        event.record(&mut |field: &Field, value: &dyn Debug| {
            if field.name() == "db.statement" || field.name() == "summary" {
                write!(text, "{value:?}").unwrap();
            }
        });
        let is_look = ["SELECT s.id, s.provider_id, p.user_id", "AS claims", "FROM service_pools"]
            .iter()
            .any(|words| text.contains(words));
        self.0.fetch_add(usize::from(is_look), Ordering::Relaxed);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_cart_of_many_items_is_looked_at_by_as_many_statements_as_one_of_two() {
    let town = Town::new().await;
    let pool = json!({"name": "Van", "capacity": 1});
    let path = format!("/api/providers/{}/pools/", town.ana.provider());
    let van: Pool = town.backend.post(&town.ana, &path, &pool).await.ok();
    let mut wishes = Vec::new();
    for number in 0..5 {
        let drive = json!({"name": format!("Drive {number}"),
                           "pools": [van.id]});
        let drive = town.backend.service(&town.ana, drive).await;
        // Each on several dates, so that one service is asked about more than once.
        for day in 10..14 {
            wishes.push(json!({"booking_type": "instant", "service_id": drive.id,
                               "date": format!("2026-06-{day}"), "travelers": 2}));
        }
    }
    let looked = Looks::default();
    let guard = set_default(&Dispatch::new(looked.clone()));
    let mut version = 0;
    let mut counts = Vec::new();
    for items in [&wishes[3..5], &wishes[..]] {
        let body = json!({"items": items});
        let cart: Cart = town.backend.put(&town.ben, "/api/cart/", version, &body).await.ok();
        version = cart.version;
        looked.0.store(0, Ordering::Relaxed);
        let cart: Cart = town.backend.get(&town.ben, "/api/cart/").await.ok();
        assert_eq!(cart.closed, []);
        counts.push(looked.0.load(Ordering::Relaxed));
    }
    drop(guard);
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");

    // One drive a day takes the van from the others, on that day only.
    town.process(&[wishes[0].clone(), wishes[5].clone()]).await;
    let cart: Cart = town.backend.get(&town.ben, "/api/cart/").await.ok();
    let closed: Vec<_> = cart.closed.iter().map(|closed| closed.position).collect();
    assert_eq!(closed, [0, 1, 4, 5, 8, 9, 12, 13, 16, 17]);
}
