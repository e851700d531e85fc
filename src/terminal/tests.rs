//! What an independent terminal shows for the bytes of the painter.

use proptest::prelude::*;
use ratatui::{
    Frame,
    buffer::{Buffer, Cell},
    layout::{Constraint, Layout, Position, Rect, Size},
    style::{Color, Modifier, Style, Stylize},
    text::{Line, Span},
    widgets::{Block, Paragraph, Row, Table, TableState},
};
use traveloure_core::text::clean_line;

use super::{Colours, Painter, backend::has_certain_width};

/// Records everything that a terminal would do beside showing text.
#[derive(Debug, Default)]
struct Effects(Vec<String>);

impl vt100::Callbacks for Effects {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("bell".into());
    }
    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("flash".into());
    }
    fn resize(&mut self, _: &mut vt100::Screen, size: (u16, u16)) {
        self.0.push(format!("resize {size:?}"));
    }
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(format!("title {title:?}"));
    }
    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        self.0.push(format!("icon {name:?}"));
    }
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.0.push(format!("copy {data:?}"));
    }
    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        self.0.push("paste".into());
    }
    fn unhandled_char(&mut self, _: &mut vt100::Screen, c: char) {
        // This emulator draws nothing where others draw the replacement character.
        if c != '\u{FFFD}' {
            self.0.push(format!("character {c:?}"));
        }
    }
    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.0.push(format!("control {byte}"));
    }
    fn unhandled_escape(
        &mut self,
        _: &mut vt100::Screen,
        i1: Option<u8>,
        i2: Option<u8>,
        byte: u8,
    ) {
        self.0.push(format!("escape {i1:?} {i2:?} {byte}"));
    }
    fn unhandled_csi(
        &mut self,
        _: &mut vt100::Screen,
        i1: Option<u8>,
        i2: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        let synchronized = i1 == Some(b'?') && parameters == [&[2026_u16][..]];
        let attributes = last == 'm' && i1.is_none();
        if !synchronized && !attributes {
            self.0.push(format!("csi {i1:?} {i2:?} {parameters:?} {last}"));
        }
    }
    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        self.0.push(format!("osc {parameters:?}"));
    }
}

/// A painter and a terminal that gets all it paints.
struct Pair {
    painter: Painter,
    terminal: vt100::Parser<Effects>,
}

impl Pair {
    fn new(width: u16, height: u16) -> Self {
        let rows = height.try_into().unwrap();
        let columns = width.try_into().unwrap();
        let terminal = vt100::Parser::new_with_callbacks(rows, columns, 0, Effects::default());
        let painter = Painter::new(Size { width, height }, Colours::Full);
        Self { painter, terminal }
    }

    fn resize(&mut self, width: u16, height: u16) {
        let rows = height.try_into().unwrap();
        let columns = width.try_into().unwrap();
        self.terminal.screen_mut().set_size(rows, columns);
        self.painter.resize(Size { width, height });
    }

    /// Draws, and returns how many bytes that took.
    fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> usize {
        let frame = self.painter.draw(view).unwrap_or_default();
        self.terminal.process(&frame);
        frame.len()
    }

    fn shows(&self, wanted: &Buffer) -> Result<(), TestCaseError> {
        let mut covered = 0;
        for y in 0..wanted.area.height {
            for x in 0..wanted.area.width {
                if covered > 0 {
                    covered -= 1;
                    continue;
                }
                let cell = &wanted[(x, y)];
                covered = Span::raw(cell.symbol()).width().saturating_sub(1);
                if !has_certain_width(cell.symbol()) {
                    continue;
                }
                let shown = self.terminal.screen().cell(y, x).unwrap();
                let (shown, cell) = (look_of_shown(shown), look_of(cell));
                prop_assert_eq!(shown, cell, "at column {}, row {}", x, y);
            }
        }
        prop_assert!(self.terminal.callbacks().0.is_empty(), "{:?}", self.terminal.callbacks());
        Ok(())
    }
}

/// What can be seen of a cell.
#[derive(Debug, PartialEq)]
struct Look {
    symbol: String,
    fg: Option<vt100::Color>,
    bg: vt100::Color,
    /// Bold, dim and italic; not for a blank.
    letters: Option<[bool; 3]>,
    underlined: bool,
    reversed: bool,
}

