//! `traveloure jobs`: what an administrator sees of the jobs by commands alone, and does about it.

use serde_json::Value;
use traveloure_core::job::Job;

use super::people::{People, id};

#[tokio::test]
async fn what_is_stuck_is_shown_and_tried_again() {
    let people = People::meet();
    people.ok("services create Tour --category activity --availability toggle --currency EUR --price 40.00");
    let asked = people.as_tom("requests submit Tour +10 --party 2");
    let request = asked["id"].as_str().unwrap();
    // Whoever is no administrator is told so.
    assert_eq!(people.exit_code("jobs list"), 4);
    let home = &people.provider;
    home.ok(&["register", "ada@example.com", "--name", "Ada", "--admin"], "a long enough one\n");

    let listed = people.json("jobs list");
    let jobs: Vec<_> = listed["jobs"].as_array().unwrap().iter().map(|row| &row["job"]).collect();
    let all = serde_json::to_value(Job::ALL).unwrap();
    assert_eq!(jobs, all.as_array().unwrap().iter().collect::<Vec<_>>());
    assert!(people.ok("jobs list").starts_with("JOB "));
    let nothing = people.ok("jobs stuck");
    assert!(nothing.starts_with("Nothing is stuck.") && nothing.contains("--all"), "{nothing}");
    assert_eq!(people.json("jobs stuck --all")["items"], Value::Array(Vec::new()));

    // As after a night in which the reminder could not be written: one that waits, and one that is tried by itself.
    home.as_owner(
        "INSERT INTO job_troubles
             (job, subject, failures, error, first_failed_at, last_failed_at, try_at, is_stuck)
         SELECT 'remind', id::text, 9, 'no reminder could be written', now() - interval '3 hours', now(), NULL, true
         FROM booking_requests;
         INSERT INTO job_troubles
             (job, subject, failures, error, first_failed_at, last_failed_at, try_at, is_stuck)
         VALUES ('reconcile', '2026-06-10', 1, 'not there', now(), now(), now() + interval '1 day', false)",
    )
    .await;
    let stuck = people.json("jobs stuck");
    let items = stuck["items"].as_array().unwrap();
    assert_eq!((items.len(), &stuck["total"]), (1, &Value::from(1)));
    assert_eq!((&items[0]["job"], &items[0]["subject"]), (&"remind".into(), &request.into()));
    assert_eq!((&items[0]["is_stuck"], &items[0]["try_at"]), (&true.into(), &Value::Null));
    assert_eq!(
        (&items[0]["about"]["title"], &items[0]["about"]["traveler"]),
        (&"Tour".into(), &"Tom".into())
    );
    let shown = people.ok("jobs stuck");
    for words in [id(&asked).as_str(), "Tour, Tom", "9x", "when you say so", "could be written"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(people.json("jobs stuck --all")["items"].as_array().unwrap().len(), 2);
    let of_one = people.json("jobs stuck --all --job reconcile");
    assert_eq!(of_one["items"][0]["subject"], "2026-06-10");

    let unknown = home.run(&["jobs", "retry", "remind", "ffffffff"], "");
    assert_eq!(unknown.exit_code(), 3);
    assert!(unknown.complaint().contains("nothing in trouble"), "{}", unknown.complaint());
    assert_eq!(people.exit_code(&format!("jobs retry no_such_job {}", id(&asked))), 2);
    assert_eq!(people.exit_code(&format!("jobs given-back {} --reference 1", id(&asked))), 3);

    let retried = people.json(&format!("jobs retry remind {}", id(&asked)));
    assert_eq!(retried, serde_json::json!({"job": "remind", "subject": request}));
    // It waits for nobody any more, and there is nothing to remind of: once a job has looked it is gone.
    let left = people.json("jobs stuck --all --job remind");
    assert!(left["items"].as_array().unwrap().iter().all(|one| !one["try_at"].is_null()), "{left}");
    home.as_owner(
        "DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM job_retries WHERE job = 'remind'); END $$",
    )
    .await;
}
