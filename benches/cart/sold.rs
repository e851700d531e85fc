//! What selling one item asks of the database.

use serde_json::Value;
use sqlx::{Connection, PgConnection, Row};
use traveloure_server::cluster::{Cluster, DATABASE};
use uuid::Uuid;

use crate::{
    api::Shop,
    replay::{Script, Varying, log_of, transactions_with},
};

/// A row for each item to be sold, over all slots in turn.
const CALLS: &str = "SELECT wanted.n, wanted.id AS booking, gen_random_uuid() AS checkout,
            gen_random_uuid() AS claim, row.id AS capacity, row.date, row.slot AS time,
            'TRV-' || upper(substr(md5(wanted.id::text), 1, 12)) AS code,
            'replay ' || wanted.id AS key
     FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, n)
     JOIN (SELECT id, date, slot, row_number() OVER (ORDER BY slot, date) AS at, count(*) OVER () AS count
           FROM capacity WHERE service_id = '00000000-0000-0000-0000-000000000002') row
         ON row.at = wanted.n % row.count + 1";

const KEY: &str = "the sale that is logged";

/// Sells one item over HTTP and reads what PostgreSQL was asked for.
pub async fn capture(shop: &Shop, cluster: &Cluster) -> Script {
    let (answer, log): (Value, _) = log_of(cluster, shop.process(KEY, &shop.item(1))).await;
    let booking: Uuid = answer["instant"][0]["booking"]["id"].as_str().unwrap().parse().unwrap();
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    let row = sqlx::query(
        "SELECT b.checkout_id, b.confirmation_code, b.booking_date::text AS date, b.booking_time::text AS time,
                claim.id AS claim, claim.capacity_id
         FROM bookings b JOIN claims claim ON claim.booking_id = b.id WHERE b.id = $1",
    )
    .bind(booking)
    .fetch_one(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    let id = |column: &str| row.get::<Uuid, _>(column).to_string();
    let captured = vec![
        (booking.to_string(), "booking"),
        (id("checkout_id"), "checkout"),
        (id("claim"), "claim"),
        (id("capacity_id"), "capacity"),
        (row.get("confirmation_code"), "code"),
        (row.get("date"), "date"),
        (row.get("time"), "time"),
        (KEY.to_owned(), "key"),
    ];
    let statements = transactions_with(log, &[KEY]);
    Script::of(&statements, Varying { captured, calls: CALLS })
}
