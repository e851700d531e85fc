//! What a provider earns, read from the ledger.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        earnings::{CurrencyEarnings, Earnings, Figures, LedgerEntry, WeekEarnings},
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        problem::Code,
    },
    ids::{BookingId, ProviderId},
    ledger::Account,
    money::{Currency, Money, MoneyError},
    statement, time,
};
use uuid::Uuid;

use super::{Context, cursor, payouts as paying, reports::month_of};
use crate::{
    error::{AppError, AppResult, Fault},
    store::{
        earnings::{self, Wanted, Week},
        payouts::{self, Standing},
        providers,
    },
};

/// Without dates, the week that runs is shown and so much before it.
const SHOWN: Days = Days::new(11 * 7);
/// No more payouts are listed.
const PAYOUTS: i64 = 500;
/// What a provider may see of the books: what is theirs, what the platform keeps, what is held for them.
const SEEN: [Account; 3] = [Account::ProviderPayable, Account::PlatformRevenue, Account::HeldFunds];

/// What a provider earned from `from` to `to` (not included), dates of their desk; without them twelve weeks up to today,
/// from a Monday on, so that each week's figures are those of all its entries.
///
/// # Errors
/// `not_found`; `malformed_parameter` for a period that ends before it begins.
pub async fn earnings(
    context: &Context,
    provider: ProviderId,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<Earnings> {
    let zone = zone(context, provider).await?;
    let to = to.unwrap_or_else(|| time::next_day(time::today(context.now(), zone)));
    let from = from.unwrap_or_else(|| first_shown(to));
    if to < from {
        return Err(AppError::refused(Code::MalformedParameter, "`to` is before `from`."));
    }
    let (begins, ends) = (midnight(from, zone), midnight(to, zone));
    context
        .at_one_moment(move |db| {
            Box::pin(async move {
                let weeks = earnings::weeks(db, provider, zone, begins, ends).await?;
                let mut currencies = Vec::new();
                for currency in earnings::currencies(db, provider).await? {
                    let standing = payouts::standing(db, provider, currency).await?;
                    currencies.push(in_currency(currency, standing, &weeks)?);
                }
                let payouts = payouts::of_provider(db, provider, begins, ends, PAYOUTS).await?;
                let payouts = payouts.into_iter().map(payouts::Stored::into_payout).collect();
                Ok(Earnings { provider_id: provider, zone, from, to, currencies, payouts })
            })
        })
        .await
}

fn first_shown(to: NaiveDate) -> NaiveDate {
    let last = to.pred_opt().unwrap_or(to);
    let monday = last.week(Weekday::Mon).first_day();
    monday.checked_sub_days(SHOWN).unwrap_or(monday)
}

fn in_currency(
    currency: Currency,
    standing: Standing,
    weeks: &[Week],
) -> AppResult<CurrencyEarnings> {
    let mine: Vec<&Week> = weeks.iter().filter(|week| week.currency == currency.code()).collect();
    Ok(CurrencyEarnings {
        currency,
        figures: figures(currency, &mine)?,
        pending_payout: money(standing.pending, currency)?,
        owed: money(paying::owed(standing), currency)?,
        weeks: mine
            .into_iter()
            .map(|week| {
                Ok(WeekEarnings {
                    week: week.begins.format("%G-W%V").to_string(),
                    begins: week.begins,
                    figures: figures(currency, &[week])?,
                })
            })
            .collect::<AppResult<_>>()?,
    })
}

fn figures(currency: Currency, weeks: &[&Week]) -> AppResult<Figures> {
    let sum =
        |figure: fn(&Week) -> Decimal| money(weeks.iter().map(|week| figure(week)).sum(), currency);
    Ok(Figures {
        earned: sum(|week| week.earned)?,
        fees: sum(|week| week.fees)?,
        refunds: sum(|week| week.refunds)?,
        owed_on_site: sum(|week| week.owed_on_site)?,
        paid_out: sum(|week| week.paid_out)?,
    })
}

/// What is traced to its entries.
#[derive(Clone, Copy, Debug)]
pub enum Traced<'a> {
    /// The figures of an ISO week, such as `2026-W24`.
    Week(&'a str),
    /// Everything about a booking, and so its payouts.
    Booking(BookingId),
}

/// A page of the entries behind a week's figures, or behind a booking: of one account, the earliest first.
///
/// # Errors
/// `not_found`; `malformed_parameter` for a week that is none, an account that is not the provider's to see, or a
/// cursor of another list.
pub async fn entries(
    context: &Context,
    provider: ProviderId,
    traced: Traced<'_>,
    account: Option<Account>,
    after: Option<&str>,
    limit: Option<u32>,
) -> AppResult<Page<LedgerEntry>> {
    let account = account.unwrap_or(Account::ProviderPayable);
    if !SEEN.contains(&account) {
        return Err(AppError::refused(
            Code::MalformedParameter,
            "`account` is provider_payable, platform_revenue or held_funds.",
        ));
    }
    let zone = zone(context, provider).await?;
    let (booking, from, until) = match traced {
        Traced::Booking(booking) => (Some(booking), None, None),
        Traced::Week(week) => {
            let monday = monday(week).ok_or_else(|| {
                let words = "`week` is an ISO week, such as 2026-W24.";
                AppError::refused(Code::MalformedParameter, words)
            })?;
            let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
            (None, Some(midnight(monday, zone)), Some(midnight(next, zone)))
        }
    };
    let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = after.map(cursor::read).transpose()?;
    let wanted = Wanted {
        provider,
        account,
        booking,
        from,
        until,
        after: after.map(|(at, number)| (at, i64::try_from(number.as_u128()).unwrap_or(i64::MAX))),
        limit: i64::from(limit) + 1,
    };
    let mut db = context.pool.acquire().await?;
    let mut found = earnings::entries(&mut db, &wanted).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let number = u128::try_from(last.number).unwrap_or_default();
        cursor::write(last.entry.created_at, Uuid::from_u128(number))
    });
    Ok(Page { items: found.into_iter().map(|one| one.entry).collect(), next, total: None })
}

