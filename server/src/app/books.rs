//! The books, as use cases write them.

use traveloure_core::{ids::LedgerTransactionId, ledger::Posting};

use super::work::Work;
use crate::{error::AppResult, store::ledger};

/// Books a movement of money with what else the transaction does. `cause` names the movement: once it is booked, whatever
/// books it again is undone.
///
/// # Errors
/// A fault only.
pub(super) async fn post(work: &mut Work<'_>, cause: &str, posting: &Posting) -> AppResult<()> {
    let now = work.now;
    let id = LedgerTransactionId::new(now, work.random());
    Ok(ledger::post(work.db(), id, cause, posting, now).await?)
}
