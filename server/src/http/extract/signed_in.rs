//! Who calls, and in which role.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use traveloure_core::{
    actor::{Actor, Role},
    api::problem::Code,
    ids::{ProviderId, TokenId},
};

use crate::{
    app::{Context, accounts},
    error::{AppError, AppResult},
    http::limits::Meter,
};

const ROLE_HEADER: &str = "traveloure-role";

/// The signed-in caller, acting in the role that the `Traveloure-Role` header names (`traveler`
/// without one).
#[derive(Clone, Debug)]
pub struct Caller {
    pub actor: Actor,
    pub token: TokenId,
}

impl FromRequestParts<Context> for Caller {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> AppResult<Self> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| {
                AppError::refused(
                    Code::NotSignedIn,
                    "Sign in first: the request carries no bearer token.",
                )
            })?;
        let signed_in = accounts::authenticate(context, token).await?;
        if let Some(meter) = parts.extensions.get::<Meter>() {
            meter.account(signed_in.actor.user)?;
        }
        let mut actor = signed_in.actor;
        if let Some(value) = parts.headers.get(ROLE_HEADER) {
            let role: Role =
                value.to_str().ok().and_then(|name| name.parse().ok()).ok_or_else(|| {
                    AppError::refused(
                        Code::MalformedParameter,
                        "Traveloure-Role names no role; use traveler, provider, expert or admin.",
                    )
                })?;
            if !actor.holds(role) {
                return Err(role_required(role));
            }
            actor.role = role;
        }
        Ok(Self { actor, token: signed_in.token })
    }
}

fn role_required(role: Role) -> AppError {
    AppError::refused(
        Code::RoleRequired,
        format!(
            "This needs the role {role}: send it as Traveloure-Role, with an account that holds it."
        ),
    )
}

/// A caller acting as a provider.
#[derive(Clone, Debug)]
pub struct AsProvider {
    pub actor: Actor,
    pub provider: ProviderId,
}

impl FromRequestParts<Context> for AsProvider {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> AppResult<Self> {
        let Caller { actor, .. } = Caller::from_request_parts(parts, context).await?;
        let provider = acting_provider(&actor)?;
        Ok(Self { actor, provider })
    }
}

impl AsProvider {
    /// Refuses unless the path names the caller's own provider.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn must_be(&self, named: ProviderId) -> AppResult<()> {
        must_be_own(self.provider, named)
    }
}

/// The provider that the actor acts as.
pub(super) fn acting_provider(actor: &Actor) -> AppResult<ProviderId> {
    match (actor.role, actor.provider) {
        (Role::Provider, Some(provider)) => Ok(provider),
        _ => Err(role_required(Role::Provider)),
    }
}

/// Refuses unless a provider is the one that the path names: someone else's looks like none.
pub(super) fn must_be_own(own: ProviderId, named: ProviderId) -> AppResult<()> {
    if own == named { Ok(()) } else { Err(AppError::not_found("provider")) }
}

/// Refuses unless the actor acts as an administrator.
pub(super) fn must_be_admin(actor: &Actor) -> AppResult<()> {
    if actor.role == Role::Admin { Ok(()) } else { Err(role_required(Role::Admin)) }
}

/// A caller acting as an administrator.
#[derive(Clone, Copy, Debug)]
pub struct AsAdmin;

impl FromRequestParts<Context> for AsAdmin {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> AppResult<Self> {
        let Caller { actor, .. } = Caller::from_request_parts(parts, context).await?;
        must_be_admin(&actor)?;
        Ok(Self)
    }
}
