//! Houses in Africa and Asia.

use chrono_tz::Tz;
use traveloure_core::{
    availability::AvailabilityType::{Calendar, Inventory, Toggle},
    category::Category::{Accommodation, Activity, Meal, Transport},
};

use super::{Asked, House, Offer};

pub const HOUSES: &[House] = &[KYOTO, MARRAKECH, HANOI, CAPE_TOWN, KATHMANDU, KUWAIT];

const KYOTO: House = House {
    account: "persimmons",
    person: "森本 和子 (Kazuko Morimoto)",
    name: "The House of Two Persimmons",
    city: "Kyoto",
    country: "JP",
    zone: Tz::Asia__Tokyo,
    description: "A wooden house behind a temple wall, two rooms, one garden, two trees. 柿の木が二本あります。",
    pools: &[],
    offers: &[
        Offer {
            key: "garden",
            name: "Garden room, two futons",
            category: Accommodation,
            description: "Eight mats, a bath of cedar, breakfast on a tray. Shoes stay at the door.",
            by_night: true,
            minutes: None,
            availability: Calendar,
            response_hours: 48,
            pools: &[],
            rules: "closed {+13} - {+15} \"new tatami\"
                    notice 48h
                    horizon 180d
                    party 1-2",
            prices: "base 19500 JPY
                     season \"Cherry blossom\" {year}-03-25 - {year}-04-15 x1.6
                     season \"Maple\" {year}-11-10 - {year}-12-05 x1.4
                     early 90d 5%
                     deposit 20%",
            asked: Asked {
                times: &[],
                party: (1, 2),
                nights: (1, 4),
                share: 3,
                words: &[
                    "柿の季節に伺いたいです。庭を静かに眺めるのが楽しみです。",
                    "We are early risers. When does the temple bell begin?",
                    "Is it possible to have one western breakfast out of three? My husband tries his best.",
                ],
            },
        },
        Offer {
            key: "supper",
            name: "Supper of the season",
            category: Meal,
            description: "Nine small dishes at the hearth, also for those who sleep elsewhere. Six seats.",
            by_night: false,
            minutes: Some(150),
            availability: Inventory,
            response_hours: 36,
            pools: &[],
            rules: "every thu,fri,sat 18:30 cap 6
                    counts per person
                    notice 48h
                    horizon 90d
                    party 1-6",
            prices: "base 11800 JPY per person",
            asked: Asked {
                times: &["18:30"],
                party: (1, 4),
                nights: (0, 0),
                share: 1,
                words: &["One of us does not eat fish. Is that a catastrophe?"],
            },
        },
    ],
    season: 12,
};

const MARRAKECH: House = House {
    account: "swallows",
    person: "Latifa Benchekroun",
    name: "Riad of the Three Swallows",
    city: "Marrakech",
    country: "MA",
    zone: Tz::Africa__Casablanca,
    description: "Five rooms around a lemon tree, a roof for the evenings. مرحبا بكم",
    pools: &[],
    offers: &[
        Offer {
            key: "rooms",
            name: "A room on the courtyard",
            category: Accommodation,
            description: "Thick walls, cool floors, breakfast on the roof. Five rooms alike.",
            by_night: true,
            minutes: None,
            availability: Inventory,
            response_hours: 24,
            pools: &[],
            rules: "daily cap 5
                    counts per booking
                    notice 12h
                    horizon 270d
                    party 1-3",
            prices: "base 890 MAD
                     season \"Spring\" {year}-03-01 - {year}-05-15 x1.3
                     season \"Great heat\" {year}-07-01 - {year}-08-31 x0.75
                     last minute 2d 10%",
            asked: Asked {
                times: &[],
                party: (1, 3),
                nights: (1, 6),
                share: 4,
                words: &[
                    "Nous arrivons tard, vers 23 h. Quelqu'un pourra-t-il nous ouvrir ?",
                    "A room away from the stairs, please; I sleep like a hare.",
                    "هل يمكن ترتيب سرير إضافي لطفل؟ شكراً جزيلاً.",
                ],
            },
        },
        Offer {
            key: "car",
            name: "The car to the airport",
            category: Transport,
            description: "Youssef drives, Youssef is never late.",
            by_night: false,
            minutes: Some(45),
            availability: Toggle,
            response_hours: 12,
            pools: &[],
            rules: "on
                    notice 3h
                    party up to 4",
            prices: "base 180 MAD",
            asked: Asked {
                times: &["05:30", "10:00", "16:15"],
                party: (1, 4),
                nights: (0, 0),
                share: 1,
                words: &["Two of us and a carpet. The carpet is new."],
            },
        },
    ],
    season: 11,
};

