//! Where a command's results go: to standard output for a person or for a program, one of the two.

use std::io::{self, ErrorKind, IsTerminal, Write};

use serde::Serialize;

use super::{failure::Failure, sheet::Sheet};

/// The printer of one command.
#[derive(Debug)]
pub struct Output {
    is_json: bool,
    width: Option<usize>,
}

impl Output {
    /// Prints tables within the terminal's width, or JSON.
    #[must_use]
    pub fn new(is_json: bool) -> Self {
        let width = io::stdout()
            .is_terminal()
            .then(crossterm::terminal::size)
            .and_then(Result::ok)
            .map(|(columns, _)| usize::from(columns).max(40));
        Self { is_json, width }
    }

    #[must_use]
    pub const fn is_json(&self) -> bool {
        self.is_json
    }

    /// Prints `value`: as JSON, or as `draw` shows it to a person.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn show<T: Serialize>(
        &self,
        value: &T,
        draw: impl FnOnce(&T, &mut Sheet),
    ) -> Result<(), Failure> {
        if self.is_json {
            let text = serde_json::to_string_pretty(value)
                .map_err(|error| Failure::Other(error.to_string()))?;
            return print(&format!("{text}\n"));
        }
        let mut sheet = Sheet::new(self.width);
        draw(value, &mut sheet);
        print(&sheet.into_text())
    }

    /// Prints something that is no result: a line for a person, nothing for a program.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn remark(&self, text: &str) -> Result<(), Failure> {
        if self.is_json {
            return Ok(());
        }
        let mut sheet = Sheet::new(None);
        sheet.line(text);
        print(&sheet.into_text())
    }
}

/// Writes to standard output. Whoever closed it (`| head`) has seen enough, which is no failure.
///
/// # Errors
/// It cannot be written to.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Other(format!("the result could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error; there is nowhere to complain if that fails.
pub fn warn(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
