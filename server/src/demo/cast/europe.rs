//! Houses in Europe, besides the demo provider's.

use chrono_tz::Tz;
use traveloure_core::{
    availability::AvailabilityType::{Calendar, Inventory, Toggle},
    category::Category::{Activity, Meal, Transport},
};

use super::{Asked, House, Offer};

pub const HOUSES: &[House] = &[BERLIN, REYKJAVIK, ISTANBUL];

const BERLIN: House = House {
    account: "kahn",
    person: "Jörg Wendisch",
    name: "Kahn & Kanal",
    city: "Berlin",
    country: "DE",
    zone: Tz::Europe__Berlin,
    description: "Three small wooden boats on the canals of Kreuzberg and Neukölln. You steer, we explain how.",
    pools: &[("the boats", 3)],
    offers: &[
        Offer {
            key: "boat",
            name: "A boat for three hours",
            category: Transport,
            description: "Electric, no licence needed, up to six people and a picnic.",
            by_night: false,
            minutes: Some(180),
            availability: Inventory,
            response_hours: 24,
            pools: &[0],
            rules: "every day 10:00 cap 3
                    every day 14:00 cap 3
                    every fri,sat 18:00 cap 2
                    counts per booking
                    notice 2h
                    horizon 120d
                    party 1-6",
            prices: "base 95 EUR
                     season \"Summer\" {year}-06-01 - {year}-08-31 x1.2
                     season \"Winter\" {year}-11-01 - {year}-12-31 x0.7
                     last minute 1d 15%",
            asked: Asked {
                times: &["10:00", "14:00", "18:00"],
                party: (2, 6),
                nights: (0, 0),
                share: 3,
                words: &[
                    "Darf der Hund mit? Er ist klein und seefest.",
                    "None of us has ever steered anything. Is that a problem?",
                    "We bring a cake and would need a knife.",
                ],
            },
        },
        Offer {
            key: "bridges",
            name: "Forty bridges, with somebody who knows them",
            category: Activity,
            description: "Jörg steers and tells, you look. Two hours, up to five people.",
            by_night: false,
            minutes: Some(120),
            availability: Inventory,
            response_hours: 24,
            pools: &[0],
            rules: "every sat,sun 11:00 cap 1
                    counts per booking
                    notice 24h
                    horizon 120d
                    party 1-5",
            prices: "base 140 EUR",
            asked: Asked {
                times: &["11:00"],
                party: (2, 5),
                nights: (0, 0),
                share: 1,
                words: &["Could you tell it in English and slowly in German? We are learning."],
            },
        },
    ],
    season: 11,
};

const REYKJAVIK: House = House {
    account: "moss",
    person: "Sigríður Helgadóttir",
    name: "Moss and Lava Days",
    city: "Reykjavík",
    country: "IS",
    zone: Tz::Atlantic__Reykjavik,
    description: "One jeep, one driver who grew up out there, and soup in a flask.",
    pools: &[("the jeep", 1)],
    offers: &[
        Offer {
            key: "highlands",
            name: "The highlands by jeep, one party a day",
            category: Activity,
            description: "Ten hours over rivers and black sand. The route is the weather's to decide.",
            by_night: false,
            minutes: Some(600),
            availability: Calendar,
            response_hours: 48,
            pools: &[0],
            rules: "closed every sun
                    closed {+6} - {+8} \"the jeep goes to Akureyri\"
                    notice 24h
                    horizon 365d
                    party 1-5
                    buffer 60m after",
            prices: "base 148000 ISK
                     season \"Midnight sun\" {year}-06-01 - {year}-07-31 x1.25
                     season \"Northern lights\" {year}-10-01 - {year}-12-20 x1.1
                     deposit 25%",
            asked: Asked {
                times: &["08:00"],
                party: (2, 4),
                nights: (0, 0),
                share: 2,
                words: &[
                    "We are not in a hurry and like bad weather.",
                    "One of us is afraid of rivers. How deep is deep?",
                ],
            },
        },
        Offer {
            key: "crossing",
            name: "Several days across, as you like",
            category: Transport,
            description: "Two to five days with nights in huts. I plan with you and make an offer.",
            by_night: false,
            minutes: Some(720),
            availability: Calendar,
            response_hours: 96,
            pools: &[0],
            rules: "notice 14d
                    horizon 400d
                    party 2-5",
            prices: "quote 420000 - 1250000 ISK",
            asked: Asked {
                times: &["09:00"],
                party: (2, 4),
                nights: (0, 0),
                share: 1,
                words: &["Three days would be ideal, with one hot spring nobody writes about."],
            },
        },
    ],
    season: 8,
};

const ISTANBUL: House = House {
    account: "ferry",
    person: "Elif Yıldırım",
    name: "Breakfast by the Ferry",
    city: "Istanbul",
    country: "TR",
    zone: Tz::Europe__Istanbul,
    description: "Twelve small plates, two teapots, the boats to Asia outside the window.",
    pools: &[],
    offers: &[Offer {
        key: "plates",
        name: "Twelve plates and tea",
        category: Meal,
        description: "Cheeses, olives, jams, eggs in copper. Children eat what they like and pay half a smile.",
        by_night: false,
        minutes: Some(120),
        availability: Toggle,
        response_hours: 12,
        pools: &[],
        rules: "on
                closed every wed \"market day\"
                notice 1h
                horizon 60d
                party up to 12",
        prices: "base 780 TRY per person
                 group 8+ 12%",
        asked: Asked {
            times: &["08:30", "09:30", "11:00"],
            party: (1, 8),
            nights: (0, 0),
            share: 1,
            words: &[
                "A table at the window, if there is one. We can come early for it.",
                "Günaydın! Süt ürünü yemeyen bir arkadaşımız var, olur mu?",
                "We come straight from the night bus and will be very hungry.",
            ],
        },
    }],
    season: 10,
};