const HANOI: House = House {
    account: "night-kitchens",
    person: "Đỗ Thùy Linh",
    name: "Linh's Night Kitchens",
    city: "Hanoi",
    country: "VN",
    zone: Tz::Asia__Ho_Chi_Minh,
    description: "Six stops, one stool each, nothing written on a menu.",
    pools: &[],
    offers: &[Offer {
        key: "stools",
        name: "Six stools after dark",
        category: Meal,
        description: "Three hours on foot through the old quarter, everything included but the second beer.",
        by_night: false,
        minutes: Some(180),
        availability: Inventory,
        response_hours: 12,
        pools: &[],
        rules: "every day 18:00 cap 8
                counts per person
                notice 4h
                horizon 60d
                party 1-6",
        prices: "base 950000 VND per person
                 group 4+ 8%",
        asked: Asked {
            times: &["18:00"],
            party: (1, 4),
            nights: (0, 0),
            share: 1,
            words: &[
                "Không ăn cay được nhiều, nhưng sẽ cố gắng! 🌶️",
                "Allergic to shellfish, seriously so. Is it still possible?",
                "First evening in Asia ever. Be gentle.",
            ],
        },
    }],
    season: 10,
};

const CAPE_TOWN: House = House {
    account: "kestrel",
    person: "Lwazi Mbeki-Daniels",
    name: "Kestrel Ridge Walks",
    city: "Cape Town",
    country: "ZA",
    zone: Tz::Africa__Johannesburg,
    description: "Up before the sun, down before the heat. Small groups, honest about the wind.",
    pools: &[],
    offers: &[Offer {
        key: "dawn",
        name: "The ridge at dawn",
        category: Activity,
        description: "Four hours, 600 metres up, coffee on the top. If the mountain says no, we walk by the sea.",
        by_night: false,
        minutes: Some(240),
        availability: Inventory,
        response_hours: 24,
        pools: &[],
        rules: "every tue,thu,sat,sun 05:15 cap 8
                counts per person
                notice 12h
                horizon 120d
                party 1-8",
        prices: "base 720 ZAR per person
                 season \"Summer\" {year}-12-01 - {year}-12-31 x1.2
                 group 4+ 10%",
        asked: Asked {
            times: &["05:15"],
            party: (1, 5),
            nights: (0, 0),
            share: 1,
            words: &[
                "I am fit but no goat. Would you take me?",
                "Molo! Can we decide the night before if the wind is bad?",
            ],
        },
    }],
    season: 8,
};

const KATHMANDU: House = House {
    account: "porters-house",
    person: "Pasang Doma Tamang",
    name: "The Porters' House",
    city: "Kathmandu",
    country: "NP",
    zone: Tz::Asia__Kathmandu,
    description: "A co-operative of porters and guides. Fair wages first, then the view.",
    pools: &[("guides", 4)],
    offers: &[
        Offer {
            key: "trek",
            name: "A trek as long as you like",
            category: Activity,
            description: "Five to eighteen days. Say when, how high and how many; we answer with a plan and a price.",
            by_night: true,
            minutes: None,
            availability: Inventory,
            response_hours: 72,
            pools: &[0],
            rules: "daily cap 4
                    counts per booking
                    closed RRULE:FREQ=YEARLY;BYMONTH=7 from 2025-07-01 \"monsoon\"
                    notice 10d
                    horizon 400d
                    party 1-10",
            prices: "quote 600 - 3200 USD
                     deposit 20%",
            asked: Asked {
                times: &[],
                party: (1, 6),
                nights: (5, 12),
                share: 2,
                words: &[
                    "We are slow and happy about it. Nothing above 4,000 metres, please.",
                    "नमस्ते! हामी दुई जना छौं, बिस्तारै हिँड्न चाहन्छौं।",
                ],
            },
        },
        Offer {
            key: "valley",
            name: "One day along the rim of the valley",
            category: Activity,
            description: "Villages, rice, a tea house. Home by dark.",
            by_night: false,
            minutes: Some(480),
            availability: Inventory,
            response_hours: 24,
            pools: &[0],
            rules: "every day 07:00 cap 3
                    counts per booking
                    notice 18h
                    horizon 180d
                    party 1-6",
            prices: "base 55 USD per person
                     group 4+ 15%",
            asked: Asked {
                times: &["07:00"],
                party: (1, 4),
                nights: (0, 0),
                share: 2,
                words: &["Is the path all right in sandals? I only have sandals."],
            },
        },
    ],
    season: 10,
};

const KUWAIT: House = House {
    account: "dhow",
    person: "Bader Al-Rashed",
    name: "Dhow at Dusk",
    city: "Kuwait City",
    country: "KW",
    zone: Tz::Asia__Kuwait,
    description: "My grandfather's boat, dates and cardamom coffee, the towers lit up behind us.",
    pools: &[],
    offers: &[Offer {
        key: "dusk",
        name: "The evening sail, your party alone",
        category: Transport,
        description: "Two hours around the bay, up to ten people.",
        by_night: false,
        minutes: Some(120),
        availability: Calendar,
        response_hours: 24,
        pools: &[],
        rules: "closed every fri
                notice 24h
                horizon 120d
                party 1-10",
        prices: "base 46.500 KWD
                 deposit 30%",
        asked: Asked {
            times: &["17:00"],
            party: (2, 9),
            nights: (0, 0),
            share: 1,
            words: &[
                "We would like to surprise our grandmother. May she steer, for one minute?",
                "السلام عليكم، هل القارب مناسب لكرسي متحرك؟",
            ],
        },
    }],
    season: 7,
};
