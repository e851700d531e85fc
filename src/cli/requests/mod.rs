//! `traveloure requests`: both sides of a negotiation.

mod answer;
mod bulk;
mod draw;
mod list;
mod show;
mod submit;

use clap::Subcommand;

use super::{context::Context, failure::Failure, session::Session};

pub(super) use draw::{inbox, price};

/// Booking requests: the inbox, and every answer to it
#[derive(Debug, Subcommand)]
pub enum Requests {
    /// List open requests, the first to expire first
    #[command(visible_alias = "ls")]
    List(list::List),
    /// Show a request with everything that a decision needs
    Show(show::Show),
    /// Accept what is on the table: the slot is taken and the booking made
    Accept(answer::Accept),
    /// Decline what is on the table
    Decline(answer::Decline),
    Counter(answer::Counter),
    /// Take back a request of one's own
    Withdraw(answer::Withdraw),
    /// Write to the other side without deciding anything
    Message(answer::Message),
    /// Ask a provider whether they take you
    Submit(submit::Submit),
    /// Give the same answer to many requests
    #[command(subcommand)]
    Bulk(bulk::Bulk),
}

impl Requests {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::List(command) => command.run(context, session).await,
            Self::Show(command) => command.run(context, session).await,
            Self::Accept(command) => command.run(context, session).await,
            Self::Decline(command) => command.run(context, session).await,
            Self::Counter(command) => command.run(context, session).await,
            Self::Withdraw(command) => command.run(context, session).await,
            Self::Message(command) => command.run(context, session).await,
            Self::Submit(command) => command.run(context, session).await,
            Self::Bulk(command) => command.run(context, session).await,
        }
    }
}
