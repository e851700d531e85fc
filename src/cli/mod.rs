//! The command line: every action of every screen, for scripts and cron.
//!
//! One file for each noun. A command opens a `session::Session`, does one thing, and prints its
//! result for a person or, with `--json`, for a program.
#![allow(
    clippy::doc_markdown,
    reason = "the comments of arguments are their help texts, which would show the backticks"
)]

mod account;
mod admin;
mod availability;
mod bookings;
mod cards;
mod cart;
mod context;
mod dates;
mod demo;
mod doctor;
mod earnings;
mod failure;
mod fees;
mod find;
mod jobs;
mod manual;
mod out;
mod output;
mod paging;
mod pay;
mod payouts;
mod pools;
mod prices;
mod prompt;
mod providers;
mod reports;
mod requests;
mod serve;
mod services;
mod session;
mod sheet;
mod sign_ins;
mod stop;
mod table;
mod words;

pub use context::Context;
pub use failure::{EXIT_CODES, Failure};
pub use output::{Output, print, warn};

use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand};
use traveloure_config::{ServerUrl, Theme};
use traveloure_core::actor::Role;

use session::Session;
use stop::StopSignal;
use words::status_of;

/// Travel bookings in the terminal: availability, prices, requests, and the books behind them.
///
/// Without a command it opens the screens: on the server that is configured, or on one that it
/// carries itself.
#[derive(Debug, Parser)]
#[command(name = "traveloure", version, after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be said with every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Keep everything of this installation in this folder; also TRAVELOURE_HOME
    #[arg(long, global = true, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Use the demo installation, which shares nothing with the real one
    #[arg(long, global = true)]
    pub demo: bool,
    /// Talk to this server instead of carrying one
    #[arg(long, global = true, value_name = "URL", conflicts_with = "demo")]
    pub server: Option<ServerUrl>,
    /// Act as traveler, provider, expert or admin
    #[arg(long, global = true)]
    pub role: Option<Role>,
    /// Print results for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Colours: auto, dark, light or mono
    #[arg(long, global = true, value_name = "THEME", value_parser = status_of::<Theme>)]
    pub theme: Option<Theme>,
    /// No colours, boxes or movement
    #[arg(long, global = true)]
    pub plain: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Serve(serve::Serve),
    #[command(flatten)]
    Desk(DeskCommand),
    #[command(subcommand)]
    Admin(admin::Admin),
    /// Say what this installation has and what it lacks
    Doctor,
    /// Print completions for a shell
    Completions(manual::Completions),
    /// Print the manual page
    Man,
}

/// The commands that speak to the API.
#[derive(Debug, Subcommand)]
pub enum DeskCommand {
    Login(account::LoginArgs),
    /// End the session
    Logout,
    Register(account::RegisterArgs),
    /// Say who is signed in
    Whoami,
    #[command(subcommand)]
    SignIns(sign_ins::SignIns),
    #[command(subcommand)]
    Requests(requests::Requests),
    #[command(subcommand)]
    Availability(availability::Availability),
    #[command(subcommand)]
    Prices(prices::Prices),
    #[command(subcommand)]
    Bookings(bookings::Bookings),
    Earnings(earnings::Earnings),
    #[command(subcommand)]
    Payouts(payouts::Payouts),
    #[command(subcommand)]
    Cart(cart::Commands),
    #[command(subcommand)]
    Pay(pay::Pay),
    #[command(subcommand)]
    Cards(cards::Cards),
    #[command(subcommand)]
    Services(services::Services),
    #[command(subcommand)]
    Pools(pools::Pools),
    #[command(subcommand)]
    Providers(providers::Providers),
    #[command(subcommand)]
    Fees(fees::Fees),
    #[command(subcommand)]
    Reports(reports::Reports),
    #[command(subcommand)]
    Jobs(jobs::Jobs),
}

impl Command {
    /// Whether the command is about the demo installation, said or not.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        matches!(self, Self::Demo(_))
    }

    /// Whether the command is about a database itself, and so takes the customary `DATABASE_URL`.
    #[must_use]
    pub const fn takes_database_url(&self) -> bool {
        matches!(self, Self::Serve(_) | Self::Admin(_))
    }

    /// Whether the command is a server, which logs to standard error.
    #[must_use]
    pub const fn is_server(&self) -> bool {
        matches!(self, Self::Serve(_))
    }

    /// Whether the command is about the screens, and there is a terminal to show them on.
    #[must_use]
    pub fn opens_screens(&self) -> bool {
        matches!(self, Self::Demo(demo) if !demo.headless) && io::stdout().is_terminal()
    }

    /// Whether the command only prints something about the program.
    #[must_use]
    pub const fn is_about_the_program(&self) -> bool {
        matches!(self, Self::Completions(_) | Self::Man)
    }

    /// Where the command says to listen.
    #[must_use]
    pub const fn listen(&self) -> Option<SocketAddr> {
        match self {
            Self::Serve(serve) => serve.listen,
            _ => None,
        }
    }

    /// Does what was asked.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn run(&self, context: &Context) -> Result<(), Failure> {
        match self {
            // What waits in these is large, and would make every other command as large.
            Self::Demo(demo) => Box::pin(demo.run(context)).await,
            Self::Serve(serve) => Box::pin(serve.run(context)).await,
            Self::Desk(command) => Box::pin(command.run(context)).await,
            Self::Admin(admin) => admin.run(context).await,
            Self::Doctor => doctor::run(context).await,
            Self::Completions(completions) => completions.run(),
            Self::Man => manual::man(),
        }
    }
}

