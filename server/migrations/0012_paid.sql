-- What was paid for a booking and has not come back: of succeeded payments, less refunds that did not fail, less what
-- a dispute has taken.
CREATE FUNCTION paid_for(booking uuid) RETURNS numeric
LANGUAGE sql STABLE
RETURN coalesce((SELECT sum(part.amount) FROM payment_parts part
                 JOIN payments p ON p.id = part.payment_id
                 WHERE part.booking_id = booking AND p.status = 'succeeded'), 0)
     - coalesce((SELECT sum(r.amount) FROM refunds r
                 WHERE r.booking_id = booking AND r.status <> 'failed'), 0)
     - coalesce((SELECT sum(part.amount) FROM dispute_parts part
                 JOIN disputes d ON d.id = part.dispute_id
                 WHERE part.booking_id = booking AND d.money_taken AND d.status <> 'won'), 0);
