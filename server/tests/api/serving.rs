//! A whole server: started, asked over a connection, stopped.

use std::time::Duration;

use axum::{http::StatusCode, response::IntoResponse};
use serde_json::json;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};
use traveloure_config::RateLimit;
use traveloure_server::{
    cluster::scratch::TestDatabase,
    error::{AppError, Fault},
    serve::{ServeError, Setup, Step, serve},
    testing::Backend,
};

use crate::wire;

#[tokio::test]
async fn it_migrates_answers_and_stops() {
    let backend = Backend::start().await;
    let empty = TestDatabase::empty().await;
    let setup = Setup { owner: empty.owner_options(), app: empty.app_options(), ..backend.setup() };
    let mut steps = Vec::new();
    let server = serve(setup.clone(), |step| steps.push(step)).await.unwrap();
    let address = server.address();
    assert_eq!(steps, [Step::Migrating, Step::Starting, Step::Ready { address }]);
    for path in ["/healthz", "/readyz", "/api/openapi.json", "/api/docs", "/metrics"] {
        assert_eq!(wire::ask(address, "GET", path, "", "").await.status, 200, "{path}");
    }
    let registration =
        json!({"email": "ana@example.org", "password": "a long enough password", "name": "Ana"});
    let registered =
        wire::ask(address, "POST", "/api/auth/register/", "", &registration.to_string()).await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    server.stop().await;
    assert!(TcpStream::connect(address).await.is_err());

    // Its data outlives it.
    let server = serve(setup, |_| ()).await.unwrap();
    let again =
        wire::ask(server.address(), "POST", "/api/auth/register/", "", &registration.to_string())
            .await;
    assert_eq!(again.status, 409);
    server.stop().await;
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let backend = Backend::start().await;
    let server = serve(backend.setup(), |_| ()).await.unwrap();
    let taken = Setup { listen: server.address(), ..backend.setup() };
    let error = serve(taken, |_| ()).await.unwrap_err();
    assert!(matches!(error, ServeError::Listen { address, .. } if address == server.address()));
    assert!(error.to_string().contains("--listen"));
    server.stop().await;
}

#[tokio::test]
async fn streams_end_when_it_stops() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let server = serve(backend.setup(), |_| ()).await.unwrap();
    let bearer = format!("authorization: Bearer {}\r\n", ana.token);
    let mut stream = wire::open(server.address(), "GET", "/api/events/", &bearer, "").await;
    let head = wire::read_until(&mut stream, "id: ").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    // Far less than the deadline for answers that do not end.
    timeout(Duration::from_secs(5), server.stop()).await.expect("it stops at once");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let backend = Backend::start().await;
    let limits = RateLimit { per_minute: 10, sign_in_per_minute: 3, behind_proxy: true };
    let setup = Setup { rate_limit: Some(limits), ..backend.setup() };
    let (ana, ben) = (backend.traveler("Ana").await, backend.traveler("Ben").await);
    let server = serve(setup, |_| ()).await.unwrap();
    let address = server.address();

    // An account, from wherever it asks.
    let ask = |token: String, from: u32| async move {
        let headers =
            format!("authorization: Bearer {token}\r\nx-forwarded-for: 203.0.113.{from}\r\n");
        wire::ask(address, "GET", "/api/auth/me/", &headers, "").await
    };
    for asked in 1..=10 {
        let answer = ask(ana.token.clone(), asked).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-limit"), Some("10"));
        let left: u32 = answer.header("ratelimit-remaining").unwrap().parse().unwrap();
        // One may have come back meanwhile.
        assert!((10 - asked..=11 - asked).contains(&left), "{left} after {asked}");
    }
    let refused = ask(ana.token.clone(), 99).await;
    assert_eq!(refused.status, 429);
    assert!(refused.body.contains("rate_limited"), "{}", refused.body);
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=6).contains(&wait), "{wait}");
    assert_eq!(ask(ben.token.clone(), 99).await.status, 200);

    // Passwords, by the address that tries and by the account that is tried.
    let try_password = |email: String, from: u32| async move {
        let headers = format!("x-forwarded-for: 198.51.100.{from}\r\n");
        let body = json!({"email": email, "password": "not the password"}).to_string();
        wire::ask(address, "POST", "/api/auth/login/", &headers, &body).await.status
    };
    for number in 0..3 {
        assert_eq!(try_password(format!("nobody{number}@example.org"), 1).await, 401);
    }
    assert_eq!(try_password("nobody@example.org".to_owned(), 1).await, 429);
    for from in 10..13 {
        assert_eq!(try_password(ben.email.to_uppercase(), from).await, 401);
    }
    assert_eq!(try_password(ben.email.clone(), 14).await, 429);
    server.stop().await;
}

#[tokio::test]
async fn its_own_process_may_ask_as_often_as_it_likes() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let server = serve(backend.setup(), |_| ()).await.unwrap();
    let bearer = format!("authorization: Bearer {}\r\n", ana.token);
    let answer = wire::ask(server.address(), "GET", "/api/auth/me/", &bearer, "").await;
    assert_eq!((answer.status, answer.header("ratelimit-limit")), (200, None));
    server.stop().await;
}

#[tokio::test]
async fn it_counts_what_it_does() {
    let backend = Backend::start().await;
    let server = serve(backend.setup(), |_| ()).await.unwrap();
    let address = server.address();
    for path in ["/healthz", "/healthz/", "/nothing/here", "/api/auth/me/"] {
        wire::ask(address, "GET", path, "", "").await;
    }
    let metrics = wire::ask(address, "GET", "/metrics", "", "").await.body;
    for line in [
        "traveloure_http_requests_total{route=\"/healthz/\",method=\"GET\",status=\"200\"} 2",
        "traveloure_http_requests_total{route=\"none\",method=\"GET\",status=\"404\"} 1",
        "traveloure_http_requests_total{route=\"/api/auth/me/\",method=\"GET\",status=\"401\"} 1",
        "traveloure_event_streams 0",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in\n{metrics}");
    }
    for name in [
        "traveloure_relay_lag_seconds ",
        "traveloure_database_connections{state=\"idle\"} ",
        "traveloure_job_sweeps_total{job=\"expire_requests\"} ",
    ] {
        assert!(metrics.contains(name), "{name} is not in\n{metrics}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_full_disk_is_told_apart_from_what_the_server_does_wrong() {
    let backend = Backend::start().await;
    let full =
        sqlx::query("DO $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$")
            .execute(&backend.context.pool)
            .await
            .unwrap_err();
    let error = AppError::from(full);
    assert!(matches!(error, AppError::Fault(Fault::DiskFull(_))), "{error}");
    let response = error.into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
