//! A signed-in request that acts: its caller, its body, and its `Idempotency-Key`.

use axum::extract::{FromRequest, FromRequestParts, MatchedPath, Request};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use traveloure_core::{
    actor::{Actor, Role},
    api::problem::Code,
    ids::ProviderId,
};

use super::{Caller, body, signed_in};
use crate::{
    app::{Context, work::Key},
    error::{AppError, AppResult},
};

const KEY_HEADER: &str = "idempotency-key";

/// What an acting handler works with.
#[derive(Debug)]
pub struct Act<T> {
    pub actor: Actor,
    pub key: Option<Key>,
    pub body: T,
}

impl<T> Act<T> {
    /// The key, for routes where money or capacity moves.
    ///
    /// # Errors
    /// [`Code::KeyRequired`].
    pub fn required_key(&self) -> AppResult<Option<Key>> {
        self.needed_key().map(Some)
    }

    /// The same, as itself.
    ///
    /// # Errors
    /// [`Code::KeyRequired`].
    pub fn needed_key(&self) -> AppResult<Key> {
        self.key.clone().ok_or_else(key_required)
    }

    /// Refuses unless the caller acts as a traveler.
    ///
    /// # Errors
    /// [`Code::RoleRequired`].
    pub fn must_travel(&self) -> AppResult<()> {
        if self.actor.role == Role::Traveler {
            return Ok(());
        }
        Err(AppError::refused(
            Code::RoleRequired,
            "Travelers book and pay; act as one (Traveloure-Role). Nothing was changed.",
        ))
    }

    /// The provider that the caller acts as.
    ///
    /// # Errors
    /// [`Code::RoleRequired`].
    pub fn provider(&self) -> AppResult<ProviderId> {
        signed_in::acting_provider(&self.actor)
    }

    /// The same, where the path names it.
    ///
    /// # Errors
    /// [`Code::RoleRequired`]; [`Code::NotFound`] for another provider.
    pub fn own_provider(&self, named: ProviderId) -> AppResult<ProviderId> {
        signed_in::must_be_own(self.provider()?, named)?;
        Ok(named)
    }

    /// Refuses unless the caller acts as an administrator.
    ///
    /// # Errors
    /// [`Code::RoleRequired`].
    pub fn must_be_admin(&self) -> AppResult<()> {
        signed_in::must_be_admin(&self.actor)
    }
}

fn key_required() -> AppError {
    AppError::refused(
        Code::KeyRequired,
        "Send an Idempotency-Key, so that a repeated request is answered and not done twice. \
         Nothing was changed.",
    )
}

impl<T: DeserializeOwned> FromRequest<Context> for Act<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, context: &Context) -> AppResult<Self> {
        let (mut parts, body) = request.into_parts();
        let Caller { actor, .. } = Caller::from_request_parts(&mut parts, context).await?;
        let route = parts.extensions.get::<MatchedPath>().map(|path| path.as_str().to_owned());
        let method = parts.method.clone();
        let uri = parts.uri.clone();
        let sent = parts.headers.get(KEY_HEADER).cloned();
        let (headers, bytes) = body::read(Request::from_parts(parts, body), context).await?;
        let key = sent.map(|value| key_text(value.to_str().ok())).transpose()?.map(|key| Key {
            user: actor.user,
            route: format!("{method} {}", route.unwrap_or_default()),
            key,
            fingerprint: fingerprint(&[
                actor.role.as_str().as_bytes(),
                method.as_str().as_bytes(),
                uri.to_string().as_bytes(),
                &bytes,
            ]),
        });
        Ok(Self { actor, key, body: body::parse(&headers, &bytes)? })
    }
}

fn key_text(sent: Option<&str>) -> AppResult<String> {
    sent.filter(|key| (1..=255).contains(&key.len())).map(ToOwned::to_owned).ok_or_else(|| {
        AppError::refused(
            Code::MalformedParameter,
            "An Idempotency-Key has 1 to 255 visible ASCII characters. Nothing was changed.",
        )
    })
}

// Each part with its length, so that no two lists of parts read the same.
fn fingerprint(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}
