-- What the jobs could not do, and who runs them. The rows that are due stay the queue (docs/adr/0007): here is only what
-- they cannot say of themselves.

-- A piece of work that failed. It goes when the work succeeds, or is due no more.
CREATE TABLE job_troubles (
    job varchar(40) NOT NULL,
    -- The id of the request, booking, payment, … that the job works on.
    subject varchar(255) NOT NULL,
    failures int NOT NULL CHECK (failures >= 1),
    error text NOT NULL,
    first_failed_at timestamptz NOT NULL,
    last_failed_at timestamptz NOT NULL,
    -- When it is tried again; none: when an operator says so.
    try_at timestamptz,
    is_stuck boolean NOT NULL,
    PRIMARY KEY (job, subject),
    CHECK (try_at IS NOT NULL OR is_stuck)
);
CREATE INDEX job_troubles_order ON job_troubles (first_failed_at, job, subject);

-- Whether a piece of work is left alone at that moment because it failed.
CREATE FUNCTION is_put_off(job text, subject text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT 1 FROM job_troubles t
        WHERE t.job = $1 AND t.subject = $2 AND (t.try_at IS NULL OR t.try_at > $3)
    );

-- Who had what tried again, and what was wrong with it. Append-only.
CREATE TABLE job_retries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job varchar(40) NOT NULL,
    subject varchar(255) NOT NULL,
    error text NOT NULL,
    retried_by uuid NOT NULL REFERENCES users,
    retried_at timestamptz NOT NULL
);
CREATE INDEX job_retries_subject ON job_retries (job, subject);

-- The server processes that run the jobs.
CREATE TABLE workers (
    id uuid PRIMARY KEY,
    name varchar(200) NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    -- Since when nothing was heard of it.
    lost_at timestamptz,
    stopped_at timestamptz
);

-- What each of them last said of each job.
CREATE TABLE job_runs (
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE,
    job varchar(40) NOT NULL,
    -- When it was last through with what was due.
    swept_at timestamptz,
    next_due timestamptz,
    -- It never sleeps longer.
    sleeps_seconds int NOT NULL,
    done bigint NOT NULL,
    failures bigint NOT NULL,
    -- Why the job itself failed the last time, if it has not gone through since.
    error text,
    PRIMARY KEY (worker_id, job)
) WITH (fillfactor = 50);

-- A refund that failed is made anew, once.
ALTER TABLE refunds
    ADD COLUMN follows uuid UNIQUE REFERENCES refunds,
    -- Which one in the row of those that follow each other.
    ADD COLUMN tries int NOT NULL DEFAULT 1 CHECK (tries >= 1);

-- What could not be acted on is a trouble now.
ALTER TABLE webhook_events DROP COLUMN looks, DROP COLUMN failure;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'traveloure_app') THEN
        REVOKE UPDATE, DELETE, TRUNCATE ON job_retries FROM traveloure_app;
    END IF;
END
$$;
