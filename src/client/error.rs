//! Why a call brought no answer, in words that say what happened, what was kept and what to do.

use std::fmt;

use traveloure_core::{
    api::problem::{Code, Problem},
    text::{clean_line, clean_text},
};

/// The four ways in which a call fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// The server refused and said why; decide by [`Problem::code`] alone.
    Problem(Box<Problem>),
    /// The server cannot be reached, or the connection broke.
    Offline { server: String, reason: String, in_doubt: bool },
    /// No answer came in time.
    TimedOut { server: String, seconds: u64, in_doubt: bool },
    /// An answer that is none of this API: a proxy's page, or that of a newer server.
    Unexpected { status: Option<u16>, what: String },
}

impl ApiError {
    /// The code of a refusal.
    #[must_use]
    pub const fn code(&self) -> Option<Code> {
        match self {
            Self::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// Whether an act may have taken effect although no answer came: look before repeating it
    /// under another key.
    #[must_use]
    pub const fn is_in_doubt(&self) -> bool {
        match self {
            Self::Offline { in_doubt, .. } | Self::TimedOut { in_doubt, .. } => *in_doubt,
            Self::Problem(problem) => matches!(problem.code, Code::TimedOut),
            Self::Unexpected { .. } => false,
        }
    }

    /// A problem as it came, with everything in it safe to print.
    pub(super) fn problem(mut problem: Problem) -> Self {
        for text in [&mut problem.title, &mut problem.detail] {
            *text = clean_text(text).into_owned();
        }
        for field in &mut problem.fields {
            field.field = clean_line(&field.field).into_owned();
            field.message = clean_line(&field.message).into_owned();
        }
        problem.request_id = problem.request_id.map(|id| clean_line(&id).into_owned());
        Self::Problem(Box::new(problem))
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => problem_in_words(problem, f),
            Self::Offline { server, reason, in_doubt: false } => {
                write!(
                    f,
                    "{server} cannot be reached: {reason}. Nothing was changed; try again when it is back."
                )
            }
            Self::Offline { server, reason, in_doubt: true } => write!(
                f,
                "The connection to {server} broke before the answer came: {reason}. \
                 It may have taken effect all the same: look before you repeat it."
            ),
            Self::TimedOut { server, seconds, in_doubt: false } => {
                write!(
                    f,
                    "{server} did not answer within {seconds} s. Nothing was changed; try again."
                )
            }
            Self::TimedOut { server, seconds, in_doubt: true } => write!(
                f,
                "{server} did not answer within {seconds} s. \
                 It may have taken effect all the same: look before you repeat it."
            ),
            Self::Unexpected { status: Some(status), what } => {
                write!(f, "The server's answer ({status}) was not understood: {what}.")
            }
            Self::Unexpected { status: None, what } => f.write_str(what),
        }
    }
}

impl std::error::Error for ApiError {}

fn problem_in_words(problem: &Problem, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(if problem.detail.is_empty() { &problem.title } else { &problem.detail })?;
    // The detail often says the first one already.
    for field in problem.fields.iter().filter(|field| !problem.detail.contains(&field.message)) {
        write!(f, "\n  {}: {}", field.field, field.message)?;
    }
    match (&problem.request_id, problem.code) {
        (Some(id), Code::Internal) => write!(f, "\n  (request {id})"),
        _ => Ok(()),
    }
}

/// What the outermost of a chain of errors only wraps, such as `connection refused`.
pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let text = cause.to_string();
    // An operating system's refusal carries its number, which tells a person nothing.
    let text = text.split(" (os error").next().unwrap_or_default();
    clean_line(text).into_owned()
}
