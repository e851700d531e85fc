//! The parts that screens are drawn with.

pub mod bars;
pub mod columns;
pub mod countdown;
pub mod list;
pub mod pane;
pub mod popup;
pub mod scroll;
pub mod spinner;
pub mod text;
