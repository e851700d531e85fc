//! Each invariant finds what breaks it.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Executor};
use traveloure_server::{
    app::invariants::{self, Invariant},
    demo,
    testing::Backend,
};

async fn broken(backend: &Backend) -> BTreeSet<Invariant> {
    let found = invariants::check(&backend.context).await.unwrap();
    found.into_iter().map(|violation| violation.invariant).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_an_invariant_is_found() {
    let backend = Backend::start_at("2026-06-10T10:20:00Z").await;
    demo::load(&backend.context, backend.context.now(), |_| {}).await.unwrap();
    assert_eq!(broken(&backend).await, BTreeSet::new());

    let breaks = [
        (
            Invariant::StartsAreTheirLocalTime,
            "UPDATE bookings SET starts_at = starts_at + interval '1 hour'
             WHERE id = (SELECT min(id::text)::uuid FROM bookings)",
        ),
        (
            Invariant::DeadlinesAreKept,
            "UPDATE booking_requests SET expires_at = '2026-06-10T10:18:59Z'
             WHERE id = (SELECT min(id::text)::uuid FROM booking_requests WHERE status = 'pending_provider')",
        ),
        (
            Invariant::StatusesAreReachedAndTold,
            "UPDATE booking_requests SET status = 'withdrawn'
             WHERE id = (SELECT min(id::text)::uuid FROM booking_requests WHERE status = 'expired')",
        ),
        (
            Invariant::AmountsAddUp,
            "ALTER TABLE bookings DROP CONSTRAINT bookings_payout;
             UPDATE bookings SET platform_fee = platform_fee + 0.01
             WHERE id = (SELECT min(id::text)::uuid FROM bookings)",
        ),
        (
            Invariant::EveryDateIsClaimed,
            "UPDATE bookings SET end_date = end_date + 1
             WHERE id = (SELECT min(id::text)::uuid FROM bookings
                         WHERE status = 'pending_payment' AND end_date IS NOT NULL)",
        ),
        (
            Invariant::ClaimsEndInTime,
            "UPDATE claims SET held_until = '2026-06-10T10:18:59Z'
             WHERE id = (SELECT min(id::text)::uuid FROM claims WHERE released_at IS NULL)",
        ),
        (
            Invariant::CountersAreTheirClaims,
            "UPDATE capacity SET booked = booked - 1
             WHERE id = (SELECT min(id::text)::uuid FROM capacity WHERE booked > 0)",
        ),
        (
            Invariant::CapacityIsNotExceeded,
            "ALTER TABLE capacity DROP CONSTRAINT capacity_not_exceeded;
             UPDATE capacity SET capacity = booked - 1
             WHERE id = (SELECT min(id::text)::uuid FROM capacity WHERE booked > 0)",
        ),
        (
            Invariant::TheLedgerBalances,
            "ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance;
             INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at)
             VALUES (gen_random_uuid(), 'held_funds', 1, 'EUR', 'from nowhere', '2026-06-10T10:20:00Z')",
        ),
        (
            Invariant::MovementsAreBookedOnce,
            "INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at, cause, line)
             SELECT gen_random_uuid(), 'held_funds', 1, 'EUR', 'again', '2026-06-10T10:20:00Z', 'payment:1', line
             FROM generate_series(1, 2) AS line",
        ),
        (
            Invariant::NobodyPaysTwice,
            "INSERT INTO checkouts (id, user_id, currency, created_at)
             SELECT gen_random_uuid(), min(user_id::text)::uuid, 'EUR', '2026-06-10T10:20:00Z' FROM bookings;
             INSERT INTO payments (id, user_id, checkout_id, purpose, via, amount, currency, status, succeeded_at,
                                   created_at, updated_at)
             SELECT gen_random_uuid(), user_id, id, 'full', 'page', 10, 'EUR', 'succeeded', created_at, created_at,
                    created_at
             FROM checkouts WHERE id NOT IN (SELECT checkout_id FROM bookings WHERE checkout_id IS NOT NULL)
             LIMIT 1",
        ),
        (
            Invariant::RefundsAreOfWhatWasPaid,
            "INSERT INTO refunds (id, booking_id, payment_id, amount, currency, reason, status, of_earned, created_at,
                                  updated_at)
             SELECT gen_random_uuid(), (SELECT min(id::text)::uuid FROM bookings), p.id, 1, 'EUR', 'by_admin',
                    'succeeded', false, p.created_at, p.created_at
             FROM payments p WHERE p.intent_id IS NULL AND p.status = 'succeeded' LIMIT 1",
        ),
        (
            Invariant::CheckoutsHaveOneCurrency,
            "UPDATE refunds SET currency = 'JPY'",
        ),
        (
            Invariant::PayoutsAreWhatIsDue,
            "INSERT INTO payouts (id, provider_id, booking_id, amount, currency, status, due_at, intended_at,
                                  transferred, created_at, updated_at)
             SELECT gen_random_uuid(), provider_id, id, 1, currency, 'intended', ends_at, starts_at, 1, starts_at,
                    starts_at
             FROM bookings ORDER BY id LIMIT 1",
        ),
    ];
    let mut owner = backend.owner().await;
    let mut expected = BTreeSet::new();
    for (invariant, sql) in breaks {
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        expected.insert(invariant);
        assert_eq!(broken(&backend).await, expected, "{sql}");
    }
    assert_eq!(expected, BTreeSet::from(Invariant::ALL));
}
