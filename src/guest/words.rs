//! What the guests write.

use rand::{Rng, seq::IndexedRandom};
use traveloure_core::category::Category;

/// One of these.
pub(super) fn pick(from: &[&str], rng: &mut impl Rng) -> String {
    from.choose(rng).copied().unwrap_or_default().to_owned()
}

/// What anybody may write who asks for something of this kind.
pub(super) const fn of(category: Category) -> &'static [&'static str] {
    match category {
        Category::Accommodation => &[
            "We would arrive in the evening. Is there a light on the stairs?",
            "Only for sleeping and for looking out of the window.",
            "Is there a kettle? Then we need nothing else.",
            "I snore, but I travel alone.",
        ],
        Category::Activity => &[
            "We saw the pictures and cancelled our other plans.",
            "Is there a place to fill our bottles on the way?",
            "Our son has just learned to read and will read out every street name.",
            "No early risers here, but for this we make an exception.",
            "Could you tell us the story of the blue tiles? 💙",
            "My hip is new and wants to see something.",
            "Rain or shine, we come from Bergen.",
        ],
        Category::Meal => &[
            "One of us eats everything, the other one eats nothing green.",
            "It is our anniversary. Twelve years, and still hungry.",
            "Could we help with peeling?",
            "We bring a bottle from home, if that is not rude.",
        ],
        Category::Transport => &[
            "Two suitcases and a surfboard. A small one.",
            "The flight is often late. We are sorry in advance.",
            "We will be the ones with the orange hats.",
            "Grandmother travels with us and likes to sit in front.",
        ],
    }
}

/// What only this guest would write.
pub(super) fn own(email: &str) -> &'static [&'static str] {
    match email.split('@').next() {
        Some("yuki") => &[
            "よろしくお願いいたします。朝の光の写真を撮りたいです。",
            "母と二人で参ります。ゆっくりでお願いします。",
        ],
        Some("camille") => &[
            "Bonjour ! Nous serons en avance, comme toujours. 🙂",
            "Est-il possible de venir avec un très petit chien, très bien élevé ?",
        ],
        Some("lukasz") => &[
            "Dzień dobry! Jesteśmy z Łodzi i lubimy chodzić pieszo.",
            "One of us is afraid of heights, the other one of pigeons.",
        ],
        Some("grace") => &["Habari! My colleagues told me that this must not be missed."],
        Some("aoife") => {
            &["It is a surprise for my sister, so please do not ring her. Go raibh maith agat!"]
        }
        _ => &[],
    }
}

/// Said about a request that waits for its answer.
pub(super) const AND_ANOTHER_THING: &[&str] = &[
    "One more question: is it far from the tram?",
    "We could also come a day later, if that helps.",
    "I forgot to say: one of us is vegetarian.",
    "No hurry with the answer, we only like to look forward to things.",
    "¿Hay sombra por el camino? 🌞",
];

/// To the provider's words.
pub(super) const REPLIES: &[&str] = &[
    "Thank you, that helps!",
    "Perfect. Then we are even more looking forward to it.",
    "Oh! Good to know, we will bring jackets.",
    "That is very kind of you.",
];

/// After a yes.
pub(super) const THANKS: &[&str] = &[
    "Wonderful, thank you! See you soon 🎉",
    "You have made three people very happy.",
    "Obrigada! We are practising the pronunciation.",
];

/// With the guest's own offer.
pub(super) const COULD_YOU: &[&str] = &[
    "We would love to. Could you meet us here?",
    "It is a little above our travel purse. Would this do?",
];

/// With the guest's no.
pub(super) const TOO_BAD: &[&str] = &[
    "Thank you for the offer! That day we are on a train, sadly.",
    "It is more than we can spend this time. Next year!",
];
