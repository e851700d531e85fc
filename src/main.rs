//! Reads the command line and the settings, and hands over to a command or to the screens.

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use traveloure::{
    cli::{self, Cli, Command, Context, Failure, Output},
    local,
    logging::{self, Destination},
};
use traveloure_config::{Flags, Paths, Settings};
use traveloure_server::clock::{Clock, SystemClock};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if cli.global.json {
                cli::warn(&failure.to_json().to_string());
            } else {
                cli::warn(&failure.to_string());
            }
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(cli: &Cli) -> Result<(), Failure> {
    let context = context(cli)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Other(format!("no threads can be started: {error}")))?;
    let outcome = runtime.block_on(async {
        match &cli.command {
            Some(command) if !command.opens_screens() => command.run(&context).await,
            _ => local::open(&context.paths, &context.settings).await.map_err(Failure::from),
        }
    });
    // What is left has been told to end; a keyring that does not answer is not waited for.
    runtime.shutdown_background();
    outcome
}

fn context(cli: &Cli) -> Result<Context, Failure> {
    let global = &cli.global;
    let command = cli.command.as_ref();
    let home = global.home.clone().or_else(home_of_environment);
    let paths =
        Paths::resolve(home.as_deref(), global.demo || command.is_some_and(Command::is_demo))?;
    if let (true, Some(server)) = (paths.is_demo, &global.server) {
        return Err(Failure::Usage(format!(
            "The demo carries its own server and does not talk to {server}."
        )));
    }
    let flags = Flags {
        server: global.server.clone(),
        listen: command.and_then(Command::listen),
        theme: global.theme,
        plain: global.plain,
        takes_database_url: command.is_some_and(Command::takes_database_url),
    };
    let settings = traveloure_config::load(&paths, std::env::vars_os(), &flags)?;
    start_log(&paths, &settings, command)?;
    Ok(Context {
        program: program(cli, &paths),
        paths,
        settings,
        role: global.role,
        output: Output::new(global.json),
        now: SystemClock.now(),
    })
}

fn home_of_environment() -> Option<PathBuf> {
    std::env::var_os("TRAVELOURE_HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

fn start_log(paths: &Paths, settings: &Settings, command: Option<&Command>) -> Result<(), Failure> {
    let destination = match &settings.log.file {
        Some(file) => Destination::File(file),
        None if command.is_some_and(Command::is_server) => Destination::StandardError,
        // What only prints something about the program needs no installation.
        None if command.is_some_and(Command::is_about_the_program) => return Ok(()),
        None => Destination::File(&paths.log_file),
    };
    logging::start(&settings.log, destination).map_err(|error| Failure::Usage(error.to_string()))
}

/// How to call this installation again, as it can be copied into a shell.
fn program(cli: &Cli, paths: &Paths) -> String {
    // Found on the PATH, the name is enough.
    let called = std::env::args().next().filter(|called| called.contains('/'));
    let mut words = vec![quoted(called.as_deref().unwrap_or("traveloure"))];
    if let Some(home) = &cli.global.home {
        words.extend(["--home".to_owned(), quoted(&home.display().to_string())]);
    }
    if paths.is_demo {
        words.push("--demo".to_owned());
    }
    if let Some(server) = &cli.global.server {
        words.extend(["--server".to_owned(), quoted(&server.to_string())]);
    }
    words.join(" ")
}

/// A word as a POSIX shell reads it back.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:=,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_copied_into_a_shell() {
        assert_eq!(quoted("/srv/desk-1"), "/srv/desk-1");
        assert_eq!(quoted("/home/a b/it's"), r"'/home/a b/it'\''s'");
        assert_eq!(quoted("$(rm)"), "'$(rm)'");
        assert_eq!(quoted(""), "''");
    }
}
