//! Arithmetic in a field for a price: `120.50`, `=120*0.9`, `+10%`, `-15`, `= (120+30)*2`.
//!
//! What begins with an operator goes on from the price that is there already (`-15` is 15 less, `*2`
//! twice as much); anything else stands for itself, with or without `=` before it. A percentage that
//! is added or taken off is one of what it is added to: `120 + 10%` is 132. Otherwise `10%` is 0.1.
//! Decimals throughout, never floats.

use rust_decimal::Decimal;

use crate::money::{Currency, MAX_AMOUNT, Money, MoneyError};

/// The longest input that is read, in characters.
pub const MAX_LENGTH: usize = 200;
/// How deep parentheses and signs may be nested.
const MAX_DEPTH: usize = 32;

/// Why an input is no amount. Columns count characters from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    #[error("nothing is typed; type an amount such as 120.50, or =120*0.9")]
    Empty,
    #[error("the input is longer than {MAX_LENGTH} characters")]
    TooLong,
    #[error("{found:?} at column {column} does not belong here; use digits, + - * / % and ( )")]
    Unexpected { column: usize, found: char },
    #[error(
        "{text} at column {column} is not a number; write decimals as 120.50, without separators"
    )]
    NotANumber { column: usize, text: String },
    #[error("a number is missing at the end")]
    Incomplete,
    #[error("the ( at column {column} is not closed")]
    NotClosed { column: usize },
    #[error("the / at column {column} divides by zero")]
    DivisionByZero { column: usize },
    #[error("parentheses are nested too deep")]
    TooDeep,
    #[error("the result is too large an amount")]
    TooLarge,
    #[error("there is no price yet to go on from; type the whole amount")]
    NoBase,
    #[error("this comes to {0}, and a price cannot be below zero")]
    Negative(Decimal),
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// The price that `input` stands for, going on from `quoted` where it begins with an operator. A plain
/// number must fit the currency's decimals; the result of a calculation is rounded as
/// [`Money::rounded`] says.
///
/// # Errors
/// [`ArithmeticError`], as [`evaluate`], and for a price below zero.
pub fn price(
    input: &str,
    quoted: Option<Decimal>,
    currency: Currency,
) -> Result<Money, ArithmeticError> {
    let result = evaluate(input, quoted)?;
    if result < Decimal::ZERO {
        return Err(ArithmeticError::Negative(result.normalize()));
    }
    let is_plain = input.trim().chars().all(|c| c.is_ascii_digit() || c == '.');
    let price = if is_plain {
        Money::try_new(result, currency)?
    } else {
        Money::rounded(result, currency)?
    };
    Ok(price)
}

/// The number that `input` stands for, not rounded to any currency; `base` is what it goes on from
/// where it begins with an operator.
///
/// # Errors
/// [`ArithmeticError`] for an input that is empty, longer than [`MAX_LENGTH`], not arithmetic, divides
/// by zero, goes on from a base that is not there, or comes, on the way or at the end, to a trillion or more.
pub fn evaluate(input: &str, base: Option<Decimal>) -> Result<Decimal, ArithmeticError> {
    let characters: Vec<char> = input.chars().take(MAX_LENGTH + 1).collect();
    if characters.len() > MAX_LENGTH {
        return Err(ArithmeticError::TooLong);
    }
    let mut sum = Sum { characters, at: 0, depth: 0 };
    let stands_alone = sum.take_any(&['=']).is_some();
    let result = match sum.peek() {
        None if stands_alone => return Err(ArithmeticError::Incomplete),
        None => return Err(ArithmeticError::Empty),
        Some('+' | '-' | '−' | '*' | '×' | '/' | '÷') if !stands_alone => {
            let base = base.ok_or(ArithmeticError::NoBase)?;
            let product = sum.product_from(Term { value: base, is_percent: false })?;
            sum.sum_from(product)?
        }
        Some(_) => sum.sum()?,
    };
    match sum.peek() {
        None => Ok(result),
        Some(found) => Err(ArithmeticError::Unexpected { column: sum.at + 1, found }),
    }
}

/// A value, and whether it was written as a percentage and nothing else.
#[derive(Clone, Copy)]
struct Term {
    value: Decimal,
    is_percent: bool,
}

impl Term {
    const fn number(value: Decimal) -> Self {
        Self { value, is_percent: false }
    }
}

