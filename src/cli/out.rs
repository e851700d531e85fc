//! Where a document of a command goes: to standard output, or to a file that is named.

use clap::Args;
use serde::Serialize;

use super::{context::Context, failure::Failure, output::print};
use crate::to_file::{self, NotWritten};

/// Where it goes.
#[derive(Debug, Args)]
pub struct Out {
    /// Write it to this file; standard output unless said
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
    /// Write over a file that is there
    #[arg(long, requires = "out")]
    force: bool,
}

#[derive(Debug, Serialize)]
struct Written {
    written: String,
}

impl Out {
    /// Whether a file is named.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        self.out.is_some()
    }

    /// Prints `text` as it is, or writes it and says where; `what` is its name.
    ///
    /// # Errors
    /// The file is there and `--force` is not said, or it cannot be written.
    pub async fn put(&self, context: &Context, what: &str, text: &str) -> Result<(), Failure> {
        let Some(path) = self.out.clone() else { return print(text) };
        let (text, force) = (text.to_owned(), self.force);
        let writing = tokio::task::spawn_blocking(move || to_file::write(&path, &text, force));
        let path = match writing.await.map_err(|error| Failure::Other(error.to_string()))? {
            Ok(path) => path,
            Err(error @ NotWritten::Exists(_)) => {
                return Err(Failure::Refused(format!("{error}. --force writes over it.")));
            }
            Err(error) => return Err(Failure::Other(error.to_string())),
        };
        let written = Written { written: path.display().to_string() };
        context.output.show(&written, |written, sheet| {
            sheet.line(format!("{what} was written to {}.", written.written));
        })
    }
}
