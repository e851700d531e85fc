-- The books of the sandbox, the payment processor that stands in where no key of a real one is
-- configured. They are another party's: nothing outside server/src/sandbox reads or writes them, and
-- no table of ours refers to them.

CREATE SCHEMA sandbox;

-- One row, made by the first server that opens the sandbox.
CREATE TABLE sandbox.settings (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    api_key text NOT NULL,
    page_secret bytea NOT NULL
);

-- Customers, intents, charges, …: `doc` is what the API shows, `hidden` what only the sandbox knows
-- (how a test card behaves). `account` is empty for the platform's own. `named` holds what lists are
-- filtered by, such as `customer=cus_…`.
CREATE TABLE sandbox.objects (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    kind text NOT NULL,
    account text NOT NULL,
    created bigint NOT NULL,
    doc jsonb NOT NULL,
    hidden jsonb NOT NULL,
    named text[] NOT NULL
);
CREATE INDEX objects_newest ON sandbox.objects (kind, account, seq);
-- With a pending list the planner rather reads the whole table.
CREATE INDEX objects_named ON sandbox.objects USING gin (named) WITH (fastupdate = off);
CREATE INDEX objects_lapsing ON sandbox.objects (((doc ->> 'expires_at')::bigint))
    WHERE kind = 'checkout.session' AND doc ->> 'status' = 'open';
CREATE INDEX objects_settling ON sandbox.objects (((hidden ->> 'settles_at')::bigint))
    WHERE kind = 'refund' AND hidden ? 'settles_at';

-- What an account has, in minor units.
CREATE TABLE sandbox.balances (
    account text NOT NULL,
    currency text NOT NULL,
    available bigint NOT NULL,
    PRIMARY KEY (account, currency)
);

-- Answers to replay, each under its account and key.
CREATE TABLE sandbox.idempotency (
    account text NOT NULL,
    key text NOT NULL,
    path text NOT NULL,
    fingerprint bytea NOT NULL,
    status integer NOT NULL,
    body text NOT NULL,
    request_id text NOT NULL,
    created bigint NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_oldest ON sandbox.idempotency (created);

CREATE TABLE sandbox.events (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    account text NOT NULL,
    type text NOT NULL,
    created bigint NOT NULL,
    doc jsonb NOT NULL
);
CREATE INDEX events_newest ON sandbox.events (account, seq);

-- Where events are sent. Without an address: to whichever server of ours does the sending.
CREATE TABLE sandbox.endpoints (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id text PRIMARY KEY,
    connect boolean NOT NULL,
    url text,
    secret text NOT NULL,
    enabled_events text[] NOT NULL,
    enabled boolean NOT NULL DEFAULT true,
    metadata jsonb NOT NULL,
    created bigint NOT NULL
);

CREATE TABLE sandbox.deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event text NOT NULL REFERENCES sandbox.events,
    endpoint text NOT NULL REFERENCES sandbox.endpoints ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'due' CHECK (state IN ('due', 'delivered', 'given_up')),
    due_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- So many attempts are lost on the way, on purpose.
    lose integer NOT NULL DEFAULT 0,
    claimed_until timestamptz,
    last_outcome text
);
CREATE INDEX deliveries_due ON sandbox.deliveries (due_at, id) WHERE state = 'due';
CREATE INDEX deliveries_event ON sandbox.deliveries (event);
CREATE INDEX deliveries_endpoint ON sandbox.deliveries (endpoint);

-- Switches to fail on purpose.
CREATE TABLE sandbox.faults (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    operation text NOT NULL,
    effect text NOT NULL,
    amount bigint NOT NULL,
    -- Null: as often as chance has it.
    remaining integer,
    per_mille integer NOT NULL CHECK (per_mille BETWEEN 0 AND 1000)
);

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'traveloure_app') THEN
        GRANT USAGE ON SCHEMA sandbox TO traveloure_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA sandbox TO traveloure_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA sandbox TO traveloure_app;
    END IF;
END
$$;
