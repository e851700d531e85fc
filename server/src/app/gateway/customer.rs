//! People who pay, as the processor knows them, and the cards they saved.

use super::{CustomerId, Metadata, PaymentMethodId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCustomer {
    /// Where the processor sends its receipts.
    pub email: String,
    pub name: Option<String>,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub email: Option<String>,
    pub metadata: Metadata,
}

/// What may be shown of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// `visa`, `mastercard`, …, or `unknown`.
    pub brand: String,
    /// Empty where the processor does not say it.
    pub last4: String,
    /// Month 1 to 12 and year with its century, where the processor says them.
    pub expires: Option<(u32, i32)>,
}

/// A saved way to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentMethod {
    pub id: PaymentMethodId,
    /// None once it is detached: then it can never be charged again.
    pub customer: Option<CustomerId>,
    /// None for what is not a card.
    pub card: Option<Card>,
}
