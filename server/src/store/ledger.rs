//! The books. Only ever added to: the application's role cannot change what stands there.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    ids::LedgerTransactionId,
    ledger::{Account, Posting},
};
use uuid::Uuid;

/// Appends a posting. `cause` names the movement that it records, such as `payment:{id}:{booking}`; the same
/// cause a second time is refused by the database, and its transaction with it.
pub async fn post(
    db: &mut PgConnection,
    id: LedgerTransactionId,
    cause: &str,
    posting: &Posting,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    if posting.entries.is_empty() {
        return Ok(());
    }
    let accounts: Vec<String> =
        posting.entries.iter().map(|entry| entry.account.as_str().to_owned()).collect();
    let amounts: Vec<Decimal> = posting.entries.iter().map(|entry| entry.amount.amount()).collect();
    let currencies: Vec<String> =
        posting.entries.iter().map(|entry| entry.amount.currency().code().to_owned()).collect();
    let (provider, expert) = (posting.parties.provider, posting.parties.expert);
    // Only what is somebody's carries their name: the others belong to the platform.
    let providers: Vec<Option<Uuid>> = posting
        .entries
        .iter()
        .map(|entry| (entry.account != Account::ExpertPayable).then(|| provider.as_uuid()))
        .collect();
    let experts: Vec<Option<Uuid>> = posting
        .entries
        .iter()
        .map(|entry| expert.map(Uuid::from).filter(|_| entry.account == Account::ExpertPayable))
        .collect();
    sqlx::query!(
        r#"
        INSERT INTO ledger_entries
            (transaction_id, account, provider_id, expert_id, booking_id, amount, currency, description,
             created_at, cause, line)
        SELECT $1, one.account, one.provider_id, one.expert_id, $6, one.amount, one.currency, $7, $8, $9,
               one.line::int
        FROM unnest($2::text[], $3::numeric[], $4::text[], $5::uuid[], $10::uuid[])
            WITH ORDINALITY AS one (account, amount, currency, provider_id, expert_id, line)
        "#,
        id.as_uuid(),
        &accounts,
        &amounts,
        &currencies,
        &providers as &[Option<Uuid>],
        posting.parties.booking.as_uuid(),
        posting.description,
        now,
        cause,
        &experts as &[Option<Uuid>],
    )
    .execute(db)
    .await?;
    Ok(())
}
