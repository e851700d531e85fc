//! Money as Stripe counts it: whole minor units, by ISO 4217 with exceptions of its own.
//!
//! <https://docs.stripe.com/currencies>, "special cases": ISK and UGX have no decimals any more and
//! are still sent with two, which must be zero. MGA is sent without the decimals that ISO gives it.
//! Of three decimals the last must be zero. (HUF and TWD are special only in payouts to a bank.)

use rust_decimal::{Decimal, prelude::ToPrimitive};
use traveloure_core::money::{Currency, Money};

use super::wire::Malformed;
use crate::app::gateway::GatewayError;

/// A positive amount to send.
///
/// # Errors
/// [`GatewayError::Refused`] for what Stripe cannot express or would not take: nothing, less than
/// nothing, or digits beyond its precision. Nothing is ever rounded here.
pub(super) fn minor_units(money: Money) -> Result<i64, GatewayError> {
    let refused = || GatewayError::Refused {
        code: "amount_not_expressible".to_owned(),
        message: format!(
            "{} {} is not an amount that the payment processor can move.",
            money.amount(),
            money.currency()
        ),
    };
    let currency = money.currency();
    let scaled = money
        .amount()
        .checked_mul(Decimal::from(10_i64.pow(exponent(currency))))
        .ok_or_else(refused)?;
    if !scaled.is_integer() {
        return Err(refused());
    }
    let minor = scaled.to_i64().ok_or_else(refused)?;
    if minor <= 0 || minor % smallest_step(currency) != 0 {
        return Err(refused());
    }
    Ok(minor)
}

/// An amount that Stripe said, of a currency as it writes them (`eur`); negative where money left.
pub(super) fn money(minor: i64, currency: &str) -> Result<Money, Malformed> {
    let currency: Currency = currency
        .to_ascii_uppercase()
        .parse()
        .map_err(|error| Malformed(format!("currency: {error}")))?;
    let amount = Decimal::new(minor, exponent(currency));
    Money::try_new(amount, currency).map_err(|error| Malformed(format!("amount: {error}")))
}

/// The currency as Stripe writes it.
pub(super) fn currency_code(currency: Currency) -> String {
    currency.code().to_ascii_lowercase()
}

fn exponent(currency: Currency) -> u32 {
    match currency.code() {
        "ISK" | "UGX" => 2,
        "MGA" => 0,
        _ => currency.decimals(),
    }
}

fn smallest_step(currency: Currency) -> i64 {
    match exponent(currency) {
        3 => 10,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(amount: &str, currency: &str) -> Money {
        Money::try_new(amount.parse().unwrap(), currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_exceptions_are_stripes_own() {
        for (amount, currency, minor) in [
            ("120.00", "EUR", 12_000),
            ("0.01", "USD", 1),
            ("500", "JPY", 500),
            ("5", "ISK", 500),
            ("5", "UGX", 500),
            ("12.00", "MGA", 12),
            ("5.120", "KWD", 5120),
            ("10.45", "HUF", 1045),
            ("800.45", "TWD", 80_045),
            ("300", "XOF", 300),
        ] {
            let money_sent = of(amount, currency);
            assert_eq!(minor_units(money_sent), Ok(minor), "{amount} {currency}");
            assert_eq!(money(minor, &currency.to_lowercase()).unwrap(), money_sent);
        }
    }

    #[test]
    fn what_cannot_be_said_is_refused_and_never_rounded() {
        for (amount, currency) in
            [("12.40", "MGA"), ("5.124", "KWD"), ("0.00", "EUR"), ("-1.00", "EUR")]
        {
            let refused = minor_units(of(amount, currency)).unwrap_err();
            assert!(
                matches!(&refused, GatewayError::Refused { code, .. } if code == "amount_not_expressible"),
                "{refused:?}"
            );
            assert!(refused.to_string().contains(currency), "{refused}");
        }
        for (minor, currency) in [(150, "isk"), (1, "xau"), (1, ""), (i64::MAX, "eur")] {
            assert!(money(minor, currency).is_err(), "{minor} {currency}");
        }
    }

    /// Every currency Stripe lists that departs from two decimals, and some that do not.
    const CURRENCIES: &[&str] = &[
        "USD", "EUR", "GBP", "CHF", "HUF", "TWD", "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW",
        "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF", "ISK", "BHD", "JOD", "KWD",
        "OMR", "TND",
    ];

    proptest! {
        #[test]
        fn what_is_sent_comes_back(
            minor in 1_i64..99_999_999_999_999,
            currency in proptest::sample::select(CURRENCIES),
        ) {
            let currency: Currency = currency.parse().unwrap();
            let sent = Money::try_new(Decimal::new(minor, currency.decimals()), currency);
            let Ok(sent) = sent else { return Ok(()) };
            if let Ok(units) = minor_units(sent) {
                prop_assert_eq!(money(units, &currency_code(currency)).unwrap(), sent);
            } else {
                // Only what needs digits that Stripe does not have is turned away.
                prop_assert!(matches!(currency.code(), "MGA") || currency.decimals() == 3);
            }
        }

        #[test]
        fn what_comes_is_what_would_be_sent(
            minor in 1_i64..9_999_999_999,
            currency in proptest::sample::select(CURRENCIES),
        ) {
            let code = currency.to_lowercase();
            if let Ok(received) = money(minor, &code) {
                match minor_units(received) {
                    Ok(units) => prop_assert_eq!(units, minor),
                    Err(_) => prop_assert!(minor % 10 != 0),
                }
            } else {
                prop_assert!(matches!(currency, "ISK" | "UGX") && minor % 100 != 0);
            }
        }
    }
}
