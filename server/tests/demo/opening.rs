//! What whoever opens the demo finds, whenever that is.

use std::collections::BTreeSet;

use axum::{body::Body, http::Request as HttpRequest};
use chrono::TimeDelta;
use sqlx::AssertSqlSafe;
use traveloure_core::{
    actor::Role,
    api::{
        auth::{Login, Session},
        availability::{Days, ServiceConflict},
        page::Page,
        request::{Request, RequestRow},
        service::Service,
    },
    availability::{Answer, Reason},
    request::{Side, Status},
    text, time,
};
use traveloure_server::{
    app::invariants,
    demo,
    testing::{Backend, Person},
};

pub async fn sign_in(backend: &Backend, account: &str, role: Role) -> Person {
    let login = Login {
        email: format!("{account}@traveloure.demo"),
        password: demo::PASSWORD.to_owned(),
        device: None,
    };
    let request = HttpRequest::post("/api/auth/login/")
        .header("content-type", "application/json")
        .body(Body::from(serde_json::to_vec(&login).unwrap()))
        .unwrap();
    let Session { token, user } = backend.send(request).await.ok();
    Person { id: user.id, email: user.email, token, role, provider: user.provider_id }
}

/// The words of one column, without repetition.
async fn words(backend: &Backend, sql: &'static str) -> BTreeSet<String> {
    let mut owner = backend.owner().await;
    let found: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
    found.into_iter().collect()
}

async fn opened_at(moment: &str) -> Backend {
    let backend = Backend::start_at(moment).await;
    let (now, owner) = (backend.context.now(), backend.owner_options());
    let summary = demo::load(&backend.context, &owner, now, |_| {}).await.unwrap();
    assert!(summary.providers >= 12 && summary.requests >= 200, "{summary:?}");
    assert_eq!(invariants::check(&backend.context).await.unwrap(), []);
    backend
}

/// Everything that there is to decide for the provider.
async fn inbox(backend: &Backend, ines: &Person) -> Vec<Request> {
    let path = format!("/api/booking-requests/provider/{}/?limit=100", ines.provider());
    let open = "&status=pending_provider,counter_offered";
    let page: Page<RequestRow> = backend.get(ines, &format!("{path}{open}")).await.ok();
    let mut requests = Vec::new();
    for row in page.items {
        let path = format!("/api/booking-requests/{}/", row.id);
        requests.push(backend.get(ines, &path).await.ok());
    }
    requests
}

async fn there_is_something_to_decide(moment: &str) {
    let backend = opened_at(moment).await;
    let now = backend.context.now();
    let ines = sign_in(&backend, "provider", Role::Provider).await;
    let page: Page<RequestRow> = {
        let open = "status=pending_provider,counter_offered&limit=100";
        let path = format!("/api/booking-requests/provider/{}/?{open}", ines.provider());
        backend.get(&ines, &path).await.ok()
    };
    assert!(page.items.iter().any(|row| row.has_message), "nobody has written");
    let requests = inbox(&backend, &ines).await;
    assert!((15..=25).contains(&requests.len()), "{}", requests.len());
    let any = |what: &str, is: &dyn Fn(&Request) -> bool| {
        assert!(requests.iter().any(is), "at {moment} there is none {what}");
    };
    any("about to expire", &|one| one.row.expires_at < now + TimeDelta::minutes(10));
    any("with days to go", &|one| one.row.expires_at > now + TimeDelta::days(3));
    any("without a price", &|one| one.row.price.is_none());
    any("waiting for the traveler", &|one| one.row.status == Status::CounterOffered);
    any("with its slot held", &|one| one.rounds.iter().any(|round| round.holds_slot));
    any("countered back", &|one| one.row.round == 3 && one.row.status == Status::PendingProvider);
    any("with a thread", &|one| {
        one.messages.iter().any(|message| message.by == Side::Traveler)
            && one.messages.iter().any(|message| message.by == Side::Provider)
    });
    any("with rivals for the last seats", &|one| {
        one.uses
            .as_ref()
            .is_some_and(|uses| uses.rivals >= 2 && uses.answer == Answer::Open { left: Some(3) })
    });
    any("against a closure", &|one| against(one, "closed_by") || against(one, "blocked"));
    any("at too short notice", &|one| against(one, "too_soon"));
    any("with a long text", &|one| one.special_requests.chars().count() > 1200);
    for script in ["を", "요", "Доброго", "مساء", "שלום", "ü", "é", "👨‍👩‍👧‍👦"]
    {
        any(script, &|one| one.special_requests.contains(script));
    }
    any("with refused characters", &|one| {
        one.special_requests.contains("\u{FFFD}[41m\u{FFFD}[2Jthis")
    });
    let parties: BTreeSet<u32> = requests.iter().map(|one| one.row.travelers).collect();
    assert!(parties.len() >= 5, "{parties:?}");
    // Whatever was asked, nothing in it can reach a terminal.
    for one in &requests {
        assert_eq!(text::clean_text(&one.special_requests), one.special_requests);
    }
    calendars_show_everything(&backend, &ines).await;
    let robin = sign_in(&backend, "traveler", Role::Traveler).await;
    let path = format!("/api/booking-requests/user/{}/?status=counter_offered", robin.id);
    let own: Page<RequestRow> = backend.get(&robin, &path).await.ok();
    assert_eq!(own.items.len(), 1, "the traveler has an offer to answer");
    sign_in(&backend, "expert", Role::Traveler).await;
    let admin = sign_in(&backend, "admin", Role::Admin).await;
    assert_eq!(admin.role, Role::Admin);
    everything_occurs(&backend).await;
}

