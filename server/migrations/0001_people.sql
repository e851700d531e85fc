-- Accounts, sign-ins, providers and experts.
-- Every timestamp comes from the application's clock, never from now(), so that a season can be
-- lived through in a demo and a test; hence no column here has a time default.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    -- As typed; compared without case.
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    -- PHC string (Argon2id).
    password_hash text NOT NULL,
    is_admin boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE auth_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- SHA-256 of the token: 256 random bits need no slow hash.
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    device text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX auth_tokens_user ON auth_tokens (user_id) WHERE revoked_at IS NULL;

CREATE TABLE service_providers (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE REFERENCES users,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    description text NOT NULL DEFAULT '',
    city text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- IANA zone of the provider's desk.
    zone text NOT NULL,

    stripe_account_id varchar(255) UNIQUE,
    stripe_account_status varchar(50) CHECK (stripe_account_status IN ('pending', 'active', 'restricted')),
    can_receive_payments boolean NOT NULL DEFAULT false,

    -- What a new service of this provider starts with.
    availability_type varchar(20) NOT NULL DEFAULT 'toggle' CHECK (availability_type IN ('calendar', 'toggle', 'inventory')),
    pricing_type varchar(20) NOT NULL DEFAULT 'fixed' CHECK (pricing_type IN ('fixed', 'dynamic', 'quote_based')),
    instant_booking_enabled boolean NOT NULL DEFAULT true,
    request_booking_enabled boolean NOT NULL DEFAULT true,
    requires_deposit boolean NOT NULL DEFAULT false,
    deposit_percentage int NOT NULL DEFAULT 30 CHECK (deposit_percentage BETWEEN 0 AND 100),

    -- Caches at most; the ledger and the bookings are the truth.
    total_earnings numeric(19,4) NOT NULL DEFAULT 0,
    pending_payout numeric(19,4) NOT NULL DEFAULT 0,
    total_bookings int NOT NULL DEFAULT 0,

    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE local_experts (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE REFERENCES users,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    bio text NOT NULL DEFAULT '',
    zone text NOT NULL,

    can_book_on_behalf boolean NOT NULL DEFAULT false,
    -- Granted by an admin.
    is_personal_assistant boolean NOT NULL DEFAULT false,
    booking_fee_type varchar(20) NOT NULL DEFAULT 'percentage' CHECK (booking_fee_type IN ('percentage', 'fixed', 'hourly')),
    booking_fee_percentage numeric(5,2) NOT NULL DEFAULT 10.00 CHECK (booking_fee_percentage BETWEEN 0 AND 100),
    booking_fee_fixed numeric(19,4) CHECK (booking_fee_fixed >= 0),
    booking_fee_hourly numeric(19,4) CHECK (booking_fee_hourly >= 0),
    booking_fee_currency char(3) NOT NULL DEFAULT 'USD',

    total_earnings numeric(19,4) NOT NULL DEFAULT 0,
    total_handoffs int NOT NULL DEFAULT 0,
    total_bookings_assisted int NOT NULL DEFAULT 0,

    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
