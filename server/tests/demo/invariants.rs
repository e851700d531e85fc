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
