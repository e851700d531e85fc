//! A set of weekdays, Monday first.

use std::fmt;

use chrono::{NaiveDate, Weekday, WeekdaySet};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The days of the week on which something happens; on the wire a list of English names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Weekdays(WeekdaySet);

impl Weekdays {
    pub const EVERY_DAY: Self = Self(WeekdaySet::ALL);
    pub const NONE: Self = Self(WeekdaySet::EMPTY);

    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0.contains(day)
    }

    /// Whether the weekday of `date` is one of these.
    #[must_use]
    pub fn fall_on(self, date: NaiveDate) -> bool {
        self.contains(chrono::Datelike::weekday(&date))
    }

    #[must_use]
    pub fn is_every_day(self) -> bool {
        self == Self::EVERY_DAY
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The day, if it is one alone.
    #[must_use]
    pub fn single(self) -> Option<Weekday> {
        self.0.single_day()
    }

    #[must_use]
    pub fn with(self, day: Weekday) -> Self {
        Self(self.0.union(WeekdaySet::single(day)))
    }

    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0.union(other.0))
    }

    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0.intersection(other.0))
    }

    /// Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        self.0.iter(Weekday::Mon)
    }
}

impl Default for Weekdays {
    fn default() -> Self {
        Self::EVERY_DAY
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        days.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Short names, `tue,thu`; `day` for all seven.
impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_every_day() {
            return f.write_str("day");
        }
        for (index, day) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{}", short_name(day))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Weekdays({self})")
    }
}

/// `mon`
#[must_use]
pub fn short_name(day: Weekday) -> &'static str {
    &full_name(day)[..3]
}

/// `monday`, as the plan writes it.
#[must_use]
pub fn full_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

impl Serialize for Weekdays {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(full_name))
    }
}

impl<'de> Deserialize<'de> for Weekdays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().map(|name| parse(name).map_err(de::Error::custom)).collect()
    }
}

/// `monday`, `Mon`, in any case.
pub(super) fn parse(name: &str) -> Result<Weekday, String> {
    name.parse().map_err(|_| {
        let name: String = name.chars().take(20).collect();
        format!("{name:?} is not a day of the week; write monday, tuesday …")
    })
}

/// One weekday by its full name.
pub(super) mod name {
    use super::{Deserialize, Deserializer, Serializer, Weekday, de, full_name, parse};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(crate) fn serialize<S: Serializer>(
        day: &Option<Weekday>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.serialize_str(full_name(*day)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Weekday>, D::Error> {
        let name = Option::<String>::deserialize(deserializer)?;
        name.map(|name| parse(&name).map_err(de::Error::custom)).transpose()
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{ArrayBuilder, ObjectBuilder, RefOr, schema::Schema, schema::Type},
    };

    use super::Weekdays;

    impl PartialSchema for Weekdays {
        fn schema() -> RefOr<Schema> {
            ArrayBuilder::new()
                .items(ObjectBuilder::new().schema_type(Type::String).enum_values(Some([
                    "monday",
                    "tuesday",
                    "wednesday",
                    "thursday",
                    "friday",
                    "saturday",
                    "sunday",
                ])))
                .unique_items(true)
                .into()
        }
    }

    impl ToSchema for Weekdays {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_a_list_of_names() {
        let days: Weekdays = [Weekday::Thu, Weekday::Tue].into_iter().collect();
        assert_eq!(serde_json::to_string(&days).unwrap(), r#"["tuesday","thursday"]"#);
        let read: Weekdays = serde_json::from_str(r#"["Thu","TUESDAY","thu"]"#).unwrap();
        assert_eq!(read, days);
        assert_eq!(read.to_string(), "tue,thu");
        assert!(serde_json::from_str::<Weekdays>(r#"["tues-day"]"#).is_err());
    }
}
