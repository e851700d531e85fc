//! Untrusted text: what one person wrote and another person's terminal will show.
//!
//! The policy, character by character (Unicode names in the code below):
//!
//! | what | becomes |
//! |---|---|
//! | C0, C1 and DEL, bidirectional controls, interlinear marks, noncharacters | U+FFFD, so that the reader sees that something was there |
//! | line ends of every kind (CR LF, CR, NEL, LS, PS) | one `\n`, or a space where a single line is wanted |
//! | tab | a space |
//! | characters that show nothing (zero width space, soft hyphen, fillers, tags, stray variation selectors) | nothing |
//! | joiners | kept inside an emoji sequence and between letters of the scripts that need them, else nothing |
//! | combining marks | kept, at most [`MAX_MARKS`] on one character; one with nothing to stand on becomes U+FFFD |
//!
//! Bidirectional controls are refused even where Hebrew or Arabic could use them: right-to-left
//! text reads correctly without them, and with them a price can be made to read as another.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Stands where a character was refused.
pub const REPLACEMENT: char = '\u{FFFD}';

/// How many marks one character may carry. Vietnamese needs two, pointed Hebrew four.
pub const MAX_MARKS: usize = 4;

/// How many joiners one emoji or one conjunct may contain. The longest families need three.
const MAX_JOINS: usize = 4;

/// A single line of untrusted text, safe to store and to draw: no control character, no line end,
/// nothing hidden. Cleaning twice changes nothing more.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    clean(text, ' ')
}

/// Untrusted text of several lines, safe to store and to draw: the only control character left is
/// `\n`. Cleaning twice changes nothing more.
#[must_use]
pub fn clean_text(text: &str) -> Cow<'_, str> {
    clean(text, '\n')
}

/// Whether a terminal could take `c` as an instruction, or let it reorder or break what stands
/// around it. Never true of a character that [`clean_line`] returns.
#[must_use]
pub fn is_refused(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1F}' | '\u{7F}'..='\u{9F}'
        | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}'
        | '\u{2028}' | '\u{2029}'
        | '\u{FFF0}'..='\u{FFFB}')
        || is_noncharacter(c)
}

fn clean(text: &str, line_end: char) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') || (byte == b'\n' && line_end == '\n');
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut cleaner = Cleaner::new(text.len(), line_end);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\r' && rest.peek() == Some(&'\n') {
            continue;
        }
        cleaner.push(c, rest.peek().copied());
    }
    if cleaner.output == text { Cow::Borrowed(text) } else { Cow::Owned(cleaner.output) }
}

struct Cleaner {
    output: String,
    line_end: char,
    /// The last character written, unless a line has just begun.
    before: Option<char>,
    marks: usize,
    joins: usize,
}

impl Cleaner {
    fn new(capacity: usize, line_end: char) -> Self {
        Self { output: String::with_capacity(capacity), line_end, before: None, marks: 0, joins: 0 }
    }

    fn push(&mut self, c: char, next: Option<char>) {
        match c {
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => self.end_line(),
            '\t' => self.write(' '),
            _ if is_refused(c) => self.write(REPLACEMENT),
            '\u{200C}' | '\u{200D}' => self.join(c, next),
            '\u{FE0E}' | '\u{FE0F}' => self.select_variation(c, next),
            _ if is_hidden(c) => {}
            _ if c.width() == Some(0) => self.mark(c),
            _ => self.write(c),
        }
    }

    fn write(&mut self, c: char) {
        if !matches!(self.before, Some('\u{200C}' | '\u{200D}')) {
            self.joins = 0;
        }
        self.marks = 0;
        self.before = Some(c);
        self.output.push(c);
    }

    fn end_line(&mut self) {
        self.write(self.line_end);
        if self.line_end == '\n' {
            self.before = None;
        }
    }

    fn mark(&mut self, c: char) {
        if self.before.is_none() {
            self.write(REPLACEMENT);
        } else if self.marks < MAX_MARKS {
            self.marks += 1;
            self.before = Some(c);
            self.output.push(c);
        }
    }

    fn join(&mut self, c: char, next: Option<char>) {
        let (Some(before), Some(next)) = (self.before, next) else {
            return;
        };
        let emoji = c == '\u{200D}'
            && (is_pictograph(before) || before == '\u{FE0F}')
            && is_pictograph(next);
        let letters = is_joining(before) && is_joining(next) && next.width() != Some(0);
        if (emoji || letters) && self.joins < MAX_JOINS {
            self.joins += 1;
            self.before = Some(c);
            self.output.push(c);
        }
    }

    fn select_variation(&mut self, c: char, next: Option<char>) {
        let keycap = matches!(self.before, Some('0'..='9' | '#' | '*')) && next == Some('\u{20E3}');
        if keycap || self.before.is_some_and(is_pictograph) {
            self.before = Some(c);
            self.output.push(c);
        }
    }
}

