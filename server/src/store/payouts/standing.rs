//! How providers stand: what is theirs, and what is on its way.

use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{ids::ProviderId, money::Currency};

/// How a provider stands in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the ledger says that they have earned and not been paid; negative where they owe.
    pub payable: Decimal,
    /// The payouts that are to come out of it.
    pub pending: Decimal,
    /// What is being taken back of transfers, to go into it.
    pub reversing: Decimal,
}

/// Where a provider stands, at one moment. Their row must be locked by whoever decides by it.
pub async fn standing(
    db: &mut PgConnection,
    provider: ProviderId,
    currency: Currency,
) -> sqlx::Result<Standing> {
    sqlx::query_as!(
        Standing,
        r#"SELECT
             coalesce((SELECT -sum(amount) FROM ledger_entries
                       WHERE account = 'provider_payable' AND provider_id = $1 AND currency = $2), 0) AS "payable!",
             coalesce((SELECT sum(CASE WHEN status = 'intended' THEN transferred ELSE amount END) FROM payouts
                       WHERE provider_id = $1 AND currency = $2
                         AND status IN ('waiting', 'frozen', 'intended', 'failed')), 0) AS "pending!",
             coalesce((SELECT sum(r.amount) FROM payout_reversals r JOIN payouts o ON o.id = r.payout_id
                       WHERE o.provider_id = $1 AND o.currency = $2 AND r.status = 'intended'), 0) AS "reversing!""#,
        provider.as_uuid(),
        currency.code(),
    )
    .fetch_one(db)
    .await
}
