//! The platform's own figures, for administrators.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        fee::NewFee,
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        problem::Code,
        report::{
            CurrencyRevenue, FeeSimulation, Revenue, RevenueEntry, RevenueRow, SimulateFee,
            SimulatedFees,
        },
    },
    category::Category,
    fee::{self, FeeRule},
    ids::FeeId,
    money::{Currency, Money, MoneyError},
};
use uuid::Uuid;

use super::{Context, cursor};
use crate::{
    error::{AppError, AppResult, Fault},
    store::{
        fees,
        reports::{self, Row, Wanted},
    },
};

/// Without dates, the month that runs is shown and so much before it.
const SHOWN: Months = Months::new(11);
/// A simulation reads every booking of its period.
const LONGEST: i64 = 366;

/// What was sold and what was kept of it from `from` to `to` (not included, UTC), by category and month; without them
/// twelve months up to today, whole ones, so that each month's figures are those of all its entries. Read from the
/// ledger.
///
/// # Errors
/// `malformed_parameter` for a period that ends before it begins.
pub async fn revenue(
    context: &Context,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<Revenue> {
    let (from, to) = period(context, from, to)?;
    let mut db = context.pool.acquire().await?;
    let rows = reports::revenue(&mut db, midnight(from), midnight(to)).await?;
    let mut by_currency: BTreeMap<Currency, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_currency.entry(row.currency).or_default().push(row);
    }
    let currencies = by_currency
        .into_iter()
        .map(|(currency, rows)| in_currency(currency, &rows))
        .collect::<Result<_, _>>()
        .map_err(|error| broken(&error))?;
    Ok(Revenue { from, to, currencies })
}

fn period(
    context: &Context,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<(NaiveDate, NaiveDate)> {
    let to = to.unwrap_or_else(|| context.now().date_naive() + Days::new(1));
    let from = from.unwrap_or_else(|| first_shown(to));
    in_order(from, to)?;
    Ok((from, to))
}

fn in_order(from: NaiveDate, to: NaiveDate) -> AppResult<()> {
    if to < from {
        return Err(AppError::refused(Code::MalformedParameter, "`to` is before `from`."));
    }
    Ok(())
}

fn first_shown(to: NaiveDate) -> NaiveDate {
    let last = to.pred_opt().unwrap_or(to);
    let first = last.with_day(1).unwrap_or(last);
    first.checked_sub_months(SHOWN).unwrap_or(first)
}

/// Which entries of the revenue report.
#[derive(Clone, Debug, Default)]
pub struct Traced {
    /// The period of the report; without it that of the report without one, or all of the month.
    pub from: Option<NaiveDate>,
    /// Not included.
    pub to: Option<NaiveDate>,
    /// Such as `2026-06`; of the period, what is in it.
    pub month: Option<String>,
    pub category: Option<Category>,
    pub currency: Option<Currency>,
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// A page of the entries behind the figures of the revenue report, the earliest first.
///
/// # Errors
/// `malformed_parameter` for a month that is none, a period that ends before it begins, or a cursor of another list.
pub async fn entries(context: &Context, traced: Traced) -> AppResult<Page<RevenueEntry>> {
    let (from, to) = match traced.month.as_deref() {
        None => period(context, traced.from, traced.to)?,
        Some(month) => {
            let (first, next) = month_of(month)?;
            if let (Some(from), Some(to)) = (traced.from, traced.to) {
                in_order(from, to)?;
            }
            let from = traced.from.map_or(first, |from| from.max(first));
            (from, traced.to.map_or(next, |to| to.min(next)))
        }
    };
    let limit = traced.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = traced.after.as_deref().map(cursor::read).transpose()?;
    let wanted = Wanted {
        from: midnight(from),
        until: midnight(to),
        category: traced.category,
        currency: traced.currency,
        after: after.map(|(at, number)| (at, i64::try_from(number.as_u128()).unwrap_or(i64::MAX))),
        limit: i64::from(limit) + 1,
    };
    let mut db = context.pool.acquire().await?;
    let mut found = reports::entries(&mut db, &wanted).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|last| {
        let number = u128::try_from(last.number).unwrap_or_default();
        cursor::write(last.entry.entry.created_at, Uuid::from_u128(number))
    });
    Ok(Page { items: found.into_iter().map(|one| one.entry).collect(), next, total: None })
}

/// The first day of a month such as `2026-06`, and of the next one.
///
/// # Errors
/// `malformed_parameter` for a month that is none.
pub(super) fn month_of(month: &str) -> AppResult<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::parse_from_str(&format!("{month}-01"), "%Y-%m-%d").ok();
    first
        .filter(|first| (1970..=9999).contains(&first.year()))
        .and_then(|first| Some((first, first.checked_add_months(Months::new(1))?)))
        .ok_or_else(|| {
            let words = "`month` is a month, such as 2026-06.";
            AppError::refused(Code::MalformedParameter, words)
        })
}

