//! What is drawn is shown, and nothing else happens.

use proptest::prelude::*;
use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect, Size},
    style::{Color, Modifier, Style, Stylize},
    text::Line,
    widgets::Paragraph,
};
use traveloure_core::text::clean_line;

use super::emulator::Pair;
use crate::terminal::{Colours, Painter};

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
