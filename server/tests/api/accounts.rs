//! Registering and signing in.

use axum::{body::Body, http::Request};
use serde_json::json;
use traveloure_core::{
    actor::Role,
    api::{auth::User, problem::Code},
};
use traveloure_server::testing::{Backend, PASSWORD};

#[tokio::test]
async fn who_registers_is_signed_in_as_a_traveler() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let me: User = backend.get(&ana, "/api/auth/me/").await.ok();
    assert_eq!((me.id, me.name.as_str()), (ana.id, "Ana"));
    assert_eq!(me.roles, [Role::Traveler]);
    assert_eq!(me.created_at, backend.context.now());
}

#[tokio::test]
async fn nobody_gets_in_without_a_token_or_into_a_role_they_do_not_hold() {
    let backend = Backend::start().await;
    let nobody = Request::get("/api/auth/me/").body(Body::empty()).unwrap();
    backend.send(nobody).await.refused(Code::NotSignedIn);

    let ana = backend.traveler("Ana").await;
    let as_admin = ana.acting_as(Role::Admin);
    backend.get(&as_admin, "/api/auth/me/").await.refused(Code::RoleRequired);
}

#[tokio::test]
async fn an_address_has_one_account_whatever_its_case() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let again = json!({"email": ana.email.to_uppercase(), "password": PASSWORD, "name": "Eve"});
    backend.post(&ana, "/api/auth/register/", &again).await.refused(Code::EmailTaken);
    let login = json!({"email": ana.email, "password": "not the password"});
    backend.post(&ana, "/api/auth/login/", &login).await.refused(Code::WrongCredentials);
}
