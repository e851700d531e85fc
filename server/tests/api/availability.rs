//! Editing rules, and the days they make.

use axum::http::Method;
use serde_json::{Value, json};
use traveloure_core::{
    actor::Role,
    api::{
        availability::{Availability, AvailabilityChange, Days},
        problem::Code,
        service::{Check, Service},
    },
    availability::State,
    ids::ServiceId,
};
use traveloure_server::testing::{Backend, Person};

use crate::stage::{accept, ask, set_rules, walk};

fn rules_of(provider: &Person, service: ServiceId) -> String {
    format!("/api/providers/{}/availability/?service_id={service}", provider.provider())
}

fn days_of(service: ServiceId, from: &str, to: &str) -> String {
    format!("/api/services/{service}/availability/?from={from}&to={to}")
}

#[tokio::test]
async fn rules_are_read_and_edited_as_text_or_as_a_document() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({"availability_type": "inventory"})).await;
    let path = rules_of(&ana, service.id);
    let first = backend.get(&ana, &path).await;
    assert_eq!(first.version(), 1);
    let first: Availability = first.ok();
    assert_eq!(
        (first.text.trim(), first.zone.name()),
        ("daily cap 1\nhorizon 365d", "Europe/Lisbon")
    );

    let text =
        "every tue,thu 9am cap 8 except 2026-06-18\nCLOSED 24 dec \"Christmas\"\ncounts per person";
    let changed = backend.patch(&ana, &path, 1, &json!({"text": text})).await;
    assert_eq!(changed.version(), 2);
    let changed: AvailabilityChange = changed.ok();
    assert!(changed.applied);
    let document = backend.get(&ana, &path).await.ok::<Availability>();
    assert_eq!(document, changed.availability);
    assert_eq!(document.rules.time_slots[0].capacity, 8);
    assert_eq!(document.rules.horizon_days, None);

    let mut rules = serde_json::to_value(&document.rules).unwrap();
    rules["time_slots"][0]["capacity"] = 10.into();
    let changed: AvailabilityChange =
        backend.patch(&ana, &path, 2, &json!({"rules": rules})).await.ok();
    assert_eq!(
        (changed.availability.version, changed.availability.rules.time_slots[0].capacity),
        (3, 10)
    );
    assert_eq!(changed.plan.capacity[0].after, Some(10));
    let told = async || {
        let mut owner = backend.owner().await;
        sqlx::query_as::<_, (String, Option<i64>)>(
            "SELECT kind, subject_version FROM outbox WHERE subject = $1 ORDER BY id OFFSET 1",
        )
        .bind(service.id.as_uuid())
        .fetch_all(&mut owner)
        .await
        .unwrap()
    };
    let edited = |version| ("availability.changed".to_owned(), Some(version));
    let moved = ("capacity.changed".to_owned(), None);
    assert_eq!(told().await, [edited(2), moved.clone(), edited(3), moved.clone()]);
    // What was sent is there already: nothing to version, nobody to tell.
    let again: AvailabilityChange =
        backend.patch(&ana, &path, 3, &json!({"rules": rules})).await.ok();
    assert_eq!(again.availability.version, 3);
    assert_eq!(told().await.len(), 4);
}

#[tokio::test]
async fn an_edit_is_shown_as_a_plan_before_it_is_made() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = walk(&backend, &ana, 8).await;
    let request = ask(&backend, &ben, service.id, "2026-06-10", 3).await;
    accept(&backend, &ana, request.row.id).await.ok::<Value>();

    let path = format!("{}&dry_run=true", rules_of(&ana, service.id));
    let text = "every day 09:00 cap 2\nclosed every mon\ncounts per person";
    let shown = backend.patch(&ana, &path, 2, &json!({"text": text})).await;
    assert_eq!(shown.version(), 2);
    let shown: AvailabilityChange = shown.ok();
    assert!(!shown.applied);
    assert_eq!(shown.availability.rules.time_slots[0].capacity, 8);
    assert_eq!(shown.plan.closed[0].weekdays.to_string(), "mon");
    assert_eq!((shown.plan.capacity[0].before, shown.plan.capacity[0].after), (Some(8), Some(2)));
    let conflict = shown.plan.conflicts[0];
    assert_eq!(
        (conflict.date.to_string().as_str(), conflict.booked + conflict.held, conflict.target),
        ("2026-06-10", 3, 2)
    );

    let after: Availability = backend.get(&ana, &rules_of(&ana, service.id)).await.ok();
    assert_eq!((after.version, after.rules.time_slots[0].capacity), (2, 8));
    let days: Days = backend.get(&ana, &days_of(service.id, "2026-06-08", "2026-06-11")).await.ok();
    assert_eq!(days.days[2].left, Some(5));
}

