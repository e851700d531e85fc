//! Why a server does not start.

use std::net::SocketAddr;

use crate::{database::DatabaseError, error::AppError};

/// Why a server did not start. Nothing of it is left running.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error("the payment processor cannot be used: {0}")]
    Processor(String),
    #[error("the demo could not be made: {0}")]
    Demo(#[source] AppError),
    #[error("the events in the database cannot be read: {0}")]
    Events(#[from] AppError),
    #[error(
        "{address} cannot be listened on: {reason}. Choose another address with --listen, or stop what \
         is using this one"
    )]
    Listen { address: SocketAddr, reason: std::io::Error },
}
