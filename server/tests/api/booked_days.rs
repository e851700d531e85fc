//! Edits of rules that somebody relies on: what is booked stays, is never sold twice, and is found on the worklist.

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, Row as _};
use traveloure_core::{
    api::{
        availability::{AvailabilityChange, Days, ServiceConflict},
        problem::Code,
        request::Answered,
        service::{Check, Pool, Service},
    },
    availability::State,
    ids::ServiceId,
};
use traveloure_server::testing::{Backend, Person};

use crate::stage::{accept, ask, counter, set_rules, walk};

async fn conflicts(backend: &Backend, provider: &Person) -> Vec<ServiceConflict> {
    backend.get(provider, &format!("/api/providers/{}/conflicts/", provider.provider())).await.ok()
}

/// Target, capacity and what is booked of each of the service's rows, as `2026-06-10 09:00 2/3/3`.
async fn rows(backend: &Backend, service: ServiceId) -> Vec<String> {
    let mut owner = backend.owner().await;
    assert_sound(&mut owner).await;
    sqlx::query(
        "SELECT concat_ws(' ', date, to_char(slot, 'HH24:MI'), concat_ws('/', target, capacity, booked)) AS row
         FROM capacity WHERE service_id = $1 ORDER BY date, slot NULLS FIRST",
    )
    .bind(service.as_uuid())
    .fetch_all(&mut owner)
    .await
    .unwrap()
    .iter()
    .map(|row| row.get("row"))
    .collect()
}

/// What must hold whatever happens: `booked` is within capacity and the sum of the live claims.
async fn assert_sound(owner: &mut PgConnection) {
    let broken: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM capacity row
         WHERE booked NOT BETWEEN 0 AND capacity OR booked <> (
             SELECT coalesce(sum(quantity), 0) FROM claims
             WHERE capacity_id = row.id AND released_at IS NULL)",
    )
    .fetch_one(owner)
    .await
    .unwrap();
    assert_eq!(broken, 0);
}

async fn book(backend: &Backend, provider: &Person, service: ServiceId, date: &str, party: u32) {
    let traveler = backend.traveler("Ben").await;
    let request = ask(backend, &traveler, service, date, party).await;
    accept(backend, provider, request.row.id).await.ok::<Answered>();
}

/// Asks for a day without a time.
async fn book_day(backend: &Backend, provider: &Person, service: ServiceId, date: &str) {
    let traveler = backend.traveler("Ben").await;
    let body = json!({"service_id": service, "date": date, "travelers": 2});
    let request = backend.post(&traveler, "/api/booking-requests/submit/", &body).await;
    let id = request.ok::<Value>()["id"].as_str().unwrap().parse().unwrap();
    accept(backend, provider, id).await.ok::<Answered>();
}

async fn edit(
    backend: &Backend,
    provider: &Person,
    service: ServiceId,
    body: Value,
) -> AvailabilityChange {
    let path = format!("/api/providers/{}/availability/?service_id={service}", provider.provider());
    let version = backend.get(provider, &path).await.version();
    backend.patch(provider, &path, version, &body).await.ok()
}

#[tokio::test]
async fn a_cut_below_what_is_booked_keeps_bookings_and_sells_nothing_more() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = walk(&backend, &ana, 8).await;
    book(&backend, &ana, service.id, "2026-06-10", 3).await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 8/8/3"]);

    let cut = edit(
        &backend,
        &ana,
        service.id,
        json!({"text": "every day 09:00 cap 2\ncounts per person"}),
    )
    .await;
    assert_eq!(cut.plan.conflicts.len(), 1);
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 2/3/3"]);
    let listed = conflicts(&backend, &ana).await;
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].service_id, listed[0].conflict), (service.id, cut.plan.conflicts[0]));
    assert_eq!(listed[0].reason, "3 are taken and 2 are offered");
    assert_eq!(
        (listed[0].parties[0].traveler_name.as_str(), listed[0].parties[0].travelers),
        ("Ben", 3)
    );
    assert!(listed[0].parties[0].booking_id.is_some());

    let eve = backend.traveler("Eve").await;
    let body =
        json!({"service_id": service.id, "date": "2026-06-10", "time": "09:00", "travelers": 1});
    backend.post(&eve, "/api/booking-requests/submit/", &body).await.refused(Code::SlotTaken);
    // The same edit again makes nothing worse, so its plan says nothing new; the worklist still does.
    let again = edit(
        &backend,
        &ana,
        service.id,
        json!({"text": "every day 09:00 cap 2\ncounts per person\nnotice 1h"}),
    )
    .await;
    assert_eq!(again.plan.conflicts, []);
    assert_eq!(conflicts(&backend, &ana).await.len(), 1);

    edit(&backend, &ana, service.id, json!({"text": "every day 09:00 cap 4\ncounts per person"}))
        .await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 4/4/3"]);
    assert_eq!(conflicts(&backend, &ana).await, []);
    book(&backend, &ana, service.id, "2026-06-10", 1).await;
}

