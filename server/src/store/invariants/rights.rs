//! What may only ever be added to.

use sqlx::PgConnection;

/// A table that could be changed although it may only be added to, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unprotected {
    pub table: String,
    pub how: String,
}

/// The append-only tables on which `role`, the one that the server runs as, may do more than add, or whose triggers
/// would not stop whoever may.
pub async fn unprotected(db: &mut PgConnection, role: &str) -> sqlx::Result<Vec<Unprotected>> {
    sqlx::query_as!(
        Unprotected,
        r#"
        WITH protected AS (
            SELECT name, to_regclass(name) AS is, verb, bit
            FROM (VALUES ('ledger_entries'), ('audit_log')) AS kept (name)
            -- As pg_trigger.tgtype has them.
            CROSS JOIN (VALUES ('UPDATE', 16), ('DELETE', 8), ('TRUNCATE', 32)) AS act (verb, bit)
        )
        SELECT name AS "table!", format('no trigger refuses %s', verb) AS "how!"
        FROM protected
        WHERE NOT EXISTS (
            SELECT 1 FROM pg_trigger
            WHERE tgrelid = protected.is AND tgfoid = 'refuse_change'::regproc AND tgenabled IN ('O', 'A')
              AND tgtype & bit <> 0
        )
        UNION ALL
        SELECT name, format('%s has the right to %s', $1::text, verb)
        FROM protected JOIN pg_roles ON rolname = $1
        WHERE has_table_privilege(pg_roles.oid, protected.is, verb)
        ORDER BY 1, 2
        "#,
        role,
    )
    .fetch_all(db)
    .await
}
