//! A time of day on the wire: `09:00`, as the plan writes it.

use chrono::NaiveTime;
use serde::{Deserialize, Deserializer, Serializer, de};

pub const FORMAT: &str = "%H:%M";

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&time.format(FORMAT))
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

fn parse(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, FORMAT)
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:00"))
        .map_err(|_| {
            let text: String = text.chars().take(20).collect();
            format!("{text:?} is not a time of day; write hours and minutes such as 09:00")
        })
}

/// The same for a time that may be absent.
pub mod optional {
    use super::{Deserialize, Deserializer, NaiveTime, Serializer, de, parse, serialize as some};

    #[expect(clippy::ref_option, reason = "serde passes a reference")]
    pub fn serialize<S: Serializer>(
        time: &Option<NaiveTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => some(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<NaiveTime>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| parse(&text).map_err(de::Error::custom)).transpose()
    }
}
