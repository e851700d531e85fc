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

/// How a confirmation code begins, and how many letters and digits follow.
const CODE_BEGINS: &str = "TRV-";
const CODE_GOES_ON: usize = 8;
/// What was looked through: what the person has, or what there is.
const OWN: &str = " of yours";
const ANYBODYS: &str = "";
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
            return only(OWN, "request", text, &found, |row: &RequestRow| {
                (row.id, format!("{}, {}", row.traveler_name, row.service_name))
            });
        }
    }
    Err(none(OWN, "request", text))
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
    let code = code(text);
    let typed = match Typed::read(text) {
        Typed::Whole(id) => return Ok(id.into()),
        Typed::Words if code.is_none() => return Err(no_id("booking", text)),
        other => other,
    };
    let mut filter = BookingFilter { limit: Some(MAX_LIMIT), ..BookingFilter::default() };
    let mut found = Vec::new();
    for _ in 0..PAGES {
        let page = bookings(client, side, &filter).await?;
        found.extend(page.items.into_iter().filter(|row| {
            Some(&row.confirmation_code) == code.as_ref() || typed.fits(row.id.into())
        }));
        filter.after = page.next;
        if filter.after.is_none() {
            break;
        }
    }
    only(OWN, "booking", text, &found, |row| {
        (row.id, format!("{}, {}", row.confirmation_code, row.title))
    })
}

/// The confirmation code that is typed, in whole or without its beginning.
fn code(text: &str) -> Option<String> {
    let typed = text.trim().to_uppercase();
    if typed.starts_with(CODE_BEGINS) {
        return Some(typed);
    }
    let is_rest =
        typed.len() == CODE_GOES_ON && typed.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_rest.then(|| format!("{CODE_BEGINS}{typed}"))
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
    only_service(OWN, all, &typed, text)
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
    only_service(ANYBODYS, all, &typed, text)
}

/// The one that has the name; else the only one with a part of it, or with that part of an id.
fn only_service(
    whose: &str,
    mut all: Vec<Service>,
    typed: &Typed,
    text: &str,
) -> Result<Service, Failure> {
    let name = text.trim().to_lowercase();
    if let Some(exact) = all.iter().position(|service| service.name.to_lowercase() == name) {
        return Ok(all.swap_remove(exact));
    }
    all.retain(|service| {
        typed.fits(service.id.into())
            || (!name.is_empty() && service.name.to_lowercase().contains(&name))
    });
    let describe = |service: &Service| (service.id, service.name.clone());
    only(whose, "service", text, &all, describe)?;
    all.pop().ok_or_else(|| none(whose, "service", text))
}

/// The fee rule that `text` names: its id, or a part of it.
///
/// # Errors
/// As [`request`].
pub async fn fee(client: &Client, text: &str) -> Result<Fee, Failure> {
    let typed = Typed::read(text);
    let mut found = client.fees().await?;
    found.retain(|fee| typed.fits(fee.id.into()));
    only(ANYBODYS, "fee", text, &found, |fee: &Fee| (fee.id, spoken(&fee.fee_type)))?;
    found.pop().ok_or_else(|| none(ANYBODYS, "fee", text))
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
    only(OWN, "pool", text, &found, |pool: &Pool| (pool.id, pool.name.clone()))?;
    found.pop().ok_or_else(|| none(OWN, "pool", text))
}

/// The sign-in that `text` names: its id, or a part of it.
///
/// # Errors
/// As [`request`].
pub async fn sign_in(client: &Client, text: &str) -> Result<TokenId, Failure> {
    let typed = Typed::read(text);
    let mut found = client.tokens().await?;
    found.retain(|token| typed.fits(token.id.into()));
    only(OWN, "sign-in", text, &found, |token| (token.id, token.device.clone()))
}

fn only<T, Id: Copy + Into<Uuid>>(
    whose: &str,
    what: &str,
    text: &str,
    found: &[T],
    describe: impl Fn(&T) -> (Id, String),
) -> Result<Id, Failure> {
    match found {
        [] => return Err(none(whose, what, text)),
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

fn none(whose: &str, what: &str, text: &str) -> Failure {
    Failure::Refused(format!("There is no {what}{whose} that {text:?} fits."))
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
    fn a_confirmation_code_needs_no_beginning() {
        for text in ["TRV-SW1GCB47", "trv-sw1gcb47", "SW1GCB47", " sw1gcb47"] {
            assert_eq!(code(text).as_deref(), Some("TRV-SW1GCB47"), "{text}");
        }
        for text in ["SW1GCB4", "SW1GCB477", "SW1 CB47", "Sunset tour", ""] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn only_what_is_looked_for_among_ones_own_is_called_ones_own() {
        let none = |whose| {
            let found: [Uuid; 0] = [];
            only(whose, "service", "zzz", &found, |id| (*id, String::new())).unwrap_err()
        };
        assert_eq!(none(OWN).to_string(), "There is no service of yours that \"zzz\" fits.");
        assert_eq!(none(ANYBODYS).to_string(), "There is no service that \"zzz\" fits.");
    }

    #[test]
    fn several_are_listed_without_their_tricks() {
        let rows = [Uuid::from_u128(0x1_0000_0001), Uuid::from_u128(0x2_0000_0001)];
        let refused =
            only(OWN, "request", "0001", &rows, |id| (*id, "Eve\u{1b}[2J".to_owned())).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "\"0001\" fits more than one request; say more of it:\n  \
             00000001  Eve\u{FFFD}[2J\n  00000001  Eve\u{FFFD}[2J"
        );
    }
}
