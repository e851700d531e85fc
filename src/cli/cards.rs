//! `traveloure cards`: the cards that the payment processor keeps.

use clap::Subcommand;

use super::{context::Context, failure::Failure, prompt, session::Session, table::Table};

/// Your saved cards
#[derive(Debug, Subcommand)]
pub enum Cards {
    /// List the cards that the payment processor keeps for you
    #[command(visible_alias = "ls")]
    List,
    /// Have it forget a card: it can never be charged again
    Forget {
        /// The card's id, from the list
        card: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

impl Cards {
    /// # Errors
    /// As the server says.
    pub async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let (client, _) = session.traveler().await?;
        match self {
            Self::List => {
                let cards = client.saved_cards().await?;
                context.output.show(&cards, |cards, sheet| {
                    if cards.is_empty() {
                        sheet.line("No cards.");
                        return;
                    }
                    let mut table =
                        Table::new().left("CARD").left("ENDS IN").left("EXPIRES").left("ID");
                    for card in cards {
                        let expires = card
                            .expires
                            .map_or_else(String::new, |(month, year)| format!("{month:02}/{year}"));
                        table.row([
                            card.brand.clone(),
                            card.last4.clone(),
                            expires,
                            card.id.clone(),
                        ]);
                    }
                    sheet.table(&table);
                })
            }
            Self::Forget { card, yes } => {
                prompt::confirm(&format!("Forget the card {card}?"), *yes).await?;
                client.forget_card(card).await?;
                context.output.remark("Forgotten.")
            }
        }
    }
}
