//! The commands that edit rules: the edit is planned, shown, asked about where bookings are in
//! conflict, and made on the version that was read.

use std::path::PathBuf;

use chrono::NaiveTime;
use clap::{Args, ValueEnum};
use traveloure_core::{
    api::availability::{AvailabilityChange, AvailabilityEdit},
    availability::AvailabilityRules,
};

use super::{
    super::{
        context::Context,
        dates::{self, DateArg, DatesArg},
        failure::Failure,
        find, prompt,
        session::Session,
    },
    draw,
};

/// What every edit is told.
#[derive(Debug, Args)]
struct How {
    /// The service (name or id)
    service: String,
    /// Show what it would do, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask where bookings are in conflict
    #[arg(long, short)]
    yes: bool,
}

/// What an edit starts from.
struct Before {
    rules: AvailabilityRules,
    zone: chrono_tz::Tz,
}

impl How {
    /// Makes the edit that `change` makes of the rules.
    async fn edit(
        &self,
        context: &Context,
        session: &Session,
        change: impl FnOnce(Before) -> Result<AvailabilityEdit, Failure>,
    ) -> Result<(), Failure> {
        let (client, provider) = session.provider().await?;
        let service = find::own_service(&client, provider, &self.service).await?;
        let before = client.availability(provider, service.id).await?;
        let edit = change(Before { rules: before.rules, zone: before.zone })?;

        let planned = client.plan_availability(provider, service.id, &edit, before.version).await?;
        if self.dry_run {
            return show(context, &planned);
        }
        let conflicts = planned.plan.conflicts.len();
        if conflicts > 0 && !self.yes {
            if !context.output.is_json() {
                show(context, &planned)?;
            }
            prompt::confirm(
                &format!("{conflicts} bookings or holds are in conflict. Go on?"),
                false,
            )
            .await?;
        }
        let done = client.edit_availability(provider, service.id, &edit, before.version).await?;
        show(context, &done)
    }
}

fn show(context: &Context, change: &AvailabilityChange) -> Result<(), Failure> {
    context.output.show(change, |change, sheet| {
        draw::plan(&change.plan, sheet);
        sheet.line(if change.applied { "Saved." } else { "Not saved." });
    })
}

fn with_rules(rules: AvailabilityRules) -> AvailabilityEdit {
    AvailabilityEdit { rules: Some(rules), text: None }
}

/// Replace the rules by lines of text
///
/// The rules are read from the argument, a file, or standard input, as `show` prints them.
#[derive(Debug, Args)]
pub struct Set {
    #[command(flatten)]
    how: How,
    /// Lines of rules, such as "every tue,thu 09:00 cap 8 except 24 dec"; several arguments are
    /// several lines
    #[arg(conflicts_with = "file")]
    rules: Vec<String>,
    /// A file with the rules; - is standard input
    #[arg(long, short)]
    file: Option<PathBuf>,
}

impl Set {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let text = if self.rules.is_empty() {
            prompt::document(self.file.as_deref().unwrap_or_else(|| std::path::Path::new("-")))
                .await?
        } else {
            self.rules.join("\n")
        };
        let edit = AvailabilityEdit { rules: None, text: Some(text) };
        self.how.edit(context, session, |_| Ok(edit)).await
    }
}

#[derive(Debug, Args)]
pub struct Block {
    #[command(flatten)]
    how: How,
    /// A date, or both ends of a stretch: 2026-07-14..2026-07-18
    #[arg(required = true)]
    dates: Vec<DatesArg>,
}

impl Block {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let change = |before: Before| {
            let mut rules = before.rules;
            for dates in &self.dates {
                rules = rules.block(&dates.at(before.zone, context.now).map_err(Failure::Usage)?);
            }
            Ok(with_rules(rules))
        };
        self.how.edit(context, session, change).await
    }
}

#[derive(Debug, Args)]
pub struct Open {
    #[command(flatten)]
    how: How,
    /// A date, or both ends of a stretch: 2026-07-14..2026-07-18
    #[arg(required = true)]
    dates: Vec<DatesArg>,
}

impl Open {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let change = |before: Before| {
            let mut rules = before.rules;
            for dates in &self.dates {
                rules = rules.open(&dates.at(before.zone, context.now).map_err(Failure::Usage)?);
            }
            Ok(with_rules(rules))
        };
        self.how.edit(context, session, change).await
    }
}

#[derive(Debug, Args)]
pub struct Capacity {
    #[command(flatten)]
    how: How,
    /// How many; 0 sells nothing
    #[arg(value_name = "CAPACITY")]
    places: u32,
    /// Only on this date
    #[arg(long)]
    date: Option<DateArg>,
    /// Only of this slot: 09:00
    #[arg(long, value_parser = dates::time)]
    time: Option<NaiveTime>,
}

impl Capacity {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let change = |before: Before| match self.date {
            Some(date) => before
                .rules
                .set_capacity(date.at(before.zone, context.now), self.time, self.places)
                .map(with_rules)
                .map_err(|fault| Failure::Refused(format!("{fault}. Nothing was changed."))),
            None => self.in_general(before.rules).map(with_rules),
        };
        self.how.edit(context, session, change).await
    }

    fn in_general(&self, mut rules: AvailabilityRules) -> Result<AvailabilityRules, Failure> {
        let Some(time) = self.time else {
            rules.daily_capacity = Some(self.places);
            return Ok(rules);
        };
        let mut slots = rules.time_slots.iter_mut().filter(|slot| slot.time == time).peekable();
        if slots.peek().is_none() {
            return Err(Failure::Refused(format!(
                "There is no slot at {}. Add one with: availability set. Nothing was changed.",
                time.format("%H:%M")
            )));
        }
        slots.for_each(|slot| slot.capacity = self.places);
        Ok(rules)
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Debug, Args)]
pub struct Toggle {
    #[command(flatten)]
    how: How,
    #[arg(value_enum)]
    to: Switch,
}

impl Toggle {
    pub(super) async fn run(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        let is_available = matches!(self.to, Switch::On);
        let change =
            |before: Before| Ok(with_rules(AvailabilityRules { is_available, ..before.rules }));
        self.how.edit(context, session, change).await
    }
}
