//! The books: double entry, and the one place that says which entries a movement of money makes.
//!
//! A positive amount is a debit, a negative one a credit. Every posting sums to zero per currency. What
//! travelers paid is held for the booking until it has taken place; only then is it the provider's, the
//! expert's and ours.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    booking::Amounts,
    cancellation::Shares,
    ids::{BookingId, ExpertId, ProviderId},
    money::Money,
};

/// The accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// Asset: what the processor holds for us.
    ProcessorBalance,
    /// Liability: what travelers paid for bookings that have not taken place.
    HeldFunds,
    /// Liability: what providers have earned and not been paid. A debit balance is what a provider owes.
    ProviderPayable,
    /// Liability: the same of experts.
    ExpertPayable,
    /// Income: fees of bookings that have taken place.
    PlatformRevenue,
    /// Expense: what the processor keeps.
    ProcessorFees,
    /// Asset: what a bank has taken back while a dispute is open.
    DisputedFunds,
    /// Asset: our own bank account, as far as refunds were paid from it. A credit balance is what it laid out, of money
    /// that is with the processor still.
    OwnAccount,
}

impl Account {
    pub const ALL: [Self; 8] = [
        Self::ProcessorBalance,
        Self::HeldFunds,
        Self::ProviderPayable,
        Self::ExpertPayable,
        Self::PlatformRevenue,
        Self::ProcessorFees,
        Self::DisputedFunds,
        Self::OwnAccount,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProcessorBalance => "processor_balance",
            Self::HeldFunds => "held_funds",
            Self::ProviderPayable => "provider_payable",
            Self::ExpertPayable => "expert_payable",
            Self::PlatformRevenue => "platform_revenue",
            Self::ProcessorFees => "processor_fees",
            Self::DisputedFunds => "disputed_funds",
            Self::OwnAccount => "own_account",
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The booking that money moves for, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    pub booking: BookingId,
    pub provider: ProviderId,
    pub expert: Option<ExpertId>,
}

/// One line of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub account: Account,
    /// Positive: debit.
    pub amount: Money,
}

/// A transaction of the ledger: what happened, and its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub description: String,
    pub parties: Parties,
    /// None of them zero; they sum to zero.
    pub entries: Vec<Entry>,
}

impl Posting {
    fn new(
        description: impl Into<String>,
        parties: Parties,
        entries: impl IntoIterator<Item = (Account, Money)>,
    ) -> Self {
        let entries = entries
            .into_iter()
            .filter(|(_, amount)| !amount.is_zero())
            .map(|(account, amount)| Entry { account, amount })
            .collect();
        Self { description: description.into(), parties, entries }
    }
}

fn negative(amount: Money) -> Money {
    Money::zero(amount.currency()).minus(amount).unwrap_or(amount)
}

/// A payment for a booking came in.
#[must_use]
pub fn captured(parties: Parties, amount: Money) -> Posting {
    Posting::new(
        "payment received",
        parties,
        [(Account::ProcessorBalance, amount), (Account::HeldFunds, negative(amount))],
    )
}

/// What was held for a booking becomes earned: it took place, or it was cancelled and this much stays.
///
/// What a traveler pays on site is not held by us: see [`paid_on_site`].
#[must_use]
pub fn earned(parties: Parties, held: Money, amounts: &Amounts) -> Posting {
    let shares = Shares::of(held, amounts);
    Posting::new(
        "earned",
        parties,
        [
            (Account::HeldFunds, held),
            (Account::ProviderPayable, negative(shares.provider)),
            (Account::PlatformRevenue, negative(shares.platform)),
            (Account::ExpertPayable, negative(shares.expert)),
        ],
    )
}

/// A booking that was paid on site: the provider has all of the money already, keeps their share of it, and owes our
/// part and the expert's. What was paid is an entry of its own, so that what was sold can be read from the books.
#[must_use]
pub fn paid_on_site(parties: Parties, amounts: &Amounts) -> Posting {
    Posting::new(
        "paid on site",
        parties,
        [
            (Account::ProviderPayable, amounts.total_amount),
            (Account::ProviderPayable, negative(amounts.provider_payout)),
            (Account::PlatformRevenue, negative(amounts.platform_fee)),
            (Account::ExpertPayable, negative(amounts.expert_fee)),
        ],
    )
}

/// Money went back to the traveler of a booking that had not been earned.
#[must_use]
pub fn refunded_held(parties: Parties, amount: Money) -> Posting {
    Posting::new(
        "refund",
        parties,
        [(Account::HeldFunds, amount), (Account::ProcessorBalance, negative(amount))],
    )
}

/// Money went back after the booking was earned: everybody gives their share.
#[must_use]
pub fn refunded_earned(parties: Parties, amount: Money, amounts: &Amounts) -> Posting {
    let shares = Shares::of(amount, amounts);
    Posting::new(
        "refund",
        parties,
        [
            (Account::ProviderPayable, shares.provider),
            (Account::PlatformRevenue, shares.platform),
            (Account::ExpertPayable, shares.expert),
            (Account::ProcessorBalance, negative(amount)),
        ],
    )
}

