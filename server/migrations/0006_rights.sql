-- The application's own role, where the database has one: it works with everything and can change
-- nothing that is append-only. A database with a single role works too; `doctor` says what it lacks.
-- Later migrations inherit these rights through the default privileges.

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'traveloure_app') THEN
        GRANT USAGE ON SCHEMA public TO traveloure_app;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO traveloure_app;
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO traveloure_app;
        REVOKE UPDATE, DELETE, TRUNCATE ON ledger_entries, audit_log FROM traveloure_app;
        IF to_regclass('_sqlx_migrations') IS NOT NULL THEN
            REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON _sqlx_migrations FROM traveloure_app;
        END IF;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public
            GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO traveloure_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO traveloure_app;
    END IF;
END
$$;
