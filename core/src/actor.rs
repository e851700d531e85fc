//! Who acts, and in which role.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::ids::{ExpertId, ProviderId, UserId};

/// The role a person acts in. One account can hold several; the request names the one that is meant
/// (header `Traveloure-Role`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Traveler,
    Provider,
    Expert,
    Admin,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Traveler, Self::Provider, Self::Expert, Self::Admin];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traveler => "traveler",
            Self::Provider => "provider",
            Self::Expert => "expert",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a role; use traveler, provider, expert or admin")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// The signed-in person as the domain sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub user: UserId,
    /// The role this request is made in; one the account holds.
    pub role: Role,
    pub provider: Option<ProviderId>,
    pub expert: Option<ExpertId>,
    pub is_admin: bool,
}

impl Actor {
    /// Every account is a traveler; the other roles come with a provider, an expert, or the admin's mark.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        match role {
            Role::Traveler => true,
            Role::Provider => self.provider.is_some(),
            Role::Expert => self.expert.is_some(),
            Role::Admin => self.is_admin,
        }
    }
}
