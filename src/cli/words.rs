//! The words of the wire as they are typed and shown.

use rust_decimal::Decimal;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use traveloure_core::money::{Currency, Money};

/// A value of a fixed list by its word on the wire, such as `pending_provider`; dashes count as
/// underscores.
///
/// # Errors
/// The words that there are.
pub fn status_of<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let word = text.trim().to_lowercase().replace('-', "_");
    serde_json::from_value(Value::String(word)).map_err(|error| {
        let error = error.to_string();
        let known = error.split_once("expected one of ").map(|(_, known)| known.replace('`', ""));
        known.map_or(error, |known| format!("use one of {known}"))
    })
}

/// A word of the wire as people read it: `pending provider`.
#[must_use]
pub fn spoken(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word.replace('_', " "),
        _ => String::new(),
    }
}

/// An amount or nothing.
#[must_use]
pub fn money(amount: Option<Money>) -> String {
    amount.map_or_else(String::new, |amount| amount.to_string())
}

/// A decimal as it is typed: `12.5`.
///
/// # Errors
/// Anything else.
pub fn decimal(text: &str) -> Result<Decimal, String> {
    Decimal::from_str_exact(text).map_err(|_| format!("{text:?} is no number; write 12.50"))
}

/// A currency by its code, in capitals or not.
///
/// # Errors
/// A code of no currency.
pub fn currency(text: &str) -> Result<Currency, String> {
    text.to_uppercase()
        .parse()
        .map_err(|error: traveloure_core::money::MoneyError| error.to_string())
}

#[cfg(test)]
mod tests {
    use traveloure_core::request::Status;

    use super::*;

    #[test]
    fn the_words_of_the_wire_are_typed_and_shown() {
        assert_eq!(status_of::<Status>("pending-provider"), Ok(Status::PendingProvider));
        assert_eq!(spoken(&Status::PendingProvider), "pending provider");
        let refused = status_of::<Status>("open").unwrap_err();
        assert!(refused.starts_with("use one of pending_provider, counter_offered"), "{refused}");
    }

    #[test]
    fn numbers_and_currencies_are_exact() {
        assert_eq!(decimal("12.50").unwrap().to_string(), "12.50");
        assert!(decimal("12,50").is_err());
        assert_eq!(currency("eur"), Ok(Currency::EUR));
        assert!(currency("euro").unwrap_err().contains("ISO 4217"));
    }
}