#[tokio::test]
async fn what_cannot_be_read_or_kept_is_refused_where_it_stands() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({"availability_type": "inventory"})).await;
    let path = rules_of(&ana, service.id);
    let refuse =
        async |body: Value, code: Code| backend.patch(&ana, &path, 1, &body).await.refused(code);

    let text = "daily cap 12\n# fine\nevery tue 25:00 cap 8\nclosed 31 feb";
    let problem = refuse(json!({"text": text}), Code::Invalid).await;
    let fields: Vec<&str> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["text:3:11", "text:4:8"]);
    assert!(problem.fields[0].message.starts_with("line 3, column 11: "), "{problem:?}");
    assert!(problem.detail.ends_with("Nothing was saved."), "{}", problem.detail);

    for (rules, field) in [
        (json!({"daily_capacity": null}), "daily_capacity"),
        (json!({"daily_capacity": 2_000_000}), "daily_capacity"),
        (
            json!({"time_slots": [{"time": "09:00", "capacity": 1}, {"time": "09:00", "capacity": 2}]}),
            "time_slots[1].time",
        ),
        (json!({"blocked_dates": ["0900-01-01"]}), "blocked_dates"),
        (
            json!({"recurring_unavailable": [{"rrule": "FREQ=SOMETIMES", "dtstart": "2026-01-01"}]}),
            "recurring_unavailable[0].rrule",
        ),
        (
            json!({"recurring_unavailable": [{"day": "monday", "note": "a\u{1b}[2J"}]}),
            "recurring_unavailable[0].note",
        ),
        (json!({"party_min": 5, "party_max": 2}), "party_max"),
    ] {
        let mut document = json!({"availability_type": "inventory", "daily_capacity": 8});
        document.as_object_mut().unwrap().extend(rules.as_object().unwrap().clone());
        let problem = refuse(json!({"rules": document}), Code::Invalid).await;
        assert_eq!(problem.fields[0].field, field);
    }
    let problem = refuse(json!({"rules": {"availability_type": "inventory", "time_slots": [{"time": "9 am", "capacity": 1}]}}), Code::MalformedBody).await;
    assert_eq!(problem.fields[0].field, "rules.time_slots[0].time");
    refuse(
        json!({"rules": {"availability_type": "inventory", "current_bookings": 1}}),
        Code::MalformedBody,
    )
    .await;
    refuse(json!({"text": "off", "rules": {"availability_type": "toggle"}}), Code::Invalid).await;
    refuse(json!({}), Code::Invalid).await;
    let long = format!("closed 24 dec\n{}", "#".repeat(1024 * 1024));
    refuse(json!({"text": long}), Code::BodyTooLarge).await;
    let after: Availability = backend.get(&ana, &path).await.ok();
    assert_eq!(after.version, 1);
}

#[tokio::test]
async fn a_stay_has_no_slots() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let room =
        backend.service(&ana, json!({"availability_type": "inventory", "by_night": true})).await;
    let body = json!({"text": "every day 09:00 cap 8"});
    let problem =
        backend.patch(&ana, &rules_of(&ana, room.id), 1, &body).await.refused(Code::Invalid);
    assert_eq!(problem.fields[0].code, "not_by_night");
}

