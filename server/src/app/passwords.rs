//! Passwords: Argon2id, never more at once than the machine can bear.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OnceCell, Semaphore};

use crate::error::{AppError, AppResult, Fault};

/// Hashes and verifies, each off the async threads and behind a semaphore.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The one public password of a demo, and its hash.
    public: Option<Arc<OnceCell<(String, String)>>>,
}

impl Default for Passwords {
    fn default() -> Self {
        // 19 MiB and some 20 ms each; two at a time leave the machine to the bookings.
        Self { turns: Arc::new(Semaphore::new(2)), public: None }
    }
}

// OWASP's recommendation for Argon2id: m = 19 MiB, t = 2, p = 1.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl Passwords {
    /// For the making of a demo, where dozens of accounts have one password that everybody knows: it is hashed once,
    /// and they share the hash. Any other password is hashed as always.
    #[must_use]
    pub fn of_demo() -> Self {
        Self { public: Some(Arc::default()), ..Self::default() }
    }

    /// The PHC string of `password` with this salt.
    ///
    /// # Errors
    /// A fault if the machine cannot hash.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> AppResult<String> {
        let Some(public) = &self.public else { return self.hash_anew(password, salt).await };
        let first = async {
            Ok::<_, AppError>((password.clone(), self.hash_anew(password.clone(), salt).await?))
        };
        let (known, hash) = public.get_or_try_init(|| first).await?;
        if *known == password { Ok(hash.clone()) } else { self.hash_anew(password, salt).await }
    }

    async fn hash_anew(&self, password: String, salt: [u8; 16]) -> AppResult<String> {
        self.in_turn(move || {
            argon2()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash: PasswordHash| hash.to_string())
                .map_err(|error| Fault::Broken(format!("hashing a password: {error}")).into())
        })
        .await
    }

    /// Whether `password` belongs to `stored`. With no stored hash it takes as long and says no, so
    /// that the time of an answer does not tell whether an account exists.
    ///
    /// # Errors
    /// A fault if the machine cannot hash.
    pub async fn verify(&self, password: String, stored: Option<String>) -> AppResult<bool> {
        let Some(stored) = stored else {
            self.hash(password, [0; 16]).await?;
            return Ok(false);
        };
        self.in_turn(move || {
            Ok(argon2().verify_password(password.as_bytes(), stored.as_str()).is_ok())
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let turns = Arc::clone(&self.turns);
        let turn = turns
            .acquire_owned()
            .await
            .map_err(|error| AppError::from(Fault::Broken(error.to_string())))?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|error| AppError::from(Fault::Broken(error.to_string())))?
    }
}
