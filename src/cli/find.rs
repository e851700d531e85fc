//! From what a person types to the id that is meant: a part of an id, a confirmation code, a name.

use traveloure_core::{
    api::{
        booking::BookingRow,
        fee::Fee,
        page::{MAX_LIMIT, Page},
        request::RequestRow,
        service::{Pool, Service},
    },
    ids::{BookingId, ProviderId, RequestId, TokenId},
    text::clean_line,
};
use uuid::Uuid;

use super::{
    failure::Failure,
    session::{Session, Side},
    words::spoken,
};
use crate::client::{ApiError, BookingFilter, Client, RequestFilter, ServiceFilter};

/// How a confirmation code begins.
const CODE_BEGINS: &str = "TRV-";
/// How many pages are looked through for a part of an id.
const PAGES: u32 = 10;
/// Fewer characters would match by accident.
const SHORTEST: usize = 4;

/// The end of an id, enough to name it in a list: ids begin with the time, so neighbours share
/// their beginnings.
#[must_use]
pub fn short(id: Uuid) -> String {
    let text = id.simple().to_string();
    text[text.len() - 8..].to_owned()
}

/// What was typed for an id.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Typed {
    Whole(Uuid),
    /// The beginning or the end, in lower-case digits without dashes.
    Part(String),
    /// Anything else, such as a name.
    Words,
}

impl Typed {
    fn read(text: &str) -> Self {
        if let Ok(id) = text.parse() {
            return Self::Whole(id);
        }
        let part: String = text.chars().filter(|c| *c != '-').collect::<String>().to_lowercase();
        let is_part = part.len() >= SHORTEST && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_part { Self::Part(part) } else { Self::Words }
    }

    fn fits(&self, id: Uuid) -> bool {
        match self {
            Self::Whole(whole) => *whole == id,
            Self::Part(part) => {
                let text = id.simple().to_string();
                text.starts_with(part.as_str()) || text.ends_with(part.as_str())
            }
            Self::Words => false,
        }
    }
}

/// The request that `text` names: its id, or a part of it. Open requests are looked through first.
///
/// # Errors
/// [`Failure::Usage`] if it is no part of an id, or of several; [`Failure::Refused`] if none has it.
pub async fn request(client: &Client, side: Side, text: &str) -> Result<RequestId, Failure> {
    let typed = match Typed::read(text) {
        Typed::Whole(id) => return Ok(id.into()),
        Typed::Words => return Err(no_id("request", text)),
        part @ Typed::Part(_) => part,
    };
    for inbox in [true, false] {
        let mut filter =
            RequestFilter { inbox, limit: Some(MAX_LIMIT), ..RequestFilter::default() };
        let mut found = Vec::new();
        for _ in 0..PAGES {
            let page = requests(client, side, &filter).await?;
            found.extend(page.items.into_iter().filter(|row| typed.fits(row.id.into())));
            filter.after = page.next;
            if filter.after.is_none() {
                break;
            }
        }
        if !found.is_empty() {
            return only("request", text, &found, |row: &RequestRow| {
                (row.id, format!("{}, {}", row.traveler_name, row.service_name))
            });
        }
    }
    Err(none("request", text))
}

/// A page of requests, as the side sees them.
///
/// # Errors
/// As the client's.
pub async fn requests(
    client: &Client,
    side: Side,
    filter: &RequestFilter,
) -> Result<Page<RequestRow>, ApiError> {
    match side {
        Side::Provider(provider) => client.provider_requests(provider, filter).await,
        Side::Traveler(user) => client.user_requests(user, filter).await,
    }
}

/// A page of bookings, as the side sees them.
///
/// # Errors
/// As the client's.
pub async fn bookings(
    client: &Client,
    side: Side,
    filter: &BookingFilter,
) -> Result<Page<BookingRow>, ApiError> {
    match side {
        Side::Provider(provider) => client.provider_bookings(provider, filter).await,
        Side::Traveler(user) => client.user_bookings(user, filter).await,
    }
}

