-- Money: the cart, checkouts, payments, refunds, payouts, and what the processor told us.
--
-- Whatever the processor is asked is first written down here as intended; the key it is asked under is
-- made of the row's id and attempt. So a crash between any two steps is finished by asking again.

-- Settings resolve service over provider over default.
ALTER TABLE service_providers
    ADD COLUMN cancellation_policy varchar(20) NOT NULL DEFAULT 'moderate'
        CHECK (cancellation_policy IN ('flexible', 'moderate', 'strict'));
ALTER TABLE services
    ADD COLUMN instant_booking boolean,
    ADD COLUMN request_booking boolean,
    ADD COLUMN cancellation_policy varchar(20) CHECK (cancellation_policy IN ('flexible', 'moderate', 'strict')),
    -- May be paid on site.
    ADD COLUMN pay_later boolean NOT NULL DEFAULT false,
    -- What a late cancellation cost comes back if somebody else books the place.
    ADD COLUMN refund_if_resold boolean NOT NULL DEFAULT false;

CREATE TABLE processor_customers (
    user_id uuid PRIMARY KEY REFERENCES users,
    customer_id varchar(255) NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

-- The cart that lasts: one for each traveler, read whole.
CREATE TABLE carts (
    user_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    items jsonb NOT NULL,
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);

-- Bookings of one traveler in one currency that are paid together.
CREATE TABLE checkouts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL
);
CREATE INDEX checkouts_user ON checkouts (user_id, created_at DESC);

ALTER TABLE bookings
    ADD COLUMN checkout_id uuid REFERENCES checkouts,
    -- When it is over, computed by the application: payouts count from it.
    ADD COLUMN ends_at timestamptz,
    ADD COLUMN cancellation jsonb NOT NULL
        DEFAULT '{"policy":"moderate","tiers":[{"hours_before":120,"percent":100},{"hours_before":24,"percent":50}]}',
    ADD COLUMN pay_later boolean NOT NULL DEFAULT false,
    ADD COLUMN refund_if_resold boolean NOT NULL DEFAULT false,
    ADD COLUMN balance_status varchar(20)
        CHECK (balance_status IN ('scheduled', 'retrying', 'needs_cardholder', 'overdue', 'paid')),
    ADD COLUMN balance_due_at timestamptz,
    -- When the balance is tried next.
    ADD COLUMN balance_try_at timestamptz,
    ADD COLUMN balance_failures int NOT NULL DEFAULT 0,
    ADD COLUMN balance_reminder_at timestamptz,
    ADD COLUMN completed_at timestamptz,
    -- When what was held became earned.
    ADD COLUMN earned_at timestamptz;
ALTER TABLE bookings ALTER COLUMN cancellation DROP DEFAULT;
CREATE INDEX bookings_checkout ON bookings (checkout_id);
CREATE INDEX bookings_balance ON bookings (balance_try_at) WHERE balance_status IN ('scheduled', 'retrying');
CREATE INDEX bookings_balance_reminder ON bookings (balance_reminder_at) WHERE balance_reminder_at IS NOT NULL;
CREATE INDEX bookings_ends ON bookings (ends_at) WHERE status = 'confirmed';
CREATE INDEX bookings_to_earn ON bookings (ends_at) WHERE status IN ('completed', 'cancelled') AND earned_at IS NULL;

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    checkout_id uuid NOT NULL REFERENCES checkouts,
    -- The booking whose balance it is.
    booking_id uuid REFERENCES bookings,
    purpose varchar(20) NOT NULL CHECK (purpose IN ('full', 'deposit', 'balance')),
    -- The processor's page, or a saved card.
    via varchar(20) NOT NULL CHECK (via IN ('page', 'saved')),
    payment_method varchar(255),
    save_card boolean NOT NULL DEFAULT false,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status varchar(20) NOT NULL
        CHECK (status IN ('intended', 'open', 'processing', 'needs_action', 'succeeded', 'failed', 'expired')),
    -- Part of the key that the processor is asked under.
    attempt int NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    session_id varchar(255) UNIQUE,
    intent_id varchar(255) UNIQUE,
    charge_id varchar(255) UNIQUE,
    page_url text,
    page_expires_at timestamptz,
    failure_code varchar(100),
    failure text,
    -- When somebody looks at it again if nothing is heard.
    look_at timestamptz,
    looks int NOT NULL DEFAULT 0,
    succeeded_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((purpose = 'balance') = (booking_id IS NOT NULL)),
    CHECK ((status = 'succeeded') = (succeeded_at IS NOT NULL)),
    CHECK ((status IN ('intended', 'open', 'processing', 'needs_action')) = (look_at IS NOT NULL))
);
-- The database itself refuses a second charge for the same.
CREATE UNIQUE INDEX payments_once ON payments (checkout_id)
    WHERE purpose <> 'balance' AND status IN ('intended', 'open', 'processing', 'needs_action');
CREATE UNIQUE INDEX payments_balance_once ON payments (booking_id)
    WHERE purpose = 'balance' AND status IN ('intended', 'open', 'processing', 'needs_action');
