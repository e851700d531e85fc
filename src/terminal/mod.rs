//! Where frames go and keys come from.
//!
//! A [`Link`] is one person's terminal: the one this process was started in ([`local`]), or the
//! other end of an SSH session. A [`Screen`] is a link with a [`Painter`], which turns drawn frames
//! into as few bytes as it can. Nothing here knows what is drawn, and nothing but [`local`] touches
//! a real terminal: a session of the server must never ask the server's own.

pub mod backend;
pub mod clipboard;
pub mod decode;
pub mod fit;
pub mod input;
pub mod link;
pub mod local;
pub mod modes;
pub mod painter;
pub mod queue;
pub mod screen;

mod moves;
mod pen;

#[cfg(test)]
pub(crate) mod capture;
#[cfg(test)]
mod tests;

pub use link::{Capabilities, Closing, Colours, Edited, Link, LinkError, LinkEvent};
pub use painter::Painter;
pub use screen::{Drawn, Screen};
