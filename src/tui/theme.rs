//! Colours by meaning, on the terminal's own background.
//!
//! Nothing outside this file names a colour. Every meaning also has a sign or a word ([`Symbols`]),
//! so that nothing is said by colour alone: without colours ([`Tone::Mono`]) all of it can still be
//! read, and with `plain` a screen reader meets no ornament.

use ratatui::style::{Color, Modifier, Style};

/// What the colours are chosen for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Dark,
    Light,
    /// No colours: bold, dim, underline and reverse only.
    Mono,
}

/// A style for each meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    pub text: Style,
    /// Beside the point: labels, hints, what is already done.
    pub dim: Style,
    pub strong: Style,
    /// Headings of panes and sections.
    pub title: Style,
    pub border: Style,
    /// The border of the pane that the keys go to.
    pub border_focus: Style,
    /// The row that the keys are about.
    pub cursor: Style,
    /// The same in a pane that the keys do not go to.
    pub cursor_idle: Style,
    pub marked: Style,
    /// A key to press.
    pub key: Style,
    /// What a key does.
    pub key_label: Style,
    pub good: Style,
    pub warn: Style,
    pub bad: Style,
    pub info: Style,
    /// What a search found.
    pub found: Style,
    pub input: Style,
    pub input_focus: Style,
    /// The character under the text cursor.
    pub caret: Style,
    /// Text that the next letter replaces.
    pub selected: Style,
    pub tab: Style,
    pub tab_on: Style,
    /// Painted days and bars: open, partly taken, taken, held, closed.
    pub open: Style,
    pub partly: Style,
    pub full: Style,
    pub held: Style,
    pub closed: Style,
    /// The modules of a code to scan: black on white, whatever the terminal's own colours are.
    pub qr: Style,
}

impl Theme {
    #[must_use]
    pub fn new(tone: Tone) -> Self {
        match tone {
            Tone::Dark => Self::coloured(&DARK),
            Tone::Light => Self::coloured(&LIGHT),
            Tone::Mono => Self::mono(),
        }
    }

    fn coloured(palette: &Palette) -> Self {
        let fg = |colour| Style::new().fg(colour);
        Self {
            text: Style::new(),
            dim: Style::new().add_modifier(Modifier::DIM),
            strong: Style::new().add_modifier(Modifier::BOLD),
            title: fg(palette.accent).add_modifier(Modifier::BOLD),
            border: Style::new().add_modifier(Modifier::DIM),
            border_focus: fg(palette.accent),
            cursor: Style::new().fg(Color::White).bg(Color::Blue),
            cursor_idle: Style::new().add_modifier(Modifier::BOLD),
            marked: fg(palette.accent).add_modifier(Modifier::BOLD),
            key: fg(palette.accent).add_modifier(Modifier::BOLD),
            key_label: Style::new(),
            good: fg(palette.good),
            warn: fg(palette.warn),
            bad: fg(palette.bad).add_modifier(Modifier::BOLD),
            info: fg(palette.info),
            found: fg(palette.warn).add_modifier(Modifier::UNDERLINED),
            input: Style::new().add_modifier(Modifier::UNDERLINED),
            input_focus: fg(palette.accent).add_modifier(Modifier::UNDERLINED),
            caret: Style::new().add_modifier(Modifier::REVERSED),
            selected: Style::new().add_modifier(Modifier::REVERSED),
            tab: Style::new().add_modifier(Modifier::DIM),
            tab_on: fg(palette.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            open: fg(palette.good),
            partly: fg(palette.warn),
            full: fg(palette.bad),
            held: fg(palette.info),
            closed: Style::new().add_modifier(Modifier::DIM),
            qr: Style::new().fg(Color::Black).bg(Color::White),
        }
    }

    fn mono() -> Self {
        let plain = Style::new();
        let with = |modifier| Style::new().add_modifier(modifier);
        Self {
            text: plain,
            dim: with(Modifier::DIM),
            strong: with(Modifier::BOLD),
            title: with(Modifier::BOLD),
            border: with(Modifier::DIM),
            border_focus: plain,
            cursor: with(Modifier::REVERSED),
            cursor_idle: with(Modifier::BOLD),
            marked: with(Modifier::BOLD),
            key: with(Modifier::BOLD),
            key_label: plain,
            good: plain,
            warn: with(Modifier::BOLD),
            bad: with(Modifier::BOLD),
            info: plain,
            found: with(Modifier::UNDERLINED),
            input: with(Modifier::UNDERLINED),
            input_focus: with(Modifier::UNDERLINED | Modifier::BOLD),
            caret: with(Modifier::REVERSED),
            selected: with(Modifier::REVERSED),
            tab: with(Modifier::DIM),
            tab_on: with(Modifier::BOLD | Modifier::UNDERLINED),
            open: plain,
            partly: with(Modifier::UNDERLINED),
            full: with(Modifier::BOLD),
            held: with(Modifier::UNDERLINED),
            closed: with(Modifier::DIM),
            qr: plain,
        }
    }
}

struct Palette {
    accent: Color,
    good: Color,
    warn: Color,
    bad: Color,
    info: Color,
}

const DARK: Palette = Palette {
    accent: Color::LightCyan,
    good: Color::LightGreen,
    warn: Color::LightYellow,
    bad: Color::LightRed,
    info: Color::LightBlue,
};

// The bright half of the sixteen can hardly be read on white.
const LIGHT: Palette = Palette {
    accent: Color::Blue,
    good: Color::Green,
    warn: Color::Magenta,
    bad: Color::Red,
    info: Color::Cyan,
};

/// The signs that stand beside the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbols {
    /// In front of the row that the keys are about.
    pub cursor: &'static str,
    pub mark: &'static str,
    /// What came while one looked on.
    pub new: &'static str,
    /// Words that were not read.
    pub message: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub arrow: &'static str,
    pub dot: &'static str,
    pub warn: &'static str,
    /// Between tabs and columns.
    pub bar: &'static str,
    pub ellipsis: &'static str,
    /// A cell of a plot.
    pub filled: &'static str,
    /// Turned in place while something takes longer; a single one stands still.
    pub spinner: &'static [&'static str],
    /// Whether boxes are drawn around panes.
    pub boxes: bool,
}

impl Symbols {
    /// For eyes.
    pub const DRAWN: Self = Self {
        cursor: "▌",
        mark: "●",
        new: "+",
        message: "\"",
        yes: "✓",
        no: "✗",
        arrow: "→",
        dot: "·",
        warn: "!",
        bar: "│",
        ellipsis: "…",
        filled: "█",
        spinner: &["-", "\\", "|", "/"],
        boxes: true,
    };

    /// For ears: words and ASCII, and nothing that turns.
    pub const PLAIN: Self = Self {
        cursor: ">",
        mark: "*",
        new: "+",
        message: "\"",
        yes: "ok",
        no: "no",
        arrow: "to",
        dot: "-",
        warn: "warning:",
        bar: "|",
        ellipsis: "...",
        filled: "#",
        spinner: &["..."],
        boxes: false,
    };
}

/// How everything looks in one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub theme: Theme,
    pub symbols: Symbols,
    pub plain: bool,
}

impl Look {
    /// `plain` draws no ornament, for a screen reader.
    #[must_use]
    pub fn new(tone: Tone, plain: bool) -> Self {
        let symbols = if plain { Symbols::PLAIN } else { Symbols::DRAWN };
        Self { theme: Theme::new(tone), symbols, plain }
    }
}
