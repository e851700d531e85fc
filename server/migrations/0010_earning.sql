-- Of what was cancelled, only what was paid for is looked at: bookings that lapsed would pile up in the index.
DROP INDEX bookings_to_earn;
CREATE INDEX bookings_to_earn ON bookings (ends_at)
    WHERE earned_at IS NULL AND (status = 'completed' OR (status = 'cancelled' AND payment_status = 'succeeded'));
