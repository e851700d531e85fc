//! `traveloure login`, `logout`, `register` and `whoami`.

use clap::Args;
use traveloure_config::Secret;
use traveloure_core::api::auth::{Login, Register, Session as SignedIn, User};

use super::{context::Context, failure::Failure, prompt, session::Session, sheet::Sheet};
use crate::client::{ApiError, credentials::Credentials};

/// Sign in
///
/// The password is asked for, or read from the first line of standard input. The session is kept in
/// the keyring, or in a private file where there is no keyring.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// Asked for unless it is said.
    email: Option<String>,
}

/// Create an account and sign in
///
/// The password is asked for, or read from the first line of standard input.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// Asked for unless it is said.
    email: Option<String>,
    /// The name that others see.
    #[arg(long)]
    name: Option<String>,
    /// An administrator; only for whoever has the database at hand, never through a server
    #[arg(long, conflicts_with = "server")]
    admin: bool,
}

/// # Errors
/// As the server says, or the session cannot be kept.
pub async fn login(args: &LoginArgs, context: &Context, session: &Session) -> Result<(), Failure> {
    let email = said_or_asked(args.email.as_ref(), "E-mail: ").await?;
    let password = prompt::password("Password: ").await?;
    let login = Login { email, password: password.expose().to_owned(), device: Some(device()) };
    let signed_in = session.client().login(&login).await?;
    keep(context, signed_in).await
}

/// # Errors
/// As the server says, or the session cannot be kept.
pub async fn register(
    args: &RegisterArgs,
    context: &Context,
    session: &Session,
) -> Result<(), Failure> {
    let email = said_or_asked(args.email.as_ref(), "E-mail: ").await?;
    let name = said_or_asked(args.name.as_ref(), "Your name, as others see it: ").await?;
    let password = prompt::password("Password (10 characters or more): ").await?;
    let account = Register { email, password: password.expose().to_owned(), name };
    let signed_in = if args.admin {
        let backend = session.backend().ok_or_else(|| {
            Failure::Usage(
                "An administrator is registered where the database is, not through a server. \
                 Nothing was changed."
                    .to_owned(),
            )
        })?;
        backend.register_admin(account).await?
    } else {
        session.client().register(&account).await?
    };
    keep(context, signed_in).await
}

/// Ends the session on the server and forgets it here.
///
/// # Errors
/// The server cannot be reached (it is forgotten here all the same), or the stored session cannot
/// be removed.
pub async fn logout(context: &Context, session: &Session) -> Result<(), Failure> {
    if !session.client().is_signed_in() {
        return context.output.remark("You were not signed in.");
    }
    let ended = session.client().logout().await;
    credentials(context).forget().await?;
    match ended {
        // A token that counts no longer is what was wanted.
        Ok(()) | Err(ApiError::Problem(_)) => context.output.remark("Signed out."),
        Err(error) => Err(error.into()),
    }
}

/// # Errors
/// Not signed in.
pub async fn whoami(context: &Context, session: &Session) -> Result<(), Failure> {
    context.output.show(session.user().await?, draw)
}

async fn keep(context: &Context, signed_in: SignedIn) -> Result<(), Failure> {
    let kept = credentials(context).save(&Secret::from(signed_in.token)).await?;
    context.output.show(&signed_in.user, |user, sheet| {
        draw(user, sheet);
        sheet.line(format!("The session is kept in {kept}."));
    })
}

fn credentials(context: &Context) -> Credentials {
    Credentials::new(&context.paths, context.settings.server.as_ref())
}

fn draw(user: &User, sheet: &mut Sheet) {
    let roles: Vec<_> = user.roles.iter().map(ToString::to_string).collect();
    sheet.line(format!("{} <{}>, {}", user.name, user.email, roles.join(", ")));
}

async fn said_or_asked(said: Option<&String>, question: &str) -> Result<String, Failure> {
    match said {
        Some(said) => Ok(said.clone()),
        None => prompt::ask(question).await,
    }
}

/// What the sign-in is called in the list of sign-ins: the machine's name.
fn device() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    name.unwrap_or_else(|| "terminal".to_owned())
}
