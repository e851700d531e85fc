//! The event stream: in order, without a gap or a repetition, and only what the person may see.

use std::time::Duration;

use chrono::TimeDelta;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use traveloure_core::{
    api::{
        event::Kind::{
            self, RequestAccepted, RequestDeclined, RequestMessage, RequestSubmitted, Reset,
        },
        problem::Code,
    },
    ids::UserId,
};
use traveloure_server::{
    app::{Context, accounts, retention},
    events::end_watching,
    testing::{Backend, Person},
};
use uuid::Uuid;

use crate::stream::Stream;

/// Commits an event for `user`, as a use case does.
async fn tell(context: &Context, kind: Kind, user: UserId) {
    context
        .transact(move |work| {
            Box::pin(async move {
                work.tell(kind, Uuid::nil(), None, Some(user), None);
                Ok(())
            })
        })
        .await
        .unwrap();
}

/// Appends an event inside a transaction that the test holds open.
async fn append(db: &mut PgConnection, kind: Kind, person: &Person) {
    sqlx::query(
        "INSERT INTO outbox (kind, subject, user_id, created_at)
         VALUES ($1, gen_random_uuid(), $2, '2026-06-01T09:00:00Z')",
    )
    .bind(kind.as_str())
    .bind(person.id.as_uuid())
    .execute(db)
    .await
    .unwrap();
}

#[tokio::test]
async fn what_happens_is_told_to_those_whom_it_concerns() {
    let backend = Backend::start().await;
    let (ana, bob) = (backend.traveler("Ana").await, backend.traveler("Bob").await);
    let admin = backend.admin("Ada").await;
    let mut to_ana = Stream::open(&backend, &ana).await;
    let mut to_bob = Stream::open(&backend, &bob).await;
    let mut to_admin = Stream::open(&backend, &admin).await;
    let mut to_the_admin_as_traveler =
        Stream::open(&backend, &admin.acting_as(traveloure_core::actor::Role::Traveler)).await;

    tell(&backend.context, RequestSubmitted, ana.id).await;
    tell(&backend.context, RequestAccepted, bob.id).await;
    tell(&backend.context, RequestDeclined, ana.id).await;
    tell(&backend.context, RequestMessage, admin.id).await;
    tell(&backend.context, RequestMessage, bob.id).await;

    assert_eq!(to_ana.kind().await, RequestSubmitted);
    assert_eq!(to_ana.kind().await, RequestDeclined);
    assert_eq!(to_bob.kind().await, RequestAccepted);
    assert_eq!(to_bob.kind().await, RequestMessage);
    for kind in [RequestSubmitted, RequestAccepted, RequestDeclined, RequestMessage, RequestMessage]
    {
        assert_eq!(to_admin.kind().await, kind);
    }
    // The first thing that the administrator as a traveler hears of is their own.
    assert_eq!(to_the_admin_as_traveler.kind().await, RequestMessage);
}

#[tokio::test]
async fn nobody_watches_without_signing_in() {
    let backend = Backend::start().await;
    let mut ana = backend.traveler("Ana").await;
    ana.token.replace_range(4.., &"0".repeat(64));
    backend.get(&ana, "/api/events/").await.refused(Code::NotSignedIn);
}

#[tokio::test]
async fn an_event_whose_transaction_commits_late_is_not_skipped() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let mut to_ana = Stream::open(&backend, &ana).await;

    let mut early = backend.owner().await;
    let mut late = backend.owner().await;
    let mut first = early.begin().await.unwrap();
    append(&mut first, RequestSubmitted, &ana).await;
    let mut second = late.begin().await.unwrap();
    append(&mut second, RequestAccepted, &ana).await;
    second.commit().await.unwrap();
    // Committed, and behind the one that is still open: a reader that told it now would go past the other.
    backend.clock.advance(TimeDelta::seconds(30));
    until(|| backend.operation.watch.lag() >= Duration::from_secs(30)).await;
    first.commit().await.unwrap();

    assert_eq!(to_ana.kind().await, RequestSubmitted);
    assert_eq!(to_ana.kind().await, RequestAccepted);
    tell(&backend.context, RequestMessage, ana.id).await;
    assert_eq!(to_ana.kind().await, RequestMessage);
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_broken_off() {
    let backend = Backend::start().await;
    let (ana, bob) = (backend.traveler("Ana").await, backend.traveler("Bob").await);
    let mut first = Stream::open(&backend, &ana).await.begun().await;
    tell(&backend.context, RequestSubmitted, ana.id).await;
    assert_eq!(first.kind().await, RequestSubmitted);
    let id = first.last_id.clone();
    drop(first);

    tell(&backend.context, RequestMessage, bob.id).await;
    tell(&backend.context, RequestAccepted, ana.id).await;
    tell(&backend.context, RequestDeclined, ana.id).await;
    let mut second = Stream::resume(&backend, &ana, Some(&id)).await;
    assert_eq!(second.kind().await, RequestAccepted);
    assert_eq!(second.kind().await, RequestDeclined);
    tell(&backend.context, RequestMessage, ana.id).await;
    assert_eq!(second.kind().await, RequestMessage);

    // The same by the parameter.
    let path = format!("/api/events/?last_event_id={}", second.last_id);
    let mut third = Stream::open_at(&backend, &ana, &path).await;
    tell(&backend.context, RequestSubmitted, ana.id).await;
    assert_eq!(third.kind().await, RequestSubmitted);
}

#[tokio::test]
async fn a_stream_that_was_never_told_anything_can_go_on_too() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let begun = Stream::open(&backend, &ana).await.begun().await;
    let id = begun.last_id.clone();
    drop(begun);
    tell(&backend.context, RequestSubmitted, ana.id).await;
    let mut resumed = Stream::resume(&backend, &ana, Some(&id)).await;
    assert_eq!(resumed.kind().await, RequestSubmitted);
}

