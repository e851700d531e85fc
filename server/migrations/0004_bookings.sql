-- Bookings, the requests that lead to them, and the capacity both draw on.

CREATE TABLE bookings (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    trip_id uuid REFERENCES trips,
    trip_item_id uuid REFERENCES trip_items,
    provider_id uuid NOT NULL REFERENCES service_providers,
    service_id uuid NOT NULL REFERENCES services,
    expert_id uuid REFERENCES local_experts,
    booking_type varchar(20) NOT NULL CHECK (booking_type IN ('instant', 'request', 'external', 'expert_assisted')),
    status varchar(50) NOT NULL
        CHECK (status IN ('pending', 'pending_payment', 'confirmed', 'completed', 'cancelled', 'refunded')),
    title varchar(255) NOT NULL,

    -- Local to `zone`; `starts_at` is the instant they stand for, computed by the application.
    booking_date date NOT NULL,
    end_date date CHECK (end_date > booking_date),
    booking_time time,
    zone text NOT NULL,
    starts_at timestamptz NOT NULL,
    travelers int NOT NULL CHECK (travelers >= 1),

    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    service_amount numeric(19,4) NOT NULL CHECK (service_amount >= 0),
    platform_fee numeric(19,4) NOT NULL CHECK (platform_fee >= 0),
    expert_fee numeric(19,4) NOT NULL DEFAULT 0 CHECK (expert_fee >= 0),
    total_amount numeric(19,4) NOT NULL,
    provider_payout numeric(19,4) NOT NULL CHECK (provider_payout >= 0),
    -- The price and the fee as they were explained when they were frozen.
    quote jsonb NOT NULL,
    fee_trace jsonb NOT NULL,

    payment_method varchar(20) CHECK (payment_method IN ('full', 'deposit', 'pay_later')),
    deposit_amount numeric(19,4) CHECK (deposit_amount >= 0),
    deposit_paid boolean NOT NULL DEFAULT false,
    balance_amount numeric(19,4) CHECK (balance_amount >= 0),
    balance_paid boolean NOT NULL DEFAULT false,
    balance_due_date date,
    -- Until when `pending_payment` keeps its capacity.
    payment_deadline timestamptz,

    stripe_payment_intent_id varchar(255),
    stripe_deposit_intent_id varchar(255),
    stripe_balance_intent_id varchar(255),
    payment_status varchar(50) CHECK (payment_status IN ('pending', 'succeeded', 'failed', 'refunded')),

    confirmation_code varchar(50) NOT NULL UNIQUE,
    confirmed_at timestamptz,
    cancelled_at timestamptz,
    cancellation_reason text,
    cancelled_by varchar(20) CHECK (cancelled_by IN ('user', 'provider', 'admin', 'system')),
    refund_amount numeric(19,4),
    refund_status varchar(50),
    refunded_at timestamptz,

    special_requests text NOT NULL DEFAULT '',
    metadata jsonb NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,

    CONSTRAINT bookings_total CHECK (total_amount = service_amount + expert_fee),
    CONSTRAINT bookings_payout CHECK (provider_payout + platform_fee = service_amount),
    CHECK ((status = 'pending_payment') <= (payment_deadline IS NOT NULL)),
    CHECK ((status = 'cancelled') <= (cancelled_at IS NOT NULL AND cancelled_by IS NOT NULL))
);
CREATE INDEX idx_bookings_user ON bookings (user_id, status);
CREATE INDEX idx_bookings_provider ON bookings (provider_id, status);
CREATE INDEX bookings_provider_start ON bookings (provider_id, starts_at, id);
CREATE INDEX bookings_user_start ON bookings (user_id, starts_at, id);
CREATE INDEX idx_bookings_date ON bookings (booking_date);
CREATE INDEX idx_bookings_payment ON bookings (stripe_payment_intent_id);
CREATE INDEX bookings_due ON bookings (payment_deadline) WHERE status = 'pending_payment';

