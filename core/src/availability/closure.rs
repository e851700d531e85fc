//! When a provider does not work: the entries of `recurring_unavailable`.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use super::weekdays;

/// A closure by whole local days of the service's zone.
///
/// On the wire its fields tell the forms apart: the plan's `{"day": "monday"}` and
/// `{"dates": "2026-12-25"}` (one date or a list), `{"from": …, "to": …}`, and
/// `{"rrule": …, "dtstart": …}`. Each may carry a `note`; the two that repeat may carry `exdates`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ClosureParts", into = "ClosureParts")]
pub enum Closure {
    /// Every week on `day`, except on `exdates`.
    Day { day: Weekday, exdates: BTreeSet<NaiveDate>, note: Option<String> },
    /// On these dates.
    Dates { dates: BTreeSet<NaiveDate>, note: Option<String> },
    /// From `from` to `to`, both closed.
    Range { from: NaiveDate, to: NaiveDate, note: Option<String> },
    /// As RFC 5545 repeats it: `rrule` is the value of an RRULE property, counted from `dtstart`;
    /// `exdates` stay open.
    Rrule { rrule: String, dtstart: NaiveDate, exdates: BTreeSet<NaiveDate>, note: Option<String> },
}

impl Closure {
    /// What the provider wrote beside it.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        match self {
            Self::Day { note, .. }
            | Self::Dates { note, .. }
            | Self::Range { note, .. }
            | Self::Rrule { note, .. } => note.as_deref(),
        }
    }
}

/// The wire form of a [`Closure`].
#[derive(Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Closure))]
#[serde(deny_unknown_fields, default)]
struct ClosureParts {
    /// A weekday by its English name.
    #[serde(with = "weekdays::name", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "monday"))]
    day: Option<Weekday>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dates: Option<OneOrMore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<NaiveDate>,
    /// The value of an RRULE property (RFC 5545, 3.3.10), by whole days.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "FREQ=MONTHLY;BYDAY=-1SU"))]
    rrule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dtstart: Option<NaiveDate>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    exdates: BTreeSet<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged, expecting = "dates must be a date such as 2026-12-25, or a list of dates")]
enum OneOrMore {
    One(NaiveDate),
    More(BTreeSet<NaiveDate>),
}

const FORMS: &str = "a closure is one of {day}, {dates}, {from, to} or {rrule, dtstart}; \
                     exdates go with day and rrule";

impl TryFrom<ClosureParts> for Closure {
    type Error = &'static str;

    fn try_from(parts: ClosureParts) -> Result<Self, Self::Error> {
        let ClosureParts { day, dates, from, to, rrule, dtstart, exdates, note } = parts;
        match (day, dates, from, to, rrule, dtstart) {
            (Some(day), None, None, None, None, None) => Ok(Self::Day { day, exdates, note }),
            (None, Some(dates), None, None, None, None) if exdates.is_empty() => {
                let dates = match dates {
                    OneOrMore::One(date) => BTreeSet::from([date]),
                    OneOrMore::More(dates) => dates,
                };
                Ok(Self::Dates { dates, note })
            }
            (None, None, Some(from), Some(to), None, None) if exdates.is_empty() => {
                Ok(Self::Range { from, to, note })
            }
            (None, None, None, None, Some(rrule), Some(dtstart)) => {
                Ok(Self::Rrule { rrule, dtstart, exdates, note })
            }
            _ => Err(FORMS),
        }
    }
}

impl From<Closure> for ClosureParts {
    fn from(closure: Closure) -> Self {
        let none = Self::default();
        match closure {
            Closure::Day { day, exdates, note } => Self { day: Some(day), exdates, note, ..none },
            Closure::Dates { dates, note } => {
                let dates = match (dates.len(), dates.first()) {
                    (1, Some(date)) => OneOrMore::One(*date),
                    _ => OneOrMore::More(dates),
                };
                Self { dates: Some(dates), note, ..none }
            }
            Closure::Range { from, to, note } => {
                Self { from: Some(from), to: Some(to), note, ..none }
            }
            Closure::Rrule { rrule, dtstart, exdates, note } => {
                Self { rrule: Some(rrule), dtstart: Some(dtstart), exdates, note, ..none }
            }
        }
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{RefOr, schema::Schema},
    };

    use super::{Closure, ClosureParts};

    impl PartialSchema for Closure {
        fn schema() -> RefOr<Schema> {
            ClosureParts::schema()
        }
    }

    impl ToSchema for Closure {
        fn name() -> Cow<'static, str> {
            ClosureParts::name()
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            ClosureParts::schemas(schemas);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_forms_of_the_plan_are_read() {
        let read: Vec<Closure> =
            serde_json::from_str(r#"[{"day": "monday"}, {"dates": "2026-12-25"}]"#).unwrap();
        assert_eq!(
            read,
            [
                Closure::Day { day: Weekday::Mon, exdates: BTreeSet::new(), note: None },
                Closure::Dates { dates: BTreeSet::from([date("2026-12-25")]), note: None },
            ]
        );
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"[{"day":"monday"},{"dates":"2026-12-25"}]"#
        );
    }

    #[test]
    fn every_form_survives_the_wire() {
        for json in [
            r#"{"day":"sunday","exdates":["2026-12-27"],"note":"church"}"#,
            r#"{"dates":["2026-12-24","2026-12-25"],"note":"Christmas"}"#,
            r#"{"from":"2026-11-01","to":"2027-02-28"}"#,
            r#"{"rrule":"FREQ=MONTHLY;BYDAY=-1SU","dtstart":"2026-01-01","exdates":["2026-03-29"]}"#,
        ] {
            let read: Closure = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), json);
        }
    }

    #[test]
    fn a_mixture_of_forms_is_refused_with_the_forms() {
        for json in [
            "{}",
            r#"{"day":"monday","dates":"2026-12-25"}"#,
            r#"{"from":"2026-11-01"}"#,
            r#"{"dates":"2026-12-25","exdates":["2026-12-25"]}"#,
            r#"{"rrule":"FREQ=DAILY"}"#,
        ] {
            let error = serde_json::from_str::<Closure>(json).unwrap_err().to_string();
            assert!(error.contains("{rrule, dtstart}"), "{json}: {error}");
        }
        assert!(serde_json::from_str::<Closure>(r#"{"day":"monday","until":1}"#).is_err());
        let error = serde_json::from_str::<Closure>(r#"{"dates":"Christmas"}"#).unwrap_err();
        assert!(error.to_string().contains("2026-12-25"), "{error}");
    }
}