#[tokio::test]
async fn a_day_that_closes_over_a_booking_is_on_the_worklist_until_it_opens() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    book_day(&backend, &ana, service.id, "2026-06-10").await;
    let closed =
        edit(&backend, &ana, service.id, json!({"text": "closed 2026-06-10 \"wedding\""})).await;
    assert_eq!((closed.plan.closed[0].days, closed.plan.conflicts.len()), (1, 1));
    let listed = conflicts(&backend, &ana).await;
    assert_eq!(listed[0].reason, "Wed 10 Jun 2026 is closed: closed 2026-06-10 \"wedding\"");
    assert_eq!((listed[0].conflict.held, listed[0].conflict.target), (1, 0));
    let opened = edit(&backend, &ana, service.id, json!({"text": "on"})).await;
    assert_eq!(opened.plan.opened[0].days, 1);
    assert_eq!(conflicts(&backend, &ana).await, []);
    // What is over is nobody's work any more.
    edit(&backend, &ana, service.id, json!({"text": "off"})).await;
    assert_eq!(conflicts(&backend, &ana).await[0].reason, "the provider has switched this off");
    backend.clock.set("2026-06-11T09:00:00Z".parse().unwrap());
    assert_eq!(conflicts(&backend, &ana).await, []);
}

#[tokio::test]
async fn a_slot_that_goes_keeps_its_people() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = walk(&backend, &ana, 8).await;
    book(&backend, &ana, service.id, "2026-06-10", 3).await;
    edit(&backend, &ana, service.id, json!({"text": "every day 10:00 cap 8\ncounts per person"}))
        .await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 0/3/3"]);
    let listed = conflicts(&backend, &ana).await;
    assert_eq!(listed[0].reason, "3 are taken, and it is not offered any more");
    assert_eq!(listed[0].conflict.slot.unwrap().to_string(), "09:00:00");
    // A limit for the whole day counts those who come at a time that is no longer offered.
    let text = "every day 10:00 cap 8\ndaily cap 4\ncounts per person";
    edit(&backend, &ana, service.id, json!({"text": text})).await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 4/4/3", "2026-06-10 09:00 0/3/3"]);
}

#[tokio::test]
async fn a_toggle_that_becomes_a_calendar_has_its_booked_days_taken() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({"availability_type": "toggle"})).await;
    book_day(&backend, &ana, service.id, "2026-06-10").await;
    book_day(&backend, &ana, service.id, "2026-06-11").await;
    book_day(&backend, &ana, service.id, "2026-06-11").await;
    assert_eq!(rows(&backend, service.id).await, [] as [&str; 0]);
    let path = format!("/api/services/{}/availability/?from=2026-06-10&to=2026-06-12", service.id);
    let days: Days = backend.get(&ana, &path).await.ok();
    assert_eq!((days.days[1].held, days.days[1].state), (2, State::Open));

    let body = json!({"rules": {"availability_type": "calendar"}});
    let changed = edit(&backend, &ana, service.id, body).await;
    assert_eq!(changed.plan.terms[0].to_string(), "type toggle → calendar");
    let conflict = changed.plan.conflicts[0];
    assert_eq!(
        (conflict.date.to_string().as_str(), conflict.held, conflict.target),
        ("2026-06-11", 2, 1)
    );
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 1/1/1", "2026-06-11 1/2/2"]);
    let ben = backend.traveler("Ben").await;
    let check = format!("/api/services/{}/check/?date=2026-06-10", service.id);
    let check: Check = backend.get(&ben, &check).await.ok();
    assert_eq!(check.explanation.answer.reasons()[0].code(), "held");

    let back = json!({"rules": {"availability_type": "toggle"}});
    edit(&backend, &ana, service.id, back).await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 0/0/0", "2026-06-11 0/0/0"]);
}

