//! The same answers for others than the provider: whether, why and how much is left, but not what the
//! provider wrote to themselves, what their resources are called, or how much is booked and held.

use super::{
    answer::{Answer, DayState, Explanation, Rule, Verdict},
    reason::Reason,
};

impl Reason {
    /// The reason without the note of a closure and without the name of a shared resource.
    #[must_use]
    pub fn for_others(self) -> Self {
        match self {
            Self::ClosedBy { date, rule } => {
                // A closure's line ends with its note, the only part in quotes.
                let rule = rule.split('"').next().unwrap_or_default().trim_end().to_owned();
                Self::ClosedBy { date, rule }
            }
            Self::PoolBusy { pool, at, .. } => {
                Self::PoolBusy { pool, name: "what it needs".to_owned(), at }
            }
            other => other,
        }
    }
}

impl Answer {
    /// The answer with every reason as [`Reason::for_others`] says it.
    #[must_use]
    pub fn for_others(self) -> Self {
        match self {
            Self::Open { left } => Self::Open { left },
            Self::Closed { reasons } => {
                Self::Closed { reasons: reasons.into_iter().map(Reason::for_others).collect() }
            }
        }
    }
}

impl Explanation {
    /// The explanation with every reason as [`Reason::for_others`] says it, and without counts.
    #[must_use]
    pub fn for_others(self) -> Self {
        let answer = self.answer.for_others();
        // Each refusing step stands for the reason in its place.
        let mut refusals = answer.reasons().iter().map(ToString::to_string);
        let mut steps = self.steps;
        steps.retain_mut(|step| {
            match (step.verdict, step.rule) {
                (Verdict::Refuses, _) => step.text = refusals.next().unwrap_or_default(),
                (Verdict::Allows, Rule::Capacity) => "enough is left".clone_into(&mut step.text),
                (Verdict::Allows, Rule::Pools) => return false,
                (Verdict::Allows, _) => {}
            }
            true
        });
        // A stay has a row for each night, and now they all say the same.
        steps.dedup();
        Self { answer, steps }
    }
}

impl DayState {
    /// The day with what is left of it, but without how much is booked and how much is held.
    #[must_use]
    pub fn for_others(mut self) -> Self {
        (self.booked, self.held) = (0, 0);
        // A slot that is not offered any more is there only because it is booked.
        self.slots.retain(|slot| slot.capacity > 0);
        for slot in &mut self.slots {
            (slot.booked, slot.held) = (0, 0);
        }
        self.reasons = self.reasons.into_iter().map(Reason::for_others).collect();
        self
    }
}
