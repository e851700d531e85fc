//! Answering what the provider did.

use rand::Rng;
use rust_decimal::Decimal;
use traveloure_core::{
    api::{
        event::Kind,
        request::{Accept, CounterOffer, Decline, Request},
    },
    ids::RequestId,
    money::Money,
    request::{Side, Status},
};

use super::{Guests, Turn, words};
use crate::client::{ApiError, Client, Key};

/// More rounds than these are haggling.
const MOST_ROUNDS: u32 = 5;

impl Guests {
    /// A guest looks at a request of theirs after something has happened to it, and answers if it is theirs
    /// to answer.
    ///
    /// # Errors
    /// The client's: refused, offline, or not understood.
    pub async fn look(
        &mut self,
        visitor: usize,
        id: RequestId,
        after: Kind,
    ) -> Result<Turn, ApiError> {
        let client = self.visitors[visitor].client().await?;
        let request = client.request(id).await?;
        match (request.row.status, after) {
            (Status::CounterOffered, Kind::RequestCountered) => {
                self.answer(&client, &request).await
            }
            (_, Kind::RequestMessage) if is_spoken_to(&request) && self.chance(75) => {
                self.write(&client, &request.row, words::REPLIES).await
            }
            (Status::Accepted, Kind::RequestAccepted) if is_given(&request) && self.chance(35) => {
                self.write(&client, &request.row, words::THANKS).await
            }
            _ => Ok(Turn::Nothing),
        }
    }

    async fn answer(&mut self, client: &Client, request: &Request) -> Result<Turn, ApiError> {
        let id = request.row.id;
        let round = request.row.round;
        let key = Key::random();
        match self.rng.random_range(0..100) {
            0..18 => {
                let message = words::pick(words::TOO_BAD, &mut self.rng);
                client.decline(id, &Decline { message }, &key).await?;
                Ok(Turn::Declined(id))
            }
            18..45 if round < MOST_ROUNDS => {
                let message = words::pick(words::COULD_YOU, &mut self.rng);
                let price = request.row.price.and_then(a_little_less);
                let offer = CounterOffer { price, message, ..CounterOffer::default() };
                client.counter(id, &offer, &key).await?;
                Ok(Turn::Countered(id))
            }
            _ => {
                let accept = Accept { round: Some(round), ..Accept::default() };
                client.accept(id, &accept, &key).await?;
                Ok(Turn::Accepted(id))
            }
        }
    }
}

/// Whether the last word was the provider's.
fn is_spoken_to(request: &Request) -> bool {
    request.messages.last().is_some_and(|message| message.by == Side::Provider)
}

/// Whether the provider said yes, and not the guest.
fn is_given(request: &Request) -> bool {
    request.rounds.last().is_some_and(|round| round.by == Side::Traveler)
}

/// Some six percent less, without cents.
fn a_little_less(price: Money) -> Option<Money> {
    let less = (price.amount() * Decimal::new(94, 2)).floor();
    Money::rounded(less, price.currency()).ok().filter(|price| !price.is_zero())
}

#[cfg(test)]
mod tests {
    use traveloure_core::money::Currency;

    use super::*;

    #[test]
    fn a_little_less_is_a_round_price() {
        let euros = |amount| Money::try_new(amount, Currency::EUR).unwrap();
        assert_eq!(a_little_less(euros(Decimal::new(14_250, 2))), Some(euros(Decimal::from(133))));
        assert_eq!(a_little_less(euros(Decimal::ONE)), None);
    }
}