/// The booking that `text` names: its confirmation code, its id, or a part of it.
///
/// # Errors
/// As [`request`].
pub async fn booking(client: &Client, side: Side, text: &str) -> Result<BookingId, Failure> {
    let code = text.to_uppercase();
    let typed = match Typed::read(text) {
        Typed::Whole(id) => return Ok(id.into()),
        Typed::Words if !code.starts_with(CODE_BEGINS) => {
            return Err(no_id("booking", text));
        }
        other => other,
    };
    let mut filter = BookingFilter { limit: Some(MAX_LIMIT), ..BookingFilter::default() };
    let mut found = Vec::new();
    for _ in 0..PAGES {
        let page = bookings(client, side, &filter).await?;
        found.extend(
            page.items
                .into_iter()
                .filter(|row| row.confirmation_code == code || typed.fits(row.id.into())),
        );
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    only("booking", text, &found, |row| {
        (row.id, format!("{}, {}", row.confirmation_code, row.title))
    })
}

/// The provider's own service that `text` names: its name or a part of it, its id or a part of that.
///
/// # Errors
/// As [`request`].
pub async fn own_service(
    client: &Client,
    provider: ProviderId,
    text: &str,
) -> Result<Service, Failure> {
    let typed = Typed::read(text);
    if let Typed::Whole(id) = typed {
        return Ok(client.service(id.into()).await?);
    }
    let mut all = Vec::new();
    let mut after = None;
    for _ in 0..PAGES {
        let page = client.provider_services(provider, after.as_deref(), Some(MAX_LIMIT)).await?;
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    only_service(all, &typed, text)
}

/// The service that `text` names, one's own or anybody's; one's own count first.
///
/// # Errors
/// As [`request`].
pub async fn any_service(session: &Session, text: &str) -> Result<Service, Failure> {
    if session.client().is_signed_in() && session.user().await?.provider_id.is_some() {
        let (client, provider) = session.provider().await?;
        match own_service(&client, provider, text).await {
            Err(Failure::Refused(_)) => {}
            found => return found,
        }
    }
    let (client, typed) = (session.client(), Typed::read(text));
    if let Typed::Whole(id) = typed {
        return Ok(client.service(id.into()).await?);
    }
    let mut filter = ServiceFilter {
        words: (typed == Typed::Words).then(|| text.trim().to_owned()),
        limit: Some(MAX_LIMIT),
        ..ServiceFilter::default()
    };
    let mut all = Vec::new();
    for _ in 0..PAGES {
        let page = client.services(&filter).await?;
        all.extend(page.items.into_iter().map(|found| found.service));
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    only_service(all, &typed, text)
}

/// The one that has the name; else the only one with a part of it, or with that part of an id.
fn only_service(mut all: Vec<Service>, typed: &Typed, text: &str) -> Result<Service, Failure> {
    let name = text.trim().to_lowercase();
    if let Some(exact) = all.iter().position(|service| service.name.to_lowercase() == name) {
        return Ok(all.swap_remove(exact));
    }
    all.retain(|service| {
        typed.fits(service.id.into())
            || (!name.is_empty() && service.name.to_lowercase().contains(&name))
    });
    let describe = |service: &Service| (service.id, service.name.clone());
    only("service", text, &all, describe)?;
    all.pop().ok_or_else(|| none("service", text))
}

/// The fee rule that `text` names: its id, or a part of it.
///
/// # Errors
/// As [`request`].
pub async fn fee(client: &Client, text: &str) -> Result<Fee, Failure> {
    let typed = Typed::read(text);
    let mut found = client.fees().await?;
    found.retain(|fee| typed.fits(fee.id.into()));
    only("fee", text, &found, |fee: &Fee| (fee.id, spoken(&fee.fee_type)))?;
    found.pop().ok_or_else(|| none("fee", text))
}

/// The shared resource that `text` names: its name, its id, or a part of that.
///
/// # Errors
/// As [`request`].
pub async fn pool(client: &Client, provider: ProviderId, text: &str) -> Result<Pool, Failure> {
    let typed = Typed::read(text);
    let name = text.trim().to_lowercase();
    let mut found = client.pools(provider).await?;
    found.retain(|pool| typed.fits(pool.id.into()) || pool.name.to_lowercase() == name);
    only("pool", text, &found, |pool: &Pool| (pool.id, pool.name.clone()))?;
    found.pop().ok_or_else(|| none("pool", text))
}

/// The sign-in that `text` names: its id, or a part of it.
///
/// # Errors
/// As [`request`].
pub async fn sign_in(client: &Client, text: &str) -> Result<TokenId, Failure> {
    let typed = Typed::read(text);
    let mut found = client.tokens().await?;
    found.retain(|token| typed.fits(token.id.into()));
    only("sign-in", text, &found, |token| (token.id, token.device.clone()))
}

fn only<T, Id: Copy + Into<Uuid>>(
    what: &str,
    text: &str,
    found: &[T],
    describe: impl Fn(&T) -> (Id, String),
) -> Result<Id, Failure> {
    match found {
        [] => return Err(none(what, text)),
        [one] => return Ok(describe(one).0),
        _ => {}
    }
    let list: Vec<_> = found
        .iter()
        .take(8)
        .map(|row| {
            let (id, words) = describe(row);
            format!("  {}  {}", short(id.into()), clean_line(&words))
        })
        .collect();
    let list = list.join("\n");
    Err(Failure::Usage(format!("{text:?} fits more than one {what}; say more of it:\n{list}")))
}

fn none(what: &str, text: &str) -> Failure {
    Failure::Refused(format!("There is no {what} of yours that {text:?} fits."))
}

fn no_id(what: &str, text: &str) -> Failure {
    Failure::Usage(format!(
        "{text:?} names no {what}; use its id from the list (at least {SHORTEST} characters of its end)."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_or_the_end_of_an_id_is_enough() {
        let id: Uuid = "0197f3a2-1c2b-7d3e-9f40-aabbccddeeff".parse().unwrap();
        assert_eq!(short(id), "ccddeeff");
        for text in ["eeff", "CCDD-EEFF", "0197f3a2-1c2b", "0197f3a2-1c2b-7d3e-9f40-aabbccddeeff"] {
            assert!(Typed::read(text).fits(id), "{text}");
        }
        for text in ["eff", "f3a2", "Sunset tour", ""] {
            assert!(!Typed::read(text).fits(id), "{text}");
        }
    }

    #[test]
    fn several_are_listed_without_their_tricks() {
        let rows = [Uuid::from_u128(0x1_0000_0001), Uuid::from_u128(0x2_0000_0001)];
        let refused =
            only("request", "0001", &rows, |id| (*id, "Eve\u{1b}[2J".to_owned())).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "\"0001\" fits more than one request; say more of it:\n  \
             00000001  Eve\u{FFFD}[2J\n  00000001  Eve\u{FFFD}[2J"
        );
    }
}
