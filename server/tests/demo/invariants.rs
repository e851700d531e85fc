//! Each rule of each invariant finds the row that breaks it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use traveloure_server::{
    app::invariants::{self, Invariant},
    demo,
    testing::Backend,
};

const NOW: &str = "2026-06-10T10:20:00Z";

/// What breaks what, each on a demo of its own.
const BREAKS: &[(Invariant, &str)] = &[
    (
        Invariant::CapacityIsNotExceeded,
        "ALTER TABLE capacity DROP CONSTRAINT capacity_not_exceeded;
         UPDATE capacity SET capacity = booked - 1
         WHERE id = (SELECT min(id::text)::uuid FROM capacity WHERE booked > 0)",
    ),
    (
        Invariant::CapacityIsNotExceeded,
        "UPDATE capacity SET capacity = capacity + 1
         WHERE id = (SELECT min(id::text)::uuid FROM capacity WHERE booked > 0)",
    ),
    (
        Invariant::CountersAreTheirClaims,
        "UPDATE capacity SET booked = booked - 1
         WHERE id = (SELECT min(id::text)::uuid FROM capacity WHERE booked > 0 AND target >= booked)",
    ),
    (
        Invariant::ClaimsEndInTime,
        "UPDATE claims SET held_until = '2026-06-10T10:18:59Z'
         WHERE id = (SELECT min(id::text)::uuid FROM claims WHERE released_at IS NULL AND held_until IS NOT NULL)",
    ),
    (
        // Its booking holds nothing any more.
        Invariant::ClaimsEndInTime,
        "WITH gone AS (
             UPDATE bookings SET status = 'cancelled', cancelled_at = created_at, cancelled_by = 'user'
             WHERE id = (SELECT min(id::text)::uuid FROM bookings WHERE status = 'pending_payment') RETURNING *
         )
         INSERT INTO outbox (kind, subject, created_at) SELECT 'booking.cancelled', id, created_at FROM gone",
    ),
    (
        Invariant::EveryDateIsClaimed,
        "UPDATE bookings SET end_date = end_date + 1
         WHERE id = (SELECT min(id::text)::uuid FROM bookings
                     WHERE status = 'pending_payment' AND end_date IS NOT NULL)",
    ),
    (
        Invariant::TheLedgerBalances,
        "INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at)
         VALUES (gen_random_uuid(), 'held_funds', 1, 'EUR', 'from nowhere', '2026-06-10T10:20:00Z')",
    ),
    (
        // What is too much in one currency is not made up for by another.
        Invariant::TheLedgerBalances,
        "INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at)
         VALUES ('00000000-0000-7000-8000-000000000001', 'held_funds', 1, 'EUR', 'a', '2026-06-10T10:20:00Z'),
                ('00000000-0000-7000-8000-000000000001', 'held_funds', -1, 'USD', 'b', '2026-06-10T10:20:00Z')",
    ),
    (
        Invariant::AmountsAddUp,
        "ALTER TABLE bookings DROP CONSTRAINT bookings_payout;
         UPDATE bookings SET platform_fee = platform_fee + 0.01
         WHERE id = (SELECT min(id::text)::uuid FROM bookings WHERE status = 'pending_payment')",
    ),
    (
        // Succeeded, and the processor has no intent of it, no booking got any of it, and the books know nothing.
        Invariant::NobodyPaysTwice,
        "INSERT INTO checkouts (id, user_id, currency, created_at)
         SELECT '00000000-0000-7000-8000-000000000009', min(user_id::text)::uuid, 'EUR', '2026-06-10T10:20:00Z'
         FROM bookings;
         INSERT INTO payments (id, user_id, checkout_id, purpose, via, amount, currency, status, succeeded_at,
                               created_at, updated_at)
         SELECT gen_random_uuid(), user_id, id, 'full', 'page', 10, 'EUR', 'succeeded', created_at, created_at,
                created_at
         FROM checkouts WHERE id = '00000000-0000-7000-8000-000000000009'",
    ),
    (
        Invariant::RefundsAreOfWhatWasPaid,
        "INSERT INTO checkouts (id, user_id, currency, created_at)
         SELECT '00000000-0000-7000-8000-000000000009', min(user_id::text)::uuid, 'EUR', '2026-06-10T10:20:00Z'
         FROM bookings;
         INSERT INTO payments (id, user_id, checkout_id, purpose, via, amount, currency, status,
                               created_at, updated_at)
         SELECT gen_random_uuid(), user_id, id, 'full', 'page', 10, 'EUR', 'failed', created_at, created_at
         FROM checkouts WHERE id = '00000000-0000-7000-8000-000000000009';
         INSERT INTO refunds (id, booking_id, payment_id, amount, currency, reason, status, of_earned, created_at,
                              updated_at)
         SELECT gen_random_uuid(), (SELECT min(id::text)::uuid FROM bookings
                                    WHERE status = 'pending_payment' AND currency = 'EUR'),
                p.id, 1, 'EUR', 'by_admin', 'succeeded', false, p.created_at, p.created_at
         FROM payments p WHERE checkout_id = '00000000-0000-7000-8000-000000000009'",
    ),
    (
        // Not as it is booked.
        Invariant::RefundsAreOfWhatWasPaid,
        "UPDATE refunds SET amount = amount / 2
         WHERE id = (SELECT min(id::text)::uuid FROM refunds WHERE status = 'succeeded')",
    ),
    (
        // It did not arrive, and its booking was not undone.
        Invariant::RefundsAreOfWhatWasPaid,
        "UPDATE refunds SET status = 'failed'
         WHERE id = (SELECT min(id::text)::uuid FROM refunds WHERE status = 'succeeded')",
    ),
    (
        Invariant::StatusesAreReachedAndTold,
        "UPDATE booking_requests SET status = 'withdrawn'
         WHERE id = (SELECT min(id::text)::uuid FROM booking_requests WHERE status = 'expired')",
    ),
    (
        Invariant::StatusesAreReachedAndTold,
        "UPDATE bookings SET status = 'refunded', cancelled_at = created_at, cancelled_by = 'user'
         WHERE id = (SELECT min(id::text)::uuid FROM bookings WHERE status = 'cancelled' AND confirmed_at IS NULL)",
    ),
    (
        // A round that nobody made.
        Invariant::StatusesAreReachedAndTold,
        "UPDATE booking_requests SET rounds = rounds + 1
         WHERE id = (SELECT min(id::text)::uuid FROM booking_requests WHERE status = 'declined')",
    ),
    (
        Invariant::KeysAreOfOneRequest,
        "ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;
         INSERT INTO idempotency_keys (user_id, route, key, fingerprint, status, body, created_at)
         SELECT (SELECT min(id::text)::uuid FROM users), 'POST /api/bookings/process-cart/', 'one',
                sha256(body::bytea), 200, '{}', '2026-06-10T10:20:00Z'
         FROM (VALUES ('this'), ('that')) AS two (body)",
    ),
    (
        Invariant::DeadlinesAreKept,
        "UPDATE booking_requests SET expires_at = '2026-06-10T10:18:59Z'
         WHERE id = (SELECT min(id::text)::uuid FROM booking_requests WHERE status = 'pending_provider')",
    ),
    (
        Invariant::BooksAreOnlyAddedTo,
        "ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only",
    ),
    (Invariant::BooksAreOnlyAddedTo, "GRANT DELETE ON audit_log TO traveloure_app"),
    (
        Invariant::CheckoutsHaveOneCurrency,
        "INSERT INTO checkouts (id, user_id, currency, created_at)
         SELECT '00000000-0000-7000-8000-000000000009', min(user_id::text)::uuid, 'EUR', '2026-06-10T10:20:00Z'
         FROM bookings;
         INSERT INTO payments (id, user_id, checkout_id, purpose, via, amount, currency, status,
                               created_at, updated_at)
         SELECT gen_random_uuid(), user_id, id, 'full', 'page', 10, 'USD', 'failed', created_at, created_at
         FROM checkouts WHERE id = '00000000-0000-7000-8000-000000000009'",
    ),
    (
        Invariant::StartsAreTheirLocalTime,
        "UPDATE bookings SET starts_at = starts_at + interval '1 hour'
         WHERE id = (SELECT min(id::text)::uuid FROM bookings WHERE status = 'pending_payment')",
    ),
    (
        Invariant::MovementsAreBookedOnce,
        "INSERT INTO ledger_entries (transaction_id, account, amount, currency, description, created_at, cause, line)
         SELECT id, account, amount, 'EUR', 'again', '2026-06-10T10:20:00Z', 'payment:1', line
         FROM (VALUES (gen_random_uuid(), 0), (gen_random_uuid(), 2)) AS two (id, first)
         CROSS JOIN LATERAL (VALUES ('held_funds', 1, first), ('processor_balance', -1, first + 1))
             AS entry (account, amount, line)",
    ),
    (
        // Decided before it was due, and of a booking that nobody paid for.
        Invariant::PayoutsAreWhatIsDue,
        "INSERT INTO payouts (id, provider_id, booking_id, amount, currency, status, due_at, intended_at,
                              transferred, created_at, updated_at)
         SELECT gen_random_uuid(), provider_id, id, 1, currency, 'intended', ends_at, starts_at, 1, starts_at,
                starts_at
         FROM bookings WHERE status = 'pending_payment' ORDER BY id LIMIT 1",
    ),
    (
        // Earned, and no payout is on its way.
        Invariant::PayoutsAreWhatIsDue,
        "INSERT INTO ledger_entries (transaction_id, account, provider_id, amount, currency, description, created_at)
         SELECT '00000000-0000-7000-8000-000000000001', account, provider_id, amount, 'EUR', 'forgotten',
                '2026-06-10T10:20:00Z'
         FROM (SELECT provider_id FROM bookings WHERE currency <> 'EUR' ORDER BY id LIMIT 1) AS one
         CROSS JOIN (VALUES ('provider_payable', -10), ('processor_balance', 10)) AS entry (account, amount)",
    ),
];