/// Characters that take no room, show nothing and could carry a hidden message or make two texts
/// that look the same differ.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{2060}'..='\u{2065}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0D}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
}

fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&code)
}

/// The blocks that emoji come from: wide enough for every sequence in use, and nothing in them is
/// a letter.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{24C2}'
        | '\u{25A0}'..='\u{27BF}' | '\u{2934}' | '\u{2935}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1FAFF}')
}

/// The scripts in which a joiner or non-joiner changes how a word is spelled: Arabic to Myanmar,
/// Khmer and Mongolian.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{109F}' | '\u{1780}'..='\u{18AF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_kept_as_it_is() {
        for text in [
            "Two adults, one child: arriving 14:30 (flight BA 2490).",
            "Größe, naïve, Čeština, Łódź, 東京タワー, 한국어, שלום, مرحبا, नमस्ते, ไทย",
            "Việt Nam e\u{301}\u{323}, 5 × €12.50 – “late” check-in…",
            "👍🏽 ❤️ 🇵🇹 👩‍👩‍👧‍👦 👩🏻‍❤️‍💋‍👨🏿 🏳️‍🌈 1️⃣ ☎️",
            "می\u{200C}خواهم क्\u{200D}ष",
        ] {
            assert!(matches!(clean_line(text), Cow::Borrowed(_)), "{text:?}");
        }
    }

    #[test]
    fn escape_sequences_are_shown_and_do_nothing() {
        assert_eq!(clean_line("a\u{1b}[2Jb"), "a\u{FFFD}[2Jb");
        assert_eq!(clean_line("\u{9b}31m\u{7f}"), "\u{FFFD}31m\u{FFFD}");
        assert_eq!(clean_line("€100\u{202e}€001"), "€100\u{FFFD}€001");
    }

    #[test]
    fn line_ends_become_one_kind() {
        let text = "a\r\nb\rc\u{85}d\u{2028}e\tf";
        assert_eq!(clean_text(text), "a\nb\nc\nd\ne f");
        assert_eq!(clean_line(text), "a b c d e f");
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(clean_line("pay\u{200B}pal\u{FEFF}\u{AD}"), "paypal");
        assert_eq!(clean_line("hi\u{E0068}\u{E0069}"), "hi");
        assert_eq!(clean_line("a\u{FE0F}b\u{200D}c"), "abc");
    }

    #[test]
    fn marks_do_not_pile_up() {
        let pile = format!("e{}", "\u{301}".repeat(50));
        assert_eq!(clean_line(&pile).chars().count(), 1 + MAX_MARKS);
        assert_eq!(clean_line("\u{301}a"), "\u{FFFD}a");
        assert_eq!(clean_text("a\n\u{301}"), "a\n\u{FFFD}");
    }

    #[test]
    fn a_chain_of_joiners_ends() {
        let chain = vec!["👩"; 20].join("\u{200D}");
        let longest =
            clean_line(&chain).split("👩👩").map(|part| part.matches('\u{200D}').count()).max();
        assert_eq!(longest, Some(MAX_JOINS));
    }

    /// Random text made of the characters that the rules are about, beside any others.
    fn nasty() -> impl Strategy<Value = String> {
        let special = prop::sample::select(vec![
            '\u{0}',
            '\u{7}',
            '\u{1b}',
            '\n',
            '\r',
            '\t',
            '\u{7f}',
            '\u{85}',
            '\u{9b}',
            '\u{ad}',
            '\u{301}',
            '\u{323}',
            '\u{61c}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{202e}',
            '\u{2069}',
            '\u{20e3}',
            '\u{fe0e}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{ffff}',
            '\u{e0041}',
            '1',
            'a',
            ' ',
            'ي',
            '\u{64e}',
            'क',
            '\u{94d}',
            '❤',
            '👩',
            '🏽',
            '🇵',
            '漢',
            '\u{1100}',
            '\u{1161}',
        ]);
        prop::collection::vec(prop_oneof![4 => special, 1 => any::<char>()], 0..40)
            .prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn nothing_refused_is_left_and_twice_is_once(text in nasty()) {
            let line = clean_line(&text).into_owned();
            prop_assert!(!line.chars().any(|c| is_refused(c) || is_hidden(c)), "{line:?}");
            prop_assert_eq!(clean_line(&line), line.as_str());
            let lines = clean_text(&text).into_owned();
            prop_assert!(!lines.chars().any(|c| c != '\n' && (is_refused(c) || is_hidden(c))));
            prop_assert_eq!(clean_text(&lines), lines.as_str());
        }

        #[test]
        fn no_character_carries_more_than_its_share(text in nasty()) {
            let mut marks = 0;
            for c in clean_line(&text).chars() {
                let mark = c.width() == Some(0) && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0E}' | '\u{FE0F}');
                marks = if mark { marks + 1 } else if c.width() == Some(0) { marks } else { 0 };
                prop_assert!(marks <= MAX_MARKS);
            }
        }
    }
}
