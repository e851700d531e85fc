//! Work of the jobs that fails: alone, seen, tried again, and by whoever is left.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use sqlx::PgConnection;
use tokio::time::{sleep, timeout};
use traveloure_core::{
    api::{
        event::Kind,
        job::{Retried, Trouble},
        page::Page,
        problem::Code,
        request::Request,
    },
    ids::RequestId,
    job::{Job, STUCK_AFTER},
    request::Status,
};
use traveloure_server::{
    app::troubles,
    jobs::run_one,
    testing::{Backend, Person},
};

use crate::stream::Stream;

/// Requests of one traveler, all past their deadline.
struct Desk {
    backend: Backend,
    ana: Person,
    ada: Person,
    requests: Vec<Request>,
}

impl Desk {
    async fn with(count: u32) -> Self {
        let backend = Backend::start().await;
        let (ana, ben) = (backend.provider("Ana").await, backend.traveler("Ben").await);
        let ada = backend.admin("Ada").await;
        let service = backend.service(&ana, json!({})).await.id;
        let mut requests: Vec<Request> = Vec::new();
        for number in 0..count {
            let date = format!("2026-06-{:02}", 10 + number % 20);
            let body = json!({"service_id": service, "date": date, "travelers": 2});
            requests.push(backend.post(&ben, "/api/booking-requests/submit/", &body).await.ok());
        }
        backend.clock.set(requests[0].row.expires_at);
        Self { backend, ana, ada, requests }
    }

    async fn status(&self, id: RequestId) -> Status {
        let path = format!("/api/booking-requests/{id}/");
        self.backend.get(&self.ana, &path).await.ok::<Request>().row.status
    }

    async fn expire(&self) -> usize {
        run_one(&self.backend.context, Job::ExpireRequests).await.unwrap()
    }

    async fn troubles(&self, query: &str) -> Page<Trouble> {
        self.backend.get(&self.ada, &format!("/api/jobs/troubles/{query}")).await.ok()
    }

    async fn retry(&self, id: RequestId) -> Retried {
        let path = format!("/api/jobs/expire_requests/{id}/retry/");
        self.backend.post(&self.ada, &path, &json!({})).await.ok()
    }
}

/// From now on nobody can change this request: `what` is done to whoever tries.
async fn poison(db: &mut PgConnection, id: RequestId, what: &str) {
    let function = format!(
        "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN NEW; END $$"
    );
    let trigger = format!(
        "CREATE TRIGGER poison BEFORE UPDATE ON booking_requests
         FOR EACH ROW WHEN (OLD.id = '{id}') EXECUTE FUNCTION poison()"
    );
    for statement in [function, trigger] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *db).await.unwrap();
    }
}

async fn cure(db: &mut PgConnection) {
    sqlx::query("DROP FUNCTION poison CASCADE").execute(db).await.unwrap();
}

const RAISE: &str = "RAISE EXCEPTION 'poisoned'";

#[tokio::test]
async fn what_fails_holds_nothing_up_and_is_left_alone_for_pauses_that_grow() {
    // More than are fetched at once, and the bad one first.
    let desk = Desk::with(70).await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    poison(&mut db, bad, RAISE).await;

    assert_eq!(desk.expire().await, 69);
    let seen = desk.troubles("").await.items;
    assert_eq!((seen.len(), seen[0].failures, seen[0].is_stuck), (1, 1, false));
    assert_eq!((seen[0].job, seen[0].subject.clone()), (Job::ExpireRequests, bad.to_string()));
    assert!(seen[0].error.contains("poisoned"), "{}", seen[0].error);
    assert_eq!(seen[0].about.traveler.as_deref(), Some("Ben"));
    assert_eq!(seen[0].about.provider.as_deref(), Some("Ana"));
    // Until its time it is not due: nobody tries, and nobody waits for it without sleep.
    assert_eq!(desk.expire().await, 0);
    assert_eq!(desk.troubles("").await.items[0].failures, 1);

    let mut last = TimeDelta::zero();
    for failures in 2..=STUCK_AFTER {
        let try_at = desk.troubles("").await.items[0].try_at.unwrap();
        desk.backend.clock.set(try_at);
        assert_eq!(desk.expire().await, 0);
        let seen = &desk.troubles("").await.items[0];
        assert_eq!((seen.failures, seen.is_stuck), (failures, failures == STUCK_AFTER));
        let pause = seen.try_at.unwrap() - try_at;
        assert!(pause > last, "{pause} after {last}");
        last = pause;
    }
    assert_eq!(desk.troubles("?stuck=true").await.total, Some(1));

    // It goes on being tried, and the first success ends it.
    cure(&mut db).await;
    desk.backend.clock.advance(TimeDelta::hours(1));
    assert_eq!(desk.expire().await, 1);
    assert_eq!(desk.status(bad).await, Status::Expired);
    assert_eq!(desk.troubles("").await.items, []);
}

