//! What one accept asks of the database.

use sqlx::{Connection, PgConnection, Row};
use traveloure_server::{
    cluster::{Cluster, DATABASE},
    serve::Server,
};
use uuid::Uuid;

use crate::{
    api,
    replay::{Script, Varying, log_of, transactions_with},
    seed::Stage,
};

/// A row for each request to be accepted.
const CALLS: &str = "SELECT row_number() OVER () AS n, r.id, r.terms_date, r.terms_time,
            gen_random_uuid() AS booking, gen_random_uuid() AS claim, row.id AS capacity,
            'TRV-' || upper(substr(md5(r.id::text), 1, 12)) AS code
     FROM unnest($1::uuid[]) AS wanted (id)
     JOIN booking_requests r ON r.id = wanted.id
     JOIN capacity row ON row.service_id = r.service_id AND row.date = r.terms_date
         AND row.slot = r.terms_time";

/// Accepts `request` over HTTP and reads what PostgreSQL was asked for.
pub async fn capture(server: &Server, cluster: &Cluster, stage: &Stage, request: Uuid) -> Script {
    let base = format!("http://{}", server.address());
    let client = reqwest::Client::new();
    let ((), log) = log_of(cluster, api::accept(&client, &base, &stage.token, request)).await;
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    let row = sqlx::query(
        "SELECT b.id, b.confirmation_code, b.booking_date::text AS date, b.booking_time::text AS time,
                claim.id AS claim, claim.capacity_id
         FROM bookings b JOIN booking_requests r ON r.booking_id = b.id
         JOIN claims claim ON claim.booking_id = b.id WHERE r.id = $1",
    )
    .bind(request)
    .fetch_one(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    let id = |column: &str| row.get::<Uuid, _>(column).to_string();
    let captured = vec![
        (request.to_string(), "id"),
        (id("id"), "booking"),
        (id("claim"), "claim"),
        (id("capacity_id"), "capacity"),
        (row.get("confirmation_code"), "code"),
        (row.get("date"), "terms_date"),
        (row.get("time"), "terms_time"),
    ];
    let statements = transactions_with(log, &["INSERT INTO bookings"]);
    Script::of(&statements, Varying { captured, calls: CALLS })
}
