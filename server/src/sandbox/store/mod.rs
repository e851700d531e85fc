//! The sandbox's SQL, one file per table. All of it is in the schema `sandbox`.

pub(super) mod balances;
pub(super) mod deliveries;
pub(super) mod endpoints;
pub(super) mod events;
pub(super) mod faults;
pub(super) mod forgetting;
pub(super) mod idempotency;
pub(super) mod objects;
pub(super) mod settings;