fn in_currency(currency: Currency, rows: &[Row]) -> Result<CurrencyRevenue, MoneyError> {
    let money = |amount: Decimal| Money::try_new(amount, currency);
    let bookings = |row: &Row| u64::try_from(row.bookings).unwrap_or_default();
    Ok(CurrencyRevenue {
        currency,
        bookings: rows.iter().map(bookings).sum(),
        gmv: money(rows.iter().map(|row| row.gmv).sum())?,
        fees: money(rows.iter().map(|row| row.fees).sum())?,
        rows: rows
            .iter()
            .map(|row| {
                Ok(RevenueRow {
                    month: row.month.clone(),
                    category: row.category,
                    bookings: bookings(row),
                    gmv: money(row.gmv)?,
                    fees: money(row.fees)?,
                })
            })
            .collect::<Result<_, MoneyError>>()?,
    })
}

/// What would have been kept of past bookings under a changed rule, beside what was kept. Nothing is saved.
///
/// # Errors
/// `invalid`.
pub async fn simulate(context: &Context, body: SimulateFee) -> AppResult<FeeSimulation> {
    let days = (body.to - body.from).num_days();
    if !(1..=LONGEST).contains(&days) {
        let words = format!("a simulation is of 1 to {LONGEST} days");
        return Err(AppError::invalid_field("to", "out_of_range", words));
    }
    let rule = match &body.rule {
        Some(new) => Some(rule(context, new)?),
        None if body.replaces.is_some() => None,
        None => {
            let words = "say which rule is tried, or which one goes";
            return Err(AppError::invalid_field("rule", "required", words));
        }
    };
    let mut db = context.pool.acquire().await?;
    let mut rules: Vec<FeeRule> =
        fees::all(&mut db).await?.into_iter().map(|stored| stored.rule).collect();
    if let Some(replaced) = body.replaces {
        let before = rules.len();
        rules.retain(|rule| rule.id != replaced);
        if rules.len() == before {
            return Err(AppError::invalid_field("replaces", "unknown", "there is no such rule"));
        }
    }
    rules.extend(rule);
    let booked = reports::decided(&mut db, midnight(body.from), midnight(body.to)).await?;
    drop(db);
    let mut rows: BTreeMap<(Currency, Category), SimulatedFees> = BTreeMap::new();
    for one in booked {
        let would = fee::calculate(&rules, one.service_amount, one.category, one.provider);
        let currency = one.service_amount.currency();
        let row = rows.entry((currency, one.category)).or_insert_with(|| SimulatedFees {
            currency,
            category: one.category,
            bookings: 0,
            changed: 0,
            service_amount: Money::zero(currency),
            kept: Money::zero(currency),
            would_keep: Money::zero(currency),
        });
        row.bookings += 1;
        row.changed += u64::from(would.platform_fee != one.platform_fee);
        row.service_amount =
            row.service_amount.plus(one.service_amount).map_err(|error| broken(&error))?;
        row.kept = row.kept.plus(one.platform_fee).map_err(|error| broken(&error))?;
        row.would_keep = row.would_keep.plus(would.platform_fee).map_err(|error| broken(&error))?;
    }
    Ok(FeeSimulation { from: body.from, to: body.to, rows: rows.into_values().collect() })
}

// As if it were made now: among rules of one level and priority the newest counts.
fn rule(context: &Context, new: &NewFee) -> AppResult<FeeRule> {
    let now = context.now();
    let rule = FeeRule {
        id: FeeId::new(now, context.entropy.bytes()),
        fee_type: new.fee_type,
        category: new.category,
        provider_id: new.provider_id,
        fee_type_method: new.fee_type_method,
        fee_percentage: new.fee_percentage,
        fee_fixed_amount: new.fee_fixed_amount,
        min_fee: new.min_fee,
        max_fee: new.max_fee,
        currency: new.currency,
        is_active: true,
        priority: new.priority,
        created_at: now,
    };
    rule.validate().map_err(AppError::invalid)?;
    Ok(rule)
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn broken(error: &MoneyError) -> AppError {
    Fault::Broken(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_months_begin_on_a_first() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(first_shown(date("2026-11-21")), date("2025-12-01"));
        assert_eq!(first_shown(date("2026-12-01")), date("2025-12-01"));
        assert_eq!(first_shown(date("2026-12-02")), date("2026-01-01"));
    }

    #[test]
    fn a_month_is_read_by_its_number() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(month_of("2026-12").unwrap(), (date("2026-12-01"), date("2027-01-01")));
        for wrong in ["", "2026", "2026-13", "June", "-9-01", "99999-01"] {
            assert!(month_of(wrong).is_err(), "{wrong}");
        }
    }
}
