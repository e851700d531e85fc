//! `traveloure sign-ins`: where the account is signed in.

use clap::{Args, Subcommand};
use traveloure_core::api::auth::Token;

use super::{
    context::Context,
    failure::Failure,
    find::{self, short},
    session::Session,
    sheet::Sheet,
    table::Table,
};

/// Where the account is signed in
#[derive(Debug, Subcommand)]
pub enum SignIns {
    /// List the sign-ins of the account
    #[command(visible_alias = "ls")]
    List,
    /// End a sign-in, here or elsewhere
    End(End),
}

#[derive(Debug, Args)]
pub struct End {
    /// The sign-in: its id, or the end of it
    sign_in: String,
}

impl SignIns {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _) = session.traveler().await?;
        match self {
            Self::List => {
                let tokens = client.tokens().await?;
                context.output.show(&tokens, |tokens, sheet| rows(tokens, sheet))
            }
            Self::End(end) => {
                let id = find::sign_in(&client, &end.sign_in).await?;
                client.revoke_token(id).await?;
                context.output.remark("Ended.")
            }
        }
    }
}

fn rows(tokens: &[Token], sheet: &mut Sheet) {
    let mut table = Table::new()
        .left("ID")
        .flexible("WHERE")
        .left("SINCE")
        .left("LAST USED")
        .left("UNTIL")
        .left("");
    for token in tokens {
        let day = |moment: chrono::DateTime<chrono::Utc>| moment.format("%Y-%m-%d").to_string();
        table.row([
            short(token.id.into()),
            token.device.clone(),
            day(token.created_at),
            token.last_used_at.map_or_else(String::new, day),
            day(token.expires_at),
            if token.is_current { "this one".to_owned() } else { String::new() },
        ]);
    }
    sheet.table(&table);
}
