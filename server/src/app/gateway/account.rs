//! Accounts connected to ours, to which providers and experts are paid.

use chrono::{DateTime, Utc};

use super::{AccountId, Metadata};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    pub email: String,
    /// ISO 3166-1 alpha-2, such as `PT`; it cannot be changed later.
    pub country: String,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the processor's own switches, each by itself")]
pub struct Account {
    pub id: AccountId,
    /// The person filled the form in; the processor may still be checking it, or want more.
    pub details_submitted: bool,
    pub charges_enabled: bool,
    /// What we pay in is paid out to their bank.
    pub payouts_enabled: bool,
    /// We may transfer money to it: the one condition of a payout of ours.
    pub transfers_enabled: bool,
    /// What the processor waits for, in its terms (`external_account`, …).
    pub requirements_due: Vec<String>,
    /// Why the processor stopped the account (`requirements.past_due`, `rejected.fraud`, …).
    pub disabled_reason: Option<String>,
    pub metadata: Metadata,
}

/// A link to the processor's form. Whoever has it can fill it in: show it to nobody else.
#[derive(Clone, PartialEq, Eq)]
pub struct AccountLink {
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

impl std::fmt::Debug for AccountLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountLink").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
