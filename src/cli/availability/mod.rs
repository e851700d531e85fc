//! `traveloure availability`: when a service can be booked.

mod check;
mod conflicts;
mod days;
mod draw;
mod edit;
mod show;

use clap::Subcommand;

use super::{context::Context, failure::Failure, session::Session};

pub(super) use draw::answer;

/// When a service can be booked, and how much of it
#[derive(Debug, Subcommand)]
pub enum Availability {
    /// Show the rules of a service, a line each
    Show(show::Show),
    /// Show the days of a service: what is open, booked and held
    Days(days::Days),
    /// Ask whether a date can be booked, and why not
    Check(check::Check),
    Set(edit::Set),
    /// List where more is booked than the rules offer
    Conflicts(conflicts::Conflicts),
    /// Close dates
    Block(edit::Block),
    /// Open dates again
    Open(edit::Open),
    /// Set the capacity of an inventory: in general, of a date, of a slot
    Capacity(edit::Capacity),
    /// Turn a service on or off
    Toggle(edit::Toggle),
}

impl Availability {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Show(command) => command.run(context, session).await,
            Self::Days(command) => command.run(context, session).await,
            Self::Check(command) => command.run(context, session).await,
            Self::Set(command) => command.run(context, session).await,
            Self::Conflicts(command) => command.run(context, session).await,
            Self::Block(command) => command.run(context, session).await,
            Self::Open(command) => command.run(context, session).await,
            Self::Capacity(command) => command.run(context, session).await,
            Self::Toggle(command) => command.run(context, session).await,
        }
    }
}
