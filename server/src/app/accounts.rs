//! Accounts and sign-in.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use traveloure_core::{
    actor::Actor,
    api::{
        auth::{Login, Register, Session, Token, User},
        event::Kind,
        problem::Code,
    },
    field::FieldError,
    ids::{TokenId, UserId},
    text,
};

use super::{Context, work::Work};
use crate::{
    error::{AppError, AppResult, Fault},
    store::{tokens, users},
};

/// How long a sign-in lasts.
const TOKEN_LIFETIME: TimeDelta = TimeDelta::days(90);

/// The signed-in person and the token they came with.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub actor: Actor,
    pub token: TokenId,
}

/// Makes an account and signs it in.
///
/// # Errors
/// [`Code::Invalid`] for an address, a password or a name that will not do; [`Code::EmailTaken`].
pub async fn register(context: &Context, body: Register) -> AppResult<Session> {
    create(context, body, false).await
}

/// The same for an administrator; no route leads here, only the operator's command and the demo.
///
/// # Errors
/// As [`register`].
pub async fn register_admin(context: &Context, body: Register) -> AppResult<Session> {
    create(context, body, true).await
}

async fn create(context: &Context, body: Register, is_admin: bool) -> AppResult<Session> {
    let email = body.email.trim().to_owned();
    let name = text::clean_line(body.name.trim()).into_owned();
    validate(&email, &body.password, &name)?;
    let hash = context.passwords.hash(body.password, context.entropy.bytes()).await?;
    let outcome = context
        .transact(move |work| {
            Box::pin(async move {
                let id = UserId::new(work.now, work.random());
                let user = users::NewUser {
                    id,
                    email: &email,
                    name: &name,
                    password_hash: &hash,
                    is_admin,
                };
                let now = work.now;
                users::insert(work.db(), &user, now).await?;
                work.tell(Kind::AccountCreated, id, None, Some(id), None);
                open_session(work, id, "registration").await
            })
        })
        .await;
    match outcome {
        Err(error) if error.violates(users::EMAIL_UNIQUE) => Err(AppError::refused(
            Code::EmailTaken,
            "There is an account with this e-mail already. Nothing was made; sign in instead.",
        )),
        other => other,
    }
}

/// Signs in with e-mail and password.
///
/// # Errors
/// [`Code::WrongCredentials`], the same and after the same time whether the account exists or not.
pub async fn login(context: &Context, body: Login) -> AppResult<Session> {
    let mut db = context.pool.acquire().await?;
    let found = users::credentials(&mut db, body.email.trim()).await?;
    drop(db);
    let (id, hash) = found.map_or((None, None), |(id, hash)| (Some(id), Some(hash)));
    let matches = context.passwords.verify(body.password, hash).await?;
    let Some(id) = id.filter(|_| matches) else {
        return Err(AppError::refused(
            Code::WrongCredentials,
            "E-mail or password is wrong. Check both, or register a new account.",
        ));
    };
    let device = device_name(body.device.as_deref());
    context
        .transact(move |work| Box::pin(async move { open_session(work, id, &device).await }))
        .await
}

/// Who a bearer token belongs to, acting as a traveler until the caller says otherwise.
///
/// # Errors
/// [`Code::NotSignedIn`] for a token that is unknown, expired or revoked.
pub async fn authenticate(context: &Context, token: &str) -> AppResult<SignedIn> {
    let now = context.now();
    let mut db = context.pool.acquire().await?;
    let Some(bearer) = tokens::bearer(&mut db, hash_of(token), now).await? else {
        return Err(AppError::refused(
            Code::NotSignedIn,
            "The sign-in is unknown or has ended. Sign in again; nothing else was changed.",
        ));
    };
    if bearer.is_stale(now) {
        tokens::touch(&mut db, bearer.token, now).await?;
    }
    Ok(SignedIn {
        actor: Actor {
            user: bearer.user,
            role: traveloure_core::actor::Role::Traveler,
            provider: bearer.provider,
            expert: bearer.expert,
            is_admin: bearer.is_admin,
        },
        token: bearer.token,
    })
}

/// Whether nobody has an account yet: the first one is about to be made.
///
/// # Errors
/// A fault only.
pub async fn are_none(context: &Context) -> AppResult<bool> {
    let mut db = context.pool.acquire().await?;
    Ok(!users::any(&mut db).await?)
}

/// The signed-in person's account.
///
/// # Errors
/// A fault only.
pub async fn me(context: &Context, actor: &Actor) -> AppResult<User> {
    let mut db = context.pool.acquire().await?;
    users::get(&mut db, actor.user).await?.ok_or_else(|| AppError::not_found("account"))
}

/// The person's sign-ins, newest first.
///
/// # Errors
/// A fault only.
pub async fn sign_ins(context: &Context, signed_in: &SignedIn) -> AppResult<Vec<Token>> {
    let mut db = context.pool.acquire().await?;
    Ok(tokens::list(&mut db, signed_in.actor.user, signed_in.token, context.now()).await?)
}

/// Ends one of the person's sign-ins.
///
/// # Errors
/// [`Code::NotFound`] for a token that is not theirs or has ended.
pub async fn sign_out(context: &Context, actor: &Actor, token: TokenId) -> AppResult<()> {
    let user = actor.user;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                if tokens::revoke(work.db(), user, token, now).await? {
                    return Ok(());
                }
                Err(AppError::not_found("sign-in"))
            })
        })
        .await
}

async fn open_session(work: &mut Work<'_>, user: UserId, device: &str) -> AppResult<Session> {
    // 256 random bits, in hexadecimal behind a prefix that scanners for leaked secrets can find.
    let secret: [u8; 32] = work.random_bytes();
    let token = secret.iter().fold(String::from("trv_"), |mut token, byte| {
        use std::fmt::Write;
        let _ = write!(token, "{byte:02x}");
        token
    });
    let id = TokenId::new(work.now, work.random());
    let (now, expires_at): (DateTime<Utc>, _) = (work.now, work.now + TOKEN_LIFETIME);
    tokens::insert(work.db(), id, user, hash_of(&token), device, now, expires_at).await?;
    let user = users::get(work.db(), user)
        .await?
        .ok_or_else(|| Fault::Broken("an account vanished while signing in".to_owned()))?;
    Ok(Session { token, user })
}

fn hash_of(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn device_name(given: Option<&str>) -> String {
    let name: String =
        text::clean_line(given.unwrap_or_default()).trim().chars().take(60).collect();
    if name.is_empty() { "unnamed device".to_owned() } else { name }
}

fn validate(email: &str, password: &str, name: &str) -> AppResult<()> {
    let mut faults = Vec::new();
    if !looks_like_an_address(email) {
        faults.push(FieldError::new("email", "invalid", "an address looks like name@example.org"));
    }
    if !(10..=200).contains(&password.chars().count()) {
        faults.push(FieldError::new(
            "password",
            "out_of_range",
            "a password has 10 to 200 characters",
        ));
    }
    if !(1..=80).contains(&name.chars().count()) {
        faults.push(FieldError::new("name", "out_of_range", "a name has 1 to 80 characters"));
    }
    if faults.is_empty() { Ok(()) } else { Err(AppError::invalid(faults)) }
}

// Whether mail arrives is only known by sending one; this catches slips.
fn looks_like_an_address(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    !local.is_empty()
        && email.len() <= 254
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && email.chars().all(|c| !c.is_whitespace() && !c.is_control())
}