#[tokio::test]
async fn an_edit_names_its_version_and_of_two_one_is_told() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({"availability_type": "toggle"})).await;
    let path = rules_of(&ana, service.id);
    let body = json!({"text": "off"});
    let bare = backend.request(&ana, Method::PATCH, &path).body(body.to_string().into()).unwrap();
    backend.send(bare).await.refused(Code::PreconditionRequired);
    let odd = backend.request(&ana, Method::PATCH, &path).header("if-match", "\"new\"");
    backend
        .send(odd.body(body.to_string().into()).unwrap())
        .await
        .refused(Code::MalformedParameter);

    let other = json!({"text": "closed 24 dec"});
    let (one, other) =
        tokio::join!(backend.patch(&ana, &path, 1, &body), backend.patch(&ana, &path, 1, &other));
    let refused = if one.status.is_success() { &other } else { &one };
    assert_eq!(refused.refused(Code::VersionMismatch).current_version, Some(2));
    assert_eq!(backend.get(&ana, &path).await.version(), 2);
    let dry = backend.patch(&ana, &format!("{path}&dry_run=true"), 1, &body).await;
    dry.refused(Code::VersionMismatch);
}

#[tokio::test]
async fn only_the_provider_sees_and_edits_rules() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let eve = backend.provider("Eve").await;
    let ben = backend.traveler("Ben").await;
    let service = backend.service(&ana, json!({})).await;
    let of_ana = rules_of(&ana, service.id);
    let through_eve = rules_of(&eve, service.id);
    let body = json!({"text": "off"});
    for path in [&of_ana, &through_eve] {
        backend.get(&eve, path).await.refused(Code::NotFound);
        backend.patch(&eve, path, 1, &body).await.refused(Code::NotFound);
        backend.get(&ben, path).await.refused(Code::RoleRequired);
        backend.patch(&ben, path, 1, &body).await.refused(Code::RoleRequired);
    }
    let conflicts = format!("/api/providers/{}/conflicts/", ana.provider());
    backend.get(&eve, &conflicts).await.refused(Code::NotFound);
    backend.get(&ben, &conflicts).await.refused(Code::RoleRequired);
    let without = format!("/api/providers/{}/availability/", ana.provider());
    let problem = backend.get(&ana, &without).await.refused(Code::MalformedParameter);
    assert!(problem.detail.contains("service_id"), "{}", problem.detail);
}

