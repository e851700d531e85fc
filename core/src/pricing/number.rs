//! How numbers are read from JSON. They are written as strings; what a person would write by hand
//! is read too, as long as it says exactly which number it is.

use std::fmt;

use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};

/// An amount of money: a string or a whole number. A number with a decimal point is refused, it
/// may have been through a float before it came here.
pub(super) fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(Number { fractions: false })
}

/// As [`amount`], where the field may be null or absent.
pub(super) fn optional_amount<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    struct Amount(Decimal);
    impl<'de> Deserialize<'de> for Amount {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            amount(deserializer).map(Self)
        }
    }
    Ok(Option::<Amount>::deserialize(deserializer)?.map(|read| read.0))
}

/// A percentage or a multiplier: a string or any JSON number, since the plan writes
/// `"multiplier": 1.5`. It is no money, and 1.5 is read as the decimal that was written.
pub(super) fn ratio<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    deserializer.deserialize_any(Number { fractions: true })
}

/// As [`ratio`], where the field may be null or absent.
pub(super) fn optional_ratio<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Decimal>, D::Error> {
    struct Ratio(Decimal);
    impl<'de> Deserialize<'de> for Ratio {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            ratio(deserializer).map(Self)
        }
    }
    Ok(Option::<Ratio>::deserialize(deserializer)?.map(|read| read.0))
}

struct Number {
    fractions: bool,
}

impl Visitor<'_> for Number {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number in quotes, such as \"120.50\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        Decimal::from_str_exact(text)
            .map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_i64<E: de::Error>(self, whole: i64) -> Result<Decimal, E> {
        Ok(whole.into())
    }

    fn visit_u64<E: de::Error>(self, whole: u64) -> Result<Decimal, E> {
        Ok(whole.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Decimal, E> {
        // The shortest text that means this number is the one that was written.
        let written = number.to_string();
        match Decimal::from_str_exact(&written) {
            Ok(decimal) if self.fractions => Ok(decimal),
            _ => Err(E::invalid_value(de::Unexpected::Float(number), &self)),
        }
    }
}