fn look_of_shown(cell: &vt100::Cell) -> Look {
    let blank = !cell.has_contents() || cell.contents() == " ";
    let inked = cell.underline() || cell.inverse();
    Look {
        symbol: if blank { " ".into() } else { cell.contents().into() },
        fg: (!blank || inked).then(|| cell.fgcolor()),
        bg: cell.bgcolor(),
        letters: (!blank).then(|| [cell.bold(), cell.dim(), cell.italic()]),
        underlined: cell.underline(),
        reversed: cell.inverse(),
    }
}

fn look_of(cell: &Cell) -> Look {
    let has = |modifier| cell.modifier.contains(modifier);
    let blank = cell.symbol() == " ";
    let inked = has(Modifier::UNDERLINED) || has(Modifier::REVERSED);
    Look {
        symbol: cell.symbol().into(),
        fg: (!blank || inked).then(|| colour_of(cell.fg)),
        bg: colour_of(cell.bg),
        letters: (!blank).then(|| [has(Modifier::BOLD), has(Modifier::DIM), has(Modifier::ITALIC)]),
        underlined: has(Modifier::UNDERLINED),
        reversed: has(Modifier::REVERSED),
    }
}

fn colour_of(colour: Color) -> vt100::Color {
    match colour {
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Red => vt100::Color::Idx(1),
        Color::Gray => vt100::Color::Idx(7),
        Color::DarkGray => vt100::Color::Idx(8),
        Color::LightBlue => vt100::Color::Idx(12),
        Color::White => vt100::Color::Idx(15),
        Color::Reset => vt100::Color::Default,
        other => panic!("not used here: {other}"),
    }
}

fn any_colour() -> impl Strategy<Value = Color> {
    prop::sample::select(vec![
        Color::Reset,
        Color::Reset,
        Color::Red,
        Color::Gray,
        Color::DarkGray,
        Color::LightBlue,
        Color::White,
        Color::Indexed(200),
        Color::Rgb(1, 2, 3),
    ])
}

fn any_style() -> impl Strategy<Value = Style> {
    // The emulator knows bold or dim, not both.
    let modifiers = prop::sample::subsequence(
        vec![Modifier::BOLD, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED],
        0..=2,
    );
    (any_colour(), any_colour(), modifiers, any::<bool>()).prop_map(|(fg, bg, modifiers, plain)| {
        let modifiers = modifiers.into_iter().collect::<Modifier>();
        let style = Style::new().fg(fg).bg(bg).add_modifier(modifiers);
        if plain { Style::reset() } else { style }
    })
}

/// A stretch of a row: where, what, in which style.
fn any_stroke() -> impl Strategy<Value = (u16, u16, String, Style)> {
    let text = prop_oneof![
        3 => " {1,40}",
        3 => "[a-z ]{1,12}",
        1 => "[漢字é…─ ]{1,6}",
        // Drawn by this emulator as one picture beside the other, as by many terminals.
        2 => "(👩‍👩‍👧‍👦|👍🏽|🦀|❤️|🇵🇹|\u{FFFD}| |b){1,3}",
    ];
    (0u16..40, 0u16..8, text, any_style())
}

#[derive(Debug, Clone)]
enum Step {
    Draw(Vec<(u16, u16, String, Style)>, Option<(u16, u16)>),
    Resize(u16, u16),
    Lose,
}

fn any_step() -> impl Strategy<Value = Step> {
    let cursor = prop::option::of((0u16..20, 0u16..4));
    prop_oneof![
        8 => (prop::collection::vec(any_stroke(), 0..12), cursor).prop_map(|(strokes, cursor)| Step::Draw(strokes, cursor)),
        1 => (1u16..60, 1u16..12).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => Just(Step::Lose),
    ]
}

