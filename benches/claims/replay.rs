//! The statements of one accept, read from PostgreSQL's own log and replayed by pgbench.
//!
//! Nothing is written by hand: one accept is made over HTTP with statement logging on; each of its
//! statements becomes a line of a pgbench script, in the same order, with the same parameters. What is
//! different in another accept (ids, codes, the slot's date) comes from a table that has a row for each
//! request to be replayed, read by one extra statement at the head of the script.

use std::{fs, process::Stdio, time::Duration};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use traveloure_server::{
    cluster::{Cluster, DATABASE},
    serve::Server,
};
use uuid::Uuid;

use crate::{api, seed::Stage};

/// One statement as it was logged.
#[derive(Debug)]
struct Logged {
    process: String,
    text: String,
    parameters: Vec<Option<String>>,
}

/// What is another in every accept.
#[derive(Debug)]
struct Captured {
    request: Uuid,
    booking: Uuid,
    claim: Uuid,
    capacity: Uuid,
    code: String,
    date: String,
    time: String,
}

/// The script of one accept.
pub struct Script {
    lines: Vec<String>,
    /// The columns of the table of values: a template in which the captured values stand.
    templates: Vec<String>,
    captured: Captured,
}

/// Accepts `request` over HTTP and reads what PostgreSQL was asked for.
pub async fn capture(server: &Server, cluster: &Cluster, stage: &Stage, request: Uuid) -> Script {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    set_logging(&mut db, true).await;
    let before = fs::metadata(cluster.log_file()).unwrap().len();
    let base = format!("http://{}", server.address());
    api::accept(&reqwest::Client::new(), &base, &stage.token, request).await;
    set_logging(&mut db, false).await;
    let log = fs::read(cluster.log_file()).unwrap();
    let log = String::from_utf8_lossy(&log[usize::try_from(before).unwrap()..]).into_owned();

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
    let captured = Captured {
        request,
        booking: row.get("id"),
        claim: row.get("claim"),
        capacity: row.get("capacity_id"),
        code: row.get("confirmation_code"),
        date: row.get("date"),
        time: row.get("time"),
    };
    let mut script = Script { lines: Vec::new(), templates: Vec::new(), captured };
    for statement in of_the_accept(parse(&log)) {
        script.add(&statement);
    }
    script
}

