//! The statements of one call of the API, read from PostgreSQL's own log and replayed by pgbench.
//!
//! Nothing is written by hand: one call is made over HTTP with statement logging on; each of its
//! statements becomes a line of a pgbench script, in the same order, with the same parameters. What is
//! different in another call (ids, codes, the slot's date) comes from a table that has a row for each
//! call to be replayed, read by one extra statement at the head of the script.

use std::{fs, process::Stdio, time::Duration};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use traveloure_server::cluster::{Cluster, DATABASE};
use uuid::Uuid;

/// One statement as it was logged.
#[derive(Debug)]
pub struct Logged {
    pub process: String,
    pub text: String,
    pub parameters: Vec<Option<String>>,
}

/// What is another in every call.
#[derive(Debug)]
pub struct Varying {
    /// What stood there in the call that was logged, and the column of `calls` that stands there in another.
    pub captured: Vec<(String, &'static str)>,
    /// A query with a row for each of the ids in `$1`, numbered from 1 by `n`.
    pub calls: &'static str,
}

/// The script of one call.
pub struct Script {
    lines: Vec<String>,
    /// The columns of the table of values: a template in which the captured values stand.
    templates: Vec<String>,
    varying: Varying,
}

/// What PostgreSQL was asked for by anybody while `act` ran.
pub async fn log_of<T>(cluster: &Cluster, act: impl Future<Output = T>) -> (T, Vec<Logged>) {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    set_logging(&mut db, true).await;
    let before = fs::metadata(cluster.log_file()).unwrap().len();
    let outcome = act.await;
    set_logging(&mut db, false).await;
    db.close().await.unwrap();
    let log = fs::read(cluster.log_file()).unwrap();
    let log = String::from_utf8_lossy(&log[usize::try_from(before).unwrap()..]).into_owned();
    (outcome, parse(&log))
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

/// Of what was logged, the look at the bearer's token and the transactions in which one of these words stands.
pub fn transactions_with(log: Vec<Logged>, words: &[&str]) -> Vec<Logged> {
    let mut kept: Vec<Logged> = Vec::new();
    let mut open: Vec<Vec<Logged>> = Vec::new();
    let is_of = |one: &Logged| {
        words.iter().any(|word| {
            one.text.contains(word)
                || one.parameters.iter().flatten().any(|text| text.contains(word))
        })
    };
    for one in log {
        let word = one.text.trim().to_owned();
        let its = open.iter().position(|begun| begun[0].process == one.process);
        match (its, word.as_str()) {
            (_, "BEGIN") => open.push(vec![one]),
            (Some(its), "COMMIT" | "ROLLBACK") => {
                let mut whole = open.swap_remove(its);
                whole.push(one);
                if whole.iter().any(is_of) {
                    kept.extend(whole);
                }
            }
            (Some(its), _) => open[its].push(one),
            (None, _) if one.text.contains("token_hash = $1") => kept.push(one),
            (None, _) => {}
        }
    }
    kept
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
    /// These statements as a script.
    pub fn of(statements: &[Logged], varying: Varying) -> Self {
        let mut script = Self { lines: Vec::new(), templates: Vec::new(), varying };
        for statement in statements {
            script.add(statement);
        }
        script
    }

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
        self.varying.captured.iter().any(|(captured, _)| value.contains(captured.as_str()))
    }

    /// Replays the script for calls with these ids, with so many clients; returns how many a second.
    pub async fn replay(&self, cluster: &Cluster, ids: &[Uuid], clients: usize) -> f64 {
        let mut db = PgConnection::connect_with(&cluster.superuser_options().database(DATABASE))
            .await
            .unwrap();
        self.fill(&mut db, ids).await;
        db.execute("ANALYZE").await.unwrap();
        db.close().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("script.sql");
        let columns: Vec<String> = (0..self.templates.len()).map(|n| format!("v{n}")).collect();
        let head = format!(
            "SELECT {} FROM replay WHERE n = (SELECT nextval('replay_n')) \\gset",
            columns.join(", ")
        );
        fs::write(&file, format!("{head}\n{}\n", self.lines.join("\n"))).unwrap();
        let options = cluster.superuser_options();
        let output = tokio::process::Command::new(cluster.bin_dir().join("pgbench"))
            .args(["-n", "-M", "prepared", "-j", "2"])
            .args(["-c", &clients.to_string(), "-t", &(ids.len() / clients).to_string()])
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

    /// A row of values for each call: the captured text with this call's own ids, codes and dates.
    async fn fill(&self, db: &mut PgConnection, ids: &[Uuid]) {
        db.execute("DROP TABLE IF EXISTS replay; DROP SEQUENCE IF EXISTS replay_n; CREATE SEQUENCE replay_n")
            .await
            .unwrap();
        let value = |template: &String| {
            let text = format!("'{}'::text", template.replace('\'', "''"));
            self.varying
                .captured
                .iter()
                .fold(text, |text, (from, to)| format!("replace({text}, '{from}', one.{to}::text)"))
        };
        let columns: Vec<String> = self
            .templates
            .iter()
            .enumerate()
            .map(|(n, template)| format!("{} AS v{n}", value(template)))
            .collect();
        let make = format!(
            "CREATE TABLE replay AS SELECT one.n, {} FROM ({}) AS one",
            columns.join(", "),
            self.varying.calls
        );
        sqlx::query(AssertSqlSafe(make)).bind(ids).execute(&mut *db).await.unwrap();
        db.execute("CREATE UNIQUE INDEX ON replay (n)").await.unwrap();
    }
}

fn password_of(options: &sqlx::postgres::PgConnectOptions) -> String {
    use sqlx::ConnectOptions;
    options.to_url_lossy().password().map(ToOwned::to_owned).unwrap_or_default()
}
