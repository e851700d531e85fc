//! The plan's scenario 3: a request is submitted, its provider answers, the traveler is told, pays and has it
//! confirmed; here after a counter-offer, and with a bank that asks for its cardholder.

use traveloure_core::{
    api::{
        booking::Booking,
        checkout::{Checkout, PaymentStarted},
        event::Kind,
        page::Page,
        request::{Answered, Request, RequestRow},
    },
    booking::Status,
    money::Money,
    payment,
    request::Status as RequestStatus,
};

use super::{browser::Browser, person::Person, town::Town};

/// Asks the cardholder every time.
const WITH_QUESTION: &str = "4000002760003184";

#[tokio::test(flavor = "multi_thread")]
async fn request_booking_flow() {
    let town = Town::shared();
    let (ana, _) = Person::provider(&town, "ana@request.example", "Ana").await;
    let ben = Person::traveler(&town, "ben@request.example", "Ben").await;
    let ride = ana.offers("Ride to the glacier", "transport", "80.00 EUR", &[]);
    let (mut ana_hears, mut ben_hears) = (ana.listens().await, ben.listens().await);

    let asked: Request = ben.does(&[
        "requests",
        "submit",
        &ride.id.to_string(),
        "+9",
        "--party",
        "3",
        "-m",
        "Three skis.",
    ]);
    assert_eq!(ana_hears.hear(Kind::RequestSubmitted).await.subject, asked.row.id.as_uuid());
    let inbox: Page<RequestRow> = ana.does(&["--role", "provider", "requests", "list"]);
    assert_eq!((inbox.items.len(), inbox.items[0].price), (1, Some(eur("80.00"))));

    let id = asked.row.id.to_string();
    let offered: Answered = ana.does(&[
        "--role", "provider", "requests", "counter", &id, "--price", "=80-4.50", "--hold",
        "--valid", "24h",
    ]);
    assert_eq!(offered.request.row.status, RequestStatus::CounterOffered);
    ben_hears.hear(Kind::RequestCountered).await;
    // Not Ana's turn any more.
    let not_hers = ana.tries(&["--role", "provider", "requests", "accept", &id]);
    assert_eq!(not_hers.code, 3, "{not_hers:?}");
    let accepted: Answered = ben.does(&["--role", "traveler", "requests", "accept", &id]);
    ana_hears.hear(Kind::RequestAccepted).await;
    let row = accepted.booking.unwrap().row;
    assert_eq!((row.status, row.total_amount), (Status::PendingPayment, eur("75.50")));

    let started: PaymentStarted = ben.does(&["pay", "start", &row.confirmation_code]);
    let waiting = started.payment.unwrap();
    assert_eq!((waiting.status, waiting.amount), (payment::Status::Open, eur("75.50")));
    let mut page = Browser::open(&waiting.url.unwrap()).await;
    page.pay_with(WITH_QUESTION).await;
    page.shows("Your bank");
    // Given up first: the page asks for a card again, and nothing is paid.
    page.press("outcome", "fail").await;
    let seen: Checkout = ben.does(&["pay", "show", &started.checkout.id.to_string()]);
    assert_eq!(
        (seen.bookings[0].status, seen.bookings[0].paid),
        (Status::PendingPayment, eur("0"))
    );
    page.pay_with(WITH_QUESTION).await;
    page.press("outcome", "complete").await;
    page.shows("Paid");
    assert_eq!(ben_hears.hear(Kind::BookingConfirmed).await.subject, row.id.as_uuid());
    ana_hears.hear(Kind::BookingConfirmed).await;

    let seen: Booking =
        ana.does(&["--role", "provider", "bookings", "show", &row.confirmation_code]);
    let amounts = seen.amounts.unwrap();
    assert_eq!((seen.row.status, seen.request_id), (Status::Confirmed, Some(asked.row.id)));
    assert_eq!((amounts.platform_fee, amounts.provider_payout), (eur("7.55"), eur("67.95")));
    town.holds();
}

fn eur(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}