struct Sum {
    characters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Sum {
    fn sum(&mut self) -> Result<Decimal, ArithmeticError> {
        let first = self.product()?;
        self.sum_from(first)
    }

    fn sum_from(&mut self, first: Term) -> Result<Decimal, ArithmeticError> {
        let mut sum = first.value;
        while let Some((_, sign)) = self.take_any(&['+', '-', '−']) {
            let next = self.product()?;
            let change =
                if next.is_percent { sum.checked_mul(next.value) } else { Some(next.value) };
            let change = bounded(change)?;
            sum = bounded(if sign == '+' {
                sum.checked_add(change)
            } else {
                sum.checked_sub(change)
            })?;
        }
        Ok(sum)
    }

    fn product(&mut self) -> Result<Term, ArithmeticError> {
        let first = self.signed()?;
        self.product_from(first)
    }

    fn product_from(&mut self, first: Term) -> Result<Term, ArithmeticError> {
        let mut product = first;
        while let Some((column, operator)) = self.take_any(&['*', '×', '/', '÷']) {
            let next = self.signed()?.value;
            let value = if matches!(operator, '*' | '×') {
                product.value.checked_mul(next)
            } else if next.is_zero() {
                return Err(ArithmeticError::DivisionByZero { column });
            } else {
                product.value.checked_div(next)
            };
            product = Term::number(bounded(value)?);
        }
        Ok(product)
    }

    fn signed(&mut self) -> Result<Term, ArithmeticError> {
        if let Some((_, sign)) = self.take_any(&['+', '-', '−']) {
            let term = self.deeper(Self::signed)?;
            let value = if sign == '+' { term.value } else { -term.value };
            return Ok(Term { value, ..term });
        }
        let value = self.operand()?;
        if self.take_any(&['%']).is_some() {
            return Ok(Term { value: value / Decimal::ONE_HUNDRED, is_percent: true });
        }
        Ok(Term::number(value))
    }

    fn operand(&mut self) -> Result<Decimal, ArithmeticError> {
        if let Some((column, _)) = self.take_any(&['(']) {
            let value = self.deeper(Self::sum)?;
            return match (self.take_any(&[')']), self.peek()) {
                (Some(_), _) => Ok(value),
                (None, None) => Err(ArithmeticError::NotClosed { column }),
                (None, Some(found)) => {
                    Err(ArithmeticError::Unexpected { column: self.at + 1, found })
                }
            };
        }
        self.number()
    }

    fn number(&mut self) -> Result<Decimal, ArithmeticError> {
        let found = self.peek().ok_or(ArithmeticError::Incomplete)?;
        let column = self.at + 1;
        let text: String = self.characters[self.at..]
            .iter()
            .take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
            .collect();
        if text.is_empty() {
            return Err(ArithmeticError::Unexpected { column, found });
        }
        self.at += text.len();
        let number = Decimal::from_str_exact(&text)
            .map_err(|_| ArithmeticError::NotANumber { column, text })?;
        bounded(Some(number))
    }

    fn deeper<T>(
        &mut self,
        inner: impl FnOnce(&mut Self) -> Result<T, ArithmeticError>,
    ) -> Result<T, ArithmeticError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ArithmeticError::TooDeep);
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.characters.get(self.at).is_some_and(|c| c.is_whitespace()) {
            self.at += 1;
        }
        self.characters.get(self.at).copied()
    }

    /// Takes the next character if it is one of `wanted`; with its column.
    fn take_any(&mut self, wanted: &[char]) -> Option<(usize, char)> {
        let next = self.peek().filter(|c| wanted.contains(c))?;
        self.at += 1;
        Some((self.at, next))
    }
}

