-- What the platform sold and kept, from the ledger and nothing else: the report sums these entries, and they can be read
-- one by one.

-- `gmv`: what was held for a booking and was shared out, and what was paid on site. `fees`: what the platform kept, less
-- its share of what went back later. With the rights of whoever reads it: through a view of its owner's, what may only
-- ever be added to could be changed.
CREATE VIEW revenue_entries WITH (security_invoker = true) AS
SELECT e.id, e.transaction_id, e.account, e.amount, e.currency, e.description, e.created_at, e.booking_id,
       CASE WHEN e.account = 'platform_revenue' THEN 'fees' ELSE 'gmv' END AS figure,
       CASE WHEN e.account = 'platform_revenue' THEN -e.amount ELSE e.amount END AS adds
FROM ledger_entries e
WHERE e.account = 'platform_revenue'
   OR (e.account = 'held_funds' AND split_part(e.cause, ':', 1) = 'earned')
   OR (e.account = 'provider_payable' AND split_part(e.cause, ':', 1) = 'on_site' AND e.amount > 0);

CREATE INDEX ledger_entries_revenue ON ledger_entries (created_at, id)
WHERE account = 'platform_revenue'
   OR (account = 'held_funds' AND split_part(cause, ':', 1) = 'earned')
   OR (account = 'provider_payable' AND split_part(cause, ':', 1) = 'on_site' AND amount > 0);

-- Of what was paid on site only what its provider owes was in the books; bookings without a fee were not at all. The rest
-- is posted now, as of then: the provider had it from the traveler, and it is theirs. The two lines cancel out, so that
-- no balance changes.
WITH rest AS MATERIALIZED (
    -- Once for both lines.
    SELECT gen_random_uuid() AS transaction_id, b.id AS booking_id, b.provider_id, b.currency, b.earned_at,
           b.total_amount - posted.owed AS amount
    FROM bookings b
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(e.amount), 0) AS owed FROM ledger_entries e
        WHERE e.cause = 'on_site:' || b.id AND e.cause <> '' AND e.account = 'provider_payable'
    ) posted
    WHERE b.payment_method = 'pay_later' AND b.earned_at IS NOT NULL AND b.status = 'completed'
      -- What was held for a booking was shared out instead.
      AND NOT EXISTS (SELECT 1 FROM ledger_entries e WHERE e.cause = 'earned:' || b.id AND e.cause <> '')
)
INSERT INTO ledger_entries
    (transaction_id, account, provider_id, booking_id, amount, currency, description, created_at, cause, line)
SELECT rest.transaction_id, 'provider_payable', rest.provider_id, rest.booking_id, side.sign * rest.amount, rest.currency,
       'paid on site', rest.earned_at, 'on_site:' || rest.booking_id || ':rest', side.line
FROM rest CROSS JOIN (VALUES (1, 1), (-1, 2)) AS side (sign, line)
WHERE rest.amount > 0
ORDER BY rest.earned_at, rest.booking_id, side.line;
