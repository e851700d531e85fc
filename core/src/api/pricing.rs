//! A service's prices: the terms that a provider edits and the quotes they make.

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::{
    ids::ServiceId,
    money::Money,
    pricing::{PricePlan, Priced, PricingTerms},
};

/// `GET /api/providers/{id}/pricing/?service_id=`. The `ETag` carries `version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pricing {
    pub service_id: ServiceId,
    pub terms: PricingTerms,
    /// The same terms, a line each.
    pub text: String,
    pub version: i64,
}

/// `PATCH /api/providers/{id}/pricing/?service_id=`, with `If-Match`: the whole document, as terms
/// or as text. With `?dry_run=true` nothing is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PricingEdit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<PricingTerms>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The answer: which dates change price, and the document after it (before it, with `dry_run`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PricingChange {
    pub pricing: Pricing,
    pub plan: PricePlan,
    pub applied: bool,
}

/// `GET /api/services/{id}/quote/?date=&end_date=&time=&party=`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceQuote {
    pub service_id: ServiceId,
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    pub party: u32,
    /// A price, or a range where the provider makes an offer.
    pub priced: Priced,
    /// What the platform keeps and what the provider receives of it; for the provider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_payout: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_fee: Option<Money>,
}
