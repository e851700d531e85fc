//! Counting one request: by address before anything else, by account once it is known.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension,
    extract::{ConnectInfo, MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use traveloure_core::ids::UserId;

use super::{Address, Allowance, Limits, take};
use crate::{error::AppResult, http::Operation};

/// Where passwords are tried and accounts made.
const SIGN_INS: [&str; 2] = ["/api/auth/login/", "/api/auth/register/"];

/// The counting of one request; the extractors that learn who asks go on with it.
#[derive(Clone, Debug)]
pub struct Meter {
    limits: Limits,
    strictest: Arc<Mutex<Option<Allowance>>>,
}

impl Meter {
    fn new(limits: Limits) -> Self {
        Self { limits, strictest: Arc::default() }
    }

    /// Counts the request for an account that has shown a good token.
    ///
    /// # Errors
    /// [`Code::RateLimited`](traveloure_core::api::problem::Code::RateLimited).
    pub fn account(&self, user: UserId) -> AppResult<()> {
        let Some(buckets) = &self.limits.0 else { return Ok(()) };
        self.note(take(&buckets.accounts, &user))
    }

    /// Counts an attempt to sign in to an account.
    ///
    /// # Errors
    /// [`Code::RateLimited`](traveloure_core::api::problem::Code::RateLimited).
    pub fn sign_in(&self, email: &str) -> AppResult<()> {
        let Some(buckets) = &self.limits.0 else { return Ok(()) };
        // No address is longer; a longer one must not take up memory.
        let email: String = email.trim().chars().take(254).collect();
        self.note(take(&buckets.sign_ins_by_account, &email.to_lowercase()))
    }

    fn address(&self, request: &Request) -> AppResult<()> {
        let Some(buckets) = &self.limits.0 else { return Ok(()) };
        // None where there is no connection: in the same process.
        let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
            return Ok(());
        };
        let address = Address::of(*peer, request.headers(), buckets.behind_proxy);
        self.note(take(&buckets.addresses, &address))?;
        let route = request.extensions().get::<MatchedPath>();
        if route.is_some_and(|route| SIGN_INS.contains(&route.as_str())) {
            self.note(take(&buckets.sign_ins_by_address, &address))?;
        }
        Ok(())
    }

    fn note(&self, allowance: Allowance) -> AppResult<()> {
        let mut strictest = self.strictest.lock().unwrap_or_else(PoisonError::into_inner);
        if strictest.is_none_or(|known| allowance.is_stricter_than(&known)) {
            *strictest = Some(allowance);
        }
        allowance.check()
    }
}

/// Counts a request and says in its answer what is left.
pub async fn measure(
    Extension(operation): Extension<Operation>,
    mut request: Request,
    next: Next,
) -> Response {
    let meter = Meter::new(operation.limits);
    let mut response = match meter.address(&request) {
        Ok(()) => {
            request.extensions_mut().insert(meter.clone());
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    let strictest = *meter.strictest.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(allowance) = strictest {
        allowance.write(response.headers_mut());
    }
    response
}
