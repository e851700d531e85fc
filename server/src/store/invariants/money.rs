//! The rules of money.

use sqlx::PgConnection;

use super::Broken;

/// Transactions of the ledger that do not sum to zero in each currency.
pub async fn ledger_unbalanced(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT transaction_id AS id, format('%s %s too much', sum(amount), currency) AS "how!"
        FROM ledger_entries GROUP BY transaction_id, currency HAVING sum(amount) <> 0
        ORDER BY transaction_id
        "#
    )
    .fetch_all(db)
    .await
}

/// Payments that succeeded without an intent, that are not divided between bookings of their checkout, or that the
/// ledger has not, or not as what they are.
pub async fn payments_off(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT p.id, format('%s %s paid, %s divided, %s booked, intent %s, bookings elsewhere: %s', p.amount, p.currency,
                            part.amount, part.booked, p.intent_id, part.elsewhere) AS "how!"
        FROM payments p
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(part.amount), 0) AS amount, coalesce(sum(entry.amount), 0) AS booked,
                   count(*) FILTER (WHERE b.checkout_id IS DISTINCT FROM p.checkout_id) AS elsewhere
            FROM payment_parts part JOIN bookings b ON b.id = part.booking_id
            LEFT JOIN ledger_entries entry
                -- `<> ''` lets the index be used that is there of causes only.
                ON entry.cause = 'payment:' || p.id || ':' || part.booking_id AND entry.cause <> ''
                AND entry.account = 'processor_balance'
            WHERE part.payment_id = p.id
        ) part
        WHERE p.status = 'succeeded'
          AND (p.intent_id IS NULL OR part.elsewhere > 0 OR part.amount <> p.amount OR part.booked <> p.amount)
        ORDER BY p.id
        "#
    )
    .fetch_all(db)
    .await
}

/// Bookings that more than one payment of one purpose is kept of.
pub async fn paid_twice(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT part.booking_id AS id, format('%s payments for one purpose', count(*)) AS "how!"
        FROM payment_parts part JOIN payments p ON p.id = part.payment_id
        WHERE p.status = 'succeeded'
          AND part.amount > (SELECT coalesce(sum(r.amount), 0) FROM refunds r
                             WHERE r.payment_id = p.id AND r.booking_id = part.booking_id AND r.status <> 'failed')
        GROUP BY part.booking_id, p.purpose = 'balance' HAVING count(*) > 1
        ORDER BY part.booking_id
        "#
    )
    .fetch_all(db)
    .await
}

/// Bookings of which more goes back than a payment brought them.
pub async fn refunds_over(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT r.booking_id AS id, format('%s of %s go back', sum(r.amount), coalesce(part.amount, 0)) AS "how!"
        FROM refunds r
        JOIN payments p ON p.id = r.payment_id
        LEFT JOIN payment_parts part
            ON part.payment_id = r.payment_id AND part.booking_id = r.booking_id AND p.status = 'succeeded'
        WHERE r.status <> 'failed'
        GROUP BY r.booking_id, r.payment_id, part.amount
        HAVING sum(r.amount) > coalesce(part.amount, 0)
        ORDER BY r.booking_id
        "#
    )
    .fetch_all(db)
    .await
}

/// Refunds that the ledger has not, or not as what they are: one that went back is booked once, from the processor's
/// balance or from our own account; of one that is only intended, or did not arrive, nothing is left.
pub async fn refunds_off(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT r.id, format('%s %s %s, %s booked', r.amount, r.currency, r.status, entry.amount) AS "how!"
        FROM refunds r
        CROSS JOIN LATERAL (
            SELECT coalesce(-sum(e.amount), 0) AS amount FROM ledger_entries e
            -- `<> ''` lets the index be used that is there of causes only.
            WHERE e.cause IN ('refund:' || r.id || ':' || r.attempt, 'refund:' || r.id || ':' || r.attempt || ':failed')
              AND e.cause <> '' AND e.account IN ('processor_balance', 'own_account')
        ) entry
        WHERE entry.amount <> CASE WHEN r.status IN ('pending', 'succeeded') THEN r.amount ELSE 0 END
        ORDER BY r.id
        "#
    )
    .fetch_all(db)
    .await
}

/// Payouts that were decided before they were due, before the booking was over and its money shared out, or while a
/// dispute about it was open.
pub async fn payouts_early(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT o.id, format('%s, decided at %s, due at %s, the booking ended at %s and is %s', o.status, o.intended_at,
                            o.due_at, b.ends_at, b.status) AS "how!"
        FROM payouts o JOIN bookings b ON b.id = o.booking_id
        WHERE (o.intended_at IS NOT NULL AND (
                  o.intended_at < o.due_at OR o.due_at < b.ends_at OR b.earned_at IS NULL
                  OR b.status NOT IN ('completed', 'cancelled', 'refunded')
                  OR EXISTS (SELECT 1 FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
                             WHERE part.booking_id = b.id AND d.opened_at < o.intended_at
                               AND (d.closed_at IS NULL OR d.closed_at > o.intended_at))))
           OR (o.status IN ('intended', 'paid') AND o.intended_at IS NULL)
        ORDER BY o.id
        "#
    )
    .fetch_all(db)
    .await
}

