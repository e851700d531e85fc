//! What was said: the rounds of offers, and messages beside them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::request::{Message, Round},
    ids::{RequestId, RoundId},
    money::{Currency, Money},
    request::{Side, Terms},
};
use uuid::Uuid;

use crate::{
    error::AppResult,
    store::read::{column, corrupt, count, enumerated},
};

/// A round to be added; rounds never change.
#[derive(Debug)]
pub struct NewRound<'a> {
    pub id: RoundId,
    pub request: RequestId,
    pub number: u32,
    pub by: Side,
    pub terms: &'a Terms,
    pub currency: Currency,
    pub message: &'a str,
    pub valid_until: DateTime<Utc>,
    pub holds_slot: bool,
}

pub async fn add_round(
    db: &mut PgConnection,
    round: &NewRound<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO request_rounds (id, request_id, number, by, date, end_date, time, travelers, price,
                                     currency, message, valid_until, holds_slot, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        round.id.as_uuid(),
        round.request.as_uuid(),
        column(round.number),
        round.by.as_str(),
        round.terms.date,
        round.terms.end_date,
        round.terms.time,
        column(round.terms.travelers),
        round.terms.price.map(Money::amount),
        round.currency.code(),
        round.message,
        round.valid_until,
        round.holds_slot,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The rounds of a request, oldest first.
pub async fn rounds(db: &mut PgConnection, request: RequestId) -> AppResult<Vec<Round>> {
    let rows = sqlx::query!(
        "SELECT number, by, date, end_date, time, travelers, price, currency, message, valid_until,
                holds_slot, created_at
         FROM request_rounds WHERE request_id = $1 ORDER BY number",
        request.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency =
                row.currency.parse().map_err(|error| corrupt("currency", request, error))?;
            let price = row
                .price
                .map(|price| Money::try_new(price, currency))
                .transpose()
                .map_err(|error| corrupt("price", request, error))?;
            Ok(Round {
                number: count(row.number),
                by: enumerated("side", request, &row.by)?,
                date: row.date,
                end_date: row.end_date,
                time: row.time,
                travelers: count(row.travelers),
                price,
                message: row.message,
                valid_until: row.valid_until,
                holds_slot: row.holds_slot,
                created_at: row.created_at,
            })
        })
        .collect()
}

pub async fn add_message(
    db: &mut PgConnection,
    id: Uuid,
    request: RequestId,
    by: Side,
    text: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO request_messages (id, request_id, by, text, created_at) VALUES ($1, $2, $3, $4, $5)",
        id,
        request.as_uuid(),
        by.as_str(),
        text,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The messages of a request, oldest first.
pub async fn messages(db: &mut PgConnection, request: RequestId) -> AppResult<Vec<Message>> {
    let rows = sqlx::query!(
        "SELECT by, text, created_at FROM request_messages WHERE request_id = $1 ORDER BY created_at, id",
        request.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Message {
                by: enumerated("side", request, &row.by)?,
                text: row.text,
                created_at: row.created_at,
            })
        })
        .collect()
}
