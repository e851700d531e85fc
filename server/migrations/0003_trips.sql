-- Trips, their items and the handoffs to experts.

CREATE TABLE trips (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    -- [{city, country, cityId, suggestedDays}]
    destinations jsonb NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    experience_type varchar(20) NOT NULL CHECK (experience_type IN ('travel', 'wedding', 'corporate', 'event', 'retreat')),
    travelers int NOT NULL DEFAULT 1 CHECK (travelers >= 1),
    special_requests text,
    itinerary jsonb,
    status varchar(20) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'expert_review', 'confirmed', 'completed', 'cancelled')),
    expert_id uuid REFERENCES local_experts,
    expert_notes text,
    expert_modified_at timestamptz,
    booking_reference varchar(50) UNIQUE,
    is_public boolean NOT NULL DEFAULT false,
    share_token varchar(64) UNIQUE,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK (end_date >= start_date)
);
CREATE INDEX idx_trips_user ON trips (user_id, status);
CREATE INDEX idx_trips_dates ON trips (start_date, end_date);

CREATE TABLE trip_items (
    id uuid PRIMARY KEY,
    trip_id uuid NOT NULL REFERENCES trips ON DELETE CASCADE,
    item_type varchar(20) NOT NULL CHECK (item_type IN ('accommodation', 'activity', 'meal', 'transport')),
    title varchar(255) NOT NULL,
    description text,
    date date NOT NULL,
    end_date date CHECK (end_date > date),
    time time,
    zone text NOT NULL,
    duration varchar(50),
    day_number int,
    order_in_day int NOT NULL DEFAULT 0,
    price numeric(19,4) NOT NULL DEFAULT 0 CHECK (price >= 0),
    is_price_estimated boolean NOT NULL DEFAULT true,
    currency char(3) NOT NULL DEFAULT 'USD',
    location_name varchar(255),
    latitude numeric(9,6) CHECK (latitude BETWEEN -90 AND 90),
    longitude numeric(9,6) CHECK (longitude BETWEEN -180 AND 180),
    address text,
    provider_id uuid REFERENCES service_providers,
    service_id uuid REFERENCES services,
    booking_type varchar(20) CHECK (booking_type IN ('instant', 'request', 'external', 'expert_assisted')),
    external_url text,
    affiliate_partner varchar(50),
    booking_status varchar(20) NOT NULL DEFAULT 'not_booked' CHECK (booking_status IN ('not_booked', 'pending', 'confirmed', 'cancelled')),
    confirmation_code varchar(100),
    metadata jsonb NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX idx_trip_items_trip ON trip_items (trip_id, date);
CREATE INDEX idx_trip_items_provider ON trip_items (provider_id, booking_status);

CREATE TABLE expert_handoffs (
    id uuid PRIMARY KEY,
    trip_id uuid NOT NULL REFERENCES trips,
    expert_id uuid NOT NULL REFERENCES local_experts,
    user_id uuid NOT NULL REFERENCES users,
    status varchar(50) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'in_progress', 'completed', 'approved', 'declined', 'cancelled', 'expired')),
    original_itinerary jsonb NOT NULL,
    modified_itinerary jsonb,
    expert_notes text,
    user_feedback text,
    can_book_on_behalf boolean NOT NULL DEFAULT false,
    bookings_made jsonb NOT NULL DEFAULT '[]',
    expert_fee numeric(19,4) CHECK (expert_fee >= 0),
    expert_fee_currency char(3),
    fee_paid boolean NOT NULL DEFAULT false,
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    accepted_at timestamptz,
    completed_at timestamptz,
    user_approved_at timestamptz
);
CREATE INDEX idx_expert_handoffs ON expert_handoffs (expert_id, status);
CREATE INDEX idx_expert_handoffs_trip ON expert_handoffs (trip_id);
