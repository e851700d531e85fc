//! A link and the painter of its terminal, kept in step.

use ratatui::{Frame, layout::Size};

use super::{
    clipboard,
    link::{Capabilities, Edited, Link, LinkError, LinkEvent},
    painter::Painter,
};

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// The terminal shows it already.
    Unchanged,
    /// It is on its way, in this many bytes.
    Sent(usize),
    /// The terminal is slow and has not taken the last frames yet. [`LinkEvent::Ready`] comes when
    /// it has; until then there is nothing to draw for.
    Waiting,
}

/// One person's screen.
#[derive(Debug)]
pub struct Screen<L> {
    link: L,
    painter: Painter,
}

impl<L: Link> Screen<L> {
    #[must_use]
    pub fn new(link: L) -> Self {
        let painter = Painter::new(link.size(), link.capabilities().colours);
        Self { link, painter }
    }

    /// Shows what `view` draws, unless the terminal has no room for it now.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame)) -> Drawn {
        if !self.link.is_ready() {
            return Drawn::Waiting;
        }
        let Some(frame) = self.painter.draw(view) else {
            return Drawn::Unchanged;
        };
        let length = frame.len();
        if self.link.send(frame) {
            Drawn::Sent(length)
        } else {
            self.painter.mark_lost();
            Drawn::Waiting
        }
    }

    /// The next thing that happened; see [`Link::next`]. After [`LinkEvent::Resize`],
    /// [`LinkEvent::Ready`] and [`LinkEvent::Repaint`] draw again. Cancel safe.
    pub async fn next(&mut self) -> LinkEvent {
        let event = self.link.next().await;
        match event {
            LinkEvent::Resize(size) => self.painter.resize(size),
            LinkEvent::Repaint => self.painter.mark_lost(),
            LinkEvent::Input(_) | LinkEvent::Ready | LinkEvent::Closed(_) => {}
        }
        event
    }

    /// The next frame paints everything, because the person says that the screen is wrong.
    pub fn repaint(&mut self) {
        self.painter.mark_lost();
    }

    /// Puts `text` on the person's clipboard, as far as their terminal takes it; it does not say.
    /// `false` when the terminal has no room for more now.
    pub fn copy(&mut self, text: &str) -> bool {
        self.link.is_ready() && self.link.send(clipboard::set(text))
    }

    /// The size that frames have.
    #[must_use]
    pub fn size(&self) -> Size {
        self.painter.size()
    }

    #[must_use]
    pub fn capabilities(&self) -> &Capabilities {
        self.link.capabilities()
    }

    /// As [`Link::suspend`]; draw again afterwards.
    ///
    /// # Errors
    /// As [`Link::suspend`].
    pub async fn suspend(&mut self) -> Result<(), LinkError> {
        let result = self.link.suspend().await;
        self.catch_up();
        result
    }

    /// As [`Link::edit`]; draw again afterwards.
    ///
    /// # Errors
    /// As [`Link::edit`].
    pub async fn edit(&mut self, text: &str) -> Result<Edited, LinkError> {
        let result = self.link.edit(text).await;
        self.catch_up();
        result
    }

    /// The link, to close it.
    #[must_use]
    pub fn into_link(self) -> L {
        self.link
    }

    fn catch_up(&mut self) {
        self.painter.resize(self.link.size());
        self.painter.mark_lost();
    }
}
