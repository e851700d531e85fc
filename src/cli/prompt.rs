//! Questions to the person at the terminal.

use std::io::{self, BufRead, IsTerminal, Read, Write};

use traveloure_config::Secret;

use super::failure::Failure;

const LONGEST_LINE: u64 = 64 * 1024;

/// Asks before something that cannot be taken back. With `yes`, nothing is asked.
///
/// # Errors
/// [`Failure::Refused`] if the answer is no; [`Failure::Usage`] where nobody can be asked.
pub fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{question} Nobody can be asked without a terminal; say --yes if you mean it. Nothing was changed."
        )));
    }
    let answer = ask(&format!("{question} [y/N] "))?;
    if matches!(answer.to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::Refused("Nothing was changed.".to_owned()))
}

/// Asks for a line of text.
///
/// # Errors
/// Standard input ends or cannot be read.
pub fn ask(question: &str) -> Result<String, Failure> {
    let mut stderr = io::stderr().lock();
    // The question is for the person, not part of the result.
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
    Ok(line(io::stdin().lock())?.trim().to_owned())
}

/// The password: typed unseen at a terminal, else the first line of standard input.
///
/// # Errors
/// Standard input ends or cannot be read.
pub fn password(question: &str) -> Result<Secret, Failure> {
    let password = if io::stdin().is_terminal() {
        rpassword::prompt_password(question).map_err(|error| unreadable(&error))?
    } else {
        line(io::stdin().lock())?
    };
    Ok(Secret::from(password))
}

/// All of standard input, or of a file: a document that somebody wrote.
///
/// # Errors
/// It cannot be read, is larger than 1 MiB, or is not UTF-8.
pub fn document(path: &std::path::Path) -> Result<String, Failure> {
    let fault = |reason: &str| Failure::Usage(format!("{} {reason}", path.display()));
    let unreadable = |error: io::Error| fault(&format!("could not be read: {error}"));
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(1024 * 1024 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(1024 * 1024 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() > 1024 * 1024 {
        return Err(fault("is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| fault("is not UTF-8 text"))
}

fn line(input: impl BufRead) -> Result<String, Failure> {
    let mut line = String::new();
    let read = input.take(LONGEST_LINE).read_line(&mut line).map_err(|error| unreadable(&error))?;
    if read == 0 {
        return Err(Failure::Usage("The input ended before an answer came.".to_owned()));
    }
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::Other(format!("The terminal could not be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_read_without_its_end() {
        assert_eq!(line(&b"demo demo\r\nnext"[..]).unwrap(), "demo demo");
        assert_eq!(line(&b" kept "[..]).unwrap(), " kept ");
        assert!(matches!(line(&b""[..]), Err(Failure::Usage(_))));
    }
}
