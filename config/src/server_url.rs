//! The address of a server, checked once: a token never travels in the clear.

use std::{fmt, net::SocketAddr, str::FromStr};

use serde::{Deserialize, Deserializer};
use url::{Host, Url};

/// Where a server answers: `https`, or `http` on this very machine. Ends with a slash, so that
/// paths are joined below it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerUrlError {
    #[error("is no address; write it as https://desk.example.com")]
    NoUrl,
    #[error("is neither https nor http; write it as https://desk.example.com")]
    OtherScheme,
    #[error(
        "is plain http to another machine, where anybody on the way could read the token; use https"
    )]
    PlainHttp,
    #[error("contains a user name or password; leave them out and sign in")]
    Credentials,
    #[error("contains a query or a fragment; leave out what follows `?` or `#`")]
    Trailing,
}

impl ServerUrl {
    /// The backend in this process, or another one on this machine.
    ///
    /// # Errors
    /// [`ServerUrlError::PlainHttp`] for an address that is not loopback.
    pub fn http(address: SocketAddr) -> Result<Self, ServerUrlError> {
        format!("http://{address}/").parse()
    }

    #[must_use]
    pub const fn as_url(&self) -> &Url {
        &self.0
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut url = Url::parse(text).map_err(|_| ServerUrlError::NoUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(ServerUrlError::PlainHttp),
            _ => return Err(ServerUrlError::OtherScheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ServerUrlError::Credentials);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(ServerUrlError::Trailing);
        }
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
        Ok(Self(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        // RFC 6761 reserves the name for loopback.
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerUrl({self})")
    }
}

impl<'de> Deserialize<'de> for ServerUrl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        for local in [
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:1/",
            "http://localhost:8080",
        ] {
            assert!(local.parse::<ServerUrl>().is_ok(), "{local}");
        }
        for remote in [
            "http://desk.example.com",
            "http://10.0.0.1",
            "http://localhost.example.com",
            "http://0.0.0.0",
            "http://[::ffff:10.0.0.1]",
        ] {
            assert_eq!(remote.parse::<ServerUrl>(), Err(ServerUrlError::PlainHttp), "{remote}");
        }
    }

    #[test]
    fn an_address_is_nothing_but_an_address() {
        assert_eq!("desk.example.com".parse::<ServerUrl>(), Err(ServerUrlError::NoUrl));
        assert_eq!("ftp://desk.example.com".parse::<ServerUrl>(), Err(ServerUrlError::OtherScheme));
        assert_eq!(
            "https://a:b@desk.example.com".parse::<ServerUrl>(),
            Err(ServerUrlError::Credentials)
        );
        assert_eq!(
            "https://desk.example.com/?a=b".parse::<ServerUrl>(),
            Err(ServerUrlError::Trailing)
        );
    }

    #[test]
    fn paths_are_joined_below_it() {
        let server: ServerUrl = "https://example.com/travel".parse().unwrap();
        assert_eq!(
            server.as_url().join("api/events/").unwrap().as_str(),
            "https://example.com/travel/api/events/"
        );
        assert_eq!(server.to_string(), "https://example.com/travel");
    }
}
