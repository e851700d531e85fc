//! The plan's scenario 4: a cart of things to be booked at once, asked for and booked elsewhere, in two currencies and
//! with one that is gone; what goes through goes through, and each part is paid by itself. What an expert is asked to
//! arrange comes with experts, trips with the planner.

use traveloure_core::{
    affiliate::Partner,
    api::{
        cancel::Cancellation,
        cart::{Cart, CartItem, CartResult, ExternalWish},
        checkout::{Checkout, PaymentStarted},
        event::Kind,
        problem::Code,
        request::RequestRow,
        service::Service,
    },
    booking::Status,
    money::Money,
    payment::{Balance, Method},
};

use super::{browser::Browser, person::Person, town::Town};

#[tokio::test(flavor = "multi_thread")]
async fn mixed_cart() {
    let town = Town::shared();
    let (ana, provider) = Person::provider(&town, "ana@mixed.example", "Ana").await;
    let ben = Person::traveler(&town, "ben@mixed.example", "Ben").await;
    let cleo = Person::traveler(&town, "cleo@mixed.example", "Cleo").await;
    let cabin = ana.offers("Cabin by the lake", "accommodation", "120.00 EUR", &[]);
    let class = ana.offers("Wool class", "meal", "99.99 EUR", &["base 99.99 EUR", "deposit 30%"]);
    let boat = ana.offers("Boat among whales", "transport", "80.00 USD", &[]);
    let ride = ana.offers("Ride on horses", "transport", "55.00 EUR", &[]);

    // Cleo is faster with the horses of that day.
    cleo.does::<Cart>(&["cart", "add", &ride.id.to_string(), "+22"]);
    cleo.does::<CartResult>(&["cart", "process", "--yes"]);
    let add = |service: &Service, date: &str, more: &[&str]| -> Cart {
        let id = service.id.to_string();
        ben.does(&[&["cart", "add", &id, date, "--party", "2"], more].concat())
    };
    add(&cabin, "+22", &[]);
    add(&ride, "+23", &["--ask"]);
    add(&boat, "+22", &[]);
    add(&ride, "+22", &[]);
    let mut cart = add(&class, "+22", &[]);
    cart.items.push(dinner());
    ben.client.save_cart(cart.items, cart.version).await.unwrap();

    let mut ana_hears = ana.listens().await;
    let processed = ben.tries(&["cart", "process", "--yes"]);
    assert_eq!(processed.code, 6, "done in part: {processed:?}");
    let result: CartResult = processed.read();
    let places: Vec<u32> = result.instant.iter().map(|one| one.position).collect();
    assert_eq!(places, [0, 2, 4]);
    assert_eq!((result.requests.len(), result.requests[0].position), (1, 1));
    ana_hears.hear(Kind::RequestSubmitted).await;
    let asked: RequestRow = result.requests[0].request.clone();
    assert_eq!(asked.price, Some(eur("55.00")));
    assert!(result.external[0].url.contains("opentable.com/s?term=Fish%20of%20the%20day"));
    let failed: Vec<_> = result.errors.iter().map(|one| (one.position, one.problem.code)).collect();
    assert_eq!(failed, [(3, Code::SlotTaken)]);
    let left: Cart = ben.does(&["cart", "show"]);
    assert_eq!(left.items.len(), 1, "what did not go through is still there");

    let of = |currency: &str| -> &Checkout {
        let is_it = |one: &&Checkout| one.total.currency().code() == currency;
        result.payment_intent.iter().find(is_it).unwrap()
    };
    let (euros, dollars) = (of("EUR"), of("USD"));
    assert_eq!((euros.total, dollars.total), (eur("219.99"), money("80.00", "USD")));
    // The cabin offers no deposit, and is paid in full beside the one of the class.
    let offer = euros.offers.iter().find(|one| one.method == Method::Deposit).unwrap();
    assert_eq!((offer.due_now, offer.due_later), (eur("150.00"), eur("69.99")));
    let mut ben_hears = ben.listens().await;
    let euros_id = euros.id.to_string();
    let started: PaymentStarted =
        ben.does(&["pay", "start", "--checkout", &euros_id, "--method", "deposit"]);
    let mut page = Browser::open(&started.payment.unwrap().url.unwrap()).await;
    page.shows("150.00");
    page.pay_with("5555555555554444").await;
    ben_hears.hear(Kind::BookingConfirmed).await;
    ben_hears.hear(Kind::BookingConfirmed).await;

    let seen: Checkout = ben.does(&["pay", "show", &euros_id]);
    let mut paid: Vec<_> = seen
        .bookings
        .iter()
        .map(|one| {
            (one.title.as_str(), one.status, one.paid, one.balance.as_ref().map(|b| b.status))
        })
        .collect();
    paid.sort_by_key(|(title, ..)| *title);
    assert_eq!(
        paid,
        [
            ("Cabin by the lake", Status::Confirmed, eur("120.00"), None),
            ("Wool class", Status::Confirmed, eur("30.00"), Some(Balance::Scheduled)),
        ]
    );
    let unpaid: Checkout = ben.does(&["pay", "show", &dollars.id.to_string()]);
    assert_eq!(unpaid.bookings[0].status, Status::PendingPayment);
    assert!(unpaid.payments.is_empty());
    town.holds();

    // The class is given up in good time: its deposit comes back, and the cabin stays.
    let class = seen.bookings.iter().find(|one| one.title == "Wool class").unwrap();
    let cancelled: Cancellation = ben.does(&[
        "--role",
        "traveler",
        "bookings",
        "cancel",
        &class.booking_id.to_string(),
        "--yes",
    ]);
    assert_eq!((cancelled.quote.refund, cancelled.quote.retained), (eur("30.00"), eur("0")));
    ben_hears.hear(Kind::BookingRefunded).await;
    let seen: Checkout = ben.does(&["pay", "show", &euros_id]);
    let class = seen.bookings.iter().find(|one| one.title == "Wool class").unwrap();
    assert_eq!((class.status, class.paid), (Status::Refunded, eur("0")));

    // The cabin takes place; 7.5 percent of it are kept.
    town.days_pass(provider, 24).await;
    ana_hears.hear(Kind::BookingCompleted).await;
    ana_hears.hear(Kind::PayoutChanged).await;
    let earnings = ana.client.earnings(provider, None, None).await.unwrap();
    let figures = earnings.currencies[0].figures;
    assert_eq!((figures.earned, figures.fees), (eur("111.00"), eur("9.00")));
    town.holds();
}

fn dinner() -> CartItem {
    CartItem::External(ExternalWish {
        partner: Partner::Opentable,
        title: "Fish of the day".to_owned(),
        city: "Reykjavik".to_owned(),
        date: "2030-06-10".parse().unwrap(),
        end_date: None,
        travelers: 2,
        trip_item_id: None,
    })
}

fn eur(amount: &str) -> Money {
    money(amount, "EUR")
}

fn money(amount: &str, currency: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), currency.parse().unwrap()).unwrap()
}
