//! Text made to fit a number of columns.
//!
//! Columns are counted as the terminal fills them, over whole grapheme clusters: a wide character
//! is never cut in half, a mark never parted from its letter. The text is expected to be clean
//! ([`traveloure_core::text`]); what is not counts as one column and is refused by the backend.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands for what did not fit.
pub const ELLIPSIS: &str = "…";

/// How many columns `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in at most `columns` columns, ending in an ellipsis if something had to go. In no column
/// at all, nothing.
#[must_use]
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(width(ELLIPSIS)) else {
        return Cow::Borrowed("");
    };
    Cow::Owned(format!("{}{ELLIPSIS}", head(text, room).trim_end()))
}

/// As [`truncate`], but what goes is at the beginning: for paths and addresses, whose end tells
/// them apart.
#[must_use]
pub fn truncate_start(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let Some(room) = columns.checked_sub(width(ELLIPSIS)) else {
        return Cow::Borrowed("");
    };
    Cow::Owned(format!("{ELLIPSIS}{}", tail(text, room).trim_start()))
}

/// `text` in exactly `columns` columns, at the left of them.
#[must_use]
pub fn pad_end(text: &str, columns: usize) -> String {
    let text = truncate(text, columns);
    let missing = columns - width(&text);
    format!("{text}{:missing$}", "")
}

/// `text` in exactly `columns` columns, at the right of them: for numbers and money.
#[must_use]
pub fn pad_start(text: &str, columns: usize) -> String {
    let text = truncate(text, columns);
    let missing = columns - width(&text);
    format!("{:missing$}{text}", "")
}

/// The longest beginning of `text` that fits `columns` columns.
fn head(text: &str, columns: usize) -> &str {
    let mut end = 0;
    for (start, cluster) in text.grapheme_indices(true) {
        let next = start + cluster.len();
        if width(&text[..next]) > columns {
            break;
        }
        end = next;
    }
    &text[..end]
}

/// The longest end of `text` that fits `columns` columns.
fn tail(text: &str, columns: usize) -> &str {
    let mut start = text.len();
    for (next, _) in text.grapheme_indices(true).rev() {
        if width(&text[next..]) > columns {
            break;
        }
        start = next;
    }
    &text[start..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use traveloure_core::text::clean_line;

    use super::*;

    #[test]
    fn what_fits_is_left_alone() {
        assert!(matches!(truncate("Lisbon", 6), Cow::Borrowed("Lisbon")));
        assert_eq!(pad_end("Lisbon", 8), "Lisbon  ");
        assert_eq!(pad_start("€12.50", 8), "  €12.50");
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        assert_eq!(truncate("Lisbon by night", 9), "Lisbon b…");
        assert_eq!(truncate("Lisbon by night", 8), "Lisbon…");
        assert_eq!(truncate_start("/home/ada/trips.ics", 10), "…trips.ics");
        assert_eq!(truncate("Lisbon", 1), "…");
        assert_eq!(truncate("Lisbon", 0), "");
    }

    #[test]
    fn clusters_stay_whole() {
        assert_eq!(truncate("東京タワー", 6), "東京…");
        assert_eq!(pad_end("東京タワー", 6), "東京… ");
        assert_eq!(truncate("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3), "👩‍👩‍👧‍👦…");
        assert_eq!(truncate("cafe\u{301}s", 5), "cafe\u{301}s");
        assert_eq!(truncate("cafe\u{301}s", 4), "caf…");
    }

    proptest! {
        #[test]
        fn padding_gives_the_width_asked_for(text: String, columns in 0usize..40) {
            let text = clean_line(&text);
            prop_assert_eq!(width(&pad_end(&text, columns)), columns);
            prop_assert_eq!(width(&pad_start(&text, columns)), columns);
            prop_assert!(width(&truncate(&text, columns)) <= columns);
            prop_assert!(width(&truncate_start(&text, columns)) <= columns);
        }
    }
}
