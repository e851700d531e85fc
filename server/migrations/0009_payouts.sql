-- Money out: what disputes and failed refunds do to payouts, and what the processor's own books say.

-- Bookings from before there was an end: late rather than early, payouts count from it.
UPDATE bookings
SET ends_at = starts_at + greatest(1, coalesce(end_date - booking_date, 1)) * interval '1 day'
WHERE ends_at IS NULL;
ALTER TABLE bookings ALTER COLUMN ends_at SET NOT NULL;

-- A booking is paid out once; what a refund took from its provider and could not give back is theirs again.
ALTER TABLE payouts
    DROP CONSTRAINT payouts_booking_id_key,
    ADD COLUMN refund_id uuid UNIQUE REFERENCES refunds,
    -- When it was decided to transfer it.
    ADD COLUMN intended_at timestamptz;
CREATE UNIQUE INDEX payouts_once ON payouts (booking_id) WHERE refund_id IS NULL;
CREATE INDEX payouts_booking ON payouts (booking_id);
CREATE INDEX payouts_open ON payouts (provider_id) WHERE status IN ('waiting', 'frozen', 'intended', 'failed');

ALTER TABLE payout_reversals
    ADD COLUMN dispute_id varchar(255) REFERENCES disputes,
    ADD COLUMN failure text;
CREATE INDEX payout_reversals_look ON payout_reversals (look_at) WHERE look_at IS NOT NULL;

-- Whether the bank has taken the money; it may only ask at first.
ALTER TABLE disputes ADD COLUMN money_taken boolean NOT NULL DEFAULT false;
CREATE INDEX disputes_open ON disputes (payment_id) WHERE status = 'open';
-- What each booking of the payment has to do with it.
CREATE TABLE dispute_parts (
    dispute_id varchar(255) NOT NULL REFERENCES disputes,
    booking_id uuid NOT NULL REFERENCES bookings,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    PRIMARY KEY (dispute_id, booking_id)
);
CREATE INDEX dispute_parts_booking ON dispute_parts (booking_id);

-- What moved our balance, as the processor's books have it.
CREATE TABLE processor_transactions (
    id varchar(255) PRIMARY KEY,
    kind varchar(100) NOT NULL,
    -- The charge, refund, transfer, reversal or dispute that did it.
    source varchar(255),
    amount numeric(19,4) NOT NULL,
    fee numeric(19,4) NOT NULL,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL,
    fee_posted boolean NOT NULL DEFAULT false
);
CREATE INDEX processor_transactions_source ON processor_transactions (source);
CREATE INDEX processor_transactions_created ON processor_transactions (created_at);

-- The days, in UTC, that were compared.
CREATE TABLE reconciliation_days (
    day date PRIMARY KEY,
    compared_at timestamptz NOT NULL,
    movements int NOT NULL,
    differences int NOT NULL
);
CREATE INDEX reconciliation_open ON reconciliation_differences (found_at) WHERE settled_at IS NULL;
