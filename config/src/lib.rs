//! Settings: flags over environment over file over built-in defaults, merged and checked.
//!
//! [`load`] takes all four as values and reads nothing but the file it is given, so that every
//! combination can be tested. An error names the key and where it was said.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod environment;
mod error;
mod file;
mod load;
mod paths;
pub mod private_file;
mod secret;
mod server_url;
mod settings;

pub use error::ConfigError;
pub use file::read_toml;
pub use load::{Flags, load};
pub use paths::{Paths, PathsError};
pub use secret::Secret;
pub use server_url::{ServerUrl, ServerUrlError};
pub use settings::{
    Affiliates, Database, Events, Jobs, Log, LogFormat, Payments, Postgres, RateLimit, Settings,
    Stripe, Theme,
};
