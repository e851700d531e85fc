//! Who is in the demo: people, houses and what they offer. All of it is invented.

mod africa_and_asia;
mod americas_and_oceania;
mod europe;
mod lisbon;
mod travelers;

use chrono_tz::Tz;
use traveloure_core::{availability::AvailabilityType, category::Category};

pub use lisbon::INES;
pub use travelers::{TRAVELERS, Traveler};

/// A provider with everything they offer.
#[derive(Debug)]
pub struct House {
    /// The part of the e-mail address before `@traveloure.demo`.
    pub account: &'static str,
    pub person: &'static str,
    pub name: &'static str,
    pub city: &'static str,
    pub country: &'static str,
    pub zone: Tz,
    pub description: &'static str,
    /// Shared resources: name and how many there are.
    pub pools: &'static [(&'static str, u32)],
    pub offers: &'static [Offer],
    /// How many requests of the past season came in, roughly.
    pub season: u32,
}

/// One service.
#[derive(Debug)]
pub struct Offer {
    /// Names it within the demo.
    pub key: &'static str,
    pub name: &'static str,
    pub category: Category,
    pub description: &'static str,
    pub by_night: bool,
    pub minutes: Option<u32>,
    pub availability: AvailabilityType,
    pub response_hours: u32,
    /// Which of the house's pools it draws from, by their place.
    pub pools: &'static [usize],
    /// Rules and prices as lines of text, with the dates of [`super::dates::fill`].
    pub rules: &'static str,
    pub prices: &'static str,
    /// How it is asked for.
    pub asked: Asked,
}

/// How travelers ask for a service.
#[derive(Debug)]
pub struct Asked {
    /// Local start times; none where the day is enough.
    pub times: &'static [&'static str],
    pub party: (u32, u32),
    /// Nights of a stay; (0, 0) where there are none.
    pub nights: (u32, u32),
    /// Of all requests of the house, so many parts.
    pub share: u32,
    pub words: &'static [&'static str],
}

impl Offer {
    /// Whether the provider names the price in an offer.
    pub fn is_quoted(&self) -> bool {
        self.prices.starts_with("quote")
    }
}

/// The demo provider first, then everybody else.
pub fn houses() -> impl Iterator<Item = &'static House> {
    std::iter::once(&INES)
        .chain(europe::HOUSES)
        .chain(africa_and_asia::HOUSES)
        .chain(americas_and_oceania::HOUSES)
}