#[tokio::test]
async fn a_stream_that_cannot_go_on_begins_with_reset() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let mut told = Stream::open(&backend, &ana).await;
    tell(&backend.context, RequestSubmitted, ana.id).await;
    assert_eq!(told.kind().await, RequestSubmitted);
    let old = told.last_id.clone();
    tell(&backend.context, RequestAccepted, ana.id).await;
    assert_eq!(told.kind().await, RequestAccepted);
    let last = told.last_id.clone();

    // Nothing is forgotten yet.
    let keep = TimeDelta::days(7);
    assert_eq!(retention::forget_events(&backend.context, keep).await.unwrap(), 0);
    let mut kept = Stream::resume(&backend, &ana, Some(&old)).await;
    assert_eq!(kept.kind().await, RequestAccepted);

    backend.clock.advance(TimeDelta::days(8));
    while retention::forget_events(&backend.context, keep).await.unwrap() > 0 {}
    for id in [old.as_str(), "nonsense", "999999999999-1"] {
        let mut stream = Stream::resume(&backend, &ana, Some(id)).await;
        assert_eq!(stream.kind().await, Reset, "{id}");
        tell(&backend.context, RequestDeclined, ana.id).await;
        assert_eq!(stream.kind().await, RequestDeclined, "{id}");
    }
    // Whoever has heard the last thing that was forgotten has missed nothing.
    let mut stream = Stream::resume(&backend, &ana, Some(&last)).await;
    for _ in 0..3 {
        assert_eq!(stream.kind().await, RequestDeclined);
    }
}

#[tokio::test]
async fn whoever_falls_behind_a_little_misses_nothing() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let mut slow = Stream::open(&backend, &ana).await.begun().await;
    tell_many(&backend, &ana, 400).await;
    let mut ids = Vec::new();
    for _ in 0..400 {
        ids.push(slow.next().await.unwrap().subject.as_u128());
    }
    assert_eq!(ids, (0..400).collect::<Vec<_>>());
}

#[tokio::test]
async fn whoever_falls_behind_by_much_starts_anew() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let mut slow = Stream::open(&backend, &ana).await;
    // Once it is told this, nothing from before is on its way any more.
    tell(&backend.context, RequestSubmitted, ana.id).await;
    assert_eq!(slow.kind().await, RequestSubmitted);
    tell_many(&backend, &ana, 1000).await;
    let mut heard = 0;
    while slow.kind().await != Reset {
        heard += 1;
    }
    // What fits the queue, and nothing of the rest.
    assert_eq!(heard, 256);
    tell(&backend.context, RequestAccepted, ana.id).await;
    assert_eq!(slow.kind().await, RequestAccepted);
}

/// Commits so many events for `person`, numbered by their subjects, and waits until the relay has told them.
async fn tell_many(backend: &Backend, person: &Person, count: u128) {
    let user = person.id;
    let mut witness = Stream::open(backend, person).await.begun().await;
    // In several transactions, and fewer at once than a queue holds.
    for first in (0..count).step_by(50) {
        let numbers = first..count.min(first + 50);
        let told = numbers.clone();
        backend
            .context
            .transact(move |work| {
                Box::pin(async move {
                    for number in told {
                        work.tell(RequestMessage, Uuid::from_u128(number), None, Some(user), None);
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
        for _ in numbers {
            witness.next().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_sign_in() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let elsewhere: traveloure_core::api::auth::Session = backend
        .post(
            &ana,
            "/api/auth/login/",
            &serde_json::json!({"email": ana.email, "password": traveloure_server::testing::PASSWORD}),
        )
        .await
        .ok();
    let other = Person { token: elsewhere.token, ..ana.clone() };
    let mut ending = Stream::open(&backend, &ana).await.begun().await;
    let mut staying = Stream::open(&backend, &other).await.begun().await;

    let stop = CancellationToken::new();
    let _stop = stop.clone().drop_guard();
    tokio::spawn(end_watching(
        backend.context.clone(),
        backend.operation.hub.clone(),
        Duration::from_millis(20),
        stop,
    ));
    let signed_in = accounts::authenticate(&backend.context, &ana.token).await.unwrap();
    accounts::sign_out(&backend.context, &signed_in.actor, signed_in.token).await.unwrap();
    assert_eq!(ending.next().await, None);

    tell(&backend.context, RequestMessage, ana.id).await;
    assert_eq!(staying.kind().await, RequestMessage);
    backend.get(&ana, "/api/events/").await.refused(Code::NotSignedIn);
}

#[tokio::test]
async fn two_servers_tell_what_either_has_committed() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let other = backend.beside().await;
    let mut here = Stream::open(&backend, &ana).await.begun().await;
    let mut there = Stream::open(&other, &ana).await.begun().await;
    tell(&backend.context, RequestSubmitted, ana.id).await;
    tell(&other.context, RequestAccepted, ana.id).await;
    for stream in [&mut here, &mut there] {
        assert_eq!(stream.kind().await, RequestSubmitted);
        assert_eq!(stream.kind().await, RequestAccepted);
    }
    assert_eq!(here.last_id, there.last_id);

    // Begun on one, gone on with on the other.
    let id = here.last_id.clone();
    drop(here);
    tell(&backend.context, RequestDeclined, ana.id).await;
    let mut moved = Stream::resume(&other, &ana, Some(&id)).await;
    assert_eq!(moved.kind().await, RequestDeclined);
    tell(&backend.context, RequestMessage, ana.id).await;
    assert_eq!(moved.kind().await, RequestMessage);
}

/// Asks until it is so.
async fn until(is_so: impl Fn() -> bool) {
    let asking = async {
        while !is_so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), asking).await.expect("it is so in time");
}
