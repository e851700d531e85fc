-- What is only ever added to: the outbox, the ledger, the audit log; and the answers kept for replays.

-- Appended in the transaction of the change it tells of; a relay reads it behind the commit, in
-- order of (txid, id) below the oldest transaction still running, so that nothing is skipped.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    subject uuid NOT NULL,
    subject_version bigint,
    -- Who may see it: the traveler, the provider; neither means admins only.
    user_id uuid,
    provider_id uuid,
    payload jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL
);
CREATE INDEX outbox_order ON outbox (txid, id);
CREATE INDEX outbox_age ON outbox (created_at);

-- How far readers of the outbox have come. 'forgotten' is how far retention has: a stream that stopped
-- before it has missed something.
CREATE TABLE outbox_cursors (
    name text PRIMARY KEY,
    txid xid8 NOT NULL,
    seq bigint NOT NULL
);

CREATE TABLE idempotency_keys (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    route text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    -- SHA-256 of method, path and body.
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    status int NOT NULL,
    body jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Double entry: a positive amount is a debit, a negative one a credit; a transaction sums to zero
-- per currency, which a deferred trigger checks at commit.
CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id uuid NOT NULL,
    account text NOT NULL,
    provider_id uuid REFERENCES service_providers,
    expert_id uuid REFERENCES local_experts,
    booking_id uuid REFERENCES bookings,
    amount numeric(19,4) NOT NULL CHECK (amount <> 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    description text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX ledger_entries_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_booking ON ledger_entries (booking_id);
CREATE INDEX ledger_entries_account ON ledger_entries (account, provider_id, created_at);

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- One chain per subject: each row's hash covers the one before it.
    subject uuid NOT NULL,
    sequence bigint NOT NULL,
    acting_user_id uuid NOT NULL,
    beneficiary_id uuid NOT NULL,
    action text NOT NULL,
    object uuid NOT NULL,
    details jsonb NOT NULL DEFAULT '{}',
    previous_hash bytea NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL,
    UNIQUE (subject, sequence)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is not allowed: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER request_rounds_append_only BEFORE UPDATE ON request_rounds
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION ledger_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM ledger_entries WHERE transaction_id = NEW.transaction_id
        GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', NEW.transaction_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balances();
