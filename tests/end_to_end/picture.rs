//! A screen as a picture for the README: an SVG of its cells, in the colours of a common dark terminal.

use std::fmt::Write;

const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 14.0;
const BACKGROUND: &str = "#16181d";
const FOREGROUND: &str = "#d6d9e0";
const PALETTE: [&str; 16] = [
    "#2a2e37", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#c8ccd4",
    "#5c6370", "#ff7b85", "#b5e890", "#ffd68a", "#7cc4ff", "#e08cf5", "#6fd3e0", "#ffffff",
];

/// The screen's cells as SVG.
pub fn svg(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let width = f32::from(columns) * CELL.0 + 2.0 * MARGIN;
    let height = f32::from(rows) * CELL.1 + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"14\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for row in 0..rows {
        for run in runs(screen, row, columns) {
            draw(&mut svg, row, &run);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// Neighbouring cells of one look.
struct Run {
    column: u16,
    width: u16,
    text: String,
    look: Look,
}

#[derive(Clone, Copy, PartialEq)]
struct Look {
    foreground: Option<&'static str>,
    background: Option<&'static str>,
    bold: bool,
    dim: bool,
    underline: bool,
}

fn runs(screen: &vt100::Screen, row: u16, columns: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..columns {
        let Some(cell) = screen.cell(row, column) else { continue };
        if cell.is_wide_continuation() {
            continue;
        }
        let look = look(cell);
        let width = if cell.is_wide() { 2 } else { 1 };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        match runs.last_mut() {
            Some(run) if run.look == look && run.column + run.width == column && width == 1 => {
                run.text.push_str(text);
                run.width += width;
            }
            _ => runs.push(Run { column, width, text: text.to_owned(), look }),
        }
    }
    runs
}

fn look(cell: &vt100::Cell) -> Look {
    let (mut foreground, mut background) = (colour(cell.fgcolor()), colour(cell.bgcolor()));
    if cell.inverse() {
        (foreground, background) =
            (background.or(Some(BACKGROUND)), foreground.or(Some(FOREGROUND)));
    }
    Look { foreground, background, bold: cell.bold(), dim: cell.dim(), underline: cell.underline() }
}

fn colour(colour: vt100::Color) -> Option<&'static str> {
    match colour {
        vt100::Color::Idx(index) => PALETTE.get(usize::from(index)).copied(),
        vt100::Color::Default | vt100::Color::Rgb(..) => None,
    }
}

fn draw(svg: &mut String, row: u16, run: &Run) {
    let x = f32::from(run.column) * CELL.0 + MARGIN;
    let y = f32::from(row) * CELL.1 + MARGIN;
    let width = f32::from(run.width) * CELL.0;
    if let Some(background) = run.look.background {
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"{background}\"/>",
            CELL.1
        );
    }
    if run.text.trim().is_empty() {
        return;
    }
    let fill = run.look.foreground.unwrap_or(FOREGROUND);
    let mut style = String::new();
    if run.look.bold {
        style.push_str(" font-weight=\"bold\"");
    }
    if run.look.dim {
        style.push_str(" opacity=\"0.6\"");
    }
    if run.look.underline {
        style.push_str(" text-decoration=\"underline\"");
    }
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let baseline = y + CELL.1 - 4.5;
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{baseline:.1}\" fill=\"{fill}\"{style} textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" xml:space=\"preserve\">{text}</text>"
    );
}
