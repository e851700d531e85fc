//! Versions of PostgreSQL as its programs print them.

use std::fmt;

/// The oldest major version the schema and the measured guarantees hold for.
pub const MINIMUM_MAJOR: u32 = 15;

/// A version of PostgreSQL. Since version 10 the first number alone decides whether a data folder can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
}

impl Version {
    /// Reads the line that `postgres --version` prints, for example `postgres (PostgreSQL) 15.18 (Debian …)`.
    /// A beta or development version (`18beta1`) counts as minor 0. `None` if no version is in it.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let word =
            line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
        let mut numbers = word.split('.');
        let major = leading_number(numbers.next()?)?;
        let minor = numbers.next().and_then(leading_number).unwrap_or(0);
        Some(Self { major, minor })
    }

    /// Whether Traveloure runs on it.
    #[must_use]
    pub fn is_supported(self) -> bool {
        self.major >= MINIMUM_MAJOR
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_distributions_print() {
        for (line, expected) in [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some((15, 18))),
            ("postgres (PostgreSQL) 16.4 (Homebrew)", Some((16, 4))),
            ("postgres (PostgreSQL) 18beta1", Some((18, 0))),
            ("postgres (PostgreSQL) 19devel", Some((19, 0))),
            ("postgres (PostgreSQL) 9.6.24", Some((9, 6))),
            ("postgres (PostgreSQL)", None),
            ("", None),
        ] {
            let read = Version::parse(line).map(|read| (read.major, read.minor));
            assert_eq!(read, expected, "{line}");
        }
    }

    #[test]
    fn orders_by_major_then_minor_and_knows_the_oldest_supported() {
        let old = Version { major: 14, minor: 99 };
        let new = Version { major: 15, minor: 2 };
        assert!(old < new);
        assert!(!old.is_supported());
        assert!(new.is_supported());
    }
}
