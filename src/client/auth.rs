//! Accounts and sign-in.

use traveloure_core::{
    api::auth::{Login, Register, Session, Token, User},
    ids::TokenId,
};

use super::{ApiError, Client};

impl Client {
    /// A new account, signed in at once.
    ///
    /// # Errors
    /// `email_taken`, `invalid`, `rate_limited`.
    pub async fn register(&self, account: &Register) -> Result<Session, ApiError> {
        self.post("api/auth/register/").json(account).fetch().await
    }

    /// # Errors
    /// `wrong_credentials`, `rate_limited`.
    pub async fn login(&self, login: &Login) -> Result<Session, ApiError> {
        self.post("api/auth/login/").json(login).fetch().await
    }

    /// The token that this client carries counts no longer.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn logout(&self) -> Result<(), ApiError> {
        self.post("api/auth/logout/").finish().await
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn me(&self) -> Result<User, ApiError> {
        self.get("api/auth/me/").fetch().await
    }

    /// Every sign-in of the account.
    ///
    /// # Errors
    /// `not_signed_in`.
    pub async fn tokens(&self) -> Result<Vec<Token>, ApiError> {
        self.get("api/auth/tokens/").fetch().await
    }

    /// # Errors
    /// `not_found`.
    pub async fn revoke_token(&self, id: TokenId) -> Result<(), ApiError> {
        self.delete(format!("api/auth/tokens/{id}/")).finish().await
    }
}
