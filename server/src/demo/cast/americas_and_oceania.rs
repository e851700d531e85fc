//! Houses in the Americas and in Oceania.

use chrono_tz::Tz;
use traveloure_core::{
    availability::AvailabilityType::{Inventory, Toggle},
    category::Category::{Activity, Transport},
};

use super::{Asked, House, Offer};

pub const HOUSES: &[House] = &[OAXACA, NEW_YORK, WELLINGTON];

const OAXACA: House = House {
    account: "courtyard",
    person: "Rosario «Chayo» Méndez",
    name: "Chayo's Courtyard Kitchen",
    city: "Oaxaca",
    country: "MX",
    zone: Tz::America__Mexico_City,
    description: "To the market at eight, at the stone by ten, at the table by one.",
    pools: &[],
    offers: &[Offer {
        key: "mole",
        name: "Seven moles, of which we make one",
        category: Activity,
        description: "Five hours from the market to the plate, ten people at most. You go home with the recipe and \
                      sore arms.",
        by_night: false,
        minutes: Some(300),
        availability: Inventory,
        response_hours: 24,
        pools: &[],
        rules: "every mon,wed,fri,sat 08:00 cap 10
                counts per person
                closed every year 31 oct - 2 nov
                notice 12h
                horizon 150d
                party 1-10",
        prices: "base 1450 MXN per person
                 season \"Guelaguetza\" {year}-07-10 - {year}-07-31 x1.25
                 group 6+ 10%",
        asked: Asked {
            times: &["08:00"],
            party: (1, 6),
            nights: (0, 0),
            share: 1,
            words: &[
                "¿Se puede con niños de ocho y once años? Ayudan mucho (a comer).",
                "I cook for a living and promise to do as I am told.",
                "No chocolate for one of us. Is there a mole for her?",
            ],
        },
    }],
    season: 9,
};

const NEW_YORK: House = House {
    account: "bridges",
    person: "Tyrell Washington-Cruz",
    name: "Bridges by Bicycle",
    city: "New York",
    country: "US",
    zone: Tz::America__New_York,
    description: "Four bridges, three boroughs, one very good sandwich.",
    pools: &[],
    offers: &[
        Offer {
            key: "ride",
            name: "Four bridges in a morning",
            category: Activity,
            description: "Fifteen miles, mostly flat except where it is a bridge. Helmets and patience included.",
            by_night: false,
            minutes: Some(210),
            availability: Inventory,
            response_hours: 24,
            pools: &[],
            rules: "every fri,sat,sun 08:00 cap 9
                    every sat 13:30 cap 9
                    counts per person
                    notice 6h
                    horizon 120d
                    party 1-9",
            prices: "base 68 USD per person
                     season \"Foliage\" {year}-10-05 - {year}-11-05 x1.15
                     group 4+ 10%
                     last minute 2d 10%",
            asked: Asked {
                times: &["08:00", "08:00", "13:30"],
                party: (1, 5),
                nights: (0, 0),
                share: 3,
                words: &[
                    "I have not been on a bike since 2009. Should I be worried?",
                    "We are both over 1.95 m. Do you have frames for giraffes?",
                ],
            },
        },
        Offer {
            key: "hire",
            name: "Just the bicycle, for a day",
            category: Transport,
            description: "With lock, lights and a map on which I drew.",
            by_night: false,
            minutes: Some(600),
            availability: Toggle,
            response_hours: 12,
            pools: &[],
            rules: "on
                    notice 1h
                    party up to 6",
            prices: "base 45 USD per person
                     deposit 50",
            asked: Asked {
                times: &["09:00"],
                party: (1, 3),
                nights: (0, 0),
                share: 1,
                words: &["Is there a basket? I intend to buy cheese."],
            },
        },
    ],
    season: 11,
};

const WELLINGTON: House = House {
    account: "tui-bay",
    person: "Mere Paewai",
    name: "Tūī Bay Kayaks",
    city: "Wellington",
    country: "NZ",
    zone: Tz::Pacific__Auckland,
    description: "Kia ora! Double kayaks, quiet bays, and seals that have not read the rules.",
    pools: &[],
    offers: &[Offer {
        key: "bays",
        name: "Three bays before lunch",
        category: Activity,
        description: "Double kayaks, four hours, tea on a beach without a road.",
        by_night: false,
        minutes: Some(240),
        availability: Inventory,
        response_hours: 24,
        pools: &[],
        rules: "every wed,fri,sat,sun 08:30 cap 8
                counts per person
                notice 12h
                horizon 150d
                party 1-8",
        prices: "base 125 NZD per person
                 season \"Summer\" {year}-12-01 - {year}-12-31 x1.2
                 season \"Quiet months\" {year}-06-01 - {year}-08-31 x0.85
                 group 6+ 10%",
        asked: Asked {
            times: &["08:30"],
            party: (1, 4),
            nights: (0, 0),
            share: 1,
            words: &[
                "My partner and I have never shared a kayak and would like to stay together. Advice?",
                "Can one wear glasses? I would like to see the seals.",
            ],
        },
    }],
    season: 8,
};
