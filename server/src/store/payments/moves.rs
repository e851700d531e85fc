//! What becomes of payments.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{ids::PaymentId, payment::Status};

/// What is known of a payment by now.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    pub session: Option<&'a str>,
    pub intent: Option<&'a str>,
    pub charge: Option<&'a str>,
    /// What it was paid with, as the processor keeps it.
    pub card: Option<&'a str>,
    pub url: Option<&'a str>,
    pub url_expires_at: Option<DateTime<Utc>>,
    pub failure_code: Option<&'a str>,
    pub failure: Option<&'a str>,
}

/// Writes down where a payment stands and what is known of it; what is not known now stays. `look_at` is
/// when it is looked at again, and must be there while money may still come of it.
pub async fn moved(
    db: &mut PgConnection,
    id: PaymentId,
    status: Status,
    known: &Known<'_>,
    look_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payments
         SET status = $2::varchar, session_id = coalesce($3, session_id), intent_id = coalesce($4, intent_id),
             charge_id = coalesce($5, charge_id), page_url = coalesce($6, page_url),
             page_expires_at = coalesce($7, page_expires_at), failure_code = coalesce($8, failure_code),
             failure = coalesce($9, failure), look_at = $10, looks = 0,
             payment_method = coalesce($12, payment_method),
             succeeded_at = CASE WHEN $2::varchar = 'succeeded' THEN $11::timestamptz END,
             updated_at = $11, version = version + 1
         WHERE id = $1",
        id.as_uuid(),
        status.as_str(),
        known.session,
        known.intent,
        known.charge,
        known.url,
        known.url_expires_at,
        known.failure_code,
        known.failure,
        look_at,
        now,
        known.card,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looked at, and nothing new: when it is looked at again.
pub async fn looked_at(
    db: &mut PgConnection,
    id: PaymentId,
    look_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payments SET look_at = $2, looks = looks + 1 WHERE id = $1 AND look_at IS NOT NULL",
        id.as_uuid(),
        look_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Asked for in vain. With `new_key` the processor is asked under another key from now on.
pub async fn tried(db: &mut PgConnection, id: PaymentId, new_key: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payments SET looks = looks + CASE WHEN $2 THEN 0 ELSE 1 END,
                             attempt = attempt + CASE WHEN $2 THEN 1 ELSE 0 END
         WHERE id = $1 AND status = 'intended'",
        id.as_uuid(),
        new_key,
    )
    .execute(db)
    .await?;
    Ok(())
}
