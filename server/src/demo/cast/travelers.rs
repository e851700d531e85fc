//! The travelers of the demo.

/// Someone who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traveler {
    /// The part of the e-mail address before `@traveloure.demo`.
    pub account: &'static str,
    pub name: &'static str,
    /// What they write when they write in their own words; empty for those who write as anybody would.
    pub words: &'static [&'static str],
}

const fn plain(account: &'static str, name: &'static str) -> Traveler {
    Traveler { account, name, words: &[] }
}

/// Everybody who travels. The first is `traveler@traveloure.demo`.
pub const TRAVELERS: &[Traveler] = &[
    plain("traveler", "Robin Ashworth"),
    Traveler {
        account: "yuki",
        name: "田中 由紀 (Yuki Tanaka)",
        words: &[
            "はじめまして。二人で伺います。ゆっくり歩けるコースだと嬉しいです。",
            "楽しみにしています。よろしくお願いいたします。",
        ],
    },
    Traveler {
        account: "zoe",
        name: "Zoë van der Meer",
        words: &["Wij komen met de trein, dus tijd genoeg. Tot dan!"],
    },
    plain("thandiwe", "Thandiwe Nkosi"),
    Traveler {
        account: "joseangel",
        name: "José Ángel Núñez",
        words: &["Vamos con mi abuela, que anda despacio pero no se pierde nada."],
    },
    plain("lukasz", "Łukasz Wójcik"),
    plain("aoife", "Aoife Ní Bhriain"),
    plain("mai", "Nguyễn Thị Mai"),
    plain("amara", "Amara Okafor"),
    Traveler {
        account: "soren",
        name: "Søren Ågård",
        words: &["Vi glæder os! Er der plads til en barnevogn?"],
    },
    Traveler {
        account: "minseo",
        name: "김민서 (Kim Minseo)",
        words: &["안녕하세요! 사진 찍는 걸 좋아해서 조금 느릴 수 있어요 📷"],
    },
    plain("priya", "Priya Raghunathan"),
    plain("fatima", "Fatima Zahra El Idrissi"),
    Traveler {
        account: "dmytro",
        name: "Дмитро Коваленко",
        words: &["Доброго дня! Нас троє, один не їсть м'яса. Дякую!"],
    },
    plain("leilani", "Leilani Kahananui"),
    plain("matteo", "Matteo Bellucci"),
    Traveler {
        account: "camille",
        name: "Camille Lefèvre",
        words: &[
            "Bonjour ! Nous serons en avance, comme toujours. Est-ce qu'un petit chien gêne ?",
        ],
    },
    plain("noor", "Noor Hassan"),
    plain("anneliese", "Anneliese Gruber"),
    Traveler {
        account: "maryam",
        name: "مريم الحسيني",
        words: &["مساء الخير، هل يمكن أن نبدأ بعد الصلاة بقليل؟ شكراً."],
    },
    Traveler {
        account: "rut",
        name: "רות לוי",
        words: &["שלום! אנחנו שתיים, ואחת מאיתנו צמחונית."],
    },
    plain("grace", "Grace Auma"),
    Traveler {
        account: "meiling",
        name: "陳美玲 (Chen Mei-Ling)",
        words: &["你好！我們兩個人，想請問下雨天也會去嗎？"],
    },
    plain("ivana", "Ivana Petrović"),
    plain("callum", "Callum MacAskill"),
    Traveler {
        account: "ayse",
        name: "Ayşe Güneş",
        words: &["Merhaba, çocuk koltuğu getirebiliriz. Görüşmek üzere!"],
    },
    plain("tomasz", "Tomás Ó Súilleabháin"),
    plain("bronwyn", "Bronwyn Talbot-Reyes"),
];
