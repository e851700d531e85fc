//! Editing rules: shown as a plan, then applied.

use std::{collections::BTreeMap, ops::Range};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::{
        availability::{AvailabilityChange, AvailabilityEdit},
        event::Kind,
    },
    availability::{AvailabilityRules, EditPlan, PreparedRules, diff, targets, text as lines},
    ids::{ProviderId, ServiceId},
    text, time,
};

use super::{
    own, read,
    reclaim::{self, Claimant},
};
use crate::{
    app::{Context, words::line_faults, work::Work},
    error::{AppError, AppResult},
    store::{
        availability,
        bookable::Bookable,
        capacity,
        retarget::{self, OwnRow},
        stakes,
    },
};

/// How far ahead a plan looks, and further where anybody comes later.
const PLAN_DAYS: Days = Days::new(400);

/// Edits the rules that were read as `version`, or with `dry_run` only says what that would do. Bookings stay as they
/// are: those that the rules no longer offer go on the provider's worklist.
///
/// # Errors
/// `not_found`, `invalid` with the field or the line, `version_mismatch`.
pub async fn edit(
    context: &Context,
    provider: ProviderId,
    service: ServiceId,
    version: i64,
    body: AvailabilityEdit,
    dry_run: bool,
) -> AppResult<AvailabilityChange> {
    if dry_run {
        let mut db = context.pool.acquire().await?;
        let edit = Edit::read(&mut db, provider, service, version, &body, context.now()).await?;
        return Ok(edit.shown());
    }
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                capacity::change_rules(work.db(), service).await?;
                let edit = Edit::read(work.db(), provider, service, version, &body, now).await?;
                edit.apply(work).await
            })
        })
        .await
}

/// An edit with everything it touches.
struct Edit {
    service: Bookable,
    rules: AvailabilityRules,
    prepared: PreparedRules,
    window: Range<NaiveDate>,
    rows: Vec<OwnRow>,
    claimants: Vec<Claimant>,
    plan: EditPlan,
}

impl Edit {
    async fn read(
        db: &mut PgConnection,
        provider: ProviderId,
        service: ServiceId,
        version: i64,
        body: &AvailabilityEdit,
        now: DateTime<Utc>,
    ) -> AppResult<Self> {
        let service = own(db, provider, service).await?;
        if service.rules_version != version {
            return Err(AppError::stale(service.rules_version));
        }
        let today = time::today(now, service.setting.zone);
        let rules = wanted(body, &service, today)?;
        let rows = retarget::own_rows(db, service.id, today).await?;
        let stakes = stakes::of_services(db, &[service.id], today, NaiveDate::MAX, now).await?;
        let claims = stakes::claims(db, service.id, today, now).await?;

        let prepare = |rules, until| PreparedRules::prepare(rules, &service.setting, today..until);
        // What is claimed of which row does not depend on the window.
        let claimants = reclaim::claimants(&prepare(&rules, today), stakes, claims, today);
        let last = rows.iter().map(|row| row.date).max().max(reclaim::last_date(&claimants));
        let until = (today + PLAN_DAYS).max(last.map_or(today, time::next_day));
        let (before, prepared) = (prepare(&service.rules, until), prepare(&rules, until));
        let window = today..until;
        let taken = reclaim::occupancy(&prepared, &claimants, window.clone());
        let plan = diff(&before, &prepared, &taken, window.clone());
        Ok(Self { service, rules, prepared, window, rows, claimants, plan })
    }

    fn shown(self) -> AvailabilityChange {
        AvailabilityChange {
            availability: read::document(&self.service),
            plan: self.plan,
            applied: false,
        }
    }

    async fn apply(mut self, work: &mut Work<'_>) -> AppResult<AvailabilityChange> {
        if self.rules != self.service.rules {
            let (id, provider) = (self.service.id, Some(self.service.provider));
            let now = work.now;
            let version = availability::update(work.db(), id, &self.rules, now).await?;
            let targets: BTreeMap<(NaiveDate, Option<NaiveTime>), u32> =
                targets(&self.prepared, self.window)
                    .into_iter()
                    .map(|row| ((row.date, row.slot), row.target))
                    .collect();
            reclaim::settle(work, id, self.rows, &targets, self.claimants).await?;
            work.tell(Kind::AvailabilityChanged, id, Some(version), None, provider);
            work.tell(Kind::CapacityChanged, id, None, None, provider);
            self.service.rules = self.rules;
            self.service.rules_version = version;
        }
        Ok(AvailabilityChange {
            availability: read::document(&self.service),
            plan: self.plan,
            applied: true,
        })
    }
}

/// The rules that the edit asks for, in the form in which they are kept.
fn wanted(
    body: &AvailabilityEdit,
    service: &Bookable,
    today: NaiveDate,
) -> AppResult<AvailabilityRules> {
    let rules = match (&body.rules, &body.text) {
        (Some(rules), None) => rules.clone(),
        (None, Some(typed)) => {
            let kind = service.rules.availability_type;
            lines::parse(&text::clean_text(typed), kind, today)
                .map_err(|faults| AppError::invalid(line_faults(faults)))?
        }
        (Some(_), Some(_)) => {
            return Err(AppError::invalid_field(
                "text",
                "not_allowed",
                "send rules or text, not both",
            ));
        }
        (None, None) => {
            return Err(AppError::invalid_field(
                "rules",
                "required",
                "send the rules, or their text",
            ));
        }
    };
    rules.validate_for(&service.setting).map_err(AppError::invalid)?;
    Ok(rules.normalised())
}
