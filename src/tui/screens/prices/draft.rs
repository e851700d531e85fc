//! What a provider has changed and not applied: edits on top of the saved terms.

use traveloure_core::{field::FieldError, pricing::PricingTerms};

use super::edit::Edit;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Draft {
    saved: PricingTerms,
    edits: Vec<Edit>,
    undone: Vec<Edit>,
    terms: PricingTerms,
}

impl Draft {
    /// No edits yet, on top of `saved`.
    #[must_use]
    pub fn new(saved: PricingTerms) -> Self {
        Self { terms: saved.clone(), saved, edits: Vec::new(), undone: Vec::new() }
    }

    /// The terms that the edits are made on.
    #[must_use]
    pub const fn saved(&self) -> &PricingTerms {
        &self.saved
    }

    /// The terms with all edits made.
    #[must_use]
    pub const fn terms(&self) -> &PricingTerms {
        &self.terms
    }

    /// Why the terms cannot be applied. Every edit was valid when it was made; one that is taken
    /// back after the saved terms changed may leave what no longer fits.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let faults = self.terms.validate().err()?;
        faults.into_iter().next().map(|fault| fault.message)
    }

    #[must_use]
    pub const fn edits(&self) -> usize {
        self.edits.len()
    }

    /// What the edits do, the first one first.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        self.edits.iter().map(Edit::label).collect()
    }

    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// What the terms would be with `edit` as well.
    ///
    /// # Errors
    /// What [`PricingTerms::validate`] finds.
    pub fn with(&self, edit: &Edit) -> Result<PricingTerms, Vec<FieldError>> {
        valid(edit.make(&self.terms))
    }

    /// Makes an edit. `false` when it changes nothing, which is no edit.
    ///
    /// # Errors
    /// As [`Draft::with`]; nothing is changed then.
    pub fn make(&mut self, edit: Edit) -> Result<bool, Vec<FieldError>> {
        let terms = self.with(&edit)?;
        if terms == self.terms {
            return Ok(false);
        }
        self.terms = terms;
        self.edits.push(edit);
        self.undone.clear();
        Ok(true)
    }

    /// Takes the last edit back, and says what it was.
    pub fn undo(&mut self) -> Option<String> {
        let edit = self.edits.pop()?;
        let label = edit.label();
        self.undone.push(edit);
        self.terms = all(&self.saved, &self.edits);
        Some(label)
    }

    /// Makes the edit again that was taken back last, and says what it is.
    pub fn redo(&mut self) -> Option<String> {
        let edit = self.undone.pop()?;
        let label = edit.label();
        // What has been valid on the way forward is valid again, unless the saved terms changed.
        match self.with(&edit) {
            Ok(terms) => {
                self.terms = terms;
                self.edits.push(edit);
                Some(label)
            }
            Err(_) => None,
        }
    }

    /// Moves the edits onto terms that were saved elsewhere meanwhile.
    ///
    /// # Errors
    /// Why they cannot be made on `saved`; then everything stays as it was.
    pub fn move_onto(&mut self, saved: PricingTerms) -> Result<(), Vec<FieldError>> {
        let terms = valid(all(&saved, &self.edits))?;
        self.terms = terms;
        self.saved = saved;
        self.undone.clear();
        Ok(())
    }
}

/// Only the whole has to be valid: an edit may need a later one to fit.
fn all(saved: &PricingTerms, edits: &[Edit]) -> PricingTerms {
    edits.iter().fold(saved.clone(), |terms, edit| edit.make(&terms)).normalised()
}

fn valid(terms: PricingTerms) -> Result<PricingTerms, Vec<FieldError>> {
    terms.validate()?;
    Ok(terms.normalised())
}

#[cfg(test)]
mod tests {
    use traveloure_core::{
        money::Currency,
        pricing::{Season, text},
    };

    use super::{super::edit::Swap, *};

    fn terms(lines: &str) -> PricingTerms {
        text::parse(lines, Currency::EUR).unwrap()
    }

    fn season(name: &str, from: &str, to: &str) -> Season {
        let line = format!("base 1 EUR\nseason \"{name}\" {from} - {to} x1.4");
        terms(&line).seasonal_pricing.remove(0)
    }

    fn add(season: &Season) -> Edit {
        Edit::Season(Swap::new(None, season.clone()))
    }

    #[test]
    fn edits_are_taken_back_and_made_again() {
        let saved = terms("base 120 EUR");
        let mut draft = Draft::new(saved.clone());
        let (one, two) = (
            season("Fair", "2027-01-10", "2027-01-12"),
            season("Peak", "2027-07-01", "2027-08-31"),
        );
        assert_eq!(draft.make(add(&one)), Ok(true));
        assert_eq!(draft.make(add(&two)), Ok(true));
        let full = draft.terms().clone();
        assert_eq!(draft.undo().unwrap(), "season Peak +40%");
        assert_eq!(draft.undo().unwrap(), "season Fair +40%");
        assert_eq!(draft.undo(), None);
        assert_eq!(draft.terms(), &saved);
        draft.redo().unwrap();
        draft.redo().unwrap();
        assert_eq!(draft.redo(), None);
        assert_eq!(draft.terms(), &full);
    }

    #[test]
    fn an_overlap_is_refused_and_names_both() {
        let mut draft = Draft::new(terms("base 120 EUR"));
        draft.make(add(&season("Fair", "2027-01-10", "2027-01-12"))).unwrap();
        let before = draft.terms().clone();
        let faults = draft.make(add(&season("Snow", "2027-01-12", "2027-02-12"))).unwrap_err();
        let message = &faults[0].message;
        assert!(message.contains("Snow") && message.contains("Fair"), "{message}");
        assert_eq!((draft.terms(), draft.edits()), (&before, 1));
    }

    #[test]
    fn edits_move_onto_what_was_saved_elsewhere() {
        let mut draft = Draft::new(terms("base 120 EUR"));
        draft.make(add(&season("Snow", "2027-01-12", "2027-02-12"))).unwrap();
        draft.move_onto(terms("base 150 EUR\ndeposit 30%")).unwrap();
        assert_eq!(
            text::to_text(draft.terms()),
            "base 150 EUR\nseason \"Snow\" 2027-01-12 - 2027-02-12 x1.4\ndeposit 30%\n"
        );
        let before = draft.terms().clone();
        let theirs = "base 150 EUR\nseason \"Fair\" 2027-01-10 - 2027-01-12 x1.4";
        let faults = draft.move_onto(terms(theirs)).unwrap_err();
        assert!(faults[0].message.contains("Fair"), "{faults:?}");
        assert_eq!(draft.terms(), &before);
        // A later edit that makes room is enough.
        let (wide, narrow) = (
            season("Snow", "2027-01-12", "2027-02-12"),
            season("Snow", "2027-01-13", "2027-02-12"),
        );
        draft.make(Edit::Season(Swap::new(Some(wide), narrow))).unwrap();
        draft.move_onto(terms(theirs)).unwrap();
    }
}
