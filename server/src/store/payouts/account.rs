//! The account at the processor to which a provider is paid.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{api::payout::AccountStatus, ids::ProviderId};

use crate::{error::AppResult, store::read::enumerated};

/// What is known of a provider's account.
#[derive(Clone, Debug)]
pub struct Account {
    /// The processor's own id; none before onboarding.
    pub id: Option<String>,
    pub status: AccountStatus,
    pub can_receive: bool,
    /// Of the person behind it.
    pub email: String,
    pub country: String,
}

/// The provider's account. With `lock` the provider is locked against whoever else decides about what they are paid;
/// rows that refer to them can still be written.
pub async fn account(
    db: &mut PgConnection,
    provider: ProviderId,
    lock: bool,
) -> AppResult<Option<Account>> {
    if lock {
        sqlx::query!(
            "SELECT id FROM service_providers WHERE id = $1 FOR NO KEY UPDATE",
            provider.as_uuid()
        )
        .fetch_optional(&mut *db)
        .await?;
    }
    let row = sqlx::query!(
        "SELECT p.stripe_account_id, p.stripe_account_status, p.can_receive_payments, p.country, u.email
         FROM service_providers p JOIN users u ON u.id = p.user_id WHERE p.id = $1",
        provider.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        let status = row.stripe_account_status.as_deref().unwrap_or("pending");
        Ok(Account {
            id: row.stripe_account_id,
            status: enumerated("account status", provider, status)?,
            can_receive: row.can_receive_payments,
            email: row.email,
            country: row.country,
        })
    })
    .transpose()
}

/// Keeps the account that was made; the first one stays.
pub async fn keep_account(
    db: &mut PgConnection,
    provider: ProviderId,
    account: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE service_providers
         SET stripe_account_id = $2, stripe_account_status = 'pending', updated_at = $3
         WHERE id = $1 AND stripe_account_id IS NULL",
        provider.as_uuid(),
        account,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down how far an account is; says whether that is news.
pub async fn account_moved(
    db: &mut PgConnection,
    provider: ProviderId,
    status: AccountStatus,
    can_receive: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE service_providers
         SET stripe_account_status = $2, can_receive_payments = $3, updated_at = $4
         WHERE id = $1 AND (stripe_account_status, can_receive_payments) IS DISTINCT FROM ($2::varchar, $3)",
        provider.as_uuid(),
        status.as_str(),
        can_receive,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whose account it is.
pub async fn provider_of_account(
    db: &mut PgConnection,
    account: &str,
) -> sqlx::Result<Option<ProviderId>> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM service_providers WHERE stripe_account_id = $1",
        account
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(ProviderId::from))
}