#[tokio::test]
async fn an_operator_has_it_tried_at_once_and_it_is_kept_who_did() {
    let desk = Desk::with(2).await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    let path = format!("/api/jobs/expire_requests/{bad}/retry/");
    desk.backend.post(&desk.ada, &path, &json!({})).await.refused(Code::NotFound);
    poison(&mut db, bad, RAISE).await;
    desk.expire().await;
    cure(&mut db).await;
    assert_eq!(desk.expire().await, 0, "not before its time");

    let mut events = Stream::open(&desk.backend, &desk.ada).await;
    assert_eq!(
        desk.retry(bad).await,
        Retried { job: Job::ExpireRequests, subject: bad.to_string() }
    );
    assert_eq!(events.after(Kind::JobsChanged).await.kind, Kind::JobsChanged);
    assert_eq!(desk.expire().await, 1);
    assert_eq!(desk.status(bad).await, Status::Expired);
    let (by, error): (uuid::Uuid, String) =
        sqlx::query_as("SELECT retried_by, error FROM job_retries")
            .fetch_one(&mut db)
            .await
            .unwrap();
    assert_eq!(by, desk.ada.id.as_uuid());
    assert!(error.contains("poisoned"));
    desk.backend.post(&desk.ada, &path, &json!({})).await.refused(Code::NotFound);
    desk.backend.post(&desk.ana, &path, &json!({})).await.refused(Code::RoleRequired);
    let path = format!("/api/jobs/no_such_job/{bad}/retry/");
    desk.backend.post(&desk.ada, &path, &json!({})).await.refused(Code::NotFound);
}

#[tokio::test]
async fn what_is_settled_in_another_way_is_no_trouble_any_more() {
    let desk = Desk::with(2).await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    poison(&mut db, bad, RAISE).await;
    desk.expire().await;
    cure(&mut db).await;
    let declined =
        "UPDATE booking_requests SET status = 'declined', responded_at = expires_at WHERE id = $1";
    sqlx::query(declined).bind(bad.as_uuid()).execute(&mut db).await.unwrap();
    assert_eq!(desk.troubles("").await.items.len(), 1);
    desk.backend.clock.advance(TimeDelta::minutes(1));
    assert_eq!(desk.expire().await, 0);
    assert_eq!(desk.troubles("").await.items, []);
}

#[tokio::test]
async fn two_servers_count_one_failure_once_and_try_again_once() {
    let desk = Desk::with(3).await;
    let other = desk.backend.beside().await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    poison(&mut db, bad, RAISE).await;
    desk.expire().await;
    for failures in 2..5 {
        desk.backend.clock.advance(TimeDelta::hours(1));
        let (one, two) = tokio::join!(
            run_one(&desk.backend.context, Job::ExpireRequests),
            run_one(&other.context, Job::ExpireRequests),
        );
        one.and(two).unwrap();
        assert_eq!(desk.troubles("").await.items[0].failures, failures);
    }
}

