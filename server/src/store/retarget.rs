//! Capacity after an edit of what it follows from. Whoever calls this keeps everybody out who could claim
//! ([`super::capacity::change_rules`]); releases may go on meanwhile, which is why counters move by differences.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{PoolId, ServiceId};
use uuid::Uuid;

use super::{
    capacity::Holder,
    read::{column, count},
};

/// Gives the rows of a pool that are still to come another target, in the order of ids.
pub async fn pool(
    db: &mut PgConnection,
    pool: PoolId,
    target: u32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH locked AS MATERIALIZED (
            SELECT id FROM capacity WHERE pool_id = $1 AND bucket > $3::timestamptz - interval '15 minutes'
            ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE capacity row SET target = $2, capacity = greatest($2, row.booked)
        FROM locked WHERE row.id = locked.id
        "#,
        pool.as_uuid(),
        column(target),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One of a service's own rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnRow {
    pub id: Uuid,
    pub date: NaiveDate,
    pub slot: Option<NaiveTime>,
    pub target: u32,
}

/// The service's own rows from `from` on.
pub async fn own_rows(
    db: &mut PgConnection,
    service: ServiceId,
    from: NaiveDate,
) -> sqlx::Result<Vec<OwnRow>> {
    let rows = sqlx::query!(
        r#"SELECT id, date AS "date!", slot, target FROM capacity WHERE service_id = $1 AND date >= $2"#,
        service.as_uuid(),
        from,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OwnRow { id: row.id, date: row.date, slot: row.slot, target: count(row.target) })
        .collect())
}

/// Makes rows that nothing is claimed of yet.
pub async fn make(db: &mut PgConnection, service: ServiceId, rows: &[OwnRow]) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let dates: Vec<NaiveDate> = rows.iter().map(|row| row.date).collect();
    let slots: Vec<Option<NaiveTime>> = rows.iter().map(|row| row.slot).collect();
    let targets: Vec<i32> = rows.iter().map(|row| column(row.target)).collect();
    sqlx::query!(
        "INSERT INTO capacity (id, service_id, date, slot, target, capacity)
         SELECT made.id, $1, made.date, made.slot, made.target, made.target
         FROM unnest($2::uuid[], $3::date[], $4::time[], $5::int[]) AS made (id, date, slot, target)",
        service.as_uuid(),
        &ids,
        &dates,
        &slots as &[Option<NaiveTime>],
        &targets,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets go of claims that are still live; returns what that frees of which row.
pub async fn let_go(
    db: &mut PgConnection,
    claims: &[Uuid],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, i32)>> {
    let rows = sqlx::query!(
        "UPDATE claims SET released_at = $2 WHERE id = ANY ($1) AND released_at IS NULL
         RETURNING capacity_id, quantity",
        claims,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.capacity_id, row.quantity)).collect())
}

/// A claim to be written.
#[derive(Clone, Copy, Debug)]
pub struct NewClaim {
    pub id: Uuid,
    pub row: Uuid,
    pub holder: Holder,
    pub quantity: u32,
}

/// Writes claims; the counters of their rows move with [`apply`].
pub async fn claim(
    db: &mut PgConnection,
    claims: &[NewClaim],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<Uuid> = claims.iter().map(|claim| claim.id).collect();
    let rows: Vec<Uuid> = claims.iter().map(|claim| claim.row).collect();
    let requests: Vec<Option<Uuid>> =
        claims.iter().map(|claim| claim.holder.request.map(Uuid::from)).collect();
    let bookings: Vec<Option<Uuid>> =
        claims.iter().map(|claim| claim.holder.booking.map(Uuid::from)).collect();
    let until: Vec<Option<DateTime<Utc>>> = claims.iter().map(|claim| claim.holder.until).collect();
    let quantities: Vec<i32> = claims.iter().map(|claim| column(claim.quantity)).collect();
    sqlx::query!(
        "INSERT INTO claims (id, capacity_id, request_id, booking_id, held_until, quantity, created_at)
         SELECT made.id, made.row, made.request, made.booking, made.until, made.quantity, $7
         FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::int[])
             AS made (id, row, request, booking, until, quantity)",
        &ids,
        &rows,
        &requests as &[Option<Uuid>],
        &bookings as &[Option<Uuid>],
        &until as &[Option<DateTime<Utc>>],
        &quantities,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A row's new target and by how much its counter moves.
#[derive(Clone, Copy, Debug)]
pub struct Move {
    pub row: Uuid,
    pub target: u32,
    pub booked: i32,
}

/// Gives rows their targets and moves their counters, in the order of ids. What is booked above its target stays, and
/// nothing more is taken there.
pub async fn apply(db: &mut PgConnection, moves: &[Move]) -> sqlx::Result<()> {
    let rows: Vec<Uuid> = moves.iter().map(|one| one.row).collect();
    let targets: Vec<i32> = moves.iter().map(|one| column(one.target)).collect();
    let booked: Vec<i32> = moves.iter().map(|one| one.booked).collect();
    sqlx::query!(
        r#"
        WITH moved AS (
            SELECT move.id, move.target, move.booked
            FROM unnest($1::uuid[], $2::int[], $3::int[]) AS move (id, target, booked)
        ), locked AS MATERIALIZED (
            SELECT id FROM capacity WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE capacity row
        SET target = moved.target, booked = row.booked + moved.booked,
            capacity = greatest(moved.target, row.booked + moved.booked)
        FROM moved JOIN locked USING (id)
        WHERE row.id = moved.id
        "#,
        &rows,
        &targets,
        &booked,
    )
    .execute(db)
    .await?;
    Ok(())
}