#[tokio::test]
async fn bookings_are_counted_anew_when_people_count_instead_of_bookings() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = walk(&backend, &ana, 8).await;
    set_rules(&backend, &ana, service.id, "every day 09:00 cap 8\ncounts per booking").await;
    book(&backend, &ana, service.id, "2026-06-10", 3).await;
    // An offer that holds its slot counts as well.
    let request = ask(&backend, &ben, service.id, "2026-06-10", 4).await;
    let offer = json!({"price": {"amount": "90.00", "currency": "USD"}, "hold": true});
    counter(&backend, &ana, request.row.id, &offer).await.ok::<Answered>();
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 8/8/2"]);

    edit(&backend, &ana, service.id, json!({"text": "every day 09:00 cap 8\ncounts per person"}))
        .await;
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 8/8/7"]);
    // What was counted anew is still what the offer holds: taking it takes nothing more.
    accept(&backend, &ben, request.row.id).await.ok::<Answered>();
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 8/8/7"]);
}

#[tokio::test]
async fn every_night_of_a_stay_keeps_its_claim() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let room = backend.service(&ana, json!({"by_night": true, "category": "accommodation"})).await;
    let body = json!({"service_id": room.id, "date": "2026-06-10", "end_date": "2026-06-13", "travelers": 2});
    let request = backend.post(&ben, "/api/booking-requests/submit/", &body).await.ok::<Value>();
    let id = request["id"].as_str().unwrap().parse().unwrap();
    accept(&backend, &ana, id).await.ok::<Answered>();
    edit(&backend, &ana, room.id, json!({"text": "closed 2026-06-12"})).await;
    let taken = ["2026-06-10 1/1/1", "2026-06-11 1/1/1", "2026-06-12 1/1/1"];
    assert_eq!(rows(&backend, room.id).await, taken);
    let dates: Vec<String> =
        conflicts(&backend, &ana).await.iter().map(|line| line.conflict.date.to_string()).collect();
    assert_eq!(dates, ["2026-06-12"]);
    // In the middle of the stay only what is to come is looked at.
    backend.clock.set("2026-06-11T12:00:00Z".parse().unwrap());
    let body = json!({"rules": {"availability_type": "inventory", "daily_capacity": 3}});
    edit(&backend, &ana, room.id, body).await;
    let taken = ["2026-06-10 1/1/1", "2026-06-11 3/3/1", "2026-06-12 3/3/1"];
    assert_eq!(rows(&backend, room.id).await, taken);
}

#[tokio::test]
async fn one_van_is_taken_for_everything_that_needs_it() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let pools = format!("/api/providers/{}/pools/", ana.provider());
    let van: Pool =
        backend.post(&ana, &pools, &json!({"name": "Zé's van", "capacity": 1})).await.ok();
    let mut tours = Vec::new();
    for (name, time) in [("Sintra", "09:00"), ("Cascais", "10:00")] {
        let tour = json!({"name": name, "availability_type": "inventory", "duration_minutes": 180, "pools": [van.id], "currency": "USD"});
        let tour = backend.service(&ana, tour).await;
        set_rules(&backend, &ana, tour.id, &format!("every day {time} cap 8")).await;
        tours.push(tour);
    }
    book(&backend, &ana, tours[0].id, "2026-06-10", 2).await;
    let ben = backend.traveler("Ben").await;
    let check =
        format!("/api/services/{}/check/?date=2026-06-10&time=10:00&explain=true", tours[1].id);
    let told = backend.get(&ben, &check).await;
    assert!(!told.body.to_string().contains("Zé"), "{}", told.body);
    assert_eq!(told.ok::<Check>().explanation.answer.reasons()[0].code(), "pool_busy");
    let found: Value = backend.get(&ben, "/api/services/?date=2026-06-10&q=Cascais").await.ok();
    assert_eq!(found["items"], json!([]));

    let path = format!("{pools}{}/", van.id);
    let _: Pool = backend.patch(&ana, &path, 1, &json!({"capacity": 2})).await.ok();
    assert!(backend.get(&ben, &check).await.ok::<Check>().explanation.answer.is_open());
    let body =
        json!({"service_id": tours[1].id, "date": "2026-06-10", "time": "10:00", "travelers": 2});
    let request = backend.post(&ben, "/api/booking-requests/submit/", &body).await.ok::<Value>();
    let id = request["id"].as_str().unwrap().parse().unwrap();
    accept(&backend, &ana, id).await.ok::<Answered>();
    // Two are out at 10:00: one van less cancels neither, and a third would be too many.
    let _: Pool = backend.patch(&ana, &path, 2, &json!({"capacity": 1})).await.ok();
    assert_sound(&mut backend.owner().await).await;
    backend.post(&ben, "/api/booking-requests/submit/", &body).await.refused(Code::SlotTaken);
    let free = format!("/api/services/{}/", tours[1].id);
    let _: Service = backend.patch(&ana, &free, 1, &json!({"pools": []})).await.ok();
    assert!(backend.get(&ben, &check).await.ok::<Check>().explanation.answer.is_open());
}