proptest! {
    #[test]
    fn what_is_drawn_is_shown(steps in prop::collection::vec(any_step(), 1..12)) {
        let mut pair = Pair::new(60, 8);
        // Strokes stay until they are drawn over, so that frames differ a little from each other.
        let mut canvas = Buffer::empty(Rect::new(0, 0, 60, 8));
        for step in steps {
            match step {
                Step::Lose => {
                    pair.terminal.process(b"\x1b[31;44mlost\x1b[2;2Hscreen");
                    pair.painter.mark_lost();
                }
                Step::Resize(width, height) => {
                    pair.resize(width, height);
                    canvas = Buffer::empty(Rect::new(0, 0, width, height));
                }
                Step::Draw(strokes, cursor) => {
                    for (x, y, text, style) in strokes {
                        // The emulator wraps pictures at the edge, which real terminals are told not to.
                        let fits = text.is_ascii() || x + 32 < canvas.area.width;
                        if fits && x < canvas.area.width && y < canvas.area.height {
                            canvas.set_string(x, y, text, style);
                        }
                    }
                    let cursor = cursor.filter(|&(x, y)| x < canvas.area.width && y < canvas.area.height);
                    let view = |frame: &mut Frame| {
                        frame.buffer_mut().clone_from(&canvas);
                        if let Some(cursor) = cursor {
                            frame.set_cursor_position(Position::from(cursor));
                        }
                    };
                    pair.draw(view);
                    pair.shows(&canvas)?;
                    prop_assert_eq!(pair.terminal.screen().hide_cursor(), cursor.is_none());
                    if let Some((x, y)) = cursor {
                        prop_assert_eq!(pair.terminal.screen().cursor_position(), (y, x));
                    }
                    prop_assert_eq!(pair.draw(view), 0, "the same frame again");
                }
            }
        }
    }

    #[test]
    fn no_text_has_an_effect(text: String, raw: String) {
        let mut pair = Pair::new(40, 4);
        pair.draw(|frame| {
            frame.render_widget(Paragraph::new(text.as_str()), Rect::new(0, 0, 40, 2));
            // Past the widgets, which drop control characters: the last line of defence.
            frame.buffer_mut()[(0, 2)].set_symbol(&raw);
            frame.buffer_mut()[(0, 3)].set_symbol("end");
        });
        let effects = &pair.terminal.callbacks().0;
        prop_assert!(effects.is_empty(), "{effects:?}");
        prop_assert_eq!(pair.terminal.screen().cell(3, 0).unwrap().contents(), "e");
        prop_assert!(!pair.terminal.screen().bracketed_paste());
    }

    #[test]
    fn clean_text_is_shown_as_it_is(text in "[a-zà-ÿ€漢字 \u{0}-\u{9f}\u{202a}-\u{202e}\u{301}]{0,30}") {
        let line = clean_line(&text).into_owned();
        // The emulator draws no replacement character, so that a mark would go one further left.
        prop_assume!(!line.contains("\u{FFFD}\u{301}"));
        let mut pair = Pair::new(70, 1);
        let mut wanted = Buffer::empty(Rect::new(0, 0, 70, 1));
        wanted.set_string(0, 0, &line, Style::new());
        pair.draw(|frame| frame.render_widget(Line::raw(line.as_str()), frame.area()));
        pair.shows(&wanted)?;
    }
}

#[test]
fn control_characters_in_a_cell_are_refused() {
    for symbol in ["\x1b[2J", "a\x07", "\u{9b}31m", "\u{202e}", "a\nb", &"é".repeat(80)] {
        let mut pair = Pair::new(10, 1);
        pair.draw(|frame| {
            frame.buffer_mut()[(0, 0)].set_symbol(symbol);
            frame.buffer_mut()[(1, 0)].set_symbol("b");
        });
        assert_eq!(pair.terminal.screen().contents(), " b", "{symbol:?}");
        assert!(pair.terminal.callbacks().0.is_empty(), "{symbol:?}");
    }
}

#[test]
fn a_terminal_without_colours_gets_none() {
    let mut painter = Painter::new(Size::new(20, 1), Colours::Mono);
    let frame = painter.draw(|frame| {
        let line = Line::from("held".red().on_blue().bold());
        frame.render_widget(line, frame.area());
    });
    let frame = String::from_utf8(frame.unwrap()).unwrap();
    assert!(frame.contains("\x1b[0;1mheld") || frame.contains("\x1b[1mheld"), "{frame:?}");
}

#[test]
fn a_terminal_may_claim_any_size() {
    for (width, height) in [(0, 0), (u16::MAX, u16::MAX), (1, u16::MAX)] {
        let mut painter = Painter::new(Size { width, height }, Colours::Sixteen);
        let view = |frame: &mut Frame| frame.render_widget("x", frame.area());
        assert!(painter.draw(view).is_some());
        painter.resize(Size::new(80, 24));
        painter.draw(view);
        painter.resize(Size { width, height });
        assert!(painter.draw(view).is_some());
        assert_eq!(painter.draw(view), None);
    }
}

