use proptest::prelude::*;

use super::documented::{all as documented, key, typed};
use super::*;

const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CONTROL: KeyModifiers = KeyModifiers::CONTROL;
const NONE: KeyModifiers = KeyModifiers::NONE;

fn decode(bytes: &[u8]) -> Vec<Event> {
    let mut events = Vec::new();
    Decoder::new().feed(bytes, &mut events);
    events
}

#[test]
fn documented_sequences_mean_what_they_should() {
    for (bytes, events) in documented() {
        let mut decoder = Decoder::new();
        let mut found = Vec::new();
        decoder.feed(bytes, &mut found);
        assert_eq!(found, events, "{}", bytes.escape_ascii());
        assert_eq!(decoder.patience(), None, "{}", bytes.escape_ascii());
    }
}

#[test]
fn what_is_not_finished_waits() {
    for (bytes, patience, flushed) in [
        (&b"\x1b"[..], ESCAPE_PATIENCE, vec![key(KeyCode::Esc, NONE)]),
        (b"\x1b\x1b", ESCAPE_PATIENCE, vec![key(KeyCode::Esc, NONE); 2]),
        (b"\x1b[", ESCAPE_PATIENCE, vec![typed('[', ALT)]),
        (b"\x1bO", ESCAPE_PATIENCE, vec![typed('O', ALT | SHIFT)]),
        (b"\x1b]", ESCAPE_PATIENCE, vec![typed(']', ALT)]),
        (b"\x1b\x1b[", ESCAPE_PATIENCE, vec![key(KeyCode::Esc, NONE), typed('[', ALT)]),
        (b"\x1b[1;5", SEQUENCE_PATIENCE, vec![]),
        (b"\x1b[<0;1", SEQUENCE_PATIENCE, vec![]),
        (b"\x1b]11;rgb", SEQUENCE_PATIENCE, vec![]),
        (b"\xe6\xbc", SEQUENCE_PATIENCE, vec![]),
    ] {
        let mut decoder = Decoder::new();
        let mut events = Vec::new();
        decoder.feed(bytes, &mut events);
        assert_eq!(events, [], "{}", bytes.escape_ascii());
        assert_eq!(decoder.patience(), Some(patience), "{}", bytes.escape_ascii());
        decoder.flush(&mut events);
        assert_eq!(events, flushed, "{}", bytes.escape_ascii());
        assert_eq!(decoder.patience(), None);
        decoder.feed(b"q", &mut events);
        assert_eq!(events.last(), Some(&typed('q', NONE)), "{}", bytes.escape_ascii());
    }
}

#[test]
fn the_rest_of_a_paste_is_never_typed() {
    let mut decoder = Decoder::new();
    let mut events = Vec::new();
    decoder.feed(b"\x1b[200~rm -rf", &mut events);
    assert_eq!(decoder.patience(), None);
    decoder.flush(&mut events);
    decoder.feed(b" /\r\x1b[201~", &mut events);
    assert_eq!(events, [Event::Paste("rm -rf /\n".into())]);
}

#[test]
fn a_broken_sequence_costs_no_key() {
    assert_eq!(decode(b"\x1b[1;5\x1b[A"), [key(KeyCode::Up, NONE)]);
    assert_eq!(decode(b"\x1b[1;5\rq"), [key(KeyCode::Enter, NONE), typed('q', NONE)]);
    assert_eq!(decode(b"\x1b[\r"), [typed('[', ALT), key(KeyCode::Enter, NONE)]);
    assert_eq!(decode(b"\xe6\xbcq"), [typed('q', NONE)]);
    assert_eq!(decode(b"\xffq\xc0\x80q"), [typed('q', NONE), typed('q', NONE)]);
    assert_eq!(decode(b"\xed\xa0\x80q"), [typed('q', NONE)]);
    assert_eq!(decode(b"\x1b\x1bq"), [key(KeyCode::Esc, NONE), typed('q', ALT)]);
    assert_eq!(decode(b"\x1b[0;0;0M\x1b[<0;0;0Mq").last(), Some(&typed('q', NONE)));
    assert_eq!(
        decode(b"\x1b[99999999999999999999;5Aq"),
        [key(KeyCode::Up, CONTROL), typed('q', NONE)]
    );
}

