//! How a command fails, and the exit code that says so to a script.

use serde_json::{Value, json};
use traveloure_config::{ConfigError, PathsError};
use traveloure_core::{actor::Role, api::problem::Code};

use crate::{
    client::{ApiError, credentials::CredentialsError},
    local::OpenError,
};

/// The exit codes, for `--help` and the documentation.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  something went wrong that is nobody's answer
  2  wrong usage, or a setting that cannot be used
  3  refused: taken, expired, changed in the meantime, not found, not valid
  4  not signed in, or not in the role that it needs
  5  the server or its database cannot be reached, or was too slow
  6  done in part: some of several were refused
130  interrupted";

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line, or a value on it.
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error("You are not signed in. Sign in with: {0}")]
    NotSignedIn(String),
    #[error("This needs the role {0}, which your account does not hold.{hint}", hint = role_hint(*.0))]
    NeedsRole(Role),
    /// Refused before anything was sent.
    #[error("{0}")]
    Refused(String),
    #[error("{done} of {all} went through; the others were refused as said above.")]
    Partly { done: usize, all: usize },
    /// The backend of this process could not be started.
    #[error("{0}")]
    NoBackend(String),
    #[error(
        "Interrupted. If it was being sent, it may have taken effect: look before you repeat it."
    )]
    Interrupted,
    /// Told to stop while it only looked on.
    #[error("Not waiting any longer. The page stays open, and nothing else was changed.")]
    StoppedWaiting,
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// See [`EXIT_CODES`].
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Refused(_) => 3,
            Self::NotSignedIn(_) | Self::NeedsRole(_) => 4,
            Self::NoBackend(_) => 5,
            Self::Partly { .. } => 6,
            Self::Interrupted | Self::StoppedWaiting => 130,
            Self::Api(error) => exit_code_of(error),
        }
    }

    /// The failure for a script.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let problem = match self {
            Self::Api(ApiError::Problem(problem)) => serde_json::to_value(problem).ok(),
            _ => None,
        };
        json!({ "error": {
            "exit_code": self.exit_code(),
            "message": self.to_string(),
            "problem": problem,
        } })
    }
}

const fn role_hint(role: Role) -> &'static str {
    match role {
        Role::Provider => " Become a provider with: traveloure providers create",
        _ => "",
    }
}

const fn exit_code_of(error: &ApiError) -> u8 {
    match error {
        ApiError::Offline { .. } | ApiError::TimedOut { .. } => 5,
        ApiError::Unexpected { .. } => 1,
        ApiError::Problem(problem) => match problem.code {
            Code::NotSignedIn | Code::WrongCredentials | Code::RoleRequired => 4,
            Code::Unavailable | Code::TimedOut | Code::RateLimited => 5,
            Code::Internal
            | Code::MalformedBody
            | Code::MalformedParameter
            | Code::MethodNotAllowed
            | Code::UnsupportedMediaType
            | Code::PreconditionRequired
            | Code::KeyRequired => 1,
            _ => 3,
        },
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<PathsError> for Failure {
    fn from(error: PathsError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Client(error) => Self::Api(error),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        Self::Other(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use traveloure_core::api::problem::Problem;

    use super::*;

    #[test]
    fn a_script_learns_what_it_can_do_about_it() {
        let code =
            |code| Failure::from(ApiError::Problem(Box::new(Problem::new(code, "")))).exit_code();
        assert_eq!(code(Code::SlotTaken), 3);
        assert_eq!(code(Code::VersionMismatch), 3);
        assert_eq!(code(Code::NotSignedIn), 4);
        assert_eq!(code(Code::Unavailable), 5);
        assert_eq!(code(Code::Internal), 1);
        let offline =
            ApiError::Offline { server: String::new(), reason: String::new(), in_doubt: false };
        assert_eq!(Failure::from(offline).exit_code(), 5);
    }

    #[test]
    fn every_exit_code_is_documented() {
        for code in [0, 1, 2, 3, 4, 5, 6, 130] {
            assert!(EXIT_CODES.contains(&format!("\n{code:3}  ")), "{code}");
        }
    }
}
