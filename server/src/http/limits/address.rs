//! Whose address a request is counted by.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::HeaderMap;

/// An IPv4 address, or the /64 of an IPv6 one: a household has 2^64 of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Address(IpAddr);

impl Address {
    /// The peer's; behind a proxy the one that it has added last to `X-Forwarded-For`. What stands before
    /// that anybody may have written.
    pub(super) fn of(peer: SocketAddr, headers: &HeaderMap, behind_proxy: bool) -> Self {
        let forwarded = behind_proxy.then(|| forwarded_for(headers)).flatten();
        Self::from(forwarded.unwrap_or_else(|| peer.ip()))
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let network = v6.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    let last = last.rsplit(',').next()?.trim();
    // Some proxies add the port.
    last.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(forwarded: &[&'static str], behind_proxy: bool) -> IpAddr {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(value));
        }
        Address::of("10.0.0.1:4711".parse().unwrap(), &headers, behind_proxy).0
    }

    #[test]
    fn only_what_the_proxy_itself_has_added_counts() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(of(&["203.0.113.7"], false), address("10.0.0.1"));
        assert_eq!(of(&["198.51.100.1, 203.0.113.7"], true), address("203.0.113.7"));
        assert_eq!(of(&["198.51.100.1", "203.0.113.7:9999"], true), address("203.0.113.7"));
        assert_eq!(of(&[], true), address("10.0.0.1"));
        assert_eq!(of(&["unknown"], true), address("10.0.0.1"));
    }

    #[test]
    fn the_addresses_of_a_household_are_one() {
        let one = Address::from("2001:db8:1:2::1".parse::<IpAddr>().unwrap());
        let other = Address::from("2001:db8:1:2:ffff::9".parse::<IpAddr>().unwrap());
        let neighbour = Address::from("2001:db8:1:3::1".parse::<IpAddr>().unwrap());
        assert_eq!(one, other);
        assert_ne!(one, neighbour);
        let mapped = Address::from("::ffff:192.0.2.1".parse::<IpAddr>().unwrap());
        assert_eq!(mapped, Address::from("192.0.2.1".parse::<IpAddr>().unwrap()));
    }
}
