-- What can be booked: services, the rules of their availability, their prices, and what the
-- platform keeps.

CREATE TABLE services (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES service_providers,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    category varchar(20) NOT NULL CHECK (category IN ('accommodation', 'activity', 'meal', 'transport')),
    description text NOT NULL DEFAULT '',
    city text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    -- IANA zone of the service's dates and times.
    zone text NOT NULL,
    duration_minutes int CHECK (duration_minutes BETWEEN 1 AND 20160),
    -- Sold by night: a booking has an end date, nights are half-open.
    by_night boolean NOT NULL DEFAULT false,
    response_hours int NOT NULL DEFAULT 24 CHECK (response_hours BETWEEN 1 AND 168),
    is_listed boolean NOT NULL DEFAULT true,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- Lists are by name; the id makes the order total, so that a page can say where the next begins.
CREATE INDEX services_provider ON services (provider_id, lower(name), id);
CREATE INDEX services_name ON services (lower(name), id);
CREATE INDEX services_city ON services (lower(city), lower(name), id);

CREATE TABLE pools (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES service_providers,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    capacity int NOT NULL CHECK (capacity BETWEEN 1 AND 10000),
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    UNIQUE (provider_id, name)
);

CREATE TABLE service_pools (
    service_id uuid NOT NULL REFERENCES services ON DELETE CASCADE,
    pool_id uuid NOT NULL REFERENCES pools,
    -- How many of the pool one booking takes.
    units int NOT NULL DEFAULT 1 CHECK (units >= 1),
    PRIMARY KEY (service_id, pool_id)
);

CREATE TABLE provider_availability (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES service_providers,
    service_id uuid NOT NULL UNIQUE REFERENCES services ON DELETE CASCADE,
    availability_type varchar(20) NOT NULL CHECK (availability_type IN ('calendar', 'toggle', 'inventory')),

    -- Calendar: dates blocked, or a whitelist.
    blocked_dates jsonb NOT NULL DEFAULT '[]',
    available_dates jsonb,

    -- Toggle.
    is_available boolean NOT NULL DEFAULT true,

    -- Inventory. The plan's counter: a cache at most, the capacity rows are the truth.
    daily_capacity int CHECK (daily_capacity >= 0),
    current_bookings int NOT NULL DEFAULT 0,
    time_slots jsonb NOT NULL DEFAULT '[]',
    capacity_overrides jsonb NOT NULL DEFAULT '[]',
    counts varchar(20) NOT NULL DEFAULT 'per_person' CHECK (counts IN ('per_person', 'per_booking')),

    -- All types.
    recurring_unavailable jsonb NOT NULL DEFAULT '[]',
    min_notice_minutes int NOT NULL DEFAULT 0 CHECK (min_notice_minutes >= 0),
    -- NULL: no limit.
    horizon_days int CHECK (horizon_days >= 0),
    party_min int CHECK (party_min >= 1),
    party_max int CHECK (party_max >= coalesce(party_min, 1)),
    buffer_before_minutes int NOT NULL DEFAULT 0 CHECK (buffer_before_minutes >= 0),
    buffer_after_minutes int NOT NULL DEFAULT 0 CHECK (buffer_after_minutes >= 0),

    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
CREATE INDEX idx_provider_availability ON provider_availability (provider_id);

CREATE TABLE provider_pricing (
    id uuid PRIMARY KEY,
    provider_id uuid NOT NULL REFERENCES service_providers,
    service_id uuid NOT NULL UNIQUE REFERENCES services ON DELETE CASCADE,
    pricing_type varchar(20) NOT NULL CHECK (pricing_type IN ('fixed', 'dynamic', 'quote_based')),

    base_price numeric(19,4) CHECK (base_price >= 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),

    seasonal_pricing jsonb NOT NULL DEFAULT '[]',
    date_overrides jsonb NOT NULL DEFAULT '[]',

    requires_quote boolean NOT NULL DEFAULT false,
    estimated_range_min numeric(19,4) CHECK (estimated_range_min >= 0),
    estimated_range_max numeric(19,4) CHECK (estimated_range_max >= estimated_range_min),

    per_person boolean NOT NULL DEFAULT false,
    group_discounts jsonb NOT NULL DEFAULT '[]',
    -- Early and last-minute.
    lead_time_discounts jsonb NOT NULL DEFAULT '[]',

    requires_deposit boolean NOT NULL DEFAULT false,
    deposit_type varchar(20) CHECK (deposit_type IN ('percentage', 'fixed')),
    deposit_amount numeric(19,4) CHECK (deposit_amount >= 0),
    deposit_percentage numeric(5,2) CHECK (deposit_percentage BETWEEN 0 AND 100),

    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL
);
CREATE INDEX idx_provider_pricing ON provider_pricing (provider_id);

CREATE TABLE platform_fees (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    fee_type varchar(20) NOT NULL CHECK (fee_type IN ('category', 'provider', 'global')),
    category varchar(50) CHECK (category IN ('accommodation', 'activity', 'meal', 'transport')),
    provider_id uuid REFERENCES service_providers,
    fee_type_method varchar(20) NOT NULL DEFAULT 'percentage' CHECK (fee_type_method IN ('percentage', 'fixed')),
    fee_percentage numeric(5,2) CHECK (fee_percentage BETWEEN 0 AND 100),
    fee_fixed_amount numeric(19,4) CHECK (fee_fixed_amount >= 0),
    min_fee numeric(19,4) CHECK (min_fee >= 0),
    max_fee numeric(19,4) CHECK (max_fee >= min_fee),
    -- Of fixed, min and max; a rule that has one never matches another.
    currency char(3) CHECK (currency ~ '^[A-Z]{3}$'),
    is_active boolean NOT NULL DEFAULT true,
    priority int NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((fee_type = 'category') = (category IS NOT NULL)),
    CHECK ((fee_type = 'provider') = (provider_id IS NOT NULL)),
    CHECK ((fee_type_method = 'percentage') = (fee_percentage IS NOT NULL)),
    CHECK ((fee_type_method = 'fixed') = (fee_fixed_amount IS NOT NULL)),
    CHECK (currency IS NOT NULL OR (fee_fixed_amount IS NULL AND min_fee IS NULL AND max_fee IS NULL))
);
CREATE INDEX idx_platform_fees ON platform_fees (fee_type, category, provider_id);

-- The plan's defaults. They precede every account and so carry a fixed moment.
INSERT INTO platform_fees (fee_type, category, fee_percentage, priority, created_at, updated_at)
VALUES
    ('global', NULL, 15.00, 0, '2026-01-01Z', '2026-01-01Z'),
    ('category', 'accommodation', 7.50, 10, '2026-01-01Z', '2026-01-01Z'),
    ('category', 'activity', 15.00, 10, '2026-01-01Z', '2026-01-01Z'),
    ('category', 'meal', 5.00, 10, '2026-01-01Z', '2026-01-01Z'),
    ('category', 'transport', 10.00, 10, '2026-01-01Z', '2026-01-01Z');