/// A posting undone, as when a refund failed after it was booked.
#[must_use]
pub fn reversed(posting: &Posting, why: &str) -> Posting {
    Posting::new(
        why,
        posting.parties,
        posting.entries.iter().map(|entry| (entry.account, negative(entry.amount))),
    )
}

/// A refund that was paid from our own bank account: the processor, which could not make it, has the money still.
#[must_use]
pub fn given_back(refund: &Posting) -> Posting {
    Posting::new(
        "refund by hand",
        refund.parties,
        refund.entries.iter().map(|entry| match entry.account {
            Account::ProcessorBalance => (Account::OwnAccount, entry.amount),
            account => (account, entry.amount),
        }),
    )
}

/// Money went to the provider's own account.
#[must_use]
pub fn paid_out(parties: Parties, amount: Money) -> Posting {
    Posting::new(
        "payout",
        parties,
        [(Account::ProviderPayable, amount), (Account::ProcessorBalance, negative(amount))],
    )
}

/// Money came back from the provider's own account.
#[must_use]
pub fn payout_reversed(parties: Parties, amount: Money) -> Posting {
    Posting::new(
        "payout reversed",
        parties,
        [(Account::ProcessorBalance, amount), (Account::ProviderPayable, negative(amount))],
    )
}

/// What the processor kept of a payment, a refund or a dispute.
#[must_use]
pub fn processor_fee(parties: Parties, fee: Money) -> Posting {
    Posting::new(
        "processor's fee",
        parties,
        [(Account::ProcessorFees, fee), (Account::ProcessorBalance, negative(fee))],
    )
}

/// A bank took a payment back until a dispute is decided.
#[must_use]
pub fn dispute_opened(parties: Parties, amount: Money) -> Posting {
    Posting::new(
        "dispute opened",
        parties,
        [(Account::DisputedFunds, amount), (Account::ProcessorBalance, negative(amount))],
    )
}

/// The dispute was won: the money is back.
#[must_use]
pub fn dispute_won(parties: Parties, amount: Money) -> Posting {
    reversed(&dispute_opened(parties, amount), "dispute won")
}

/// The dispute was lost: what the bank took stays away, from those who have it. Before the booking was earned
/// it was held for the traveler; after that everybody gives their share, as for a refund.
#[must_use]
pub fn dispute_lost(
    parties: Parties,
    amount: Money,
    amounts: &Amounts,
    is_earned: bool,
) -> Posting {
    let shares = Shares::of(amount, amounts);
    let gives = if is_earned {
        vec![
            (Account::ProviderPayable, shares.provider),
            (Account::PlatformRevenue, shares.platform),
            (Account::ExpertPayable, shares.expert),
        ]
    } else {
        vec![(Account::HeldFunds, amount)]
    };
    let taken = (Account::DisputedFunds, negative(amount));
    Posting::new("dispute lost", parties, gives.into_iter().chain([taken]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    use super::*;
    use crate::money::Currency;

    fn parties() -> Parties {
        let id = uuid::Uuid::from_u128(1);
        Parties { booking: id.into(), provider: id.into(), expert: None }
    }

    fn sum(posting: &Posting) -> Decimal {
        posting.entries.iter().map(|entry| entry.amount.amount()).sum()
    }

    proptest! {
        #[test]
        fn every_posting_balances(
            service in 1_i64..10_000_000,
            fee in 0_i64..100,
            expert in 0_i64..100_000,
            part in 0_i64..=100,
        ) {
            let usd = |cents: i64| Money::try_new(Decimal::new(cents, 2), Currency::USD).unwrap();
            let amounts =
                Amounts::try_new(usd(service), usd(service * fee / 100), usd(expert)).unwrap();
            let amount = usd((service + expert) * part / 100);
            let postings = [
                captured(parties(), amount),
                earned(parties(), amount, &amounts),
                paid_on_site(parties(), &amounts),
                refunded_held(parties(), amount),
                refunded_earned(parties(), amount, &amounts),
                reversed(&refunded_earned(parties(), amount, &amounts), "failed"),
                given_back(&refunded_earned(parties(), amount, &amounts)),
                paid_out(parties(), amount),
                payout_reversed(parties(), amount),
                processor_fee(parties(), amount),
                dispute_opened(parties(), amount),
                dispute_won(parties(), amount),
                dispute_lost(parties(), amount, &amounts, false),
                dispute_lost(parties(), amount, &amounts, true),
            ];
            for posting in postings {
                prop_assert_eq!(sum(&posting), Decimal::ZERO, "{:?}", posting);
                prop_assert!(posting.entries.iter().all(|entry| !entry.amount.is_zero()));
            }
        }
    }
}
