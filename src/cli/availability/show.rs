//! `traveloure availability show`

use clap::Args;

use super::super::{context::Context, failure::Failure, find, session::Session};

#[derive(Debug, Args)]
pub struct Show {
    /// The service (name or id)
    service: String,
}

impl Show {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = find::own_service(&client, provider, &self.service).await?;
        let availability = client.availability(provider, service.id).await?;
        context.output.show(&availability, |availability, sheet| {
            sheet.line(format!(
                "# {}, {}, {}",
                service.name,
                service.availability_type.as_str(),
                service.zone.name()
            ));
            sheet.line(availability.text.trim_end());
        })
    }
}