#[tokio::test]
async fn everybody_else_is_told_what_is_left_and_no_more() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = walk(&backend, &ana, 8).await;
    let text =
        "every day 09:00 cap 8\ncounts per person\nclosed 2026-06-11 \"hospital\"\nnotice 48h";
    set_rules(&backend, &ana, service.id, text).await;
    let request = ask(&backend, &ben, service.id, "2026-06-10", 3).await;
    accept(&backend, &ana, request.row.id).await.ok::<Value>();

    let body =
        json!({"service_id": service.id, "date": "2026-06-11", "time": "09:00", "travelers": 1});
    let refused = backend.post(&ben, "/api/booking-requests/submit/", &body).await;
    let detail = refused.refused(Code::NotOffered).detail;
    assert!(detail.contains("closed 2026-06-11") && !detail.contains("hospital"), "{detail}");

    let path = days_of(service.id, "2026-06-01", "2026-06-12");
    let own: Days = backend.get(&ana, &path).await.ok();
    let others = backend.get(&ben, &path).await;
    assert!(!others.body.to_string().contains("hospital"));
    let others: Days = others.ok();
    // The provider looks at the rules; whoever wants to come has to give notice.
    assert_eq!((own.days[1].state, others.days[1].state), (State::Open, State::Closed));
    let (own, others) = (&own.days[9], &others.days[9]);
    assert_eq!((own.state, own.held, own.left), (State::Partly, 3, Some(5)));
    assert_eq!((others.state, others.held, others.left), (State::Partly, 0, Some(5)));
    assert_eq!((others.slots[0].left, others.slots[0].held), (5, 0));

    let path = format!("/api/services/{}/check/?date=2026-06-11&time=09:00&party=2", service.id);
    let own: Check = backend.get(&ana, &format!("{path}&explain=true")).await.ok();
    assert!(own.explanation.steps.iter().any(|step| step.text.contains("hospital")));
    let others = backend.get(&ben, &format!("{path}&explain=true")).await;
    assert!(!others.body.to_string().contains("hospital"));
    let others: Check = others.ok();
    assert!(!others.explanation.answer.is_open() && !others.explanation.steps.is_empty());
    let brief: Check = backend.get(&ben, &path).await.ok();
    assert_eq!(
        (brief.explanation.answer, brief.explanation.steps.len()),
        (others.explanation.answer, 0)
    );
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let service = backend.service(&ana, json!({})).await;
    let id = service.id;
    for (path, code) in [
        (days_of(id, "2026-06-10", "2026-06-10"), Code::Invalid),
        (days_of(id, "2026-06-10", "2027-07-16"), Code::Invalid),
        (days_of(id, "-262143-01-01", "2026-06-10"), Code::Invalid),
        (days_of(id, "2026-02-29", "2026-06-10"), Code::MalformedParameter),
        (format!("/api/services/{id}/check/?date=2026-06-10&party=0"), Code::Invalid),
        (format!("/api/services/{id}/check/?date=%2B262142-12-31"), Code::Invalid),
        (format!("/api/services/{id}/check/?date=2026-06-10&time=9am"), Code::MalformedParameter),
        (format!("/api/services/{id}/check/?party=2"), Code::MalformedParameter),
        (format!("/api/services/{id}/check/?date=2026-06-10&people=2"), Code::MalformedParameter),
    ] {
        backend.get(&ben, &path).await.refused(code);
    }
    let _: Days = backend.get(&ben, &days_of(id, "2026-06-10", "2027-07-15")).await.ok();
    let month: Days = backend.get(&ben, &format!("/api/services/{id}/availability/")).await.ok();
    assert_eq!((month.from.to_string().as_str(), month.days.len()), ("2026-06-01", 31));
    // A stay without a departure is a question that the rules answer.
    let room = backend.service(&ana, json!({"by_night": true})).await;
    let path = format!("/api/services/{}/check/?date=2026-06-10", room.id);
    let check: Check = backend.get(&ben, &path).await.ok();
    assert_eq!(check.explanation.answer.reasons()[0].code(), "end_needed");

    let unlisted: Service = backend
        .patch(&ana, &format!("/api/services/{id}/"), 1, &json!({"is_listed": false}))
        .await
        .ok();
    backend
        .get(&ben, &days_of(unlisted.id, "2026-06-10", "2026-06-12"))
        .await
        .refused(Code::NotFound);
    backend
        .get(&ana.acting_as(Role::Traveler), &days_of(id, "2026-06-10", "2026-06-12"))
        .await
        .refused(Code::NotFound);
    let _: Days = backend.get(&ana, &days_of(id, "2026-06-10", "2026-06-12")).await.ok();
}

#[tokio::test]
async fn days_are_local_to_the_service() {
    // 23:30 UTC on the day that Lisbon puts its clock forward is the next day there, an hour ahead.
    let backend = Backend::start_at("2026-03-28T23:30:00Z").await;
    let ana = backend.provider("Ana").await;
    let lisbon = walk(&backend, &ana, 8).await;
    let auckland =
        backend.service(&ana, json!({"name": "Waitematā", "zone": "Pacific/Auckland"})).await;
    for (service, today) in [(&lisbon, "2026-03-28"), (&auckland, "2026-03-29")] {
        let path = format!("/api/services/{}/availability/", service.id);
        let days: Days = backend.get(&ana, &path).await.ok();
        assert_eq!(days.from.to_string(), today);
    }
    // 01:30 does not exist on the 29th; it means 02:30, which is 01:30 UTC.
    set_rules(&backend, &ana, lisbon.id, "every day 01:30 cap 8\nnotice 1h").await;
    let path = format!("/api/services/{}/check/?date=2026-03-29&time=01:30", lisbon.id);
    let open = async || backend.get(&ana, &path).await.ok::<Check>().explanation.answer.is_open();
    assert!(open().await);
    backend.clock.set("2026-03-29T00:29:59Z".parse().unwrap());
    assert!(open().await);
    backend.clock.set("2026-03-29T00:30:00Z".parse().unwrap());
    assert!(!open().await);
}
