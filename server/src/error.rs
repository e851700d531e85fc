//! What goes wrong, kept apart by whose business it is: a refusal is for the caller, a fault is for
//! the operator, and of a fault the caller learns only that it happened.

use traveloure_core::api::problem::{Code, Problem};

/// The error of every use case.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The domain says no. Nothing was changed, and the caller is told why.
    #[error("{}: {}", .0.code.as_str(), .0.detail)]
    Refused(Box<Problem>),
    /// Something broke. Nothing was changed, and the log has it all.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What broke.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
    /// The database cannot be reached, or has no connection to spare.
    #[error("database out of reach: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database has no room left to write.
    #[error("the database's disk is full: {0}")]
    DiskFull(#[source] sqlx::Error),
    #[error("stored {what} of {id} cannot be read: {reason}")]
    Corrupt { what: &'static str, id: String, reason: String },
    #[error("{0}")]
    Broken(String),
    /// A payment for the same is under way. Whoever tried looks at it and tries again, which a refusal kept under a
    /// key would not allow.
    #[error("a payment for the same is under way")]
    UnderWay,
}

/// PostgreSQL's `disk_full`.
const DISK_FULL: &str = "53100";

/// The result of every use case.
pub type AppResult<T> = Result<T, AppError>;

impl AppError {
    /// A refusal with its explanation: what happened, what was kept, what to do next.
    #[must_use]
    pub fn refused(code: Code, detail: impl Into<String>) -> Self {
        Self::Refused(Box::new(Problem::new(code, detail)))
    }

    /// The refusal for a thing that is unknown, or someone else's: the two look the same.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::refused(Code::NotFound, format!("There is no such {what}, or it is not yours."))
    }

    /// The refusal of a document with its faults.
    #[must_use]
    pub fn invalid(fields: Vec<traveloure_core::field::FieldError>) -> Self {
        let detail = fields.first().map_or_else(String::new, ToString::to_string);
        let mut problem = Problem::new(Code::Invalid, format!("{detail}. Nothing was saved."));
        problem.fields = fields;
        Self::Refused(Box::new(problem))
    }

    /// The refusal of one field.
    #[must_use]
    pub fn invalid_field(field: &str, code: &str, message: impl Into<String>) -> Self {
        Self::invalid(vec![traveloure_core::field::FieldError::new(field, code, message)])
    }

    /// The refusal of an edit that was made on an older version.
    #[must_use]
    pub fn stale(current: i64) -> Self {
        let mut problem = Problem::new(
            Code::VersionMismatch,
            format!(
                "It was changed in the meantime and is at version {current} now. Nothing was saved; \
                 fetch it and make the change again."
            ),
        );
        problem.current_version = Some(current);
        Self::Refused(Box::new(problem))
    }

    /// The refusal's code; none for a fault.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Refused(problem) => Some(problem.code),
            Self::Fault(_) => None,
        }
    }

    /// Whether the last of something was taken by somebody else a moment ago, and it is not said yet what
    /// is left.
    #[must_use]
    pub fn is_lost_race(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.code == Code::SlotTaken && problem.left.is_none())
    }

    /// Whether a payment for the same is under way.
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        matches!(self, Self::Fault(Fault::UnderWay))
    }

    /// Whether a constraint of this name refused it.
    #[must_use]
    pub fn violates(&self, constraint: &str) -> bool {
        matches!(self, Self::Fault(Fault::Database(error))
            if error.as_database_error().and_then(|e| e.constraint()) == Some(constraint))
    }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::WorkerCrashed => Fault::Unavailable(error),
            sqlx::Error::Database(ref refused) if refused.code().as_deref() == Some(DISK_FULL) => {
                Fault::DiskFull(error)
            }
            other => Fault::Database(other),
        })
    }
}
