//! How many bytes a frame takes.

use ratatui::{
    Frame,
    layout::{Constraint, Layout, Size},
    style::{Color, Modifier, Style, Stylize},
    text::{Line, Span},
    widgets::{Block, Paragraph, Row, Table, TableState},
};

use super::emulator::Pair;
use crate::terminal::{Colours, Painter};

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