#[tokio::test]
async fn a_server_that_dies_with_it_holds_it_until_the_pause_is_over() {
    let desk = Desk::with(1).await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    poison(&mut db, bad, RAISE).await;
    desk.expire().await;
    cure(&mut db).await;
    desk.backend.clock.advance(TimeDelta::minutes(1));
    let dead = desk.backend.beside().await;
    assert!(troubles::claim(&dead.context, Job::ExpireRequests, &bad.to_string()).await.unwrap());
    drop(dead);
    assert_eq!(desk.expire().await, 0, "the dead one has this try");
    assert_eq!(desk.troubles("").await.items.len(), 1);
    desk.backend.clock.advance(TimeDelta::minutes(1));
    assert_eq!(desk.expire().await, 1);
    assert_eq!(desk.troubles("").await.items, []);
}

#[tokio::test]
async fn what_a_server_was_doing_when_it_was_killed_is_done_by_another() {
    let desk = Desk::with(3).await;
    let bad = desk.requests[0].row.id;
    let mut db = desk.backend.owner().await;
    poison(&mut db, bad, "PERFORM pg_sleep(600)").await;
    let doomed = desk.backend.beside().await;
    let context = doomed.context.clone();
    let work = tokio::spawn(async move { run_one(&context, Job::ExpireRequests).await });
    // The servers' own role may see and end what it does itself.
    let asleep = "SELECT pid FROM pg_stat_activity
                  WHERE datname = current_database() AND wait_event = 'PgSleep'";
    let pool = &desk.backend.context.pool;
    let pid: i32 = timeout(Duration::from_secs(20), async {
        loop {
            if let Some(pid) = sqlx::query_scalar(asleep).fetch_optional(pool).await.unwrap() {
                return pid;
            }
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("it works on the request");
    // The process goes, and its connections with it.
    work.abort();
    sqlx::query("SELECT pg_terminate_backend($1, 20000)").bind(pid).execute(pool).await.unwrap();
    drop(doomed);
    cure(&mut db).await;

    let done = async {
        let mut done = 0;
        while done < 3 {
            done += desk.expire().await;
        }
        done
    };
    assert_eq!(timeout(Duration::from_secs(20), done).await.expect("it is done"), 3);
    for request in &desk.requests {
        assert_eq!(desk.status(request.row.id).await, Status::Expired);
    }
    let told: i64 =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = 'request.expired'")
            .fetch_one(&mut db)
            .await
            .unwrap();
    assert_eq!(told, 3, "each once");
    assert_eq!(desk.troubles("").await.items, []);
}

#[tokio::test]
async fn the_list_is_paged_and_of_one_job() {
    let desk = Desk::with(1).await;
    let mut db = desk.backend.owner().await;
    let rows = "INSERT INTO job_troubles
                SELECT job, gen_random_uuid(), n, 'no', $1::timestamptz + n * interval '1 s', $1, $1, n > 8
                FROM generate_series(1, 12) n, unnest(ARRAY['pay_out', 'settle_refunds']) AS job";
    sqlx::query(rows).bind(desk.backend.context.now()).execute(&mut db).await.unwrap();
    let mut subjects = Vec::new();
    let mut query = "?job=pay_out&limit=5".to_owned();
    loop {
        let page = desk.troubles(&query).await;
        assert_eq!(page.total, Some(12));
        subjects.extend(page.items.iter().map(|one| (one.failures, one.subject.clone())));
        let Some(next) = page.next else { break };
        query = format!("?job=pay_out&limit=5&after={next}");
    }
    let failures: Vec<u32> = subjects.iter().map(|(failures, _)| *failures).collect();
    assert_eq!(failures, (1..=12).collect::<Vec<_>>());
    assert_eq!(desk.troubles("?stuck=true").await.total, Some(8));
    for wrong in ["?after=x", "?job=sleep", "?limit=many", "?nonsense=1"] {
        let path = format!("/api/jobs/troubles/{wrong}");
        desk.backend.get(&desk.ada, &path).await.refused(Code::MalformedParameter);
    }
    let text = desk.backend.send(
        desk.backend
            .request(&desk.ada, axum::http::Method::GET, "/metrics/")
            .body(axum::body::Body::empty())
            .unwrap(),
    );
    assert!(
        text.await
            .body
            .to_string()
            .contains("traveloure_job_troubles{job=\\\"pay_out\\\",state=\\\"stuck\\\"} 4")
    );
}