/// Waits until another transaction waits for an advisory lock.
async fn somebody_waits(owner: &mut PgConnection) {
    loop {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
        )
        .fetch_one(&mut *owner)
        .await
        .unwrap();
        if waits {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// What a claim does before its counters move: makes its row by the rules that it has read.
async fn make_row(claim: &mut PgConnection, service: ServiceId, target: i32) {
    sqlx::query(
        "INSERT INTO capacity (id, service_id, date, slot, target, capacity)
         VALUES (gen_random_uuid(), $1, '2026-06-10', '09:00', $2, $2)",
    )
    .bind(service.as_uuid())
    .bind(target)
    .execute(claim)
    .await
    .unwrap();
}

#[tokio::test]
async fn an_edit_waits_for_whoever_relies_on_the_rules() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = walk(&backend, &ana, 8).await;
    let mut owner = backend.owner().await;
    let mut other = backend.owner().await;
    let mut claim = other.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 1))")
        .bind(service.id.to_string())
        .execute(&mut *claim)
        .await
        .unwrap();
    make_row(&mut claim, service.id, 8).await;
    let cut = edit(&backend, &ana, service.id, json!({"text": "every day 09:00 cap 2"}));
    let claimed = async {
        somebody_waits(&mut owner).await;
        claim.commit().await.unwrap();
    };
    let _ = tokio::join!(cut, claimed);
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 2/2/0"]);
}

#[tokio::test]
async fn without_the_lock_an_edit_would_be_undone_by_a_claim() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = walk(&backend, &ana, 8).await;
    let mut other = backend.owner().await;
    let mut claim = other.begin().await.unwrap();
    make_row(&mut claim, service.id, 8).await;
    edit(&backend, &ana, service.id, json!({"text": "every day 09:00 cap 2"})).await;
    claim.commit().await.unwrap();
    // Eight could be sold where the rules offer two: the guard of the test above is needed.
    assert_eq!(rows(&backend, service.id).await, ["2026-06-10 09:00 8/8/0"]);
}

#[tokio::test]
async fn a_cut_that_races_with_answers_never_oversells() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = walk(&backend, &ana, 6).await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        let traveler = backend.traveler("Ben").await;
        requests.push(ask(&backend, &traveler, service.id, "2026-06-10", 1).await.row.id);
    }
    let answers =
        futures_util::future::join_all(requests.iter().map(|id| accept(&backend, &ana, *id)));
    let cut = edit(
        &backend,
        &ana,
        service.id,
        json!({"text": "every day 09:00 cap 3\ncounts per person"}),
    );
    let (answers, _) = tokio::join!(answers, cut);
    let accepted = answers.iter().filter(|answer| answer.status.is_success()).count();
    for answer in answers.iter().filter(|answer| !answer.status.is_success()) {
        answer.refused(Code::SlotTaken);
    }
    assert!((3..=6).contains(&accepted), "{accepted}");
    let capacity = accepted.max(3);
    assert_eq!(
        rows(&backend, service.id).await,
        [format!("2026-06-10 09:00 3/{capacity}/{accepted}")]
    );
    assert_eq!(conflicts(&backend, &ana).await.len(), usize::from(accepted > 3));
}