#[test]
fn a_sequence_without_end_is_dropped_whole() {
    let mut bytes = b"\x1b[".to_vec();
    bytes.extend(std::iter::repeat_n(b'1', 1_000_000));
    bytes.extend(b"Aq");
    assert_eq!(decode(&bytes), [typed('q', NONE)]);
}

#[test]
fn a_long_paste_comes_in_pieces_that_add_up() {
    let text = "Olá, 東京!\r\n".repeat(20_000);
    let events = decode(format!("\x1b[200~{text}\x1b[201~").as_bytes());
    assert!(events.len() > 5);
    let pasted: String = events
        .iter()
        .map(|event| match event {
            Event::Paste(piece) => {
                assert!(piece.len() <= paste::PIECE);
                piece.as_str()
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(pasted, text.replace("\r\n", "\n"));
}

/// Bytes with many escape sequences among them, whole and broken.
fn likely_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(documented()).prop_map(|(bytes, _)| bytes.to_vec()),
        3 => prop::sample::select(b"\x1b\x1b[]OPM<;:0159~umMA$\\\x07\r\x7f q\xc3\xa9\xe6\xf0".to_vec())
            .prop_map(|byte| vec![byte]),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn sequences_glued_together_come_apart(picks in prop::collection::vec(prop::sample::select(documented()), 0..12)) {
        let bytes = picks.iter().map(|(bytes, _)| *bytes).collect::<Vec<_>>().concat();
        let events: Vec<_> = picks.into_iter().flat_map(|(_, events)| events).collect();
        prop_assert_eq!(decode(&bytes), events, "{}", bytes.escape_ascii());
    }

    #[test]
    fn any_cut_gives_the_same_events(bytes in likely_bytes(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let whole = decode(&bytes);
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        places.extend([0, bytes.len()]);
        places.sort_unstable();
        let mut decoder = Decoder::new();
        let mut events = Vec::new();
        for pair in places.windows(2) {
            decoder.feed(&bytes[pair[0]..pair[1]], &mut events);
        }
        prop_assert_eq!(events, whole, "{}", bytes.escape_ascii());
    }

    #[test]
    fn nothing_sent_makes_it_panic_or_grow(bytes in prop::collection::vec(any::<u8>(), 0..4096), flush: bool) {
        let mut decoder = Decoder::new();
        let mut events = Vec::new();
        for chunk in bytes.chunks(97) {
            decoder.feed(chunk, &mut events);
            if flush {
                decoder.flush(&mut events);
            }
            prop_assert!(decoder.held() <= paste::PIECE + 8);
        }
        prop_assert!(events.len() <= bytes.len());
    }

    /// An independent parser of the same grammar agrees on where sequences end: what it prints is
    /// what we take for typed.
    #[test]
    fn sequences_end_where_another_parser_ends_them(
        pieces in prop::collection::vec(
            ("[<=>?]?[0-9;:]{0,12}", "[ !%]{0,2}", "[@-LN-Zl-z]", "[a-z]{1,3}"),
            0..8,
        ),
    ) {
        let text = pieces
            .iter()
            .map(|(parameters, between, last, typed)| format!("\x1b[{parameters}{between}{last}{typed}"))
            .collect::<Vec<_>>()
            .concat();
        // Not a sequence of the grammar, but the Linux console's F-keys.
        prop_assume!(!text.contains("\x1b[["));
        let mut printed = Printed::default();
        vte::Parser::new().advance(&mut printed, text.as_bytes());
        let typed: String = decode(text.as_bytes())
            .into_iter()
            .filter_map(|event| match event {
                Event::Key(KeyEvent { code: KeyCode::Char(c), modifiers: NONE, .. }) => Some(c),
                _ => None,
            })
            .filter(char::is_ascii_lowercase)
            .collect();
        let keys_in_sequences = pieces.iter().filter(|(_, _, last, _)| last == "u").count();
        if keys_in_sequences == 0 {
            prop_assert_eq!(typed, printed.0, "{}", text.escape_debug());
        }
    }
}

#[derive(Default)]
struct Printed(String);

impl vte::Perform for Printed {
    fn print(&mut self, c: char) {
        self.0.push(c);
    }
}
