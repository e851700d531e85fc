//! Reading IANA zones, with an answer that says what one looks like.

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de};

/// A zone.
pub(super) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map_err(|_| {
        let name: String = name.chars().take(40).collect();
        de::Error::custom(format_args!("{name:?} is no IANA zone, such as Europe/Lisbon"))
    })
}

/// A zone that may be null or left out.
pub(super) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Tz>, D::Error> {
    struct Zone(Tz);
    impl<'de> Deserialize<'de> for Zone {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            required(deserializer).map(Self)
        }
    }
    Ok(Option::<Zone>::deserialize(deserializer)?.map(|read| read.0))
}
