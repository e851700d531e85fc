//! Partners that sell what no provider of ours does, and the links that lead there.

use std::fmt::{self, Write};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who sells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Partner {
    BookingCom,
    Expedia,
    Getyourguide,
    Viator,
    Opentable,
}

impl Partner {
    pub const ALL: [Self; 5] =
        [Self::BookingCom, Self::Expedia, Self::Getyourguide, Self::Viator, Self::Opentable];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BookingCom => "booking_com",
            Self::Expedia => "expedia",
            Self::Getyourguide => "getyourguide",
            Self::Viator => "viator",
            Self::Opentable => "opentable",
        }
    }

    /// The name people know.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::BookingCom => "Booking.com",
            Self::Expedia => "Expedia",
            Self::Getyourguide => "GetYourGuide",
            Self::Viator => "Viator",
            Self::Opentable => "OpenTable",
        }
    }
}

impl fmt::Display for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a link is filled in with.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    pub title: &'a str,
    pub city: &'a str,
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    pub travelers: u32,
}

/// Fills a template such as `https://…/search?q={query}&aid=123`: `{query}` (title and city), `{date}`,
/// `{end_date}` (the day after without one) and `{travelers}`, each encoded for a URL. Whatever else stands in
/// braces is left as it is.
#[must_use]
pub fn link(template: &str, search: &Search<'_>) -> String {
    let query = match search.city.trim() {
        "" => search.title.trim().to_owned(),
        city => format!("{}, {city}", search.title.trim()),
    };
    let end = search.end_date.unwrap_or_else(|| crate::time::next_day(search.date));
    [
        ("{query}", query),
        ("{date}", search.date.to_string()),
        ("{end_date}", end.to_string()),
        ("{travelers}", search.travelers.to_string()),
    ]
    .iter()
    .fold(template.to_owned(), |url, (place, value)| url.replace(place, &encoded(value)))
}

// RFC 3986: everything but the unreserved characters is written as %XX, so no value can end its place. Braces too,
// so that no value is taken for a place.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::with_capacity(value.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // A String takes everything that is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_cannot_leave_its_place() {
        let search = Search {
            title: "Fado & wine?aid=mine#{travelers}",
            city: "Évora",
            date: "2026-07-14".parse().unwrap(),
            end_date: None,
            travelers: 2,
        };
        assert_eq!(
            link(
                "https://x.test/s?q={query}&in={date}&out={end_date}&n={travelers}&aid=T-1",
                &search
            ),
            "https://x.test/s?q=Fado%20%26%20wine%3Faid%3Dmine%23%7Btravelers%7D%2C%20%C3%89vora\
             &in=2026-07-14&out=2026-07-15&n=2&aid=T-1"
        );
    }
}
