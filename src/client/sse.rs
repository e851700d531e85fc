//! Server-Sent Events, read from bytes that arrive in pieces of any size.
//!
//! The format is that of the HTML standard (9.2.5 and 9.2.6). What is kept between two pieces is
//! bounded: a line or an event that grows past its limit ends the stream.

use std::time::Duration;

/// Our events are a few hundred bytes; these limits only stop a server that is not ours.
const LONGEST_LINE: usize = 64 * 1024;
const LARGEST_DATA: usize = 256 * 1024;

/// A line or an event is longer than this client takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooLong;

/// The state between two pieces.
#[derive(Debug, Default)]
pub(super) struct Parser {
    line: Vec<u8>,
    after_cr: bool,
    has_begun: bool,
    data: Option<String>,
    id: String,
    last_id: Option<String>,
    retry: Option<Duration>,
}

impl Parser {
    /// Takes the next piece and returns the `data` of each event that it completes; the `event`
    /// field is not kept, our events name their kind in the data.
    ///
    /// # Errors
    /// [`TooLong`]; the parser is of no use any more.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, TooLong> {
        let mut events = Vec::new();
        for &byte in bytes {
            let ends_crlf = byte == b'\n' && std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if ends_crlf => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    let line = std::mem::take(&mut self.line);
                    events.extend(self.end_line(&line)?);
                }
                _ if self.line.len() == LONGEST_LINE => return Err(TooLong),
                _ => {
                    self.after_cr = false;
                    self.line.push(byte);
                }
            }
        }
        Ok(events)
    }

    /// Where to go on after a break: the id of the last complete event.
    pub(super) fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// How long the server asks to wait before coming back.
    pub(super) const fn retry(&self) -> Option<Duration> {
        self.retry
    }

    fn end_line(&mut self, line: &[u8]) -> Result<Option<String>, TooLong> {
        let line = String::from_utf8_lossy(line);
        let line = if self.has_begun { &*line } else { line.trim_start_matches('\u{FEFF}') };
        self.has_begun = true;
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => self.append(value)?,
            "id" if !value.contains('\0') => value.clone_into(&mut self.id),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.retry = value.parse().ok().map(Duration::from_millis);
            }
            // `event`, a comment (an empty field), or a field that the standard says to ignore.
            _ => {}
        }
        Ok(None)
    }

    fn append(&mut self, value: &str) -> Result<(), TooLong> {
        match &mut self.data {
            None => self.data = Some(value.to_owned()),
            Some(data) if data.len() + value.len() >= LARGEST_DATA => return Err(TooLong),
            Some(data) => {
                data.push('\n');
                data.push_str(value);
            }
        }
        Ok(())
    }

    fn dispatch(&mut self) -> Option<String> {
        if !self.id.is_empty() {
            self.last_id = Some(self.id.clone());
        }
        self.data.take()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Vec<String> {
        Parser::default().push(text.as_bytes()).unwrap()
    }

    #[test]
    fn fields_make_an_event() {
        assert_eq!(parse("event: a\ndata: 1\ndata:2\n\n"), ["1\n2"]);
        assert_eq!(parse("data\n\n"), [""]);
        assert!(parse(": keep-alive\n\nevent: x\n\n").is_empty());
        assert_eq!(parse("data:  two spaces\nunknown: y\n\n"), [" two spaces"]);
        assert_eq!(parse("\u{FEFF}data: bom\n\n"), ["bom"]);
        assert!(parse("data: never finished\n").is_empty());
    }

    #[test]
    fn an_id_counts_once_its_event_is_complete() {
        let mut parser = Parser::default();
        parser.push(b"id: 7-1\ndata: x\n\nid: 8-1\ndata: y\n").unwrap();
        assert_eq!(parser.last_id(), Some("7-1"));
        parser.push(b"\n").unwrap();
        assert_eq!(parser.last_id(), Some("8-1"));
        // Without an event, as a server sends it to say where a new stream begins.
        parser.push(b"id: 9-1\n\n").unwrap();
        assert_eq!(parser.last_id(), Some("9-1"));
    }

    #[test]
    fn retry_is_a_number_or_nothing() {
        let mut parser = Parser::default();
        parser.push(b"retry: 2500\nretry: soon\nretry: -1\n").unwrap();
        assert_eq!(parser.retry(), Some(Duration::from_millis(2500)));
    }

    #[test]
    fn what_never_ends_is_given_up() {
        let mut parser = Parser::default();
        assert_eq!(parser.push(&vec![b'x'; LONGEST_LINE + 1]), Err(TooLong));
        let mut parser = Parser::default();
        let line = format!("data: {}\n", "x".repeat(LONGEST_LINE - 10));
        let result = (0..10).try_for_each(|_| parser.push(line.as_bytes()).map(drop));
        assert_eq!(result, Err(TooLong));
    }

    /// Events as a server would write them, with the line end of its choice.
    fn stream() -> impl Strategy<Value = (String, Vec<String>)> {
        let text = "[^\r\n\u{0}\u{FEFF}]{0,12}";
        let end = prop::sample::select(vec!["\n", "\r", "\r\n"]);
        let event =
            ("[a-z.]{1,8}", prop::collection::vec(text, 1..4), "[0-9]{1,6}-[0-9]{1,3}", end);
        prop::collection::vec(event, 0..6).prop_map(|events| {
            let mut written = String::new();
            let mut expected = Vec::new();
            for (name, lines, id, end) in events {
                let data: String = lines.iter().flat_map(|line| ["data: ", line, end]).collect();
                let head = format!(": comment{end}event: {name}{end}id: {id}{end}");
                written.extend([head, data, end.to_owned()]);
                expected.push(lines.join("\n"));
            }
            (written, expected)
        })
    }

    proptest! {
        #[test]
        fn every_split_of_the_bytes_gives_the_same_events(
            (written, expected) in stream(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        ) {
            let bytes = written.as_bytes();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let mut parser = Parser::default();
            let mut found = Vec::new();
            for pair in cuts.windows(2) {
                found.extend(parser.push(&bytes[pair[0]..pair[1]]).unwrap());
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut whole = Parser::default();
            let mut single = Parser::default();
            let at_once = whole.push(&bytes).unwrap();
            let one_by_one: Vec<_> =
                bytes.iter().flat_map(|byte| single.push(&[*byte]).unwrap()).collect();
            prop_assert_eq!(at_once, one_by_one);
            prop_assert_eq!(whole.last_id(), single.last_id());
        }
    }
}