/// A triage list as the inbox has it: who, what, when, party, price, expires in.
fn inbox(selected: usize) -> impl Fn(&mut Frame) {
    let names = ["Ana Sousa", "Jürgen Groß", "山田太郎", "Chloé Lefèvre", "O. Okonkwo"];
    let services =
        ["Sunset kayak tour", "Old town food walk", "Airport transfer", "Family photo shoot"];
    move |frame: &mut Frame| {
        let [tabs, list, keys] =
            Layout::vertical([Constraint::Length(1), Constraint::Fill(1), Constraint::Length(1)])
                .areas(frame.area());
        let titles =
            [" Inbox 24 ".bold().reversed(), "  Calendar  Prices  Bookings  Earnings".dim()];
        frame.render_widget(Line::from(titles.to_vec()), tabs);
        let rows = (0..usize::from(list.height)).map(|index| {
            let soon = index % 5 == 0;
            let expires = Span::raw(format!("{}h {:02}m", index % 23, index * 7 % 60));
            Row::new([
                Line::from(if index % 3 == 0 { "●".yellow() } else { "○".dark_gray() }),
                Line::from(names[index % names.len()]),
                Line::from(services[index % services.len()].cyan()),
                Line::from(format!("{} May 14:30", 1 + index % 28)),
                Line::from(format!("{}", 1 + index % 6)).right_aligned(),
                Line::from(format!("€{}.00", 80 + index * 13).green()).right_aligned(),
                Line::from(if soon { expires.red().bold() } else { expires }),
            ])
        });
        let widths = [1, 14, 20, 13, 2, 10, 8].map(Constraint::Length);
        let table = Table::new(rows, widths)
            .row_highlight_style(Style::new().add_modifier(Modifier::REVERSED))
            .highlight_symbol("▌");
        let mut state = TableState::new().with_selected(selected);
        frame.render_stateful_widget(table, list, &mut state);
        let hints =
            [("a", "accept"), ("d", "decline"), ("c", "counter"), ("m", "message"), ("?", "help")]
                .iter()
                .flat_map(|&(key, label)| [key.bold(), format!(" {label}  ").dim()]);
        frame.render_widget(hints.collect::<Line>(), keys);
    }
}

/// Every cell in use, many styles: as much as a screen can ask for.
fn dense(frame: &mut Frame) {
    let area = frame.area();
    let block = Block::bordered().title(" May 2031 ".bold()).yellow();
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let colours = [Color::Green, Color::Red, Color::Blue, Color::Magenta, Color::Cyan];
    let lines = (0..usize::from(inner.height)).map(|row| {
        let cells = (0..inner.width / 6).map(|column| {
            let n = row * 13 + usize::from(column);
            Span::styled(format!("{:>5} ", n % 100_000), Style::new().fg(colours[n % 5]))
        });
        cells.collect::<Line>()
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
}

#[test]
fn the_budgets_are_kept() {
    let mut pair = Pair::new(80, 24);
    let first = pair.draw(inbox(0));
    let moved: Vec<usize> = (1..22).map(|selected| pair.draw(inbox(selected))).collect();
    let most = moved.iter().max().copied().unwrap();
    let other_page = pair.draw(dense);
    let page_back = pair.draw(inbox(3));
    assert!(most <= 300, "{moved:?}");
    let pages = [first, other_page, page_back];
    assert!(pages.iter().all(|&bytes| bytes <= 6 * 1024), "{pages:?}");
    assert_eq!(pair.draw(inbox(3)), 0);
}

#[test]
fn every_frame_is_one_synchronized_update() {
    let (mut first, mut painter) = (true, Painter::new(Size::new(80, 24), Colours::Sixteen));
    for selected in [0, 1, 1, 2] {
        let Some(frame) = painter.draw(inbox(selected)) else {
            assert!(!first && selected == 1);
            continue;
        };
        first = false;
        let text = String::from_utf8(frame).unwrap();
        assert!(text.starts_with("\x1b[?2026h") && text.ends_with("\x1b[?2026l"));
        assert_eq!(text.matches("\x1b[?2026").count(), 2);
    }
}
