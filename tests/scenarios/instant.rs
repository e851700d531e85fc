//! The plan's scenario 1: what can be booked at once is put into the cart and paid in full; it is confirmed, its
//! provider is told, and is paid when it has taken place. The mail to both comes with notifications.

use traveloure::client::Key;
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        cart::Cart,
        earnings::{Earnings, LedgerEntry},
        event::Kind,
        page::Page,
        payout::PayoutStatus,
    },
    booking::Status,
    category::Category,
    ledger::Account,
    money::Money,
};

use super::{browser::Browser, person::Person, terminal::Terminal, town::Town};

#[tokio::test(flavor = "multi_thread")]
async fn instant_booking_flow() {
    let town = Town::shared();
    let (ana, provider) = Person::provider(&town, "ana@instant.example", "Ana").await;
    let ben = Person::traveler(&town, "ben@instant.example", "Ben").await;
    let walk = ana.offers("Walk over the lava", "activity", "119.99 EUR", &[]);
    // Ana tells the processor who she is, on its page.
    let onboarding = ana.client.onboard(provider, &Key::random()).await.unwrap();
    Browser::open(&onboarding.url).await.press("outcome", "finish").await;

    let date = "+10";
    let cart: Cart = ben.does(&[
        "cart",
        "add",
        &walk.id.to_string(),
        date,
        "--party",
        "2",
        "-m",
        "We are slow.",
    ]);
    assert_eq!(cart.items.len(), 1);
    let mut desk = ana.opens_screens(80, 24);
    desk.wait_for("Inbox");
    let mut screen = ben.opens_screens(80, 24);
    let link = checks_out(&mut screen);
    let mut page = Browser::open(&link).await;
    page.shows("119.99");
    // Turned down first: nothing is confirmed, and another card can be tried.
    page.pay_with("4000000000000002").await;
    page.shows("declined");
    page.pay_with("4242424242424242").await;
    page.shows("Paid");
    // Nobody presses a key: the processor's message did it.
    screen.wait_for("✓ confirmed");
    desk.press("]]]");
    desk.wait("the provider to see it", |screen| {
        screen.contains("Walk over") && screen.contains("✓ confirmed")
    });
    screen.press("q");
    desk.press("q");
    assert_eq!((screen.wait_for_end(), desk.wait_for_end()), (0, 0));

    let booked: Page<BookingRow> = ben.does(&["--role", "traveler", "bookings", "list"]);
    let row = &booked.items[0];
    assert_eq!(
        (row.status, row.total_amount, row.travelers),
        (Status::Confirmed, eur("119.99"), 2)
    );
    assert_eq!(row.provider_payout, None, "it is none of the traveler's business");
    let seen: Booking =
        ana.does(&["--role", "provider", "bookings", "show", &row.confirmation_code]);
    let amounts = seen.amounts.unwrap();
    assert_eq!((amounts.platform_fee, amounts.provider_payout), (eur("18.00"), eur("101.99")));
    assert_eq!(
        (amounts.total_amount, seen.special_requests.as_str()),
        (eur("119.99"), "We are slow.")
    );
    town.holds();

    // Ten days later it has taken place, and the hold is over.
    let mut ears = ana.listens().await;
    town.days_pass(provider, 12).await;
    assert_eq!(ears.hear(Kind::BookingCompleted).await.subject, row.id.as_uuid());
    let earnings = loop {
        ears.hear(Kind::PayoutChanged).await;
        let earnings = ana.client.earnings(provider, None, None).await.unwrap();
        if earnings.payouts.iter().any(|one| one.status == PayoutStatus::Paid) {
            break earnings;
        }
    };
    let figures = earnings.currencies[0].figures;
    assert_eq!((figures.earned, figures.fees), (eur("101.99"), eur("18.00")));
    assert_eq!((figures.paid_out, figures.refunds), (eur("101.99"), eur("0")));
    assert_eq!(earnings.currencies[0].pending_payout, eur("0"));
    assert_eq!(earnings.payouts[0].transferred, Some(eur("101.99")));
    books(&ana, &earnings).await;

    let ada = town.admin("ada@instant.example").await;
    let revenue = ada.client.revenue(None, None).await.unwrap();
    let rows = revenue.currencies.iter().flat_map(|one| &one.rows);
    let ours: Vec<_> = rows.filter(|row| row.category == Category::Activity).collect();
    assert_eq!(ours.len(), 1, "{revenue:?}");
    assert_eq!((ours[0].bookings, ours[0].gmv, ours[0].fees), (1, eur("119.99"), eur("18.00")));
    town.holds();
}

/// Books the cart and begins to pay in full, key by key; returns the link on the screen.
fn checks_out(screen: &mut Terminal) -> String {
    screen.wait_for("Search");
    screen.press("]");
    screen.wait("the cart with its price", |screen| screen.contains("119.99 EUR"));
    screen.press("b");
    screen.wait_for("Book all of it?");
    screen.press("y");
    screen.wait_for("What became of your cart");
    screen.press("\r");
    screen.wait_for("How to pay");
    screen.press("\r");
    let shown = screen.wait("the link", |screen| screen.contains("This screen shows by itself"));
    link(&shown)
}

/// The link on the screen, which may be broken over lines.
fn link(screen: &str) -> String {
    let from = screen.find("http://").unwrap_or_else(|| panic!("no link: {screen}"));
    let mut link = String::new();
    for line in screen[from..].lines() {
        if line.is_empty() || line.trim().contains(' ') {
            break;
        }
        link.push_str(line.trim());
    }
    link
}

/// The entries behind the week's figures: what was earned and paid out is there to the cent, and the fee came of the same
/// movement as the share.
async fn books(ana: &Person, earnings: &Earnings) {
    let week = &earnings.currencies[0].weeks[0].week;
    let of = async |account| -> Vec<LedgerEntry> {
        let (provider, account) = (earnings.provider_id, Some(account));
        ana.client
            .earnings_entries(provider, Some(week), None, account, None, None)
            .await
            .unwrap()
            .items
    };
    let (payable, revenue) =
        (of(Account::ProviderPayable).await, of(Account::PlatformRevenue).await);
    let amounts: Vec<_> = payable.iter().map(|one| (&*one.description, one.amount)).collect();
    assert_eq!(amounts, [("earned", eur("-101.99")), ("payout", eur("101.99"))]);
    assert_eq!((revenue.len(), revenue[0].amount), (1, eur("-18.00")));
    assert_eq!(revenue[0].transaction_id, payable[0].transaction_id);
}

fn eur(amount: &str) -> Money {
    Money::try_new(amount.parse().unwrap(), "EUR".parse().unwrap()).unwrap()
}
