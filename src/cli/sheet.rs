//! What a command prints for a person, made as text before it is printed.

use traveloure_core::text::clean_text;

use super::table::Table;

/// Lines, fields and tables, one below the other.
#[derive(Debug)]
pub struct Sheet {
    text: String,
    width: Option<usize>,
}

impl Sheet {
    #[must_use]
    pub fn new(width: Option<usize>) -> Self {
        Self { text: String::new(), width }
    }

    /// A paragraph, as wide as it is. What other people wrote may go in as it is.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(&clean_text(text.as_ref()));
        self.text.push('\n');
    }

    /// An empty line, unless the sheet is empty or has one already.
    pub fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A paragraph of somebody's words, each line moved in; nothing if there are none.
    pub fn quote(&mut self, title: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.gap();
        self.line(title);
        for line in clean_text(text).lines() {
            self.line(format!("  {line}"));
        }
    }

    pub fn table(&mut self, table: &Table) {
        for line in table.lines(self.width) {
            self.line(line);
        }
    }

    /// Names and values in two columns; without a value, no line.
    pub fn fields<const N: usize>(&mut self, fields: [(&str, Option<String>); N]) {
        let widest = fields.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, value) in fields {
            if let Some(value) = value {
                let mut lines = value.lines();
                let first = lines.next().unwrap_or_default();
                self.line(format!("{name:widest$}  {first}"));
                for line in lines {
                    self.line(format!("{:widest$}  {line}", ""));
                }
            }
        }
    }

    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_aligned_and_words_are_quoted() {
        let mut sheet = Sheet::new(None);
        sheet.fields([
            ("Service", Some("Sunset tour".into())),
            ("Price", Some("120.00 EUR\n(you get 102.00)".into())),
            ("Until", None),
        ]);
        sheet.quote("They write:", "Hello\u{7}\nthere");
        sheet.quote("Nobody writes:", " \n");
        assert_eq!(
            sheet.into_text(),
            "Service  Sunset tour\n\
             Price    120.00 EUR\n\
             \u{20}        (you get 102.00)\n\
             \n\
             They write:\n\
             \u{20} Hello\u{FFFD}\n\
             \u{20} there\n"
        );
    }
}
