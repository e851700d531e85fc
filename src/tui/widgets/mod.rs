//! The parts that screens are drawn with.

pub mod bars;
pub mod bill;
pub mod columns;
pub mod countdown;
pub mod editing;
pub mod list;
pub mod month;
pub mod pane;
pub mod plot;
pub mod popup;
pub mod qr;
pub mod scroll;
pub mod service_picker;
pub mod spinner;
pub mod table;
pub mod text;
