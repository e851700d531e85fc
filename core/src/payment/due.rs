//! What is due now and what later.

use chrono::{Days, NaiveDate};

use super::Method;
use crate::{
    booking::Amounts,
    money::{Money, MoneyError},
};

/// The balance is due a week before the first day, so that a declined card leaves time to mend it.
pub const BALANCE_DAYS_BEFORE: u64 = 7;

/// What one booking asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub now: Money,
    pub balance: Money,
    /// Local to the service's zone; none without a balance.
    pub balance_due: Option<NaiveDate>,
}

/// Why a booking cannot be paid that way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DueError {
    #[error("no deposit is offered for it")]
    NoDeposit,
    #[error("its balance would be due already, so it is paid in full")]
    TooSoonForDeposit,
    #[error("it cannot be paid on site")]
    NotOnSite,
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// When the balance of a booking that begins on `date` is due.
#[must_use]
pub fn balance_due_date(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(BALANCE_DAYS_BEFORE)).unwrap_or(date)
}

/// What `method` makes due of a booking that begins on `date`, asked on `today`, both local to the service.
/// A deposit is of the service amount; the expert's fee is due with it.
///
/// # Errors
/// [`DueError`], when the booking does not offer the method.
pub fn due(
    method: Method,
    amounts: &Amounts,
    deposit: Option<Money>,
    pay_later: bool,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<Due, DueError> {
    let total = amounts.total_amount;
    let none = Money::zero(total.currency());
    match method {
        Method::Full => Ok(Due { now: total, balance: none, balance_due: None }),
        Method::PayLater if !pay_later => Err(DueError::NotOnSite),
        Method::PayLater => Ok(Due { now: none, balance: none, balance_due: None }),
        Method::Deposit => {
            let deposit =
                deposit.filter(|deposit| !deposit.is_zero()).ok_or(DueError::NoDeposit)?;
            let balance_due = balance_due_date(date);
            if balance_due <= today {
                return Err(DueError::TooSoonForDeposit);
            }
            let now = deposit.plus(amounts.expert_fee)?;
            let balance = total.minus(now)?;
            if balance.is_zero() || balance.is_negative() {
                return Err(DueError::NoDeposit);
            }
            Ok(Due { now, balance, balance_due: Some(balance_due) })
        }
    }
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::money::Currency;

    fn eur(cents: i64) -> Money {
        Money::try_new(Decimal::new(cents, 2), Currency::EUR).unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_deposit_brings_the_experts_fee_forward() {
        let amounts = Amounts::try_new(eur(20000), eur(3000), eur(2000)).unwrap();
        let (date, today) = (day("2026-07-20"), day("2026-06-01"));
        let asked = due(Method::Deposit, &amounts, Some(eur(6000)), false, date, today).unwrap();
        assert_eq!((asked.now, asked.balance), (eur(8000), eur(14000)));
        assert_eq!(asked.balance_due, Some(day("2026-07-13")));
        let soon = due(Method::Deposit, &amounts, Some(eur(6000)), false, date, day("2026-07-13"));
        assert_eq!(soon, Err(DueError::TooSoonForDeposit));
        assert_eq!(
            due(Method::Deposit, &amounts, None, false, date, today),
            Err(DueError::NoDeposit)
        );
        assert_eq!(
            due(Method::PayLater, &amounts, None, false, date, today),
            Err(DueError::NotOnSite)
        );
        let full = due(Method::Full, &amounts, Some(eur(6000)), false, date, today).unwrap();
        assert_eq!((full.now, full.balance), (eur(22000), eur(0)));
    }
}
