//! What every command knows: the installation, its settings, the role, and where results go.

use chrono::{DateTime, Utc};
use traveloure_config::{Paths, Settings};
use traveloure_core::actor::Role;

use super::output::Output;

/// The surroundings of one command.
#[derive(Debug)]
pub struct Context {
    pub paths: Paths,
    pub settings: Settings,
    /// The role that `--role` names.
    pub role: Option<Role>,
    pub output: Output,
    pub now: DateTime<Utc>,
    /// How this installation is called on a command line, for hints that can be copied:
    /// `traveloure --demo`.
    pub program: String,
}
