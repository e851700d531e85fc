//! Events, appended in the transaction of the change they tell of.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::event::Kind,
    ids::{ProviderId, UserId},
};
use uuid::Uuid;

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub kind: Kind,
    pub subject: Uuid,
    pub version: Option<i64>,
    /// The traveler who may see it.
    pub user: Option<UserId>,
    /// The provider who may see it.
    pub provider: Option<ProviderId>,
}

/// Appends all of them in one statement.
pub async fn append(
    db: &mut PgConnection,
    events: &[NewEvent],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let kinds: Vec<String> = events.iter().map(|event| event.kind.as_str().to_owned()).collect();
    let subjects: Vec<Uuid> = events.iter().map(|event| event.subject).collect();
    let versions: Vec<Option<i64>> = events.iter().map(|event| event.version).collect();
    let users: Vec<Option<Uuid>> = events.iter().map(|event| event.user.map(Uuid::from)).collect();
    let providers: Vec<Option<Uuid>> =
        events.iter().map(|event| event.provider.map(Uuid::from)).collect();
    sqlx::query!(
        r#"
        INSERT INTO outbox (kind, subject, subject_version, user_id, provider_id, created_at)
        SELECT kind, subject, version, user_id, provider_id, $6
        FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::uuid[], $5::uuid[])
            AS event (kind, subject, version, user_id, provider_id)
        "#,
        &kinds,
        &subjects,
        &versions as &[Option<i64>],
        &users as &[Option<Uuid>],
        &providers as &[Option<Uuid>],
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
