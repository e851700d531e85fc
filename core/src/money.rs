//! Money: a decimal amount beside its currency, never a float, never two currencies in one sum.
//!
//! The number of decimals follows ISO 4217 (JPY 0, USD 2, KWD 3). There are no operators: every
//! operation is named, checked, and refuses mixed currencies. Rounding is half up (away from zero),
//! and [`round`] is the only place where it happens.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Amounts at or above this are refused; they are typing errors, and the limit keeps all sums exact.
pub const MAX_AMOUNT: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// An ISO 4217 currency that is in use and has minor units, such as `EUR`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub const USD: Self = Self(iso_currency::Currency::USD);
    pub const EUR: Self = Self(iso_currency::Currency::EUR);

    /// The three-letter code of ISO 4217.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many decimals an amount has: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn decimals(self) -> u32 {
        u32::from(self.0.exponent().unwrap_or(0))
    }

    /// The currency's English name.
    #[must_use]
    pub fn name(self) -> String {
        self.0.name().to_owned()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    /// # Errors
    /// [`MoneyError::UnknownCurrency`] for anything that is not a code of money in use: codes of
    /// metals, funds and tests (`XAU`, `XXX`) have no minor unit and are refused.
    fn from_str(code: &str) -> Result<Self, Self::Err> {
        iso_currency::Currency::from_code(code)
            .filter(|currency| currency.exponent().is_some())
            .map(Self)
            .ok_or_else(|| MoneyError::UnknownCurrency(code.chars().take(12).collect()))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

/// An amount of one currency, with exactly as many decimals as the currency has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "MoneyParts")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyParts {
    amount: Decimal,
    currency: Currency,
}

impl TryFrom<MoneyParts> for Money {
    type Error = MoneyError;

    fn try_from(parts: MoneyParts) -> Result<Self, Self::Error> {
        Self::try_new(parts.amount, parts.currency)
    }
}

/// Why an amount, or a sum, was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{0:?} is not a currency; use an ISO 4217 code such as USD or EUR")]
    UnknownCurrency(String),
    #[error("{amount} {currency} has too many decimals; {currency} has {}", .currency.decimals())]
    TooPrecise { amount: Decimal, currency: Currency },
    #[error("{0} is too large an amount")]
    TooLarge(Decimal),
    #[error("{left} and {right} cannot be added up")]
    MixedCurrencies { left: Currency, right: Currency },
}

