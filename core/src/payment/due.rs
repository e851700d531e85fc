//! What is due now and what later.

use chrono::{Days, NaiveDate};

use super::Method;
use crate::{
    booking::Amounts,
    money::{Money, MoneyError},
};

/// The balance is due a week before the first day, so that a declined card leaves time to mend it.
pub const BALANCE_DAYS_BEFORE: u64 = 7;

/// A booking that is to be paid, as far as it decides how.
#[derive(Clone, Copy, Debug)]
pub struct ToPay {
    pub amounts: Amounts,
    /// What its price asks for at once when it is paid by deposit.
    pub deposit: Option<Money>,
    /// Whether it may be paid on site.
    pub pay_later: bool,
    /// Its first day and today, both local to the service.
    pub date: NaiveDate,
    pub today: NaiveDate,
}

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

impl ToPay {
    /// What `method` makes due. A deposit is of the service amount; the expert's fee is due with it.
    ///
    /// # Errors
    /// [`DueError`], when the booking does not offer the method.
    pub fn due(&self, method: Method) -> Result<Due, DueError> {
        let total = self.amounts.total_amount;
        let none = Money::zero(total.currency());
        match method {
            Method::Full => Ok(self.in_full()),
            Method::PayLater if !self.pay_later => Err(DueError::NotOnSite),
            Method::PayLater => Ok(Due { now: none, balance: none, balance_due: None }),
            Method::Deposit => {
                let deposit =
                    self.deposit.filter(|deposit| !deposit.is_zero()).ok_or(DueError::NoDeposit)?;
                let balance_due = balance_due_date(self.date);
                if balance_due <= self.today {
                    return Err(DueError::TooSoonForDeposit);
                }
                let now = deposit.plus(self.amounts.expert_fee)?;
                let balance = total.minus(now)?;
                if balance.is_zero() || balance.is_negative() {
                    return Err(DueError::NoDeposit);
                }
                Ok(Due { now, balance, balance_due: Some(balance_due) })
            }
        }
    }

    /// What `method` makes due; where it is not offered, all of it.
    #[must_use]
    pub fn due_or_full(&self, method: Method) -> Due {
        self.due(method).unwrap_or_else(|_| self.in_full())
    }

    /// Whether it may be paid that way.
    #[must_use]
    pub fn offers(&self, method: Method) -> bool {
        self.due(method).is_ok()
    }

    fn in_full(&self) -> Due {
        let total = self.amounts.total_amount;
        Due { now: total, balance: Money::zero(total.currency()), balance_due: None }
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
        let asked = ToPay {
            amounts: Amounts::try_new(eur(20000), eur(3000), eur(2000)).unwrap(),
            deposit: Some(eur(6000)),
            pay_later: false,
            date: day("2026-07-20"),
            today: day("2026-06-01"),
        };
        let due = asked.due(Method::Deposit).unwrap();
        assert_eq!((due.now, due.balance), (eur(8000), eur(14000)));
        assert_eq!(due.balance_due, Some(day("2026-07-13")));
        let soon = ToPay { today: day("2026-07-13"), ..asked };
        assert_eq!(soon.due(Method::Deposit), Err(DueError::TooSoonForDeposit));
        assert_eq!(soon.due_or_full(Method::Deposit).now, eur(22000));
        let without = ToPay { deposit: None, ..asked };
        assert_eq!(without.due(Method::Deposit), Err(DueError::NoDeposit));
        assert_eq!(asked.due(Method::PayLater), Err(DueError::NotOnSite));
        let full = asked.due(Method::Full).unwrap();
        assert_eq!((full.now, full.balance), (eur(22000), eur(0)));
    }
}
