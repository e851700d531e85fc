//! What an operator has tried again.

use traveloure_core::{
    actor::Actor,
    api::{job::Retried, problem::Code},
    job::Job,
};

use super::{Context, refunds, troubles, work::Key};
use crate::{
    error::{AppError, AppResult},
    store::troubles as kept,
};

/// Has a trouble tried now, by whichever server comes first. A refund that waits for an operator is made anew. Who
/// asked for it is kept.
///
/// # Errors
/// `not_found` where nothing of that name is in trouble, or nothing of a refund is left to give back.
pub async fn retry(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    job: Job,
    subject: String,
) -> AppResult<Retried> {
    let user = actor.user;
    let retried = context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let now = work.now;
                if job == Job::SettleRefunds {
                    refunds::lock_booking(work, &subject).await?;
                }
                let known = kept::lock(work.db(), job, &subject).await?.ok_or_else(gone)?;
                kept::note_retry(work.db(), job, &subject, &known.error, user, now).await?;
                troubles::tell(work);
                let subject = match job {
                    Job::SettleRefunds => refunds::retry(work, &subject).await?,
                    _ => subject,
                };
                kept::try_now(work.db(), job, &subject, now).await?;
                Ok(Retried { job, subject })
            })
        })
        .await?;
    tracing::info!(%user, job = %retried.job, subject = retried.subject, "an operator had it tried again");
    context.retried.notify_waiters();
    Ok(retried)
}

fn gone() -> AppError {
    AppError::refused(
        Code::NotFound,
        "Nothing of that name is in trouble; it may have been made good in the meantime. Nothing was changed.",
    )
}