async fn set_logging(db: &mut PgConnection, on: bool) {
    let value = if on { "all" } else { "none" };
    db.execute(AssertSqlSafe(format!("ALTER SYSTEM SET log_statement = '{value}'"))).await.unwrap();
    db.execute("SELECT pg_reload_conf()").await.unwrap();
    // Sessions read the new setting before their next command, once the postmaster has told them.
    let mut shown: String = String::new();
    while shown != value {
        shown = db.fetch_one("SHOW log_statement").await.unwrap().get(0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
}

/// The statements of the transaction that made the booking, after the look at the bearer's token.
fn of_the_accept(log: Vec<Logged>) -> Vec<Logged> {
    let process = log
        .iter()
        .find(|one| one.text.contains("INSERT INTO bookings"))
        .map(|one| one.process.clone())
        .expect("the log has the accept");
    let mut inside = false;
    log.into_iter()
        .filter(|one| {
            if one.text.contains("token_hash = $1") {
                return true;
            }
            if one.process != process {
                return false;
            }
            if one.text.trim() == "BEGIN" {
                inside = true;
            }
            let is_part = inside;
            if one.text.trim() == "COMMIT" {
                inside = false;
            }
            is_part
        })
        .collect()
}

/// Reads `LOG:  execute …: SQL` with its `DETAIL:  parameters: …`, and `LOG:  statement: SQL`.
fn parse(log: &str) -> Vec<Logged> {
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in log.lines() {
        if let (Some(more), Some((_, text))) = (line.strip_prefix('\t'), entries.last_mut()) {
            text.push('\n');
            text.push_str(more);
        } else {
            let process = line.split(['[', ']']).nth(1).unwrap_or_default().to_owned();
            entries.push((process, line.to_owned()));
        }
    }
    let mut statements: Vec<Logged> = Vec::new();
    for (process, entry) in entries {
        if let Some((_, rest)) = entry.split_once("LOG:  execute ") {
            let text = rest.split_once(": ").map_or("", |(_, text)| text).to_owned();
            statements.push(Logged { process, text, parameters: Vec::new() });
        } else if let Some((_, text)) = entry.split_once("LOG:  statement: ") {
            statements.push(Logged { process, text: text.to_owned(), parameters: Vec::new() });
        } else if let Some((_, list)) = entry.split_once("DETAIL:  parameters: ")
            && let Some(last) = statements.iter_mut().rev().find(|one| one.process == process)
        {
            last.parameters = parameters(list);
        }
    }
    statements
}

/// `$1 = 'it''s', $2 = NULL`
fn parameters(list: &str) -> Vec<Option<String>> {
    let mut values = Vec::new();
    let mut rest = list;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(after) = value.strip_prefix("NULL") {
            values.push(None);
            rest = after;
            continue;
        }
        let mut text = String::new();
        let mut letters = value.char_indices().skip(1).peekable();
        let mut end = value.len();
        while let Some((at, letter)) = letters.next() {
            if letter != '\'' {
                text.push(letter);
            } else if letters.peek().is_some_and(|(_, next)| *next == '\'') {
                text.push('\'');
                letters.next();
            } else {
                end = at + 1;
                break;
            }
        }
        values.push(Some(text));
        rest = &value[end..];
    }
    values
}

impl Script {
    /// How many statements there are.
    pub fn statements(&self) -> usize {
        self.lines.len()
    }

    fn add(&mut self, statement: &Logged) {
        // The counters' last digits change; the statement's own name for them does not.
        let mut text = statement.text.trim().replace('\n', " ");
        for (index, value) in statement.parameters.iter().enumerate().rev() {
            let place = format!("${}", index + 1);
            let value = match value {
                None => "NULL".to_owned(),
                Some(value) if self.varies(value) => {
                    self.templates.push(value.clone());
                    format!(":v{}", self.templates.len() - 1)
                }
                Some(value) => format!("'{}'", value.replace('\'', "''")),
            };
            text = text.replace(&place, &value);
        }
        self.lines.push(format!("{};", text.trim_end_matches(';')));
    }

    fn varies(&self, value: &str) -> bool {
        let Captured { request, booking, claim, capacity, code, date, time } = &self.captured;
        [request, booking, claim, capacity].iter().any(|id| value.contains(&id.to_string()))
            || value.contains(code.as_str())
            || value.contains(date.as_str())
            || value.contains(time.as_str())
    }

    /// Replays the script for these requests with so many clients; returns how many a second.
    pub async fn replay(&self, cluster: &Cluster, requests: &[Uuid], clients: usize) -> f64 {
        let mut db = PgConnection::connect_with(&cluster.superuser_options().database(DATABASE))
            .await
            .unwrap();
        self.fill(&mut db, requests).await;
        db.execute("ANALYZE").await.unwrap();
        db.close().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("accept.sql");
        let columns: Vec<String> = (0..self.templates.len()).map(|n| format!("v{n}")).collect();
        let head = format!(
            "SELECT {} FROM replay WHERE n = (SELECT nextval('replay_n')) \\gset",
            columns.join(", ")
        );
        fs::write(&file, format!("{head}\n{}\n", self.lines.join("\n"))).unwrap();
        let options = cluster.superuser_options();
        let output = tokio::process::Command::new(cluster.bin_dir().join("pgbench"))
            .args(["-n", "-M", "prepared", "-j", "2"])
            .args(["-c", &clients.to_string(), "-t", &(requests.len() / clients).to_string()])
            .arg("-f")
            .arg(&file)
            .args(["-h", &options.get_socket().unwrap().display().to_string()])
            .args(["-U", "postgres", "traveloure"])
            .env("PGPASSWORD", password_of(&options))
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let failed =
            text.lines().find(|line| line.starts_with("number of failed")).unwrap_or_default();
        assert!(
            output.status.success() && (failed.is_empty() || failed.contains(": 0 ")),
            "{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let line = text.lines().find(|line| line.starts_with("tps = ")).expect("pgbench says tps");
        line.split_whitespace().nth(2).unwrap().parse().unwrap()
    }

    /// A row of values for each request: the captured text with this request's own ids, codes and dates.
    async fn fill(&self, db: &mut PgConnection, requests: &[Uuid]) {
        db.execute("DROP TABLE IF EXISTS replay; DROP SEQUENCE IF EXISTS replay_n; CREATE SEQUENCE replay_n")
            .await
            .unwrap();
        let Captured { request, booking, claim, capacity, code, date, time } = &self.captured;
        let columns: Vec<String> = self
            .templates
            .iter()
            .enumerate()
            .map(|(n, template)| {
                let mut value = format!("'{}'::text", template.replace('\'', "''"));
                for (from, to) in [
                    (request.to_string(), "one.id::text"),
                    (booking.to_string(), "one.booking::text"),
                    (claim.to_string(), "one.claim::text"),
                    (capacity.to_string(), "one.capacity::text"),
                    (code.clone(), "one.code"),
                    (date.clone(), "one.terms_date::text"),
                    (time.clone(), "one.terms_time::text"),
                ] {
                    value = format!("replace({value}, '{from}', {to})");
                }
                format!("{value} AS v{n}")
            })
            .collect();
        let make = format!(
            "CREATE TABLE replay AS
             SELECT one.n, {} FROM (
                 SELECT row_number() OVER () AS n, r.id, r.terms_date, r.terms_time,
                        gen_random_uuid() AS booking, gen_random_uuid() AS claim,
                        row.id AS capacity,
                        'TRV-' || upper(substr(md5(r.id::text), 1, 12)) AS code
                 FROM unnest($1::uuid[]) AS wanted (id)
                 JOIN booking_requests r ON r.id = wanted.id
                 JOIN capacity row ON row.service_id = r.service_id AND row.date = r.terms_date
                     AND row.slot = r.terms_time
             ) AS one",
            columns.join(", ")
        );
        sqlx::query(AssertSqlSafe(make)).bind(requests).execute(&mut *db).await.unwrap();
        db.execute("CREATE UNIQUE INDEX ON replay (n)").await.unwrap();
    }
}

fn password_of(options: &sqlx::postgres::PgConnectOptions) -> String {
    use sqlx::ConnectOptions;
    options.to_url_lossy().password().map(ToOwned::to_owned).unwrap_or_default()
}
