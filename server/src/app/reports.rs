//! The platform's own figures, for administrators.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        fee::NewFee,
        problem::Code,
        report::{CurrencyRevenue, FeeSimulation, Revenue, RevenueRow, SimulateFee, SimulatedFees},
    },
    category::Category,
    fee::{self, FeeRule},
    ids::FeeId,
    money::{Currency, Money, MoneyError},
};

use super::Context;
use crate::{
    error::{AppError, AppResult, Fault},
    store::{
        fees,
        reports::{self, Row},
    },
};

/// Without dates, so much is shown.
const SHOWN: Days = Days::new(365);
/// A simulation reads every booking of its period.
const LONGEST: i64 = 366;

/// What was sold and what was kept of it from `from` to `to` (not included, UTC), by category and month; the last year
/// without them. Read from the ledger.
///
/// # Errors
/// `malformed_parameter` for a period that ends before it begins.
pub async fn revenue(
    context: &Context,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) -> AppResult<Revenue> {
    let to = to.unwrap_or_else(|| context.now().date_naive() + Days::new(1));
    let from = from.unwrap_or_else(|| to.checked_sub_days(SHOWN).unwrap_or(to));
    if to < from {
        return Err(AppError::refused(Code::MalformedParameter, "`to` is before `from`."));
    }
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
