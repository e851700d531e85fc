//! Stripe's minor units, which are not ISO 4217's everywhere.

use traveloure_core::money;

use super::params::Params;
use super::refusal::Refusal;

/// Stripe charges these in whole units.
const WITHOUT_DECIMALS: [&str; 15] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf",
    "xof", "xpf",
];
/// Stripe charges these in thousandths, and takes amounts that end in 0 only.
const WITH_THREE_DECIMALS: [&str; 5] = ["bhd", "jod", "kwd", "omr", "tnd"];

/// Stripe charges these in hundredths, of which they have none any more.
const WITH_EMPTY_DECIMALS: [&str; 2] = ["isk", "ugx"];

/// The largest amount of one charge.
pub(super) const LARGEST: i64 = 99_999_999;

/// How many decimals an amount of the currency has with Stripe.
pub(super) fn decimals(currency: &str) -> usize {
    if WITHOUT_DECIMALS.contains(&currency) {
        0
    } else if WITH_THREE_DECIMALS.contains(&currency) {
        3
    } else {
        2
    }
}

/// The parameter `currency`, in lower case.
pub(super) fn required(params: &mut Params) -> Result<String, Refusal> {
    let code = params.required("currency")?;
    check(params, &code)
}

/// # Errors
/// What is no currency.
pub(super) fn check(params: &Params, code: &str) -> Result<String, Refusal> {
    if code.to_uppercase().parse::<money::Currency>().is_ok() {
        return Ok(code.to_lowercase());
    }
    let message = format!("Invalid currency: {code}. Stripe currently supports ISO 4217 codes.");
    Err(params.invalid("currency", "parameter_invalid_string", message))
}

/// # Errors
/// An amount below half a unit or so, above 99,999,999 minor units, or not payable in the currency.
pub(super) fn check_charge(params: &Params, amount: i64, currency: &str) -> Result<(), Refusal> {
    let least = if decimals(currency) == 3 { 500 } else { 50 };
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(params.invalid("amount", "parameter_invalid_integer", message));
    }
    if amount < least {
        let message = format!("Amount must be at least {}", shown(least, currency));
        return Err(params.invalid("amount", "amount_too_small", message));
    }
    if amount > LARGEST {
        let message = format!("Amount must be no more than {}", shown(LARGEST, currency));
        return Err(params.invalid("amount", "amount_too_large", message));
    }
    let step = step(currency);
    if amount % step != 0 {
        let message = format!("Amounts of this currency must be multiples of {step}");
        return Err(params.invalid("amount", "parameter_invalid_integer", message));
    }
    Ok(())
}

/// Amounts of a currency are multiples of so many minor units.
fn step(currency: &str) -> i64 {
    match decimals(currency) {
        3 => 10,
        _ if WITH_EMPTY_DECIMALS.contains(&currency) => 100,
        _ => 1,
    }
}

/// An amount for people, such as `12.50 EUR`.
pub(super) fn shown(amount: i64, currency: &str) -> String {
    let decimals = decimals(currency);
    let sign = if amount < 0 { "-" } else { "" };
    let digits = format!("{:0width$}", amount.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals);
    let point = if decimals == 0 { "" } else { "." };
    format!("{sign}{whole}{point}{part} {}", currency.to_uppercase())
}

/// What the processor keeps of a charge: 1.4 percent, rounded half up, and 25 minor units; where the currency has not so
/// small amounts, the next one it has.
pub(super) fn fee(amount: i64, currency: &str) -> i64 {
    let exact = (amount * 14 + 500) / 1000 + 25;
    let step = step(currency);
    (exact + step - 1) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        assert_eq!(shown(1250, "eur"), "12.50 EUR");
        assert_eq!(shown(5, "usd"), "0.05 USD");
        assert_eq!(shown(1250, "jpy"), "1250 JPY");
        assert_eq!(shown(-1250, "kwd"), "-1.250 KWD");
    }

    #[test]
    fn amounts_that_cannot_be_charged_are_refused() {
        let params = Params::default();
        assert!(check_charge(&params, 50, "eur").is_ok());
        assert!(check_charge(&params, 49, "eur").is_err());
        assert!(check_charge(&params, 5120, "kwd").is_ok());
        assert!(check_charge(&params, 5124, "kwd").is_err());
        assert!(check_charge(&params, 500, "ugx").is_ok());
        assert!(check_charge(&params, 550, "ugx").is_err());
        assert!(check_charge(&params, LARGEST + 1, "eur").is_err());
        assert!(check(&params, "xau").is_err());
    }

    #[test]
    fn the_fee_is_rounded_half_up() {
        assert_eq!(fee(10_000, "eur"), 165);
        assert_eq!(fee(250, "eur"), 29);
        assert_eq!(fee(249, "eur"), 28);
        assert_eq!(fee(3_700_000, "isk"), 51_900);
        assert_eq!(fee(46_500, "kwd"), 680);
    }
}
