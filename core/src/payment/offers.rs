//! The ways in which bookings that wait together can be paid.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Due, Method, ToPay};
use crate::{
    booking::{Amounts, AmountsError},
    money::{Currency, Money, MoneyError},
    pricing::Quote,
};

/// One way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    pub method: Method,
    pub due_now: Money,
    pub due_later: Money,
    /// The earliest date on which some of it is due, local to the service; none where nothing is left for
    /// later, and for what is paid on site.
    #[serde(default)]
    pub due_later_on: Option<NaiveDate>,
}

/// The ways to pay `waiting`, all in `currency`: those that at least one of them offers, the others are then
/// paid in full. Empty if nothing waits.
///
/// # Errors
/// [`MoneyError`] for amounts of another currency or beyond what can be counted.
pub fn offers(waiting: &[ToPay], currency: Currency) -> Result<Vec<Offer>, MoneyError> {
    let zero = Money::zero(currency);
    let total = waiting.iter().map(|one| one.amounts.total_amount).try_fold(zero, Money::plus)?;
    Method::ALL
        .into_iter()
        .filter(|method| waiting.iter().any(|one| one.offers(*method)))
        .map(|method| {
            let dues: Vec<Due> = waiting.iter().map(|one| one.due_or_full(method)).collect();
            let due_now = dues.iter().map(|due| due.now).try_fold(zero, Money::plus)?;
            Ok(Offer {
                method,
                due_now,
                due_later: total.minus(due_now)?,
                due_later_on: dues.iter().filter_map(|due| due.balance_due).min(),
            })
        })
        .collect()
}

/// The deposit that `quote` will be offered with if it is booked now for `date`; none where it is paid in full
/// because its terms ask for no deposit or its balance would be due already. `date` and `today` are local to the
/// service.
///
/// # Errors
/// [`AmountsError`] for a quote whose amounts are no booking's.
pub fn deposit_of(
    quote: &Quote,
    date: NaiveDate,
    today: NaiveDate,
) -> Result<Option<Offer>, AmountsError> {
    let none = Money::zero(quote.currency());
    let to_pay = ToPay {
        amounts: Amounts::try_new(quote.total, none, none)?,
        deposit: quote.deposit,
        pay_later: false,
        date,
        today,
    };
    let offers = offers(&[to_pay], quote.currency())?;
    Ok(offers.into_iter().find(|offer| offer.method == Method::Deposit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_offers_no_deposit_is_paid_in_full_beside_what_does() {
        let eur =
            |cents| Money::try_new(rust_decimal::Decimal::new(cents, 2), Currency::EUR).unwrap();
        let one = |deposit: Option<i64>, date: &str| ToPay {
            amounts: Amounts::try_new(eur(10000), eur(1500), eur(0)).unwrap(),
            deposit: deposit.map(eur),
            pay_later: false,
            date: date.parse().unwrap(),
            today: "2026-06-01".parse().unwrap(),
        };
        let both = [one(Some(3000), "2026-07-20"), one(None, "2026-07-01")];
        let found = offers(&both, Currency::EUR).unwrap();
        let methods: Vec<Method> = found.iter().map(|offer| offer.method).collect();
        assert_eq!(methods, [Method::Full, Method::Deposit]);
        assert_eq!((found[0].due_now, found[0].due_later), (eur(20000), eur(0)));
        assert_eq!((found[1].due_now, found[1].due_later), (eur(13000), eur(7000)));
        assert_eq!(found[1].due_later_on, Some("2026-07-13".parse().unwrap()));
        assert_eq!(offers(&[], Currency::EUR), Ok(vec![]));
    }

    #[test]
    fn a_quote_promises_the_deposit_that_its_booking_will_be_offered() {
        let eur =
            |cents| Money::try_new(rust_decimal::Decimal::new(cents, 2), Currency::EUR).unwrap();
        let quote = Quote {
            lines: Vec::new(),
            total: eur(48000),
            deposit: Some(eur(14400)),
            balance: eur(33600),
        };
        let deposit = |date: &str| {
            deposit_of(&quote, date.parse().unwrap(), "2026-06-01".parse().unwrap()).unwrap()
        };
        let far = deposit("2026-06-09").unwrap();
        assert_eq!((far.due_now, far.due_later), (eur(14400), eur(33600)));
        assert_eq!(far.due_later_on, Some("2026-06-02".parse().unwrap()));
        assert_eq!(deposit("2026-06-08"), None, "its balance would be due today");
        let without = Quote { deposit: None, balance: eur(48000), ..quote.clone() };
        let day = "2026-07-01".parse().unwrap();
        assert_eq!(deposit_of(&without, day, "2026-06-01".parse().unwrap()), Ok(None));
    }
}