/// Bookings whose provider got more for them than their share, less what is still to come back; and payouts that the
/// ledger has not as they were made.
pub async fn payouts_over(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        WITH made AS (
            SELECT o.booking_id, sum(o.transferred) AS transferred,
                   sum((SELECT coalesce(sum(r.amount) FILTER (WHERE r.status = 'succeeded'), 0) FROM payout_reversals r
                        WHERE r.payout_id = o.id)) AS reversed,
                   sum((SELECT coalesce(sum(r.amount) FILTER (WHERE r.status <> 'succeeded'), 0) FROM payout_reversals r
                        WHERE r.payout_id = o.id)) AS coming
            FROM payouts o WHERE o.status IN ('intended', 'paid') GROUP BY o.booking_id
        ), share AS (
            SELECT booking_id, -sum(amount) AS amount FROM ledger_entries
            WHERE account = 'provider_payable' AND split_part(cause, ':', 1) IN ('earned', 'refund', 'dispute')
            GROUP BY booking_id
        )
        SELECT made.booking_id AS "id!", format('%s transferred, %s back, %s to come back, the share is %s',
                                                made.transferred, made.reversed, made.coming, share.amount) AS "how!"
        FROM made LEFT JOIN share ON share.booking_id = made.booking_id
        WHERE made.transferred - made.reversed - made.coming > greatest(coalesce(share.amount, 0), 0)
        UNION ALL
        SELECT o.id, format('%s transferred, the ledger has %s', o.transferred, entry.amount)
        FROM payouts o
        LEFT JOIN ledger_entries entry ON entry.cause = 'payout:' || o.id AND entry.account = 'provider_payable'
        WHERE (CASE WHEN o.status = 'paid' THEN o.transferred END) IS DISTINCT FROM entry.amount
        ORDER BY 1
        "#
    )
    .fetch_all(db)
    .await
}

/// Providers who have earned more than their payouts will bring them.
pub async fn payable_forgotten(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        WITH payable AS (
            SELECT provider_id, currency, -sum(amount) AS amount FROM ledger_entries
            WHERE account = 'provider_payable' GROUP BY provider_id, currency
        ), pending AS (
            SELECT o.provider_id, o.currency,
                   sum(CASE o.status WHEN 'intended' THEN o.transferred WHEN 'paid' THEN 0 WHEN 'settled' THEN 0
                       ELSE o.amount END)
                   + sum((SELECT coalesce(sum(r.amount), 0) FROM payout_reversals r
                          WHERE r.payout_id = o.id AND r.status = 'intended')) AS amount
            FROM payouts o GROUP BY o.provider_id, o.currency
        )
        SELECT payable.provider_id AS "id!", format('%s %s earned and not paid, %s on its way', payable.amount,
                                                    payable.currency, pending.amount) AS "how!"
        FROM payable
        LEFT JOIN pending ON pending.provider_id = payable.provider_id AND pending.currency = payable.currency
        WHERE payable.amount > coalesce(pending.amount, 0)
        ORDER BY 1
        "#
    )
    .fetch_all(db)
    .await
}

/// Rows of money in another currency than what they are of.
pub async fn currencies_mixed(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT b.id AS "id!", format('booking in %s, checkout in %s', b.currency, c.currency) AS "how!"
        FROM bookings b JOIN checkouts c ON c.id = b.checkout_id WHERE b.currency <> c.currency
        UNION ALL
        SELECT p.id, format('payment in %s, checkout in %s', p.currency, c.currency)
        FROM payments p JOIN checkouts c ON c.id = p.checkout_id WHERE p.currency <> c.currency
        UNION ALL
        SELECT r.id, format('refund in %s, payment in %s', r.currency, p.currency)
        FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE r.currency <> p.currency
        UNION ALL
        SELECT o.id, format('payout in %s, booking in %s', o.currency, b.currency)
        FROM payouts o JOIN bookings b ON b.id = o.booking_id WHERE o.currency <> b.currency
        "#
    )
    .fetch_all(db)
    .await
}

/// Movements that two transactions of the ledger are about.
pub async fn booked_twice(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT (array_agg(transaction_id ORDER BY id))[1] AS "id!", format('%s is booked twice', cause) AS "how!"
        FROM ledger_entries WHERE cause <> ''
        GROUP BY cause HAVING count(DISTINCT transaction_id) > 1
        "#
    )
    .fetch_all(db)
    .await
}
