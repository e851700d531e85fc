//! The demo on this side of the API: who is at the desk, and the guests who come in.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use traveloure_config::Secret;
use traveloure_core::api::{auth::Login, problem::Code};
use traveloure_server::{clock::SystemClock, demo};

use crate::{
    client::{ApiError, Client, credentials::Credentials},
    guest,
};

/// Signs in for a command in the demo as [`sign_in`] does, but for whom has signed out: they stay signed out until they
/// sign in or open the demo again.
///
/// # Errors
/// As the server says.
pub async fn stay_signed_in(client: Client, credentials: &Credentials) -> Result<Client, ApiError> {
    if !client.is_signed_in() && credentials.were_forgotten() {
        return Ok(client);
    }
    sign_in(client, credentials).await
}

/// Signs in at the demo provider's desk, unless somebody is signed in already, and keeps the sign-in.
///
/// # Errors
/// As the server says.
pub async fn sign_in(client: Client, credentials: &Credentials) -> Result<Client, ApiError> {
    if client.is_signed_in() {
        match client.me().await {
            // A sign-in of a demo that has been made anew since.
            Err(ApiError::Problem(problem)) if problem.code == Code::NotSignedIn => {}
            Ok(_) => return Ok(client),
            Err(error) => return Err(error),
        }
    }
    let session = client
        .login(&Login {
            email: format!("provider{}", demo::ADDRESS),
            password: demo::PASSWORD.to_owned(),
            device: Some("demo".to_owned()),
        })
        .await?;
    let token = Secret::from(session.token);
    if let Err(error) = credentials.save(&token).await {
        tracing::warn!("{error}");
    }
    Ok(client.with_token(Some(token)))
}

/// The accounts there are, in a sentence for where one signs in.
#[must_use]
pub fn accounts() -> String {
    let words = demo::ACCOUNTS.split_whitespace();
    let addresses: Vec<&str> = words.filter(|word| word.ends_with(demo::ADDRESS)).collect();
    format!(
        "The demo's accounts: {}. The password of each: {}",
        addresses.join(", "),
        demo::PASSWORD
    )
}

/// Lets the guests come in until `stop`.
#[must_use]
pub fn let_guests_in(client: &Client, stop: CancellationToken) -> JoinHandle<()> {
    let settings = guest::Settings::new(rand::random(), Arc::new(SystemClock));
    tokio::spawn(guest::run(client.with_token(None), settings, stop))
}

#[cfg(test)]
mod tests {
    use traveloure_config::Paths;

    use super::*;
    use crate::client::test_server::{Reply, TestServer};

    const SESSION: &str = r#"{"token": "fresh", "user": {"id": "00000000-0000-0000-0000-000000000001",
        "email": "provider@traveloure.demo", "name": "In\u00eas", "roles": ["traveler"], "provider_id": null,
        "expert_id": null, "created_at": "2026-07-01T00:00:00Z"}}"#;

    #[test]
    fn every_account_can_be_named_where_one_signs_in() {
        assert_eq!(
            accounts(),
            "The demo's accounts: provider@traveloure.demo, traveler@traveloure.demo, expert@traveloure.demo, \
             admin@traveloure.demo. The password of each: demo-demo-demo"
        );
    }

    #[tokio::test]
    async fn whoever_has_signed_out_stays_signed_out_until_the_demo_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::resolve(Some(folder.path()), true).unwrap();
        let credentials = Credentials::new(&paths, None);
        let server = TestServer::start(vec![Reply::ok(SESSION)]).await;
        let nobody = server.client().with_token(None);

        let first = stay_signed_in(nobody.clone(), &credentials).await.unwrap();
        assert!(first.is_signed_in(), "a new demo has somebody at its desk");
        credentials.forget().await.unwrap();
        let next = stay_signed_in(nobody.clone(), &credentials).await.unwrap();
        assert!(!next.is_signed_in());
        assert_eq!(server.requests().len(), 1, "nobody was signed in anew");

        let opened = sign_in(nobody, &credentials).await.unwrap();
        assert!(opened.is_signed_in());
        assert!(credentials.load().await.unwrap().is_some(), "commands go on as them");
    }
}
