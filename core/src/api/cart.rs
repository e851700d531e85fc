//! The cart on the wire, and what becomes of it.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    booking::BookingRow,
    checkout::Checkout,
    problem::{Code, Problem},
    request::RequestRow,
};
use crate::{
    affiliate::Partner,
    ids::{ExpertId, HandoffId, ServiceId, TripId, TripItemId},
    money::Money,
};

/// One thing a traveler wants, by the way in which it is booked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "booking_type", rename_all = "snake_case")]
pub enum CartItem {
    /// Booked at once, at the price of the moment.
    Instant(Wish),
    /// Asked of the provider first.
    Request(Wish),
    /// Booked elsewhere, behind a partner's link.
    External(ExternalWish),
    /// Given to a local expert to arrange.
    ExpertAssisted(ExpertWish),
}

impl CartItem {
    #[must_use]
    pub const fn trip_item(&self) -> Option<TripItemId> {
        match self {
            Self::Instant(wish) | Self::Request(wish) => wish.trip_item_id,
            Self::External(wish) => wish.trip_item_id,
            Self::ExpertAssisted(wish) => wish.trip_item_id,
        }
    }
}

/// A service on a date. Dates and times are local to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Wish {
    pub service_id: ServiceId,
    pub date: NaiveDate,
    /// The day of departure of a stay.
    #[serde(default)]
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    /// 1 to 1,000.
    pub travelers: u32,
    /// For the provider, up to 2,000 characters.
    #[serde(default)]
    pub special_requests: String,
    /// The price that was shown, if the caller wants to be refused when it is another by now.
    #[serde(default)]
    pub expected_total: Option<Money>,
    #[serde(default)]
    pub trip_item_id: Option<TripItemId>,
}

/// Something that a partner sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExternalWish {
    pub partner: Partner,
    /// What to look for there, 1 to 255 characters.
    pub title: String,
    #[serde(default)]
    pub city: String,
    pub date: NaiveDate,
    #[serde(default)]
    pub end_date: Option<NaiveDate>,
    pub travelers: u32,
    #[serde(default)]
    pub trip_item_id: Option<TripItemId>,
}

/// Something that an expert is to arrange, as part of a trip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ExpertWish {
    pub expert_id: ExpertId,
    pub trip_id: TripId,
    /// 1 to 255 characters.
    pub title: String,
    pub date: NaiveDate,
    /// What the expert should know, up to 2,000 characters.
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub trip_item_id: Option<TripItemId>,
}

/// `PUT /api/cart/`: all of the cart, in its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SaveCart {
    /// At most 50.
    pub items: Vec<CartItem>,
}

/// `GET /api/cart/`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cart {
    pub items: Vec<CartItem>,
    /// 0 for a cart that nobody has put anything into.
    pub version: i64,
    pub updated_at: Option<DateTime<Utc>>,
    /// Which of the items cannot be had at this moment; the others may still be gone when they are booked.
    #[serde(default)]
    pub closed: Vec<Closed>,
}

/// An item of a cart that cannot be had as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Closed {
    /// Its place in the cart, counted from 0.
    pub position: u32,
    /// `slot_taken`, `not_offered` or `not_found`, as booking it would be refused.
    pub code: Code,
    /// Why, for people.
    pub reason: String,
}

/// `POST /api/bookings/process-cart/`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProcessCart {
    /// 1 to 50; the answer names each by its place, counted from 0.
    pub items: Vec<CartItem>,
}

/// What became of a cart. Every item is in exactly one of the first five lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartResult {
    pub instant: Vec<Booked>,
    pub requests: Vec<Requested>,
    pub external: Vec<Linked>,
    pub expert_assisted: Vec<HandedOver>,
    pub errors: Vec<Failed>,
    /// What is to be paid, one checkout for each currency.
    pub payment_intent: Vec<Checkout>,
}

/// An item that is booked and waits to be paid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Booked {
    pub position: u32,
    pub booking: BookingRow,
}

/// An item that its provider was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Requested {
    pub position: u32,
    pub request: RequestRow,
}

/// An item to be booked behind a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Linked {
    pub position: u32,
    pub partner: Partner,
    pub title: String,
    pub url: String,
}

/// An item that an expert has been asked to arrange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HandedOver {
    pub position: u32,
    pub handoff_id: HandoffId,
    pub title: String,
}

/// An item of which nothing came, and why. The others are not touched by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Failed {
    pub position: u32,
    pub problem: Problem,
}
