//! Webhooks on their way, and what the clock brings about: checkouts that lapse, refunds that settle.

use std::time::Duration;

use axum::http::header;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use reqwest::redirect;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{
    Sandbox,
    call::Origin,
    refusal::{Failure, Outcome},
    resources::{refunds, sessions},
    signature,
    store::{
        deliveries::{self, Due},
        idempotency, objects,
    },
};

/// How long a receiver may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Nobody else sends what was taken for so long; longer than sending can take.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// How many events are on their way at a time.
const AT_A_TIME: usize = 8;
const BATCH: i64 = 32;
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// After so many attempts, some fifteen hours, an event is given up.
const ATTEMPTS: i32 = 24;
const LONGEST_WAIT: i64 = 3600;

/// Where this process sends what is meant for the servers themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destinations {
    /// The address that hears of the platform's own account.
    pub account: String,
    /// The address that hears of connected accounts.
    pub connect: String,
}

/// Sends events until `stop`. Any number of processes may do so on one database: each event is one
/// process's at a time. An event that does not get a 2xx is sent again, later and later.
pub async fn deliver(sandbox: Sandbox, to: Destinations, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let told = sandbox.0.told.notified();
        tokio::pin!(told);
        // From here on, or what is committed during the sending would wait for the next look.
        told.as_mut().enable();
        match stop.run_until_cancelled(deliver_due(&sandbox, &to)).await {
            Some(Err(error)) => tracing::warn!(%error, "the sandbox cannot send its events"),
            Some(Ok(_)) => {}
            None => return,
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = told => {}
            () = sleep(LONGEST_SLEEP) => {}
        }
    }
}

/// Does what the clock brings about, and sends every event that is due now, once; returns how many were
/// sent, arrived or not.
///
/// # Errors
/// The database's.
pub async fn deliver_due(sandbox: &Sandbox, to: &Destinations) -> sqlx::Result<usize> {
    lapse(sandbox).await?;
    settle(sandbox, sandbox.now()).await?;
    let mut db = sandbox.0.pool.acquire().await?;
    idempotency::forget(&mut db, sandbox.now().timestamp()).await?;
    drop(db);
    let client = client().map_err(|error| sqlx::Error::Configuration(error.into()))?;
    let mut sent = 0;
    loop {
        let now = sandbox.now();
        let mut db = sandbox.0.pool.acquire().await?;
        let due = deliveries::claim(&mut db, now, now + CLAIM, BATCH).await?;
        drop(db);
        if due.is_empty() {
            return Ok(sent);
        }
        sent += due.len();
        let outcomes: Vec<sqlx::Result<()>> = futures_util::stream::iter(due)
            .map(|due| send(sandbox, &client, to, due))
            .buffer_unordered(AT_A_TIME)
            .collect()
            .await;
        outcomes.into_iter().collect::<sqlx::Result<()>>()?;
    }
}

fn client() -> reqwest::Result<reqwest::Client> {
    // An error means that it has been installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent("Traveloure-Sandbox/1.0")
        .timeout(PATIENCE)
        .redirect(redirect::Policy::none())
        // Receivers are on this machine or beside it.
        .no_proxy()
        .tls_certs_only([])
        .build()
}

async fn send(
    sandbox: &Sandbox,
    client: &reqwest::Client,
    to: &Destinations,
    due: Due,
) -> sqlx::Result<()> {
    let outcome = if due.is_lost {
        Err("lost on the way, on purpose".to_owned())
    } else {
        let own = if due.connect { &to.connect } else { &to.account };
        let url = due.url.as_deref().unwrap_or(own);
        let body = due.doc.to_string();
        let signed = signature::header(&due.secret, sandbox.now().timestamp(), body.as_bytes());
        let request = client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .header("stripe-signature", signed)
            .body(body);
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(format!("answered {}", answer.status())),
            Err(error) => Err(error.to_string()),
        }
    };
    let mut db = sandbox.0.pool.acquire().await?;
    match outcome {
        Ok(()) => deliveries::arrived(&mut db, due.id).await,
        Err(reason) => {
            let again = again(sandbox.now(), due.attempts);
            deliveries::failed(&mut db, due.id, &reason, again).await
        }
    }
}

/// When an event is sent again that did not arrive for the `attempts`th time.
fn again(now: DateTime<Utc>, attempts: i32) -> Option<DateTime<Utc>> {
    let doubled = 1_i64.checked_shl(attempts.unsigned_abs()).unwrap_or(LONGEST_WAIT);
    (attempts < ATTEMPTS).then(|| now + TimeDelta::seconds(doubled.clamp(1, LONGEST_WAIT)))
}

async fn lapse(sandbox: &Sandbox) -> sqlx::Result<()> {
    let lapse_one = || {
        sandbox.transact(Origin::default(), |call| {
            Box::pin(async move {
                let now = call.timestamp();
                let Some(mut session) = objects::lapsed_checkout(call.db, now).await? else {
                    return Ok(false);
                };
                let account = session.account.clone();
                let origin = Origin { account, ..Origin::default() };
                let mut call = call.reborrow(&origin);
                sessions::lapse(&mut call, &mut session).await?;
                Ok(true)
            })
        })
    };
    while checked(lapse_one().await)? {}
    Ok(())
}

/// Settles the refunds that are to be settled by a moment; returns how many.
pub(super) async fn settle(sandbox: &Sandbox, by: DateTime<Utc>) -> sqlx::Result<usize> {
    let settle_one = || {
        sandbox.transact(Origin::default(), move |call| {
            Box::pin(async move {
                let Some(refund) = objects::settling_refund(call.db, by.timestamp()).await? else {
                    return Ok(None);
                };
                let origin = Origin { account: refund.account.clone(), ..Origin::default() };
                let mut call = call.reborrow(&origin);
                refunds::settle(&mut call, &refund).await.map(Some)
            })
        })
    };
    let mut settled = 0;
    while let Some(was_first) = checked(settle_one().await)? {
        settled += usize::from(was_first);
    }
    Ok(settled)
}

fn checked<T>(outcome: Outcome<T>) -> sqlx::Result<T> {
    outcome.map_err(|failure| match failure {
        Failure::Database(error) => error,
        Failure::Refused(refusal) => sqlx::Error::Protocol(refusal.message().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_sent_again_later_and_later_and_then_given_up() {
        let now = DateTime::UNIX_EPOCH;
        let wait = |attempts| again(now, attempts).map(|at| (at - now).num_seconds());
        assert_eq!(wait(1), Some(2));
        assert_eq!(wait(5), Some(32));
        assert_eq!(wait(20), Some(3600));
        assert_eq!(wait(ATTEMPTS), None);
    }
}