CREATE TABLE booking_requests (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    trip_item_id uuid REFERENCES trip_items,
    provider_id uuid NOT NULL REFERENCES service_providers,
    service_id uuid NOT NULL REFERENCES services,
    status varchar(50) NOT NULL
        CHECK (status IN ('pending_provider', 'accepted', 'declined', 'counter_offered', 'expired', 'withdrawn')),

    -- As the traveler first asked, local to `zone`.
    requested_date date NOT NULL,
    requested_end_date date CHECK (requested_end_date > requested_date),
    requested_time time,
    travelers int NOT NULL CHECK (travelers >= 1),
    special_requests text NOT NULL DEFAULT '',
    zone text NOT NULL,

    -- What the last round put on the table; the rounds themselves are in request_rounds.
    terms_date date NOT NULL,
    terms_end_date date CHECK (terms_end_date > terms_date),
    terms_time time,
    terms_travelers int NOT NULL CHECK (terms_travelers >= 1),
    terms_price numeric(19,4) CHECK (terms_price >= 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    rounds int NOT NULL DEFAULT 1 CHECK (rounds BETWEEN 1 AND 10),

    provider_response text,
    responded_at timestamptz,
    response_expires_at timestamptz,
    counter_date date,
    counter_time time,
    counter_price numeric(19,4) CHECK (counter_price > 0),
    counter_message text,

    booking_id uuid UNIQUE REFERENCES bookings,

    -- Since when the side whose turn it is has been asked, and until when it can answer.
    turn_since timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- After it nobody could book the service any more: start less minimum notice.
    cutoff_at timestamptz NOT NULL,
    next_reminder_at timestamptz,
    provider_read_at timestamptz,
    traveler_read_at timestamptz,
    last_message_at timestamptz,
    last_message_by varchar(20) CHECK (last_message_by IN ('traveler', 'provider')),

    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,

    CHECK ((status = 'accepted') = (booking_id IS NOT NULL)),
    CHECK ((status = 'counter_offered') <= (counter_price IS NOT NULL))
);
CREATE INDEX idx_booking_requests_provider ON booking_requests (provider_id, status);
CREATE INDEX idx_booking_requests_user ON booking_requests (user_id, status);
-- The inbox: what is open, the first to expire first.
CREATE INDEX booking_requests_inbox ON booking_requests (provider_id, expires_at, id)
    WHERE status IN ('pending_provider', 'counter_offered');
CREATE INDEX booking_requests_provider_newest ON booking_requests (provider_id, updated_at DESC, id DESC);
CREATE INDEX booking_requests_user_newest ON booking_requests (user_id, updated_at DESC, id DESC);
CREATE INDEX booking_requests_due ON booking_requests (expires_at)
    WHERE status IN ('pending_provider', 'counter_offered');
CREATE INDEX booking_requests_reminders ON booking_requests (next_reminder_at)
    WHERE next_reminder_at IS NOT NULL AND status IN ('pending_provider', 'counter_offered');
-- Rivals of a request: what else wants the same day of the same service.
CREATE INDEX booking_requests_rivals ON booking_requests (service_id, terms_date)
    WHERE status IN ('pending_provider', 'counter_offered');

CREATE TABLE request_rounds (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES booking_requests ON DELETE CASCADE,
    number int NOT NULL CHECK (number BETWEEN 1 AND 10),
    by varchar(20) NOT NULL CHECK (by IN ('traveler', 'provider')),
    date date NOT NULL,
    end_date date CHECK (end_date > date),
    time time,
    travelers int NOT NULL CHECK (travelers >= 1),
    price numeric(19,4) CHECK (price >= 0),
    currency char(3) NOT NULL,
    message text NOT NULL DEFAULT '',
    valid_until timestamptz NOT NULL,
    holds_slot boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    UNIQUE (request_id, number)
);

CREATE TABLE request_messages (
    id uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES booking_requests ON DELETE CASCADE,
    by varchar(20) NOT NULL CHECK (by IN ('traveler', 'provider')),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    created_at timestamptz NOT NULL
);
CREATE INDEX request_messages_request ON request_messages (request_id, created_at);

-- One row per (service, date, slot) or (pool, quarter of an hour). What must never happen, selling
-- more than there is, the database itself refuses.
CREATE TABLE capacity (
    id uuid PRIMARY KEY,
    service_id uuid REFERENCES services,
    date date,
    -- NULL is the day as a whole.
    slot time,
    pool_id uuid REFERENCES pools,
    bucket timestamptz,
    -- What the rules say; what can be sold is `capacity`, never below what is booked.
    target int NOT NULL CHECK (target >= 0),
    capacity int NOT NULL,
    booked int NOT NULL DEFAULT 0,
    CONSTRAINT capacity_not_exceeded CHECK (booked BETWEEN 0 AND capacity),
    CONSTRAINT capacity_of_one_kind CHECK (
        (service_id IS NOT NULL AND date IS NOT NULL AND pool_id IS NULL AND bucket IS NULL)
        OR (service_id IS NULL AND date IS NULL AND slot IS NULL AND pool_id IS NOT NULL AND bucket IS NOT NULL)
    ),
    CONSTRAINT capacity_key UNIQUE NULLS NOT DISTINCT (service_id, date, slot, pool_id, bucket)
) WITH (fillfactor = 70);
CREATE INDEX capacity_pool ON capacity (pool_id, bucket) WHERE pool_id IS NOT NULL;

-- Who holds what until when. Live means not released; `booked` is the sum of the live ones.
CREATE TABLE claims (
    id uuid PRIMARY KEY,
    capacity_id uuid NOT NULL REFERENCES capacity,
    request_id uuid REFERENCES booking_requests,
    booking_id uuid REFERENCES bookings,
    quantity int NOT NULL CHECK (quantity > 0),
    -- NULL: for good (a paid booking).
    held_until timestamptz,
    created_at timestamptz NOT NULL,
    released_at timestamptz,
    CHECK (request_id IS NOT NULL OR booking_id IS NOT NULL)
);
CREATE INDEX claims_capacity ON claims (capacity_id) WHERE released_at IS NULL;
CREATE INDEX claims_booking ON claims (booking_id) WHERE released_at IS NULL;
CREATE INDEX claims_request ON claims (request_id) WHERE released_at IS NULL;
-- Holds that came to nothing are forgotten after a while.
CREATE INDEX claims_released ON claims (released_at) WHERE released_at IS NOT NULL AND booking_id IS NULL;
CREATE INDEX claims_due ON claims (held_until) WHERE released_at IS NULL AND held_until IS NOT NULL;
