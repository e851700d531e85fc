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

/// Lets the guests come in until `stop`.
#[must_use]
pub fn let_guests_in(client: &Client, stop: CancellationToken) -> JoinHandle<()> {
    let settings = guest::Settings::new(rand::random(), Arc::new(SystemClock));
    tokio::spawn(guest::run(client.with_token(None), settings, stop))
}
