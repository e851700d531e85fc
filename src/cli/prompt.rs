//! Questions to the person at the terminal.
//!
//! They wait on a thread of their own, so that the command hears meanwhile when it is told to stop.

use std::{
    io::{self, BufRead, IsTerminal, Read, Write},
    path::Path,
};

use crossterm::{
    event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers},
    terminal::{disable_raw_mode, enable_raw_mode},
};
use tokio::task::spawn_blocking;
use traveloure_config::Secret;

use super::failure::Failure;

const LONGEST_LINE: u64 = 64 * 1024;
const LARGEST_DOCUMENT: u64 = 1024 * 1024;

/// Asks before something that cannot be taken back. With `yes`, nothing is asked.
///
/// # Errors
/// [`Failure::Refused`] if the answer is no; [`Failure::Usage`] where nobody can be asked.
pub async fn confirm(question: &str, yes: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{question} Nobody can be asked without a terminal; say --yes if you mean it. Nothing was changed."
        )));
    }
    let answer = ask(&format!("{question} [y/N] ")).await?;
    if matches!(answer.to_lowercase().as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Failure::Refused("Nothing was changed.".to_owned()))
}

/// Asks for a line of text.
///
/// # Errors
/// Standard input ends or cannot be read.
pub async fn ask(question: &str) -> Result<String, Failure> {
    say(question);
    let line = waiting(|| line(io::stdin().lock())).await?;
    Ok(line.trim().to_owned())
}

/// The password: typed unseen at a terminal, else the first line of standard input.
///
/// # Errors
/// Standard input ends, cannot be read, or the person gives up.
pub async fn password(question: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return waiting(|| line(io::stdin().lock())).await.map(Secret::from);
    }
    say(question);
    let typed = waiting(unseen).await;
    say("\n");
    typed.map(Secret::from)
}

/// All of a file, or of standard input (`-`): a document that somebody wrote.
///
/// # Errors
/// It cannot be read, is larger than 1 MiB, or is not UTF-8.
pub async fn document(path: &Path) -> Result<String, Failure> {
    let path = path.to_owned();
    waiting(move || read(&path)).await
}

/// Gives the terminal back as it was, where a question was cut off.
pub fn give_up() {
    // There is nothing to give back unless a password was being typed.
    let _ = disable_raw_mode();
    if io::stdin().is_terminal() {
        say("\n");
    }
}

async fn waiting<T: Send + 'static>(
    question: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    match spawn_blocking(question).await {
        Ok(answer) => answer,
        Err(error) => Err(Failure::Other(format!("The question broke off: {error}"))),
    }
}

/// The question is for the person, not part of the result.
fn say(question: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{question}").and_then(|()| stderr.flush());
}

fn read(path: &Path) -> Result<String, Failure> {
    let fault = |reason: &str| Failure::Usage(format!("{} {reason}", path.display()));
    let unreadable = |error: io::Error| fault(&format!("could not be read: {error}"));
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin()
            .lock()
            .take(LARGEST_DOCUMENT + 1)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(LARGEST_DOCUMENT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > LARGEST_DOCUMENT {
        return Err(fault("is larger than 1 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| fault("is not UTF-8 text"))
}

/// Keys up to Enter, none of them shown.
fn unseen() -> Result<String, Failure> {
    enable_raw_mode().map_err(|error| unreadable(&error))?;
    let typed = keys();
    disable_raw_mode().map_err(|error| unreadable(&error))?;
    typed
}

fn keys() -> Result<String, Failure> {
    let mut typed = String::new();
    loop {
        let Event::Key(key) = event::read().map_err(|error| unreadable(&error))? else { continue };
        match key {
            KeyEvent { kind: KeyEventKind::Release, .. } => {}
            KeyEvent { code: KeyCode::Enter, .. } => return Ok(typed),
            KeyEvent {
                code: KeyCode::Char('c' | 'd'), modifiers: KeyModifiers::CONTROL, ..
            }
            | KeyEvent { code: KeyCode::Esc, .. } => return Err(Failure::Interrupted),
            KeyEvent { code: KeyCode::Char('u'), modifiers: KeyModifiers::CONTROL, .. } => {
                typed.clear();
            }
            KeyEvent { code: KeyCode::Backspace, .. } => drop(typed.pop()),
            KeyEvent { code: KeyCode::Char(c), .. } => typed.push(c),
            _ => {}
        }
    }
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
