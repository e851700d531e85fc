//! Every day, the processor's books beside ours: its fees are posted, what is missing on either side goes on a
//! worklist, and what has been found since comes off it.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use traveloure_core::{api::report::Reconciliation, ids::DifferenceId, job::Job, ledger, time};

use super::{
    Context,
    books::post,
    context::Processor,
    gateway::{BalanceTransaction, Period},
    payments::told,
    payouts, troubles,
    work::Work,
};
use crate::{
    error::AppResult,
    store::reconciliation::{self, Compared, Fee, Movement},
};

/// How long after its end a day is compared: what it was told late is there then.
const SETTLES: TimeDelta = TimeDelta::hours(2);
/// The processor's clock and ours need not agree.
const SKEW: TimeDelta = TimeDelta::hours(1);
/// How many fees one transaction posts.
const BATCH: i64 = 100;
/// No more differences are listed.
const LISTED: i64 = 500;

/// The day (UTC) to be compared: over, and behind those that were.
///
/// # Errors
/// A fault only.
pub async fn due_day(context: &Context) -> AppResult<Option<NaiveDate>> {
    if context.processor.is_none() {
        return Ok(None);
    }
    match next_day(context).await? {
        Some(day) if compared_at(day) <= context.now() && !is_put_off(context, day).await? => {
            Ok(Some(day))
        }
        _ => Ok(None),
    }
}

// A day that failed and is left alone holds up those behind it: they are compared in their order.
async fn is_put_off(context: &Context, day: NaiveDate) -> AppResult<bool> {
    troubles::is_put_off(context, Job::Reconcile, &day.to_string()).await
}

/// Compares a day. Comparing one again changes nothing that is right.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn compare(context: &Context, day: NaiveDate) -> AppResult<()> {
    let processor = context.processor()?;
    reconcile(context, processor, day).await
}

/// When the next day is compared.
///
/// # Errors
/// A fault only.
pub async fn next_reconciliation(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    if context.processor.is_none() {
        return Ok(None);
    }
    match next_day(context).await? {
        Some(day) if !is_put_off(context, day).await? => Ok(Some(compared_at(day))),
        _ => Ok(None),
    }
}

async fn next_day(context: &Context) -> AppResult<Option<NaiveDate>> {
    let mut db = context.pool.acquire().await?;
    if let Some(day) = reconciliation::compared_to(&mut db).await? {
        return Ok(Some(time::next_day(day)));
    }
    let first = reconciliation::first_movement(&mut db).await?;
    Ok(first.map(|moment| moment.date_naive()))
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn compared_at(day: NaiveDate) -> DateTime<Utc> {
    midnight(time::next_day(day)) + SETTLES
}

async fn reconcile(context: &Context, processor: &Processor, day: NaiveDate) -> AppResult<()> {
    let (from, until) = (midnight(day), midnight(time::next_day(day)));
    let movements =
        fetch(context, processor, Period { from: from - SKEW, until: until + SKEW }).await?;
    while context.transact(|work| Box::pin(post_fees(work))).await? > 0 {}
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let open = reconciliation::open_references(work.db()).await?;
                let compared = reconciliation::compare(work.db(), from, until, &open).await?;
                let differing: Vec<&Compared> =
                    compared.iter().filter(|one| differs(one)).collect();
                for one in &differing {
                    let id = DifferenceId::new(now, work.random());
                    reconciliation::differs(work.db(), id, day, one, now).await?;
                }
                let references: Vec<String> =
                    differing.iter().map(|one| one.reference.clone()).collect();
                reconciliation::agree_but(work.db(), &references, now).await?;
                let differences = i32::try_from(differing.len()).unwrap_or(i32::MAX);
                if differences > 0 {
                    tracing::error!(%day, differences, "our books and the processor's differ");
                }
                reconciliation::day_compared(work.db(), day, movements, differences, now).await?;
                Ok(())
            })
        })
        .await
}

fn differs(compared: &Compared) -> bool {
    compared.ours.unwrap_or_default() != compared.theirs.unwrap_or_default()
}

// Keeps what the processor's books have of the period. A dispute that we were not told of is read on the way.
async fn fetch(context: &Context, processor: &Processor, period: Period) -> AppResult<i32> {
    let (mut after, mut count) = (None, 0_i32);
    loop {
        let page = processor
            .gateway
            .balance_transactions(period, after.as_ref())
            .await
            .map_err(|error| told(&error))?;
        count = count.saturating_add(i32::try_from(page.items.len()).unwrap_or(i32::MAX));
        for dispute in page.items.iter().filter(|one| one.kind == "adjustment") {
            if let Some(source) = &dispute.source {
                payouts::settle_dispute(context, source).await?;
            }
        }
        keep(context, page.items).await?;
        after = page.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

async fn keep(context: &Context, items: Vec<BalanceTransaction>) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                for item in &items {
                    let movement = Movement {
                        id: item.id.as_str(),
                        kind: &item.kind,
                        source: item.source.as_deref(),
                        amount: item.amount,
                        fee: item.fee,
                        created_at: item.created,
                    };
                    reconciliation::keep(work.db(), &movement).await?;
                }
                Ok(())
            })
        })
        .await
}

// What the processor kept, divided over the bookings it was for.
async fn post_fees(work: &mut Work<'_>) -> AppResult<usize> {
    let fees = reconciliation::lock_fees(work.db(), BATCH).await?;
    for of_one in fees.chunk_by(|left, right| left.transaction == right.transaction) {
        let [first, ..] = of_one else { continue };
        let weights: Vec<Decimal> = of_one.iter().map(|fee| fee.weight).collect();
        for (Fee { transaction, parties, .. }, part) in
            of_one.iter().zip(first.amount.apportion(&weights))
        {
            let cause = format!("fee:{transaction}:{}", parties.booking);
            let posting = ledger::processor_fee(*parties, part);
            post(work, &cause, &posting).await?;
        }
        reconciliation::fee_posted(work.db(), &first.transaction).await?;
    }
    Ok(fees.len())
}

/// The worklist: where our books and the processor's differ, or did.
///
/// # Errors
/// A fault only.
pub async fn worklist(context: &Context, only_open: bool) -> AppResult<Reconciliation> {
    let mut db = context.pool.acquire().await?;
    Ok(Reconciliation {
        compared_to: reconciliation::compared_to(&mut db).await?,
        differences: reconciliation::differences(&mut db, only_open, LISTED).await?,
    })
}
