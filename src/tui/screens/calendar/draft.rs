//! The edits made on a service's rules and not applied yet: they can be taken back and made again,
//! and moved onto rules that changed elsewhere meanwhile.

use std::ops::Range;

use chrono::{Days, NaiveDate};
use traveloure_core::{
    api::availability::Availability,
    availability::{AvailabilityRules, EditPlan, Occupancy, PreparedRules, Setting, diff},
    time,
};

use super::edit::Edit;

/// How far ahead a plan looks: what can be fetched of a calendar at once.
const AHEAD: u64 = 400;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Draft {
    base: Availability,
    /// The edits and the rules after each, also those that were taken back.
    steps: Vec<Step>,
    /// How many of them are made.
    made: usize,
}

#[derive(Clone, Debug)]
struct Step {
    edit: Edit,
    rules: AvailabilityRules,
}

/// Why an edit was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotMade {
    /// The rules say so already.
    SoAlready,
    /// It makes no sense on these rules; the words are for the person.
    Refused(String),
}

/// What became of edits that were moved onto other rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rebased {
    /// Edits that make no sense on the new rules, and why.
    pub lost: Vec<String>,
    /// What both sides changed in different ways; here the edits made on this screen won.
    pub both: Vec<&'static str>,
}

impl Draft {
    /// No edit yet of the rules that the server has.
    #[must_use]
    pub fn new(base: Availability) -> Self {
        let rules = base.rules.clone().normalised();
        Self { base: Availability { rules, ..base }, steps: Vec::new(), made: 0 }
    }

    /// The rules as the server has them.
    #[must_use]
    pub fn saved(&self) -> &AvailabilityRules {
        &self.base.rules
    }

    /// The version that was read (`If-Match`).
    #[must_use]
    pub fn version(&self) -> i64 {
        self.base.version
    }

    /// The rules with all edits made.
    #[must_use]
    pub fn rules(&self) -> &AvailabilityRules {
        self.edits().last().map_or(&self.base.rules, |step| &step.rules)
    }

    fn edits(&self) -> &[Step] {
        &self.steps[..self.made]
    }

    /// Whether applying would change the rules.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.rules() != self.saved()
    }

    /// How many edits are made.
    #[must_use]
    pub fn len(&self) -> usize {
        self.made
    }

    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.made > 0
    }

    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.made < self.steps.len()
    }

    /// What was edited, in order.
    pub fn labels(&self, today: NaiveDate) -> impl Iterator<Item = String> {
        self.edits().iter().map(move |step| step.edit.label(today))
    }

    /// Makes one more edit.
    ///
    /// # Errors
    /// Why it is not made.
    pub fn make(&mut self, edit: Edit, setting: &Setting) -> Result<(), NotMade> {
        let rules = edit.apply(self.rules(), setting).map_err(NotMade::Refused)?;
        if rules == *self.rules() {
            return Err(NotMade::SoAlready);
        }
        self.steps.truncate(self.made);
        self.steps.push(Step { edit, rules });
        self.made += 1;
        Ok(())
    }

    /// Takes back the last edit and returns it.
    pub fn undo(&mut self) -> Option<&Edit> {
        self.made = self.made.checked_sub(1)?;
        self.steps.get(self.made).map(|step| &step.edit)
    }

    /// Makes the edit taken back last again and returns it.
    pub fn redo(&mut self) -> Option<&Edit> {
        let step = self.steps.get(self.made)?;
        self.made += 1;
        Some(&step.edit)
    }

    /// Takes back every edit; they can still be made again.
    pub fn discard(&mut self) {
        self.made = 0;
    }

    /// The server has other rules now: the edits are made anew on those.
    pub fn rebase(&mut self, newer: Availability, setting: &Setting, today: NaiveDate) -> Rebased {
        let mut rebased = Rebased::default();
        let before = std::mem::replace(self, Self::new(newer));
        for Step { edit, .. } in before.steps.into_iter().take(before.made) {
            if let Edit::Write { before, after } = &edit {
                rebased.both.extend(super::merge::merge(before, after, self.rules()).both);
            }
            let label = edit.label(today);
            // What is so already was made elsewhere as well: nothing is lost.
            if let Err(NotMade::Refused(why)) = self.make(edit, setting) {
                rebased.lost.push(format!("{label}: {why}"));
            }
        }
        rebased.both.dedup();
        rebased
    }

    /// What the edits change from `today` on, as far as is known what is taken.
    #[must_use]
    pub fn plan(&self, setting: &Setting, taken: &Occupancy, today: NaiveDate) -> EditPlan {
        let reach = self.edits().iter().filter_map(|step| step.edit.reach()).max();
        plan(self.saved(), self.rules(), setting, taken, window(today, reach))
    }
}

/// The dates that a plan is about.
#[must_use]
pub fn window(today: NaiveDate, reach: Option<NaiveDate>) -> Range<NaiveDate> {
    let ahead = today.checked_add_days(Days::new(AHEAD)).unwrap_or(today);
    today..reach.map_or(ahead, |reach| time::next_day(reach).max(ahead))
}

/// What changes from one version of the rules to another.
#[must_use]
pub fn plan(
    before: &AvailabilityRules,
    after: &AvailabilityRules,
    setting: &Setting,
    taken: &Occupancy,
    window: Range<NaiveDate>,
) -> EditPlan {
    let prepare = |rules| PreparedRules::prepare(rules, setting, window.clone());
    diff(&prepare(before), &prepare(after), taken, window.clone())
}
