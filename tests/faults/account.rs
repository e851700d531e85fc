//! The strict account: our rows against the processor's own books, what travelers were told against what is there,
//! seats against bookings, and every invariant of the domain.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use serde_json::Value;
use sqlx::{PgPool, Row};
use traveloure_server::app::invariants;

use crate::world::{Promise, World};

/// What was found. The lists hold what must not be, in words.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub bookings: usize,
    pub charges: usize,
    pub refunds: usize,
    pub transfers: usize,
    /// Money taken, given back or paid out twice, and wishes booked twice.
    pub doubled: Vec<String>,
    /// Money that one side knows of and the other does not, and answers that were given and are not true.
    pub lost: Vec<String>,
    /// Seats sold that are not there, and seats held by nobody.
    pub seats: Vec<String>,
    /// Invariants that do not hold, and connections that somebody left in a transaction.
    pub broken: Vec<String>,
}

/// A movement of money as the processor has it.
struct Moved {
    id: String,
    /// The row of ours that it says it is for.
    for_row: String,
    amount: Decimal,
}

/// A movement of money as we have it.
struct Ours {
    row: String,
    reference: Option<String>,
    amount: Decimal,
    is_done: bool,
}

impl Account {
    /// Takes it: everything that there is, not what was added lately.
    pub async fn take(world: &World) -> Self {
        let mut account = Self::default();
        let ours = &world.database;
        let (charges, payments) = (charges(&world.bank.books).await, payments(ours).await);
        account.charges = charges.len();
        account.compare("charge", &charges, &payments);
        let (made, rows) = (refunds_made(&world.bank.books).await, refunds(ours).await);
        account.refunds = made.len();
        account.compare("refund", &made, &rows);
        let (made, rows) = (transfers(&world.bank.books).await, payouts(ours).await);
        account.transfers = made.len();
        account.compare("transfer", &made, &rows);
        account.bookings(ours).await;
        let journal = world.journal.lock().unwrap().clone();
        account.promises(ours, &journal).await;
        account.seats(ours).await;
        account.connections(ours).await;
        for violation in invariants::check(&world.context()).await.unwrap() {
            account.broken.push(violation.to_string());
        }
        account
    }

    pub fn is_clean(&self) -> bool {
        self.problems().next().is_none()
    }

    pub fn problems(&self) -> impl Iterator<Item = &String> {
        [&self.doubled, &self.lost, &self.seats, &self.broken].into_iter().flatten()
    }

    /// Each of theirs has one of ours, and each of ours that is done one of theirs.
    fn compare(&mut self, what: &str, theirs: &[Moved], ours: &[Ours]) {
        let by_row: BTreeMap<&str, &Ours> =
            ours.iter().map(|one| (one.row.as_str(), one)).collect();
        let mut seen = BTreeSet::new();
        for moved in theirs {
            let Moved { id, for_row, amount } = moved;
            let Some(row) = by_row.get(for_row.as_str()) else {
                self.lost.push(format!("{what} {id} of {amount} is for no row of ours"));
                continue;
            };
            if !seen.insert(for_row) {
                self.doubled.push(format!("{what} {id} of {amount}: not the first for {for_row}"));
            } else if !row.is_done || row.reference.as_ref() != Some(id) {
                self.lost.push(format!("{what} {id} of {amount}: {for_row} does not know of it"));
            } else if row.amount != *amount {
                self.lost.push(format!("{what} {id} of {amount}: {for_row} has {}", row.amount));
            }
        }
        for row in ours.iter().filter(|row| row.is_done && !seen.contains(&row.row)) {
            self.lost.push(format!("{what}: the processor knows nothing of {}", row.row));
        }
    }

    /// Whoever has a place has paid for it once; whoever has none has their money.
    async fn bookings(&mut self, ours: &PgPool) {
        let rows = sqlx::query(
            "SELECT b.id::text AS id, b.status, b.total_amount, b.special_requests AS tag,
                    (SELECT coalesce(sum(part.amount), 0) FROM payment_parts part
                     JOIN payments p ON p.id = part.payment_id
                     WHERE part.booking_id = b.id AND p.status = 'succeeded')
                  - (SELECT coalesce(sum(r.amount), 0) FROM refunds r
                     WHERE r.booking_id = b.id AND r.status <> 'failed') AS kept
             FROM bookings b",
        )
        .fetch_all(ours)
        .await
        .unwrap();
        self.bookings = rows.len();
        let mut tags = BTreeSet::new();
        for row in rows {
            let (id, status): (String, String) = (row.get("id"), row.get("status"));
            let (total, kept): (Decimal, Decimal) = (row.get("total_amount"), row.get("kept"));
            let tag: String = row.get("tag");
            if !tags.insert(tag.clone()) {
                self.doubled.push(format!("booking {id}: not the first for {tag}"));
            }
            let has_place = matches!(status.as_str(), "confirmed" | "completed");
            let due = if has_place { total } else { Decimal::ZERO };
            if kept > due {
                self.doubled.push(format!("booking {id} is {status}: {kept} of {due} is kept"));
            } else if kept < due {
                self.lost.push(format!("booking {id} is {status}: {kept} of {due} is kept"));
            }
        }
    }