async fn broken(db: &mut PgConnection) -> BTreeSet<Invariant> {
    let now: DateTime<Utc> = NOW.parse().unwrap();
    let found = invariants::look(db, now).await.unwrap();
    found.into_iter().filter(|one| !one.broken.is_empty()).map(|one| one.invariant).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_an_invariant_is_found() {
    let backend = Backend::start_at(NOW).await;
    let (now, owner) = (backend.context.now(), backend.owner_options());
    demo::load(&backend.context, &owner, now, |_| {}).await.unwrap();
    let mut owner = backend.owner().await;
    assert_eq!(broken(&mut owner).await, BTreeSet::new());
    let mut found = BTreeSet::new();
    for (invariant, sql) in BREAKS {
        let mut sabotage = owner.begin().await.unwrap();
        sabotage.execute(sqlx::raw_sql(AssertSqlSafe(*sql))).await.unwrap();
        let broken = broken(&mut sabotage).await;
        assert!(broken.contains(invariant), "{invariant:?} was not found broken by {sql}");
        assert_eq!(broken.len(), 1, "{broken:?} were found broken by {sql}");
        found.extend(broken);
        sabotage.rollback().await.unwrap();
    }
    assert_eq!(found, BTreeSet::from(Invariant::ALL));
    assert_eq!(broken(&mut owner).await, BTreeSet::new());
}

/// Reading beside those who write: what is half done is not seen.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_examined_at_one_moment_and_not_written_to() {
    let backend = Backend::start_at(NOW).await;
    let (now, owner) = (backend.context.now(), backend.owner_options());
    demo::load(&backend.context, &owner, now, |_| {}).await.unwrap();
    let options = backend.context.pool.connect_options();
    let mut owner = backend.owner().await;
    let mut half_done = owner.begin().await.unwrap();
    let sql = "UPDATE capacity SET booked = booked - 1 WHERE booked > 0 AND target >= booked";
    half_done.execute(sql).await.unwrap();
    let found = invariants::examine(&options, backend.context.now()).await.unwrap();
    assert!(found.is_served, "the backend's own connections are there");
    assert_eq!(found.broken().collect::<Vec<_>>(), Vec::<&invariants::Violation>::new());
    assert!(found.all.iter().any(|one| one.looked_at > 100), "there was something to look at");
    half_done.commit().await.unwrap();
    let found = invariants::examine(&options, backend.context.now()).await.unwrap();
    assert!(found.broken().next().is_some(), "now it is seen");
}
