//! `traveloure requests show`

use clap::Args;

use super::{
    super::{context::Context, failure::Failure, find, session::Session},
    draw,
};

#[derive(Debug, Args)]
pub struct Show {
    /// The request: its id, or the end of it
    request: String,
}

impl Show {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, side) = session.side().await?;
        let id = find::request(&client, side, &self.request).await?;
        let request = client.request(id).await?;
        context
            .output
            .show(&request, |request, sheet| draw::whole(request, side, context.now, sheet))
    }
}