/// The statement of a month (such as `2026-06`) as CSV: every movement of what the provider is to be paid, with the
/// balance behind it.
///
/// # Errors
/// `not_found`; `malformed_parameter` for a month that is none.
pub async fn statement(context: &Context, provider: ProviderId, month: &str) -> AppResult<String> {
    let (first, next) = month_of(month)?;
    let zone = zone(context, provider).await?;
    let (begins, ends) = (midnight(first, zone), midnight(next, zone));
    let wanted = Wanted {
        provider,
        account: Account::ProviderPayable,
        booking: None,
        from: Some(begins),
        until: Some(ends),
        after: None,
        limit: i64::MAX,
    };
    let (before, entries) = context
        .at_one_moment(move |db| {
            Box::pin(async move {
                let before = earnings::payable_before(db, provider, begins).await?;
                Ok((before, earnings::entries(db, &wanted).await?))
            })
        })
        .await?;
    let mut balances: BTreeMap<Currency, Money> =
        before.into_iter().map(|money| (money.currency(), money)).collect();
    let mut lines = Vec::new();
    for one in entries {
        let entry = one.entry;
        let currency = entry.amount.currency();
        let before = balances.get(&currency).copied().unwrap_or_else(|| Money::zero(currency));
        let balance = before.minus(entry.amount).map_err(|error| broken(&error))?;
        balances.insert(currency, balance);
        lines.push(statement::Line {
            at: time::local(entry.created_at, zone),
            what: entry.description,
            booking: entry.confirmation_code,
            title: entry.title,
            amount: Money::zero(currency).minus(entry.amount).map_err(|error| broken(&error))?,
            balance,
        });
    }
    Ok(statement::csv(&lines))
}

async fn zone(context: &Context, provider: ProviderId) -> AppResult<Tz> {
    let mut db = context.pool.acquire().await?;
    let found = providers::get(&mut db, provider).await?;
    found.map(|provider| provider.zone).ok_or_else(|| AppError::not_found("provider"))
}

fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    time::instant(date, NaiveTime::MIN, zone)
}

fn monday(week: &str) -> Option<NaiveDate> {
    let (year, number) = week.split_once("-W")?;
    let date = NaiveDate::from_isoywd_opt(year.parse().ok()?, number.parse().ok()?, Weekday::Mon)?;
    (1970..=9999).contains(&date.year()).then_some(date)
}

fn money(amount: Decimal, currency: Currency) -> AppResult<Money> {
    Money::try_new(amount, currency).map_err(|error| broken(&error))
}

fn broken(error: &MoneyError) -> AppError {
    Fault::Broken(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_weeks_begin_on_a_monday() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for to in ["2026-11-17", "2026-11-23"] {
            assert_eq!(first_shown(date(to)), date("2026-08-31"), "{to}");
        }
        assert_eq!(first_shown(date("2026-11-24")), date("2026-09-07"));
    }

    #[test]
    fn a_week_is_read_by_its_monday() {
        assert_eq!(monday("2026-W24"), NaiveDate::from_ymd_opt(2026, 6, 8));
        assert_eq!(monday("2026-W01"), NaiveDate::from_ymd_opt(2025, 12, 29));
        for wrong in ["", "2026-24", "2026-W54", "2026-W0", "x-W1", "-9-W1"] {
            assert_eq!(monday(wrong), None, "{wrong}");
        }
    }
}