fn against(request: &Request, code: &str) -> bool {
    let Some(Answer::Closed { reasons }) = request.uses.as_ref().map(|uses| &uses.answer) else {
        return false;
    };
    reasons.iter().any(|reason| reason.code() == code)
        && reasons.iter().all(Reason::provider_may_overrule)
}

/// The next weeks of the provider's services have days of every kind, and one in conflict.
async fn calendars_show_everything(backend: &Backend, ines: &Person) {
    let provider = ines.provider();
    let path = format!("/api/providers/{provider}/services/");
    let services: Page<Service> = backend.get(ines, &path).await.ok();
    assert_eq!(services.items.len(), 7);
    let mut states = BTreeSet::new();
    for service in services.items {
        let today = time::today(backend.context.now(), service.zone);
        let until = today + TimeDelta::days(35);
        let path = format!("/api/services/{}/availability/?from={today}&to={until}", service.id);
        let days: Days = backend.get(ines, &path).await.ok();
        states.extend(days.days.iter().map(|day| format!("{:?}", day.state)));
    }
    assert_eq!(
        states,
        BTreeSet::from(["Closed", "Full", "Held", "Open", "Partly"].map(String::from))
    );
    let path = format!("/api/providers/{provider}/conflicts/");
    let conflicts: Vec<ServiceConflict> = backend.get(ines, &path).await.ok();
    assert!(conflicts.iter().any(|one| !one.parties.is_empty()), "{conflicts:?}");
}

async fn everything_occurs(backend: &Backend) {
    let of = |sql| words(backend, sql);
    assert_eq!(of("SELECT availability_type FROM provider_availability").await.len(), 3);
    assert_eq!(of("SELECT pricing_type FROM provider_pricing").await.len(), 3);
    assert_eq!(of("SELECT category FROM services").await.len(), 4);
    assert!(of("SELECT zone FROM service_providers").await.len() >= 10);
    assert!(of("SELECT currency::text FROM provider_pricing").await.len() >= 8);
    assert_eq!(of("SELECT status FROM booking_requests").await.len(), Status::ALL.len());
    let own =
        "FROM services s JOIN service_providers p ON p.id = s.provider_id WHERE p.city = 'Lisbon'";
    let mut owner = backend.owner().await;
    for (kinds, of) in [(4, "category"), (3, "availability_type"), (3, "pricing_type")] {
        let sql = format!(
            "SELECT count(DISTINCT {of}) FROM (SELECT s.id, s.category {own}) own
             JOIN provider_availability a ON a.service_id = own.id
             JOIN provider_pricing t ON t.service_id = own.id"
        );
        let found: i64 =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
        assert_eq!(found, kinds, "{of}");
    }
    let bookings = "SELECT b.status || CASE WHEN starts_at > (SELECT max(created_at) FROM users) + interval '100 days'
                                       THEN ' ahead' ELSE ' past' END
                    FROM bookings b JOIN service_providers p ON p.id = b.provider_id WHERE p.city = 'Lisbon'";
    let found = of(bookings).await;
    let expected = ["cancelled ahead", "cancelled past", "pending_payment ahead"];
    assert!(expected.iter().all(|one| found.contains(*one)), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_summer_morning() {
    there_is_something_to_decide("2026-06-10T10:20:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_night_in_which_the_clocks_change() {
    there_is_something_to_decide("2026-03-29T00:40:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn late_on_christmas_eve() {
    there_is_something_to_decide("2026-12-24T22:50:00Z").await;
}