fn bounded(result: Option<Decimal>) -> Result<Decimal, ArithmeticError> {
    result.filter(|value| value.abs() < MAX_AMOUNT).ok_or(ArithmeticError::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dec(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    /// On a quote of 120.00 USD: the price, or why there is none.
    fn typed(input: &str) -> String {
        match price(input, Some(dec("120.00")), Currency::USD) {
            Ok(price) => price.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn what_providers_type() {
        for (input, price) in [
            ("120.50", "120.50 USD"),
            ("  99 ", "99.00 USD"),
            (".5", "0.50 USD"),
            ("=120*0.9", "108.00 USD"),
            ("120*0.9", "108.00 USD"),
            ("= (120+30)*2", "300.00 USD"),
            ("(120+30)*2", "300.00 USD"),
            ("=100-10-5", "85.00 USD"),
            ("=2+3*4", "14.00 USD"),
            ("=100/3", "33.33 USD"),
            ("=200/3", "66.67 USD"),
            ("=120+10%", "132.00 USD"),
            ("=200*10%", "20.00 USD"),
            ("=-5+10", "5.00 USD"),
            ("= 2 × 60 − 20 ÷ 2", "110.00 USD"),
        ] {
            assert_eq!(typed(input), price, "{input}");
        }
    }

    #[test]
    fn an_operator_goes_on_from_the_quote() {
        for (input, price) in [
            ("+10%", "132.00 USD"),
            ("-10%", "108.00 USD"),
            ("+15", "135.00 USD"),
            ("-15", "105.00 USD"),
            ("− 15", "105.00 USD"),
            ("*0.9", "108.00 USD"),
            ("/3", "40.00 USD"),
            ("*2 - 10%", "216.00 USD"),
            ("-10% - 8", "100.00 USD"),
            ("-(10+5)*2", "90.00 USD"),
            ("-100%", "0.00 USD"),
        ] {
            assert_eq!(typed(input), price, "{input}");
        }
        assert_eq!(price("-15", None, Currency::USD), Err(ArithmeticError::NoBase));
        assert_eq!(evaluate("=-15", None), Ok(dec("-15")));
    }

    #[test]
    fn faults_say_what_to_do() {
        for (input, fault) in [
            ("", "nothing is typed; type an amount such as 120.50, or =120*0.9"),
            ("   ", "nothing is typed; type an amount such as 120.50, or =120*0.9"),
            ("=", "a number is missing at the end"),
            ("=120*", "a number is missing at the end"),
            ("+", "a number is missing at the end"),
            ("=(120+30", "the ( at column 2 is not closed"),
            ("=120/(3-3)", "the / at column 5 divides by zero"),
            ("-130", "this comes to -10, and a price cannot be below zero"),
            ("=-15", "this comes to -15, and a price cannot be below zero"),
            ("120.505", "120.505 USD has too many decimals; USD has 2"),
            ("999999999999*2", "the result is too large an amount"),
            (
                "1,200",
                "1,200 at column 1 is not a number; write decimals as 120.50, without separators",
            ),
            (
                "=1.2.3",
                "1.2.3 at column 2 is not a number; write decimals as 120.50, without separators",
            ),
            ("120 USD", "'U' at column 5 does not belong here; use digits, + - * / % and ( )"),
            ("=120)", "')' at column 5 does not belong here; use digits, + - * / % and ( )"),
            ("=(1 2)", "'2' at column 5 does not belong here; use digits, + - * / % and ( )"),
            ("=*2", "'*' at column 2 does not belong here; use digits, + - * / % and ( )"),
            ("1e9", "'e' at column 2 does not belong here; use digits, + - * / % and ( )"),
        ] {
            assert_eq!(typed(input), fault, "{input}");
        }
    }

    #[test]
    fn input_is_bounded() {
        assert_eq!(evaluate(&"1".repeat(201), None), Err(ArithmeticError::TooLong));
        assert_eq!(evaluate(&"(".repeat(100), None), Err(ArithmeticError::TooDeep));
        assert_eq!(
            evaluate(&format!("={}1", "-".repeat(100)), None),
            Err(ArithmeticError::TooDeep)
        );
        assert_eq!(evaluate("((((1))))", None), Ok(Decimal::ONE));
    }

    #[test]
    fn the_result_has_the_currencys_decimals() {
        let price = |input, code: &str| {
            price(input, None, code.parse().unwrap()).map(|price| price.to_string())
        };
        assert_eq!(price("=1000/3", "JPY").unwrap(), "333 JPY");
        assert_eq!(price("=10/3", "KWD").unwrap(), "3.333 KWD");
        assert!(price("0.5", "JPY").is_err());
    }

    proptest! {
        #[test]
        fn any_input_is_read_or_refused(input in ".{0,210}") {
            let _ = evaluate(&input, Some(Decimal::ONE));
        }

        #[test]
        fn any_arithmetic_is_read_or_refused(input in "[=+*/()%.0-9 -]{0,60}") {
            if let Ok(value) = evaluate(&input, Some(dec("120"))) {
                prop_assert!(value.abs() < MAX_AMOUNT);
            }
        }

        #[test]
        fn it_adds_and_multiplies_as_decimals_do(
            left in 0_i64..1_000_000,
            right in 1_i64..1_000_000,
            base in 0_i64..1_000_000,
        ) {
            let (left, right, base) =
                (Decimal::new(left, 2), Decimal::new(right, 2), Decimal::new(base, 2));
            let result = |input: String| evaluate(&input, Some(base)).unwrap();
            prop_assert_eq!(result(format!("={left}+{right}")), left + right);
            prop_assert_eq!(result(format!("{left} - {right}")), left - right);
            prop_assert_eq!(result(format!("={left}*{right}")), left * right);
            prop_assert_eq!(result(format!("={left}/{right}")), left / right);
            prop_assert_eq!(result(format!("=({left}+{right})*({left}-{right})")), (left + right) * (left - right));
            prop_assert_eq!(result(format!("-{right}")), base - right);
            let share = right / Decimal::ONE_HUNDRED;
            prop_assert_eq!(result(format!("+{right}%")), base + base * share);
        }
    }
}