CREATE INDEX payments_checkout ON payments (checkout_id, created_at);
CREATE INDEX payments_look ON payments (look_at) WHERE look_at IS NOT NULL;

-- What each booking gets of a payment.
CREATE TABLE payment_parts (
    payment_id uuid NOT NULL REFERENCES payments,
    booking_id uuid NOT NULL REFERENCES bookings,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    PRIMARY KEY (payment_id, booking_id)
);
CREATE INDEX payment_parts_booking ON payment_parts (booking_id);

CREATE TABLE refunds (
    id uuid PRIMARY KEY,
    booking_id uuid NOT NULL REFERENCES bookings,
    payment_id uuid NOT NULL REFERENCES payments,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason varchar(40) NOT NULL
        CHECK (reason IN ('cancelled', 'late_payment', 'resold', 'by_provider', 'by_admin')),
    status varchar(20) NOT NULL CHECK (status IN ('intended', 'pending', 'succeeded', 'failed')),
    attempt int NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    refund_id varchar(255) UNIQUE,
    -- Whether everybody had their share already when it was made.
    of_earned boolean NOT NULL,
    failure text,
    look_at timestamptz,
    looks int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((status IN ('intended', 'pending')) = (look_at IS NOT NULL))
);
CREATE INDEX refunds_booking ON refunds (booking_id);
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX refunds_look ON refunds (look_at) WHERE look_at IS NOT NULL;

-- What a provider gets for a booking, once, after its end and a hold.
CREATE TABLE payouts (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES service_providers,
    booking_id uuid NOT NULL UNIQUE REFERENCES bookings,
    amount numeric(19,4) NOT NULL CHECK (amount >= 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- waiting: the hold, or no account yet; frozen: a dispute; settled: nothing was left to pay.
    status varchar(20) NOT NULL
        CHECK (status IN ('waiting', 'frozen', 'intended', 'paid', 'failed', 'settled')),
    due_at timestamptz NOT NULL,
    -- What the transfer was made over: less than `amount` where something was owed.
    transferred numeric(19,4) CHECK (transferred >= 0),
    attempt int NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    transfer_id varchar(255) UNIQUE,
    failure text,
    look_at timestamptz,
    looks int NOT NULL DEFAULT 0,
    paid_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((status = 'paid') = (transfer_id IS NOT NULL))
);
CREATE INDEX payouts_provider ON payouts (provider_id, created_at DESC, id DESC);
CREATE INDEX payouts_look ON payouts (look_at) WHERE look_at IS NOT NULL;

CREATE TABLE payout_reversals (
    id uuid PRIMARY KEY,
    payout_id uuid NOT NULL REFERENCES payouts,
    refund_id uuid REFERENCES refunds,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL,
    status varchar(20) NOT NULL CHECK (status IN ('intended', 'succeeded', 'owed')),
    attempt int NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    reversal_id varchar(255) UNIQUE,
    look_at timestamptz,
    looks int NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX payout_reversals_payout ON payout_reversals (payout_id);

CREATE TABLE disputes (
    id varchar(255) PRIMARY KEY,
    charge_id varchar(255) NOT NULL,
    payment_id uuid NOT NULL REFERENCES payments,
    amount numeric(19,4) NOT NULL CHECK (amount > 0),
    currency char(3) NOT NULL,
    status varchar(20) NOT NULL CHECK (status IN ('open', 'won', 'lost')),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz
);
CREATE INDEX disputes_payment ON disputes (payment_id);

-- What the processor told us, once by its id. What it is about is fetched again.
CREATE TABLE webhook_events (
    id varchar(255) PRIMARY KEY,
    kind varchar(100) NOT NULL,
    object_id varchar(255),
    account_id varchar(255),
    received_at timestamptz NOT NULL,
    done_at timestamptz,
    look_at timestamptz,
    looks int NOT NULL DEFAULT 0,
    failure text,
    CHECK ((done_at IS NULL) = (look_at IS NOT NULL))
);
CREATE INDEX webhook_events_look ON webhook_events (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX webhook_events_age ON webhook_events (done_at) WHERE done_at IS NOT NULL;

-- One posting of the ledger for each movement: what it was for cannot be booked twice.
ALTER TABLE ledger_entries
    ADD COLUMN cause text NOT NULL DEFAULT '',
    ADD COLUMN line int NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX ledger_entries_cause ON ledger_entries (cause, line) WHERE cause <> '';

-- What the daily comparison with the processor found.
CREATE TABLE reconciliation_differences (
    id uuid PRIMARY KEY,
    day date NOT NULL,
    kind varchar(40) NOT NULL,
    reference varchar(255) NOT NULL,
    currency char(3) NOT NULL,
    ours numeric(19,4),
    theirs numeric(19,4),
    found_at timestamptz NOT NULL,
    settled_at timestamptz,
    note text NOT NULL DEFAULT '',
    UNIQUE (kind, reference)
);
