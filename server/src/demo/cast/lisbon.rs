//! The demo provider: one guide, one van, and something of everything that a desk can show.

use chrono_tz::Tz;
use traveloure_core::{
    availability::AvailabilityType::{Calendar, Inventory, Toggle},
    category::Category::{Accommodation, Activity, Meal, Transport},
};

use super::{Asked, House, Offer};

const GUIDE: usize = 0;
const VAN: usize = 1;

/// The house behind `provider@traveloure.demo`.
pub const INES: House = House {
    account: "provider",
    person: "Inês Cardoso",
    name: "Inês and the Blue Van",
    city: "Lisbon",
    country: "PT",
    zone: Tz::Europe__Lisbon,
    description: "Lisbon and what lies a short drive away: one guide, one old blue van, a long table, and no hurry.",
    pools: &[("Inês", 1), ("the blue van", 1)],
    offers: &[
        Offer {
            key: "alfama",
            name: "Alfama before breakfast",
            category: Activity,
            description: "Two and a half hours on foot while the quarter wakes up: bakers, stairs, a view, a coffee. \
                          Small groups; Inês or her cousin Duarte leads.",
            by_night: false,
            minutes: Some(150),
            availability: Inventory,
            response_hours: 24,
            pools: &[],
            rules: "every tue,wed,thu,fri,sat,sun 08:30 cap 8
                    every fri,sat 17:30 cap 10
                    {+26} 08:30 cap 4
                    counts per person
                    closed {+16} - {+17} \"the street festival, no way through\"
                    closed every year 24 dec - 26 dec
                    notice 3h
                    horizon 180d
                    party 1-8",
            prices: "base 32 EUR per person
                     season \"Spring\" {year}-04-01 - {year}-06-14 x1.1
                     season \"High summer\" {year}-06-15 - {year}-09-15 x1.25
                     season \"Christmas lights\" {year}-12-01 - {year}-12-31 x1.15
                     on {+23} price 48
                     group 5+ 10%
                     early 45d 5%
                     last minute 2d 10%",
            asked: Asked {
                times: &["08:30", "08:30", "08:30", "17:30"],
                party: (1, 5),
                nights: (0, 0),
                share: 6,
                words: &[
                    "We read about the walk in a friend's diary and would love to join. Is it hard on the knees?",
                    "One of us is a slow walker. Is there a place to sit half-way?",
                    "It is my mother's 70th birthday that day. If there is a bakery with something with almonds, even better.",
                    "We land the evening before and will be awake at five anyway!",
                    "Could we bring our ten-year-old? He likes trams more than churches.",
                    "Vegetarian, in case breakfast is part of it. Looking forward to it.",
                    "Second time in Lisbon, first time on foot.",
                ],
            },
        },
        Offer {
            key: "sintra",
            name: "Sintra in the blue van, private",
            category: Activity,
            description: "Half a day in the hills for your party alone: one palace, one garden, the road along the \
                          cliffs back. Pick-up at your door.",
            by_night: false,
            minutes: Some(270),
            availability: Inventory,
            response_hours: 24,
            pools: &[GUIDE, VAN],
            rules: "every day 09:00 cap 1
                    every wed,thu,fri,sat,sun 14:30 cap 1
                    counts per booking
                    closed every mon \"the palaces are closed\"
                    closed {+9} \"the van is at the workshop\"
                    notice 12h
                    horizon 240d
                    party 1-7
                    buffer 30m",
            prices: "base 290 EUR
                     season \"High summer\" {year}-06-15 - {year}-09-15 x1.2
                     season \"Winter light\" {year}-11-05 - {year}-12-20 x0.9
                     on {+30} price 360
                     last minute 3d 10%
                     early 60d 5%
                     deposit 30%",
            asked: Asked {
                times: &["09:00", "09:00", "14:30"],
                party: (2, 6),
                nights: (0, 0),
                share: 4,
                words: &[
                    "Is there room for a folding wheelchair in the van?",
                    "We would rather see one garden properly than three palaces in a hurry.",
                    "Two adults, two teenagers who will pretend not to enjoy it.",
                    "Could you pick us up in Estrela, near the basilica?",
                    "If the fog is in, we are happy to go to the coast instead. You decide.",
                    "My father was born in Colares. Could we stop there for ten minutes?",
                ],
            },
        },
        Offer {
            key: "arrabida",
            name: "A whole day: Arrábida, two coves and a cellar",
            category: Activity,
            description: "South over the bridge at nine, swimming where the water is green, lunch by the harbour, a \
                          cellar on the way home. One party a day.",
            by_night: false,
            minutes: Some(540),
            availability: Calendar,
            response_hours: 36,
            pools: &[GUIDE, VAN],
            rules: "closed every mon,tue
                    closed {+9} \"the van is at the workshop\"
                    closed RRULE:FREQ=MONTHLY;BYDAY=-1SU from 2026-01-04 \"family Sunday\"
                    notice 48h
                    horizon 240d
                    party 2-7
                    buffer 30m before 30m after",
            prices: "base 480 EUR
                     group 6+ 5%
                     deposit 30%",
            asked: Asked {
                times: &["09:00"],
                party: (2, 6),
                nights: (0, 0),
                share: 2,
                words: &[
                    "We are two couples and a lot of sun cream. Is there shade at the second cove?",
                    "One of us does not drink; is the cellar still worth it? (We think yes.)",
                    "Happy to start at eight if that is better for the road.",
                    "Is the water warm enough in that month, honestly?",
                ],
            },
        },
        Offer {
            key: "studio",
            name: "The studio above the workshop",
            category: Accommodation,
            description: "One room, a kitchen corner, a window over the roofs of Graça. Up 58 stairs, which is why \
                          the view is so good.",
            by_night: true,
            minutes: None,
            availability: Calendar,
            response_hours: 48,
            pools: &[],
            rules: "closed {+18} - {+21} \"painting the window frames\"
                    closed every year 23 dec - 27 dec
                    notice 24h
                    horizon 300d
                    party 1-3",
            prices: "base 78 EUR
                     season \"Spring\" {year}-04-01 - {year}-06-14 x1.15
                     season \"High summer\" {year}-06-15 - {year}-09-15 x1.4
                     early 60d 8%
                     last minute 5d 10%
                     deposit 30%",
            asked: Asked {
                times: &[],
                party: (1, 3),
                nights: (2, 5),
                share: 3,
                words: &[
                    "58 stairs are fine. Is there a place for two suitcases downstairs until noon?",
                    "I will be writing most of the time and can promise to be very quiet.",
                    "Is the bed one or two? We are sisters and would take two if there is a choice.",
                    "Arriving with the night train, so rather early. Any café nearby to wait in?",
                    "We stayed two years ago and still talk about the window.",
                ],
            },
        },
        Offer {
            key: "pickup",
            name: "From the airport, with a sign",
            category: Transport,
            description: "The blue van waits at arrivals, whatever the delay. Up to seven people with luggage, \
                          anywhere in Lisbon.",
            by_night: false,
            minutes: Some(60),
            availability: Toggle,
            response_hours: 12,
            pools: &[VAN],
            rules: "on
                    notice 2h
                    horizon 240d
                    party 1-7",
            prices: "base 38 EUR",
            asked: Asked {
                times: &["07:15", "10:40", "13:05", "20:30", "22:50"],
                party: (1, 6),
                nights: (0, 0),
                share: 4,
                words: &[
                    "Flight lands 40 minutes before. Two big suitcases and a cello, if that is possible.",
                    "We need a child seat for a three-year-old, please.",
                    "Going to Campo de Ourique. My phone will be off, I will look for the sign!",
                    "If we are late, please do not wait longer than an hour.",
                ],
            },
        },
        Offer {
            key: "wedding",
            name: "A wedding party's day across the river",
            category: Activity,
            description: "For the guests you brought from far away: boats, a long lunch, music on the way back. Tell \
                          me who is coming and I will make an offer.",
            by_night: false,
            minutes: Some(600),
            availability: Calendar,
            response_hours: 120,
            pools: &[GUIDE, VAN],
            rules: "closed every mon
                    notice 7d
                    horizon 400d
                    party 8-40",
            prices: "quote 900 - 2400 EUR
                     deposit 40%",
            asked: Asked {
                times: &["10:00"],
                party: (9, 32),
                nights: (0, 0),
                share: 1,
                words: &[
                    "We marry on the Saturday and would like everyone to have met before. Ages 4 to 82, four languages.",
                    "Nothing formal, please: a boat, fish, shade for the grandparents. What would that cost?",
                    "Twenty people, of whom six are musicians. They will bring their instruments whether we like it or not.",
                ],
            },
        },
        Offer {
            key: "table",
            name: "Long lunch at Dona Graça's table",
            category: Meal,
            description: "Soup, whatever the market had, a cake that is never the same. Ten chairs, one table, and \
                          Inês's mother at the stove.",
            by_night: false,
            minutes: Some(150),
            availability: Inventory,
            response_hours: 24,
            pools: &[],
            rules: "every thu,fri,sat,sun 13:00 cap 10
                    {+5} 13:00 cap 6
                    counts per person
                    closed {+27} - {+29} \"Dona Graça visits her sister\"
                    notice 6h
                    horizon 120d
                    party 1-10",
            prices: "base 34 EUR per person
                     group 6+ 10%",
            asked: Asked {
                times: &["13:00"],
                party: (2, 6),
                nights: (0, 0),
                share: 4,
                words: &[
                    "One of us cannot eat nuts, everything else with joy.",
                    "We speak no Portuguese but we are good at washing up.",
                    "Could we sit in the shade? We burn like paper.",
                    "It is our last day and we would like to end it at a table and not at a gate.",
                    "Two vegetarians, one who says she is and eats ham.",
                ],
            },
        },
    ],
    season: 84,
};