/// Rounds to the currency's decimals, half up (away from zero): the one place where money is rounded.
#[must_use]
pub fn round(amount: Decimal, currency: Currency) -> Decimal {
    let mut rounded =
        amount.round_dp_with_strategy(currency.decimals(), RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(currency.decimals());
    rounded
}

impl Money {
    /// # Errors
    /// [`MoneyError::TooPrecise`] when digits would be lost, [`MoneyError::TooLarge`] from a
    /// trillion on. Trailing zeros are no digits: 120.000 USD is 120.00 USD.
    pub fn try_new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.abs() >= MAX_AMOUNT {
            return Err(MoneyError::TooLarge(amount));
        }
        let rounded = round(amount, currency);
        if rounded != amount {
            return Err(MoneyError::TooPrecise { amount, currency });
        }
        Ok(Self { amount: rounded, currency })
    }

    /// A computed amount, rounded once as [`round`] says.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] from a trillion on.
    pub fn rounded(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        if amount.abs() >= MAX_AMOUNT {
            return Err(MoneyError::TooLarge(amount));
        }
        Ok(Self { amount: round(amount, currency), currency })
    }

    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self { amount: round(Decimal::ZERO, currency), currency }
    }

    #[must_use]
    pub const fn amount(self) -> Decimal {
        self.amount
    }

    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    #[must_use]
    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    #[must_use]
    pub fn is_negative(self) -> bool {
        self.amount < Decimal::ZERO
    }

    /// # Errors
    /// [`MoneyError::MixedCurrencies`], [`MoneyError::TooLarge`].
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::rounded(self.amount + other.amount, self.currency)
    }

    /// # Errors
    /// [`MoneyError::MixedCurrencies`], [`MoneyError::TooLarge`].
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::rounded(self.amount - other.amount, self.currency)
    }

    /// `percent` of this amount (15 is 15 %), rounded.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn percent(self, percent: Decimal) -> Result<Self, MoneyError> {
        self.times(percent / Decimal::ONE_HUNDRED)
    }

    /// This amount times a factor, rounded.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`].
    pub fn times(self, factor: Decimal) -> Result<Self, MoneyError> {
        let product = self.amount.checked_mul(factor).ok_or(MoneyError::TooLarge(self.amount))?;
        Self::rounded(product, self.currency)
    }

    /// Divides the amount in proportion to `weights` so that the parts sum exactly: each part is
    /// cut to the currency's decimals, and what is left goes, one minor unit each, to the largest
    /// remainders (the earlier part first when they are equal). Without any weight nothing is
    /// divided: every part is zero, and the caller keeps the amount.
    #[must_use]
    pub fn split(self, weights: &[u32]) -> Vec<Self> {
        let weights: Vec<Decimal> = weights.iter().map(|weight| Decimal::from(*weight)).collect();
        self.apportion(&weights)
    }

    /// The same in proportion to amounts, none of which may be negative: negative ones count as zero.
    #[must_use]
    pub fn apportion(self, weights: &[Decimal]) -> Vec<Self> {
        let weights: Vec<Decimal> =
            weights.iter().map(|weight| (*weight).max(Decimal::ZERO)).collect();
        let total: Decimal = weights.iter().sum();
        if total.is_zero() {
            return vec![Self::zero(self.currency); weights.len()];
        }
        let unit = Decimal::new(1, self.currency.decimals());
        let step = if self.is_negative() { -unit } else { unit };
        let exact: Vec<Decimal> =
            weights.iter().map(|weight| self.amount * (*weight / total)).collect();
        let mut parts: Vec<Decimal> = exact
            .iter()
            .map(|part| {
                part.round_dp_with_strategy(self.currency.decimals(), RoundingStrategy::ToZero)
            })
            .collect();
        let mut order: Vec<usize> =
            (0..parts.len()).filter(|index| !weights[*index].is_zero()).collect();
        order.sort_by_key(|index| std::cmp::Reverse((exact[*index] - parts[*index]).abs()));
        let mut left = self.amount - parts.iter().copied().sum::<Decimal>();
        for index in order.iter().cycle() {
            if left.is_zero() {
                break;
            }
            parts[*index] += step;
            left -= step;
        }
        parts
            .into_iter()
            .map(|part| Self { amount: round(part, self.currency), currency: self.currency })
            .collect()
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::MixedCurrencies { left: self.currency, right: other.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{} {}", self.amount, self.currency))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Money({} {})", self.amount, self.currency)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ObjectBuilder, RefOr, schema::Schema, schema::Type},
    };

    use super::{Currency, Money};

    impl PartialSchema for Currency {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .pattern(Some("^[A-Z]{3}$"))
                .description(Some("ISO 4217 code"))
                .examples(["USD"])
                .into()
        }
    }

    impl ToSchema for Currency {}

    impl PartialSchema for Money {
        fn schema() -> RefOr<Schema> {
            ObjectBuilder::new()
                .property(
                    "amount",
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .description(Some("a decimal with the currency's number of decimals"))
                        .examples(["120.00"]),
                )
                .required("amount")
                .property("currency", Currency::schema())
                .required("currency")
                .into()
        }
    }

    impl ToSchema for Money {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str, code: &str) -> Money {
        Money::try_new(text.parse().unwrap(), code.parse().unwrap()).unwrap()
    }

    #[test]
    fn decimals_follow_iso_4217() {
        assert_eq!(money("120", "USD").to_string(), "120.00 USD");
        assert_eq!(money("120.000", "USD").to_string(), "120.00 USD");
        assert_eq!(money("1200", "JPY").to_string(), "1200 JPY");
        assert_eq!(money("1.5", "KWD").to_string(), "1.500 KWD");
        assert!(Money::try_new("0.001".parse().unwrap(), Currency::USD).is_err());
        assert!(Money::try_new("0.5".parse().unwrap(), "JPY".parse().unwrap()).is_err());
    }

    #[test]
    fn a_trillion_is_a_typing_error() {
        assert_eq!(MAX_AMOUNT, Decimal::from(1_000_000_000_000_u64));
        assert!(Money::try_new(MAX_AMOUNT, Currency::USD).is_err());
    }

    #[test]
    fn metals_and_unknown_codes_are_no_currencies() {
        for code in ["XAU", "XXX", "usd", "", "EURO"] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }

    #[test]
    fn half_goes_up_and_away_from_zero() {
        assert_eq!(money("0.10", "USD").percent(Decimal::from(5)).unwrap(), money("0.01", "USD"));
        assert_eq!(money("-0.10", "USD").percent(Decimal::from(5)).unwrap(), money("-0.01", "USD"));
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(money("1", "USD").plus(money("1", "EUR")).is_err());
        assert!(money("1", "USD").minus(money("1", "EUR")).is_err());
    }

    #[test]
    fn the_wire_form_is_a_string_and_a_code() {
        let json = serde_json::to_string(&money("120", "USD")).unwrap();
        assert_eq!(json, r#"{"amount":"120.00","currency":"USD"}"#);
        assert!(serde_json::from_str::<Money>(r#"{"amount":120.5,"currency":"USD"}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_split_sums_exactly(
            minor in -1_000_000_000_i64..1_000_000_000,
            weights in prop::collection::vec(0_u32..1_000, 1..12),
            code in prop::sample::select(vec!["USD", "JPY", "KWD"]),
        ) {
            let currency: Currency = code.parse().unwrap();
            let whole = Money::try_new(Decimal::new(minor, currency.decimals()), currency).unwrap();
            let parts = whole.split(&weights);
            let sum = parts.iter().try_fold(Money::zero(currency), |sum, part| sum.plus(*part)).unwrap();
            if weights.iter().any(|weight| *weight > 0) {
                prop_assert_eq!(sum, whole);
            } else {
                prop_assert!(sum.is_zero());
            }
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(*weight > 0 || part.is_zero());
                prop_assert!(part.is_zero() || part.is_negative() == whole.is_negative());
            }
        }
    }
}