    /// What was answered is true.
    async fn promises(&mut self, ours: &PgPool, journal: &[Promise]) {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT special_requests, status FROM bookings")
                .fetch_all(ours)
                .await
                .unwrap();
        let found: BTreeMap<String, String> = rows.into_iter().collect();
        for promise in journal {
            let status = found.get(&promise.tag).map(String::as_str);
            let is_kept = match status {
                Some("confirmed" | "completed" | "refunded") => true,
                Some(_) => !promise.is_confirmed,
                None => false,
            };
            if !is_kept {
                self.lost.push(format!("{promise:?} was answered, and it is {status:?}"));
            }
        }
    }

    async fn seats(&mut self, ours: &PgPool) {
        let rows = sqlx::query(
            "SELECT row.date::text AS date, row.booked, row.capacity,
                    coalesce(sum(b.travelers), 0)::int AS taken
             FROM capacity row
             LEFT JOIN bookings b ON b.service_id = row.service_id AND b.booking_date = row.date
                 AND b.booking_time IS NOT DISTINCT FROM row.slot
                 AND b.status IN ('pending_payment', 'confirmed', 'completed')
             GROUP BY row.id",
        )
        .fetch_all(ours)
        .await
        .unwrap();
        for row in rows {
            let (booked, capacity): (i32, i32) = (row.get("booked"), row.get("capacity"));
            let (taken, date): (i32, String) = (row.get("taken"), row.get("date"));
            if taken > capacity {
                self.seats.push(format!("{date}: {taken} seats of {capacity} are sold"));
            }
            if booked != taken {
                self.seats.push(format!("{date}: {booked} are counted and {taken} are sold"));
            }
        }
    }

    async fn connections(&mut self, ours: &PgPool) {
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'
               AND state_change < now() - interval '1 second'",
        )
        .fetch_one(ours)
        .await
        .unwrap();
        if left > 0 {
            self.broken.push(format!("{left} connections were left in a transaction"));
        }
    }
}

async fn documents(books: &PgPool, kind: &str) -> Vec<(String, Value)> {
    // Of our own account: what a transfer brings its receiver is a charge of theirs.
    let statement =
        "SELECT id, doc FROM sandbox.objects WHERE kind = $1 AND account = '' ORDER BY seq";
    sqlx::query_as(statement).bind(kind).fetch_all(books).await.unwrap()
}

fn text(document: &Value, path: &str) -> String {
    document.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Of minor units: everything here is in EUR.
fn amount(document: &Value) -> Decimal {
    Decimal::new(document["amount"].as_i64().unwrap(), 2)
}

async fn charges(books: &PgPool) -> Vec<Moved> {
    let charges = documents(books, "charge").await;
    let taken = charges.into_iter().filter(|(_, charge)| charge["status"] == "succeeded");
    taken
        .map(|(id, charge)| Moved {
            id,
            for_row: text(&charge, "/metadata/payment_id"),
            amount: amount(&charge),
        })
        .collect()
}

async fn refunds_made(books: &PgPool) -> Vec<Moved> {
    let refunds = documents(books, "refund").await;
    let given = refunds
        .into_iter()
        .filter(|(_, refund)| !["failed", "canceled"].contains(&&*text(refund, "/status")));
    given
        .map(|(id, refund)| Moved {
            id,
            for_row: text(&refund, "/metadata/refund_id"),
            amount: amount(&refund),
        })
        .collect()
}

async fn transfers(books: &PgPool) -> Vec<Moved> {
    let transfers = documents(books, "transfer").await;
    transfers
        .into_iter()
        .map(|(id, transfer)| Moved {
            id,
            for_row: text(&transfer, "/metadata/payout_id"),
            amount: amount(&transfer),
        })
        .collect()
}

async fn rows(ours: &PgPool, statement: &'static str) -> Vec<Ours> {
    let rows = sqlx::query(statement).fetch_all(ours).await.unwrap();
    rows.into_iter()
        .map(|row| Ours {
            row: row.get("id"),
            reference: row.get("reference"),
            amount: row.get("amount"),
            is_done: row.get("is_done"),
        })
        .collect()
}

async fn payments(ours: &PgPool) -> Vec<Ours> {
    let statement =
        "SELECT id::text, charge_id AS reference, amount, status = 'succeeded' AS is_done
                     FROM payments";
    rows(ours, statement).await
}

async fn refunds(ours: &PgPool) -> Vec<Ours> {
    let statement = "SELECT id::text, refund_id AS reference, amount,
                            status IN ('pending', 'succeeded') AS is_done
                     FROM refunds";
    rows(ours, statement).await
}

async fn payouts(ours: &PgPool) -> Vec<Ours> {
    let statement = "SELECT id::text, transfer_id AS reference,
                            coalesce(transferred, 0)::numeric AS amount, status = 'paid' AS is_done
                     FROM payouts";
    rows(ours, statement).await
}
