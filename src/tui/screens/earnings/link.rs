//! The link on which a provider tells the processor who they are, with a code to scan.

use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::Line,
};
use traveloure_core::{
    api::payout::Onboarding,
    time::{local, today},
};

use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::{Action, EarningsAct},
    widgets::{pane::Blank, popup, qr::Code, text},
};

/// The widest it gets.
const WIDTH: u16 = 84;

/// See the module's head.
#[derive(Debug)]
pub struct Link {
    load: Load<Onboarding>,
    shows_code: bool,
}

impl Link {
    /// Asks for a fresh link; `none` without a provider to ask for.
    pub fn ask(cx: &mut Cx) -> Option<Self> {
        let provider = cx.desk.provider()?;
        let mut load = Load::default();
        let ticket = cx.call(Call::Onboard(provider));
        load.asked(ticket, cx);
        Some(Self { load, shows_code: false })
    }

    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.load.get().map(|onboarding| onboarding.url.as_str())
    }

    #[must_use]
    pub const fn load(&self) -> &Load<Onboarding> {
        &self.load
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket)
    }

    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &Cx) {
        let onboarding = result.and_then(|reply| match reply {
            Reply::Onboarding(onboarding) => Ok(*onboarding),
            _ => Err(ApiError::unexpected()),
        });
        self.load.came(onboarding, cx.now());
    }

    pub fn draw(&self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = area.width.min(WIDTH).saturating_sub(4);
        let Some(onboarding) = self.load.get() else {
            let place = popup::place(area, Size::new(WIDTH, 8));
            let inside = popup::frame(frame, place, "To be paid", "esc go back", &desk.look);
            Blank::of(&self.load, desk.now).draw(frame.buffer_mut(), inside, desk);
            return;
        };
        let mut lines = lines(onboarding, width, desk);
        let said = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let code = Code::of(&onboarding.url, &desk.look);
        let beside = code.as_ref().filter(|code| {
            let room = Rect { width, height: area.height.saturating_sub(said + 3), ..area };
            code.fits(room)
        });
        let show = desk.key(Action::Earnings(EarningsAct::Onboard));
        if beside.is_none() && code.as_ref().is_some_and(|code| code.fits(area)) {
            let words = format!("{show} shows it as a code to scan.");
            lines.push(Line::styled(words, desk.look.theme.dim));
        }
        let picture = beside.map_or(0, |code| code.size().height + 1);
        let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let height = rows.saturating_add(picture).saturating_add(2);
        let place = popup::place(area, Size::new(WIDTH, height));
        let copy = desk.key(Action::Earnings(EarningsAct::Copy));
        let keys = format!("{copy} copy the link  esc go back");
        let inside = popup::frame(frame, place, "To be paid", &keys, &desk.look);
        for (line, at) in lines.iter().zip(0..) {
            let row = text::row(inside, at);
            if row.height > 0 {
                frame.buffer_mut().set_line(row.x, row.y, line, row.width);
            }
        }
        if let Some(code) = beside {
            let top = inside.y + rows + 1;
            let below = Rect { y: top, height: inside.bottom().saturating_sub(top), ..inside };
            code.draw(frame.buffer_mut(), below, &desk.look);
        }
        if self.shows_code
            && let Some(code) = code.filter(|code| code.fits(area))
        {
            code.draw(frame.buffer_mut(), popup::place(area, code.size()), &desk.look);
        }
    }

    /// The code over everything, or the link again.
    pub fn turn_code(&mut self) {
        self.shows_code = !self.shows_code;
    }

    /// Takes the code away; `false` if it was not shown.
    pub fn back(&mut self) -> bool {
        std::mem::take(&mut self.shows_code)
    }

    /// Why the code cannot be shown here; none if it can.
    #[must_use]
    pub fn why_no_code(&self, desk: &Desk) -> Option<&'static str> {
        let Some(link) = self.url() else { return Some("there is no link yet") };
        let Some(code) = Code::of(link, &desk.look) else {
            return Some("this terminal is drawn without colours; the link is shown");
        };
        let size = desk.size;
        let area = Rect::new(0, 0, size.width, size.height.saturating_sub(1));
        (!code.fits(area)).then_some("this terminal is too small for it; the link is shown")
    }
}

fn lines(onboarding: &Onboarding, width: u16, desk: &Desk) -> Vec<Line<'static>> {
    let theme = &desk.look.theme;
    let words =
        "Open this page and tell the payment processor who you are and where your money goes:";
    let mut lines = text::wrapped(words, width, theme.text);
    lines.extend(text::wrapped(&onboarding.url, width, theme.info));
    let zone = desk.settings.zone;
    let ends = local(onboarding.expires_at, zone);
    let day = text::day(ends.date(), today(desk.now, zone));
    let words = format!(
        "It is good once, until {day} {}, and for nobody else's eyes. This screen asks how far you are when you close it.",
        text::clock(ends.time())
    );
    lines.extend(text::wrapped(&words, width, theme.dim));
    lines
}
