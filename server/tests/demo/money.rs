//! The money of the demo: what each of its accounts sees of it, that both books agree, and that it goes on.

use chrono::{NaiveDate, TimeDelta};
use traveloure_core::{
    actor::Role,
    api::{
        booking::BookingRow,
        earnings::Earnings,
        job::Trouble,
        page::Page,
        payout::PayoutStatus,
        report::{Reconciliation, Revenue},
    },
    booking::Status,
    job::Job,
    money::Money,
    payment::Balance,
};
use traveloure_server::{
    app::invariants,
    demo,
    jobs::{Pace, run_due},
    testing::{Backend, Person},
};

use super::opening::sign_in;

const NOW: &str = "2026-06-10T10:20:00Z";

async fn opened() -> Backend {
    let backend = Backend::start_with_bank().await;
    backend.clock.set(NOW.parse().unwrap());
    let owner = backend.owner_options();
    demo::load(&backend.context, &owner, backend.context.now(), |_| {}).await.unwrap();
    backend
}

async fn count(backend: &Backend, sql: &'static str) -> i64 {
    let mut owner = backend.owner().await;
    sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap()
}

fn is_above_zero(money: Money) -> bool {
    !money.is_zero() && !money.is_negative()
}

async fn bookings(backend: &Backend, robin: &Person) -> Vec<BookingRow> {
    let path = format!("/api/bookings/user/{}/?limit=100", robin.id);
    backend.get(robin, &path).await.ok::<Page<BookingRow>>().items
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_a_season_of_money() {
    let backend = opened().await;

    let ines = sign_in(&backend, "provider", Role::Provider).await;
    let path = format!("/api/providers/{}/earnings/", ines.provider());
    let earnings: Earnings = backend.get(&ines, &path).await.ok();
    let [euros] = earnings.currencies.as_slice() else { panic!("{earnings:?}") };
    assert!(euros.weeks.len() >= 8, "weeks without a gap to plot: {}", euros.weeks.len());
    for figure in [euros.figures.earned, euros.figures.fees, euros.figures.owed_on_site] {
        assert!(is_above_zero(figure), "{euros:?}");
    }
    assert!(is_above_zero(euros.pending_payout), "{euros:?}");
    let has = |status| earnings.payouts.iter().any(|payout| payout.status == status);
    assert!(has(PayoutStatus::Paid) && has(PayoutStatus::Waiting), "{:?}", earnings.payouts);

    let robin = sign_in(&backend, "traveler", Role::Traveler).await;
    let rows = bookings(&backend, &robin).await;
    for status in [Status::Completed, Status::Confirmed, Status::Cancelled, Status::Refunded] {
        assert!(rows.iter().any(|row| row.status == status), "none is {status:?}: {rows:?}");
    }
    let today = backend.context.now().date_naive();
    let soon = |due: NaiveDate| due > today && due < today + TimeDelta::days(7);
    let owes = |row: &BookingRow| {
        row.balance.as_ref().is_some_and(|owed| owed.status == Balance::Scheduled && soon(owed.due))
    };
    assert!(rows.iter().any(owes), "a balance is due soon: {rows:?}");

    let admin = sign_in(&backend, "admin", Role::Admin).await;
    let revenue: Revenue = backend.get(&admin, "/api/platform/reports/revenue/").await.ok();
    assert!(revenue.currencies.len() >= 6, "{revenue:?}");
    let rows = revenue.currencies.iter().flat_map(|one| &one.rows);
    assert!(rows.filter(|row| is_above_zero(row.fees)).count() >= 12, "{revenue:?}");
    let troubles: Page<Trouble> = backend.get(&admin, "/api/jobs/troubles/").await.ok();
    let [bounced] = troubles.items.as_slice() else { panic!("{troubles:?}") };
    assert_eq!((bounced.job, bounced.is_stuck), (Job::SettleRefunds, false));
    assert!(bounced.try_at.is_some_and(|at| at > backend.context.now()), "{bounced:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_in_every_state_that_it_can_be_in_and_both_books_agree() {
    let backend = opened().await;
    let one_of_each = [
        "SELECT count(*) FROM payments WHERE purpose = 'full' AND status = 'succeeded'",
        "SELECT count(*) FROM payments WHERE purpose = 'deposit' AND status = 'succeeded'",
        "SELECT count(*) FROM payments WHERE purpose = 'balance' AND status = 'succeeded'",
        "SELECT count(*) FROM payments WHERE status = 'expired'",
        "SELECT count(*) FROM bookings WHERE payment_method = 'pay_later' AND status = 'completed'",
        "SELECT count(*) FROM bookings WHERE balance_status = 'needs_cardholder' AND status = 'confirmed'",
        "SELECT count(*) FROM bookings WHERE status = 'refunded' AND cancelled_by = 'provider'",
        "SELECT count(*) FROM refunds WHERE status = 'failed'",
        "SELECT count(*) FROM refunds WHERE status = 'intended' AND tries = 2",
        "SELECT count(*) FROM payouts WHERE status = 'paid'",
        // In the hold, and beyond it where the provider has no account.
        "SELECT count(*) FROM payouts WHERE status = 'waiting' AND due_at > '2026-06-10T10:20:00Z'",
        "SELECT count(*) FROM payouts o JOIN service_providers p ON p.id = o.provider_id
         WHERE o.status = 'waiting' AND o.due_at < '2026-06-01' AND p.stripe_account_id IS NULL",
        "SELECT count(*) FROM reconciliation_days WHERE day = '2026-06-09' AND differences = 0",
        "SELECT count(*) FROM sandbox.deliveries WHERE state = 'delivered'",
    ];
    for sql in one_of_each {
        assert!(count(&backend, sql).await > 0, "none: {sql}");
    }
    let none = [
        "SELECT count(*) FROM reconciliation_differences",
        "SELECT count(*) FROM payments WHERE status = 'failed' AND purpose <> 'balance'",
        "SELECT count(*) FROM payments WHERE look_at IS NOT NULL",
        "SELECT count(*) FROM sandbox.deliveries WHERE state <> 'delivered'",
    ];
    for sql in none {
        assert_eq!(count(&backend, sql).await, 0, "{sql}");
    }
    // Since there has been money, no day was left out.
    let left_out = "SELECT max(day) - min(day) + 1 - count(*) FROM reconciliation_days";
    assert_eq!(count(&backend, left_out).await, 0);
}

/// The server's own sandbox goes on with the books of the demo's.
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_when_the_server_is_there() {
    let backend = opened().await;
    let pace = Pace {
        expire: std::time::Duration::from_secs(1),
        remind: std::time::Duration::from_secs(1),
        keep_events: TimeDelta::days(365),
    };
    let robin = sign_in(&backend, "traveler", Role::Traveler).await;
    let charged =
        "SELECT count(*) FROM payments WHERE purpose = 'balance' AND status = 'succeeded'";
    let before = count(&backend, charged).await;
    for _ in 0..8 {
        backend.clock.advance(TimeDelta::hours(24));
        run_due(&backend.context, pace).await.unwrap();
        backend.hear().await;
        run_due(&backend.context, pace).await.unwrap();
        backend.hear().await;
    }
    assert!(count(&backend, charged).await > before, "a balance was charged with the card of then");
    assert_eq!(invariants::check(&backend.context).await.unwrap(), []);
    let rows = bookings(&backend, &robin).await;
    let paid = |row: &BookingRow| {
        row.balance.as_ref().is_some_and(|owed| owed.status == Balance::Paid)
            && row.status == Status::Confirmed
    };
    assert!(rows.iter().any(paid), "{rows:?}");
    let admin = sign_in(&backend, "admin", Role::Admin).await;
    let books: Reconciliation =
        backend.get(&admin, "/api/platform/reconciliation/?settled=true").await.ok();
    assert_eq!(books.differences, []);
    assert_eq!(books.compared_to, Some("2026-06-17".parse().unwrap()));
}
