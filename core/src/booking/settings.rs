//! How a service can be booked and paid: settings resolve service over provider.

use serde::{Deserialize, Serialize};

use crate::{cancellation::Policy, field::FieldError};

/// How a service can be booked and paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct BookingSettings {
    /// Booked without asking, where it has a price.
    pub instant: bool,
    /// Asked for first.
    pub request: bool,
    /// May be paid on site.
    pub pay_later: bool,
    pub cancellation: Policy,
    /// What a late cancellation cost comes back if somebody else books the place.
    pub refund_if_resold: bool,
}

/// What holds for services of a provider that say nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderSettings {
    /// Booked without asking, where it has a price.
    pub instant: bool,
    /// Asked for first.
    pub request: bool,
    pub cancellation: Policy,
}

impl Default for ProviderSettings {
    /// As a new provider begins.
    fn default() -> Self {
        Self { instant: true, request: true, cancellation: Policy::default() }
    }
}

/// What a service says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnSettings {
    /// None where the provider's hold; both or neither.
    pub ways: Option<Ways>,
    /// None where the provider's holds.
    pub cancellation: Option<Policy>,
    pub pay_later: bool,
    pub refund_if_resold: bool,
}

/// In which ways something can be booked: one at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ways {
    pub instant: bool,
    pub request: bool,
}

/// A change of settings; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct SettingsPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant: Option<bool>,
    /// Of `instant` and `request` one stays on at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pay_later: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_if_resold: Option<bool>,
}

impl OwnSettings {
    /// What holds for the service.
    #[must_use]
    pub fn resolve(self, provider: ProviderSettings) -> BookingSettings {
        let ways =
            self.ways.unwrap_or(Ways { instant: provider.instant, request: provider.request });
        BookingSettings {
            instant: ways.instant,
            request: ways.request,
            pay_later: self.pay_later,
            cancellation: self.cancellation.unwrap_or(provider.cancellation),
            refund_if_resold: self.refund_if_resold,
        }
    }

    /// What the service says after a change. What it says itself does not follow the provider any more.
    ///
    /// # Errors
    /// `settings.request`, where it could not be booked in any way.
    pub fn changed(
        self,
        patch: SettingsPatch,
        provider: ProviderSettings,
    ) -> Result<Self, FieldError> {
        let now = self.resolve(provider);
        let asked = Ways {
            instant: patch.instant.unwrap_or(now.instant),
            request: patch.request.unwrap_or(now.request),
        };
        let says_ways = patch.instant.is_some() || patch.request.is_some();
        if says_ways && !asked.instant && !asked.request {
            return Err(no_way("settings.request"));
        }
        Ok(Self {
            ways: if says_ways { Some(asked) } else { self.ways },
            cancellation: patch.cancellation.or(self.cancellation),
            pay_later: patch.pay_later.unwrap_or(self.pay_later),
            refund_if_resold: patch.refund_if_resold.unwrap_or(self.refund_if_resold),
        })
    }
}

impl ProviderSettings {
    /// # Errors
    /// `settings.request`, where nothing could be booked in any way.
    pub fn changed(self, patch: ProviderSettingsPatch) -> Result<Self, FieldError> {
        let changed = Self {
            instant: patch.instant.unwrap_or(self.instant),
            request: patch.request.unwrap_or(self.request),
            cancellation: patch.cancellation.unwrap_or(self.cancellation),
        };
        if changed.instant || changed.request {
            Ok(changed)
        } else {
            Err(no_way("settings.request"))
        }
    }
}

/// A change of what holds for a provider's services; what is left out stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ProviderSettingsPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instant: Option<bool>,
    /// Of `instant` and `request` one stays on at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Policy>,
}

fn no_way(field: &str) -> FieldError {
    let words = "it is booked at once or asked for first: leave one on. To take it off the market, unlist it";
    FieldError::new(field, "no_way_to_book", words)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROVIDER: ProviderSettings =
        ProviderSettings { instant: true, request: false, cancellation: Policy::Strict };

    #[test]
    fn a_service_follows_its_provider_until_it_says_otherwise() {
        let own = OwnSettings::default();
        let settings = own.resolve(PROVIDER);
        assert!(settings.instant && !settings.request && !settings.pay_later);
        assert_eq!(settings.cancellation, Policy::Strict);
        let patch = SettingsPatch { request: Some(true), ..SettingsPatch::default() };
        let own = own.changed(patch, PROVIDER).unwrap();
        assert_eq!(own.ways, Some(Ways { instant: true, request: true }));
        assert_eq!(own.cancellation, None);
        let other = ProviderSettings { instant: false, cancellation: Policy::Flexible, ..PROVIDER };
        let settings = own.resolve(other);
        assert!(settings.instant && settings.request);
        assert_eq!(settings.cancellation, Policy::Flexible);
    }

    #[test]
    fn one_way_to_book_stays() {
        let off = SettingsPatch { instant: Some(false), ..SettingsPatch::default() };
        let refused = OwnSettings::default().changed(off, PROVIDER).unwrap_err();
        assert_eq!(refused.code, "no_way_to_book");
        let patch =
            ProviderSettingsPatch { instant: Some(false), ..ProviderSettingsPatch::default() };
        assert!(PROVIDER.changed(patch).is_err());
        let swapped = SettingsPatch { request: Some(true), ..off };
        assert!(OwnSettings::default().changed(swapped, PROVIDER).is_ok());
    }
}