impl DeskCommand {
    async fn run(&self, context: &Context) -> Result<(), Failure> {
        let mut stop = StopSignal::try_new()?;
        let session = tokio::select! {
            session = Session::open(context) => session?,
            () = stop.received() => return Err(Failure::Interrupted),
        };
        let outcome = tokio::select! {
            outcome = self.act(context, &session) => outcome,
            () = stop.received() => {
                prompt::give_up();
                Err(if session.looks_on() { Failure::StoppedWaiting } else { Failure::Interrupted })
            }
        };
        session.close().await;
        outcome
    }

    async fn act(&self, context: &Context, session: &Session) -> Result<(), Failure> {
        match self {
            Self::Login(args) => account::login(args, context, session).await,
            Self::Logout => account::logout(context, session).await,
            Self::Register(args) => account::register(args, context, session).await,
            Self::Whoami => account::whoami(context, session).await,
            Self::Requests(command) => command.run(context, session).await,
            Self::Availability(command) => command.run(context, session).await,
            Self::Prices(command) => command.run(context, session).await,
            Self::Bookings(command) => command.run(context, session).await,
            Self::Earnings(command) => command.run(context, session).await,
            Self::Payouts(command) => command.run(context, session).await,
            Self::Cart(command) => command.run(context, session).await,
            Self::Pay(command) => command.run(context, session).await,
            Self::Cards(command) => command.run(context, session).await,
            Self::Services(command) => command.run(context, session).await,
            Self::Pools(command) => command.run(context, session).await,
            Self::SignIns(command) => command.run(context, session).await,
            Self::Providers(command) => command.run(context, session).await,
            Self::Reports(command) => command.run(context, session).await,
            Self::Fees(command) => command.run(context, session).await,
            Self::Jobs(command) => command.run(context, session).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, error::ErrorKind};

    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(format!("traveloure {line}").split_whitespace())
    }

    /// The help of a command and of everything below it.
    fn help(command: &mut clap::Command, path: &str) -> Vec<String> {
        let path = format!("{path} {}", command.get_name());
        let mut all = vec![format!("$ {} --help\n{}", path.trim(), command.render_long_help())];
        for below in command.get_subcommands_mut() {
            all.extend(help(below, &path));
        }
        all
    }

    #[test]
    fn the_help_of_every_command() {
        let mut command = Cli::command().term_width(100);
        command.build();
        insta::assert_snapshot!(help(&mut command, "").join("\n"));
    }

    #[test]
    fn the_commands_that_the_screens_name_exist() {
        for command in crate::tui::commands::all() {
            let Some(line) = command.cli else { continue };
            let line = line
                .replace("<on|off>", "on")
                .replace("<DATE>", "2026-12-24")
                .replace("<DATES>", "2026-12-24")
                .replace("<CAPACITY>", "5")
                .replace("<N>", "2")
                .replace("<MONTH>", "2026-06")
                .replace("<PROVIDER>", "01980000-0000-7000-8000-000000000000")
                .replace("<AMOUNT>", "10")
                .replace("<CURRENCY>", "EUR")
                .replace("<true|false>", "true")
                .replace("<ZONE>", "Europe/Lisbon")
                .replace("<COUNTRY>", "PT")
                .replace("<NUMBER>", "2")
                .replace("<CATEGORY>", "activity")
                .replace("<TYPE>", "toggle")
                .replace("<CURRENCY>", "EUR")
                .replace("<CARD>", "pm_1")
                .replace("<JOB>", "pay_out")
                .replace("<CHECKOUT>", "01980000-0000-7000-8000-000000000000")
                .replace(['<', '>'], "");
            assert!(parse(&line).is_ok(), "{}: {:?}", command.name, parse(&line).err());
        }
    }

    #[test]
    fn the_arguments_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn what_goes_with_every_command_may_stand_anywhere() {
        for line in ["--json requests list --role admin", "requests --json list --role admin"] {
            let cli = parse(line).unwrap();
            assert!(cli.global.json);
            assert_eq!(cli.global.role, Some(Role::Admin));
        }
        assert!(parse("").unwrap().command.is_none());
    }

    #[test]
    fn a_wrong_value_is_refused_before_anything_is_started() {
        for line in [
            "requests list --status open",
            "requests submit tour someday",
            "requests counter abcd --price 120 --valid soon",
            "requests counter abcd --currency EUR",
            "availability capacity tour many",
            "fees create --percent 12 --fixed 3",
            "fees calculate 12,50 EUR",
            "services create tour --category hotel --availability toggle --currency EUR",
            "--server http://desk.example.com whoami",
            "--server https://desk.example.com --demo whoami",
            "requests list --limit 501",
        ] {
            let kind = parse(line).unwrap_err().kind();
            let expected = [
                ErrorKind::InvalidValue,
                ErrorKind::ValueValidation,
                ErrorKind::ArgumentConflict,
                ErrorKind::MissingRequiredArgument,
            ];
            assert!(expected.contains(&kind), "{line}: {kind:?}");
        }
    }

    #[test]
    fn prices_may_begin_with_a_sign() {
        for price in ["-15", "+10%", "=120*0.9"] {
            parse(&format!("requests counter abcd --price {price}")).unwrap();
        }
    }
}
