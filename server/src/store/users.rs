//! Accounts.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Role,
    api::auth::User,
    ids::{ExpertId, ProviderId, UserId},
};

/// The name of the index that keeps e-mail addresses unique, without regard to case.
pub const EMAIL_UNIQUE: &str = "users_email";

/// An account to be made.
#[derive(Debug)]
pub struct NewUser<'a> {
    pub id: UserId,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub is_admin: bool,
}

pub async fn insert(
    db: &mut PgConnection,
    user: &NewUser<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO users (id, email, name, password_hash, is_admin, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        user.id.as_uuid(),
        user.email,
        user.name,
        user.password_hash,
        user.is_admin,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether there is any account.
pub async fn any(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM users) AS "any!""#).fetch_one(db).await
}

/// The password hash of an account, by e-mail without regard to case.
pub async fn credentials(
    db: &mut PgConnection,
    email: &str,
) -> sqlx::Result<Option<(UserId, String)>> {
    let row =
        sqlx::query!("SELECT id, password_hash FROM users WHERE lower(email) = lower($1)", email)
            .fetch_optional(db)
            .await?;
    Ok(row.map(|row| (UserId::from(row.id), row.password_hash)))
}

/// The account with the roles it holds.
pub async fn get(db: &mut PgConnection, id: UserId) -> sqlx::Result<Option<User>> {
    let row = sqlx::query!(
        r#"
        SELECT u.id, u.email, u.name, u.is_admin, u.created_at,
               p.id AS "provider_id?", e.id AS "expert_id?"
        FROM users u
        LEFT JOIN service_providers p ON p.user_id = u.id
        LEFT JOIN local_experts e ON e.user_id = u.id
        WHERE u.id = $1
        "#,
        id.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let held = [
            (Role::Traveler, true),
            (Role::Provider, row.provider_id.is_some()),
            (Role::Expert, row.expert_id.is_some()),
            (Role::Admin, row.is_admin),
        ];
        User {
            id: UserId::from(row.id),
            email: row.email,
            name: row.name,
            roles: held.into_iter().filter(|(_, holds)| *holds).map(|(role, _)| role).collect(),
            provider_id: row.provider_id.map(ProviderId::from),
            expert_id: row.expert_id.map(ExpertId::from),
            created_at: row.created_at,
        }
    }))
}
