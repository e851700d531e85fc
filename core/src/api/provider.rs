//! Providers.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::zone;
use crate::{
    booking::{ProviderSettings, ProviderSettingsPatch},
    ids::ProviderId,
};

/// `POST /api/providers/`: the signed-in account becomes a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProvider {
    /// 1 to 120 characters.
    pub name: String,
    /// 1 to 120 characters.
    pub city: String,
    /// ISO 3166-1 alpha-2, such as `PT`.
    pub country: String,
    /// IANA zone, such as `Europe/Lisbon`.
    #[serde(deserialize_with = "zone::required")]
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    /// Up to 5,000 characters.
    #[serde(default)]
    pub description: String,
}

/// `PATCH /api/providers/{id}/`, with `If-Match`. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ProviderPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<ProviderSettingsPatch>,
}

/// A provider as everyone may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Provider {
    pub id: ProviderId,
    pub name: String,
    pub city: String,
    pub country: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub description: String,
    /// What holds for its services that say nothing else.
    pub settings: ProviderSettings,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}
