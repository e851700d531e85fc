//! What the processor keeps: documents, shown as they are, beside facts that are never shown.

use serde_json::{Map, Value};

/// What an object is. The texts are the API's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    AccountLink,
    BalanceTransaction,
    Charge,
    CheckoutSession,
    Customer,
    Dispute,
    PaymentIntent,
    PaymentMethod,
    Refund,
    SetupIntent,
    Transfer,
    TransferReversal,
}

impl Kind {
    const ALL: [Self; 13] = [
        Self::Account,
        Self::AccountLink,
        Self::BalanceTransaction,
        Self::Charge,
        Self::CheckoutSession,
        Self::Customer,
        Self::Dispute,
        Self::PaymentIntent,
        Self::PaymentMethod,
        Self::Refund,
        Self::SetupIntent,
        Self::Transfer,
        Self::TransferReversal,
    ];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::AccountLink => "account_link",
            Self::BalanceTransaction => "balance_transaction",
            Self::Charge => "charge",
            Self::CheckoutSession => "checkout.session",
            Self::Customer => "customer",
            Self::Dispute => "dispute",
            Self::PaymentIntent => "payment_intent",
            Self::PaymentMethod => "payment_method",
            Self::Refund => "refund",
            Self::SetupIntent => "setup_intent",
            Self::Transfer => "transfer",
            Self::TransferReversal => "transfer_reversal",
        }
    }

    /// What the ids of this kind begin with.
    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Account => "acct_",
            Self::AccountLink => "link_",
            Self::BalanceTransaction => "txn_",
            Self::Charge => "ch_",
            Self::CheckoutSession => "cs_test_",
            Self::Customer => "cus_",
            Self::Dispute => "dp_",
            Self::PaymentIntent => "pi_",
            Self::PaymentMethod => "pm_",
            Self::Refund => "re_",
            Self::SetupIntent => "seti_",
            Self::Transfer => "tr_",
            Self::TransferReversal => "trr_",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// One row of the books.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// Whose it is: empty for the platform, else a connected account.
    pub(super) account: String,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) doc: Map<String, Value>,
    pub(super) hidden: Map<String, Value>,
}

impl Object {
    /// A text of the document; none where it is absent or null.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.doc.get(field).and_then(Value::as_str)
    }

    /// A text of the document that every object of its kind has.
    pub(super) fn known(&self, field: &str) -> &str {
        self.text(field).unwrap_or_default()
    }

    pub(super) fn owned(&self, field: &str) -> Option<String> {
        self.text(field).map(ToOwned::to_owned)
    }

    /// A number of the document; 0 where it is absent.
    pub(super) fn int(&self, field: &str) -> i64 {
        self.doc.get(field).and_then(Value::as_i64).unwrap_or_default()
    }

    pub(super) fn is(&self, field: &str, value: &str) -> bool {
        self.text(field) == Some(value)
    }

    pub(super) fn has(&self, field: &str) -> bool {
        self.doc.get(field).is_some_and(|value| *value == Value::Bool(true))
    }

    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.doc.insert(field.to_owned(), value.into());
    }

    pub(super) fn hidden_text(&self, field: &str) -> Option<&str> {
        self.hidden.get(field).and_then(Value::as_str)
    }

    pub(super) fn hide(&mut self, field: &str, value: impl Into<Value>) {
        self.hidden.insert(field.to_owned(), value.into());
    }

    pub(super) fn hides(&self, field: &str) -> bool {
        self.hidden.get(field).is_some_and(|value| *value == Value::Bool(true))
    }

    pub(super) fn shown(&self) -> Value {
        Value::Object(self.doc.clone())
    }
}

/// The fields of a document written with `json!`; nothing for what is no document.
pub(super) fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
