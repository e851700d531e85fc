//! What lies over a screen. Help, palette and the choice of roles belong to the app; forms and
//! questions belong to the screen that asks, which holds them as its own state and draws them in
//! [`Screen::draw_over`](super::screens::Screen::draw_over).

pub mod choose;
pub mod confirm;
pub mod form;
pub mod help;
pub mod losing;
pub mod palette;
pub mod saving;
pub mod text_editor;

use choose::Choose;
use help::Help;
use losing::Losing;
use palette::Palette;

/// What the app itself lays over every screen.
#[derive(Debug)]
pub enum Layer {
    Help(Help),
    Palette(Box<Palette>),
    Losing(Losing),
    Roles(Choose<traveloure_core::actor::Role>),
}
