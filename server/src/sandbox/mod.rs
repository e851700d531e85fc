//! A payment processor that is compatible with Stripe's API, for where no key of Stripe's is
//! configured. What it does and does not do: `docs/SANDBOX.md`.
//!
//! It is another party that happens to live in this process: it knows nothing of bookings, and
//! whoever uses it speaks HTTP to [`router`], as with Stripe. Its books are in the schema `sandbox`, so
//! they outlive the process and several servers share them.
//!
//! ```text
//! routes      every route, in two lists
//! api         a request of the API: key, parameters, idempotency, faults, answer
//! call        the transaction that an operation works in
//! resources   one file per resource of the API
//! pages       what a person sees: paying, the bank's question, onboarding
//! deliver     webhooks, and what the clock brings about
//! control     what only a sandbox can do: faults, disputes, paying without a page
//! store       the SQL
//! ```

mod api;
mod call;
mod cards;
mod control;
mod currency;
mod deliver;
mod expand;
mod faults;
mod list;
mod object;
mod pages;
mod params;
mod refusal;
mod request;
mod resources;
mod routes;
mod signature;
mod store;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::Notify;

use crate::{clock::Clock, entropy::Entropy};

pub use control::{ControlError, Delivered, PageStep};
pub use deliver::{Destinations, deliver, deliver_due};
pub use faults::{Effect, Fault};
pub use routes::router;

/// The API version whose shapes the sandbox answers with.
pub const API_VERSION: &str = "2026-10-28.endive";

const ACCOUNT_ENDPOINT: &str = "we_sandbox_account";
const CONNECT_ENDPOINT: &str = "we_sandbox_connect";

/// The processor; cheap to clone.
#[derive(Clone)]
pub struct Sandbox(Arc<Inner>);

struct Inner {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    public_url: Option<String>,
    settings: Settings,
    page_secret: Vec<u8>,
    /// Rung after every commit that made an event.
    told: Notify,
}

/// What is to be configured where the sandbox is used, as it would be with Stripe's dashboard.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `sk_test_…`
    pub api_key: String,
    /// `whsec_…`, signs events of the platform's own account.
    pub webhook_secret: String,
    /// `whsec_…`, signs events of connected accounts.
    pub connect_webhook_secret: String,
}

impl Sandbox {
    /// The sandbox of a database: the first one that opens it makes up the keys, later ones and other
    /// processes find them. `public_url` is where [`router`] can be reached by people, such as
    /// `https://example.org/sandbox`; without it links name the host that the API was asked by.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(
        pool: PgPool,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        public_url: Option<String>,
    ) -> sqlx::Result<Self> {
        let mut db = pool.acquire().await?;
        let made = store::settings::Stored {
            api_key: format!("sk_test_{}", letters(&*entropy, 32)),
            page_secret: entropy.bytes::<32>().to_vec(),
        };
        store::settings::offer(&mut db, &made).await?;
        let stored = store::settings::get(&mut db).await?;
        let now = clock.now().timestamp();
        let mut secrets = [String::new(), String::new()];
        for (id, secret) in [ACCOUNT_ENDPOINT, CONNECT_ENDPOINT].into_iter().zip(&mut secrets) {
            let endpoint = store::endpoints::Endpoint {
                id: id.to_owned(),
                connect: id == CONNECT_ENDPOINT,
                url: None,
                secret: format!("whsec_{}", letters(&*entropy, 32)),
                enabled_events: vec!["*".to_owned()],
                enabled: true,
                metadata: serde_json::json!({}),
                created: now,
            };
            store::endpoints::offer(&mut db, &endpoint).await?;
            if let Some(endpoint) = store::endpoints::find(&mut db, id).await? {
                *secret = endpoint.secret;
            }
        }
        drop(db);
        let [webhook_secret, connect_webhook_secret] = secrets;
        let settings = Settings { api_key: stored.api_key, webhook_secret, connect_webhook_secret };
        Ok(Self(Arc::new(Inner {
            pool,
            clock,
            entropy,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            settings,
            page_secret: stored.page_secret,
            told: Notify::new(),
        })))
    }

    /// The keys that this sandbox takes and signs with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    /// So many random letters and digits.
    fn letters(&self, count: usize) -> String {
        letters(&*self.0.entropy, count)
    }
}

fn letters(entropy: &(dyn Entropy + 'static), count: usize) -> String {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(count);
    while text.len() < count {
        // Bytes from 248 on are passed over, or the first letters would come more often.
        for byte in entropy.bytes::<32>().into_iter().filter(|byte| *byte < 248) {
            if text.len() < count {
                text.push(char::from(ALPHABET[usize::from(byte % 62)]));
            }
        }
    }
    text
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("public_url", &self.0.public_url).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}
