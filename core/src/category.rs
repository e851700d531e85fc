//! The four kinds of thing that travelers book; platform fees are set by them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What a service is. The plan's `item_type` and the category of a platform fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Accommodation,
    Activity,
    Meal,
    Transport,
}

impl Category {
    pub const ALL: [Self; 4] = [Self::Accommodation, Self::Activity, Self::Meal, Self::Transport];

    /// The name in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accommodation => "accommodation",
            Self::Activity => "activity",
            Self::Meal => "meal",
            Self::Transport => "transport",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no category.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no category; use accommodation, activity, meal or transport")]
pub struct UnknownCategory(String);

impl FromStr for Category {
    type Err = UnknownCategory;

    /// # Errors
    /// [`UnknownCategory`] for anything but the four names.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|category| category.as_str() == name)
            .ok_or_else(|| UnknownCategory(name.chars().take(30).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_same_everywhere() {
        for category in Category::ALL {
            assert_eq!(category.as_str().parse::<Category>().unwrap(), category);
            assert_eq!(serde_json::to_value(category).unwrap(), category.as_str());
        }
        assert!("hotel".parse::<Category>().is_err());
    }
}
