//! The plan's scenario 2: a deposit is paid, the balance is reminded of and charged later to the same card, with
//! nobody before a screen. Reminders are told in the terminal; by mail they come with notifications.

use traveloure_core::{
    api::{
        cart::CartResult,
        checkout::{Checkout, PaymentStarted},
        event::Kind,
        payout::PayoutStatus,
    },
    booking::Status,
    money::Money,
    payment::{self, Balance, Method, Purpose},
};

use super::{browser::Browser, person::Person, town::Town};

#[tokio::test(flavor = "multi_thread")]
async fn deposit_payment_flow() {
    let town = Town::shared();
    let (ana, provider) = Person::provider(&town, "ana@deposit.example", "Ana").await;
    let ben = Person::traveler(&town, "ben@deposit.example", "Ben").await;
    let class =
        ana.offers("Rye bread class", "meal", "99.99 EUR", &["base 99.99 EUR", "deposit 30%"]);
    ben.does::<serde_json::Value>(&["cart", "add", &class.id.to_string(), "+20", "--party", "2"]);
    let result: CartResult = ben.does(&["cart", "process", "--yes"]);
    assert!(result.errors.is_empty(), "{:?}", result.errors);
    let checkout = &result.payment_intent[0];
    let offers: Vec<_> =
        checkout.offers.iter().map(|one| (one.method, one.due_now, one.due_later)).collect();
    // A third of a cent is rounded once: 29.997.
    assert_eq!(
        offers,
        [(Method::Full, eur("99.99"), eur("0")), (Method::Deposit, eur("30.00"), eur("69.99"))]
    );

    let mut ears = ben.listens().await;
    let id = checkout.id.to_string();
    let started: PaymentStarted =
        ben.does(&["pay", "start", "--checkout", &id, "--method", "deposit"]);
    let payment = started.payment.unwrap();
    assert_eq!((payment.purpose, payment.amount), (Purpose::Deposit, eur("30.00")));
    let mut page = Browser::open(&payment.url.unwrap()).await;
    page.shows("30.00");
    page.pay_with("4242424242424242").await;
    let booking = ears.hear(Kind::BookingConfirmed).await.subject;
    let seen: Checkout = ben.does(&["pay", "show", &id]);
    let one = &seen.bookings[0];
    assert_eq!(
        (one.booking_id.as_uuid(), one.status, one.paid),
        (booking, Status::Confirmed, eur("30.00"))
    );
    let balance = one.balance.clone().unwrap();
    assert_eq!((balance.amount, balance.status), (eur("69.99"), Balance::Scheduled));
    assert_eq!(balance.due, one.date - chrono::Days::new(7));
    town.holds();

    // Due in thirteen days: a week later the reminder comes, another week later the charge.
    town.days_pass(provider, 7).await;
    assert_eq!(ears.hear(Kind::BalanceReminder).await.subject, booking);
    let seen: Checkout = ben.does(&["pay", "show", &id]);
    assert_eq!(seen.bookings[0].paid, eur("30.00"), "a reminder charges nothing");
    town.days_pass(provider, 7).await;
    assert_eq!(ears.hear(Kind::BalancePaid).await.subject, booking);
    let seen: Checkout = ben.does(&["pay", "show", &id]);
    let one = &seen.bookings[0];
    assert_eq!((one.paid, one.balance.as_ref().unwrap().status), (eur("99.99"), Balance::Paid));
    let mut taken: Vec<_> =
        seen.payments.iter().map(|one| (one.purpose.as_str(), one.amount, one.status)).collect();
    taken.sort_by_key(|(purpose, ..)| *purpose);
    assert_eq!(
        taken,
        [
            ("balance", eur("69.99"), payment::Status::Succeeded),
            ("deposit", eur("30.00"), payment::Status::Succeeded)
        ]
    );
    // It cannot be paid once more.
    let again = ben.tries(&["pay", "balance", &booking.to_string()]);
    assert_eq!(again.code, 3, "{again:?}");
    town.holds();

    // It takes place. Ana has told the processor nothing yet: what she earned waits for her.
    let mut told = ana.listens().await;
    town.days_pass(provider, 8).await;
    told.hear(Kind::BookingCompleted).await;
    told.hear(Kind::PayoutChanged).await;
    let earnings = ana.client.earnings(provider, None, None).await.unwrap();
    let figures = earnings.currencies[0].figures;
    assert_eq!(
        (figures.earned, figures.fees, figures.paid_out),
        (eur("94.99"), eur("5.00"), eur("0"))
    );
    assert_eq!(earnings.currencies[0].pending_payout, eur("94.99"));
    assert_eq!(earnings.payouts[0].status, PayoutStatus::Waiting);
    town.holds();
}

fn eur(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}
