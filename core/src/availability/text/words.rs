//! A line as words with their places, so that an error can point at one.

use crate::line_error::LineError;

/// What is wrong within a line; the line's number is added by whoever goes through the lines.
#[derive(Debug)]
pub(super) struct Fault {
    column: usize,
    message: String,
    hint: Option<String>,
}

impl Fault {
    pub(super) fn new(column: usize, message: impl Into<String>) -> Self {
        Self { column, message: message.into(), hint: None }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn on_line(self, line: usize) -> LineError {
        let Self { column, message, hint } = self;
        LineError { line, column, message, hint }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Counted from 1, in characters.
    pub(super) column: usize,
    quoted: bool,
}

impl Word<'_> {
    pub(super) fn is(&self, word: &str) -> bool {
        !self.quoted && self.text.eq_ignore_ascii_case(word)
    }

    /// At most the beginning of what was written, for a message.
    pub(super) fn shown(&self) -> String {
        format!("{:?}", self.text.chars().take(24).collect::<String>())
    }
}

/// The words of a line, read from left to right.
#[derive(Debug)]
pub(super) struct Words<'a> {
    all: Vec<Word<'a>>,
    at: usize,
    end: usize,
}

impl<'a> Words<'a> {
    /// Splits at blanks; a comma is a word of its own; what stands in quotes is one word.
    ///
    /// # Errors
    /// A quote that is not closed.
    pub(super) fn split(line: &'a str) -> Result<Self, Fault> {
        let mut words = Vec::new();
        let mut rest = line;
        let mut column = 1;
        loop {
            let blanks = rest.len() - rest.trim_start().len();
            column += rest[..blanks].chars().count();
            rest = &rest[blanks..];
            let Some(first) = rest.chars().next() else { break };
            let (text, length) = if first == '"' {
                let Some(end) = rest[1..].find('"') else {
                    return Err(Fault::new(column, "this quote is not closed")
                        .hint("end the note with another \""));
                };
                (&rest[1..=end], end + 2)
            } else {
                let length = word_length(rest);
                (&rest[..length], length)
            };
            words.push(Word { text, column, quoted: first == '"' });
            column += rest[..length].chars().count();
            rest = &rest[length..];
        }
        Ok(Self { all: words, at: 0, end: column })
    }

    pub(super) fn peek(&self) -> Option<Word<'a>> {
        self.all.get(self.at).copied()
    }

    pub(super) fn peek_second(&self) -> Option<Word<'a>> {
        self.all.get(self.at + 1).copied()
    }

    /// Takes the next word if it is one of these, in any case.
    pub(super) fn take(&mut self, words: &[&str]) -> bool {
        let taken = self.peek().is_some_and(|next| words.iter().any(|word| next.is(word)));
        self.at += usize::from(taken);
        taken
    }

    /// Takes the next word if `read` makes something of it.
    pub(super) fn take_as<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = self.peek().filter(|word| !word.quoted).and_then(|word| read(word.text));
        self.at += usize::from(found.is_some());
        found
    }

    /// Takes what stands in quotes.
    pub(super) fn take_quoted(&mut self) -> Option<Word<'a>> {
        let word = self.peek().filter(|word| word.quoted);
        self.at += usize::from(word.is_some());
        word
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.all.len()
    }

    /// Where the next word is, or would be.
    pub(super) fn column(&self) -> usize {
        self.peek().map_or(self.end, |word| word.column)
    }

    /// A fault at the next word: what was expected there.
    pub(super) fn expected(&self, what: &str) -> Fault {
        match self.peek() {
            Some(word) => {
                Fault::new(word.column, format!("expected {what}, found {}", word.shown()))
            }
            None => Fault::new(self.end, format!("expected {what}, but the line ends here")),
        }
    }
}

fn word_length(rest: &str) -> usize {
    if rest.starts_with(',') {
        return 1;
    }
    // The commas of an RRULE are its own.
    let is_rrule = rest.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("rrule:"));
    rest.find(|c: char| c.is_whitespace() || c == '"' || (c == ',' && !is_rrule))
        .unwrap_or(rest.len())
}

/// The candidate that `word` may have been meant for.
pub(super) fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let word: Vec<char> = word.to_lowercase().chars().take(24).collect();
    let allowed = if word.len() > 4 { 2 } else { 1 };
    candidates
        .iter()
        .map(|candidate| (distance(&word, candidate), !same_letters(&word, candidate), *candidate))
        .filter(|(distance, ..)| *distance <= allowed)
        .min()
        .map(|(.., candidate)| candidate)
}

// Of two equally near words the one whose letters were only swapped: teu is tue, not thu.
fn same_letters(word: &[char], other: &str) -> bool {
    let (mut word, mut other) = (word.to_vec(), other.chars().collect::<Vec<_>>());
    word.sort_unstable();
    other.sort_unstable();
    word == other
}

/// Edits between two words, a swap of neighbours counting as one.
fn distance(word: &[char], other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in word.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && word[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> Vec<(&str, usize)> {
        Words::split(line).unwrap().all.iter().map(|word| (word.text, word.column)).collect()
    }

    #[test]
    fn words_know_their_columns() {
        assert_eq!(split("every tue,thu"), [("every", 1), ("tue", 7), (",", 10), ("thu", 11)]);
        assert_eq!(
            split("  closed \"Día, libre\"  x"),
            [("closed", 3), ("Día, libre", 10), ("x", 24)]
        );
        assert_eq!(split("rrule:FREQ=WEEKLY;BYDAY=MO,WE x").len(), 2);
        assert_eq!(split(""), []);
    }

    #[test]
    fn an_open_quote_is_pointed_at() {
        let fault = Words::split("closed 2026-12-25 \"Christmas").unwrap_err();
        assert_eq!(fault.column, 19);
    }

    #[test]
    fn slips_find_their_word() {
        let words = ["every", "closed", "notice", "party"];
        assert_eq!(nearest("evrey", &words), Some("every"));
        assert_eq!(nearest("Closd", &words), Some("closed"));
        assert_eq!(nearest("teu", &["thu", "tue"]), Some("tue"));
        assert_eq!(nearest("banana", &words), None);
        assert_eq!(nearest("", &words), None);
    }
}
