//! Bearer tokens, stored as SHA-256.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::auth::Token,
    ids::{ExpertId, ProviderId, TokenId, UserId},
};
use uuid::Uuid;

/// Who a token belongs to and what they are.
#[derive(Clone, Copy, Debug)]
pub struct Bearer {
    pub token: TokenId,
    pub user: UserId,
    pub provider: Option<ProviderId>,
    pub expert: Option<ExpertId>,
    pub is_admin: bool,
    last_used_at: Option<DateTime<Utc>>,
}

impl Bearer {
    /// Whether the list of sign-ins should say a newer moment: once in five minutes is often enough.
    #[must_use]
    pub fn is_stale(&self, now: DateTime<Utc>) -> bool {
        self.last_used_at.is_none_or(|last| now - last > TimeDelta::minutes(5))
    }
}

pub async fn insert(
    db: &mut PgConnection,
    id: TokenId,
    user: UserId,
    hash: [u8; 32],
    device: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO auth_tokens (id, user_id, token_hash, device, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        id.as_uuid(),
        user.as_uuid(),
        &hash[..],
        device,
        now,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The bearer of a token that is neither revoked nor expired.
pub async fn bearer(
    db: &mut PgConnection,
    hash: [u8; 32],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Bearer>> {
    let row = sqlx::query!(
        r#"
        SELECT t.id, t.user_id, t.last_used_at, u.is_admin, p.id AS "provider_id?", e.id AS "expert_id?"
        FROM auth_tokens t
        JOIN users u ON u.id = t.user_id
        LEFT JOIN service_providers p ON p.user_id = u.id
        LEFT JOIN local_experts e ON e.user_id = u.id
        WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > $2
        "#,
        &hash[..],
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Bearer {
        token: TokenId::from(row.id),
        user: UserId::from(row.user_id),
        provider: row.provider_id.map(ProviderId::from),
        expert: row.expert_id.map(ExpertId::from),
        is_admin: row.is_admin,
        last_used_at: row.last_used_at,
    }))
}

pub async fn touch(db: &mut PgConnection, id: TokenId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE auth_tokens SET last_used_at = $2 WHERE id = $1", id.as_uuid(), now)
        .execute(db)
        .await?;
    Ok(())
}

/// The person's live tokens, newest first; `current` is marked.
pub async fn list(
    db: &mut PgConnection,
    user: UserId,
    current: TokenId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Token>> {
    let rows = sqlx::query!(
        "SELECT id, device, created_at, last_used_at, expires_at FROM auth_tokens
         WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2 ORDER BY created_at DESC",
        user.as_uuid(),
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Token {
            id: TokenId::from(row.id),
            device: row.device,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            is_current: row.id == current.as_uuid(),
        })
        .collect())
}

/// Revokes one of the person's tokens; says whether there was one.
pub async fn revoke(
    db: &mut PgConnection,
    user: UserId,
    id: TokenId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE auth_tokens SET revoked_at = $3 WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL",
        id.as_uuid(),
        user.as_uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Those of `tokens` that are revoked, expired or gone.
pub async fn ended(
    db: &mut PgConnection,
    tokens: &[TokenId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<TokenId>> {
    let tokens: Vec<Uuid> = tokens.iter().map(|token| token.as_uuid()).collect();
    let ended = sqlx::query_scalar!(
        r#"
        SELECT asked.id AS "id!" FROM unnest($1::uuid[]) AS asked (id)
        WHERE NOT EXISTS (
            SELECT FROM auth_tokens t
            WHERE t.id = asked.id AND t.revoked_at IS NULL AND t.expires_at > $2
        )
        "#,
        &tokens,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(ended.into_iter().map(TokenId::from).collect())
}

/// Deletes up to `limit` tokens that ended before `before`; returns how many.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM auth_tokens WHERE id IN (
             SELECT id FROM auth_tokens WHERE least(expires_at, revoked_at) < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED
         )",
        before,
        limit,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
