//! The terminal UI: everything a person sees and presses, in one pure state machine.
//!
//! ```text
//! keys, replies, events, time -> App::update -> effects -> runtime -> API, editor, files
//!                                App::view   -> frame
//! ```
//!
//! - [`app`]: the state machine: [`app::App`], what goes in ([`app::message::Message`]), what comes
//!   out ([`app::message::Effect`]), and what is asked of the API ([`app::call`]).
//! - [`commands`]: the one catalogue of commands; [`keymap`]: which keys they have.
//! - [`screens`]: one per tab, behind [`screens::Screen`].
//! - [`listing`]: long lists that the server has, in pages, searched and read.
//! - [`layers`]: what lies over a screen: forms, questions, help, palette.
//! - [`widgets`]: what screens are drawn with; [`theme`]: colours by meaning.
//!
//! # Adding a screen
//!
//! 1. `commands/<name>.rs`: an `enum` of its acts and their `COMMANDS`; in `commands/mod.rs` a
//!    variant of `Action` and of `Context`, and a line in `CATALOGUE`. Name a key by what the list
//!    and app contexts leave free; an inner context may take a key of an outer one. Run the test
//!    `keys_page_is_up_to_date` with `UPDATE_PAGES=1` to write `docs/KEYS.md` anew.
//! 2. `screens/<name>/mod.rs`: a struct that implements [`screens::Screen`]; a variant of
//!    [`screens::Tab`]; a line where the screens of a role are made (`app/session.rs`, `open_desk`).
//! 3. What it asks of the API: a variant of [`app::call::Call`] and of [`app::call::Reply`] where
//!    they lack it, and their execution in `src/client`.
//! 4. Fetched values live in [`app::load::Load`]: it knows whether they are on their way, old or
//!    failed. [`widgets::pane::Blank`] says so in place of the pane, [`widgets::pane::freshness`]
//!    beside its heading.
//! 5. Forms ([`layers::form::Form`]) and questions ([`layers::confirm::Confirm`]) are state of the
//!    screen: it gives them the keys first ([`screens::Keys`]) and draws them in `draw_over`. A
//!    typed draft that Esc closes is kept until it is sent.
//! 6. Others' text is drawn with [`widgets::text::put`], [`widgets::text::said`] or
//!    [`widgets::text::wrapped`], which clean it. Time comes from `desk.now` and nowhere else.
//! 7. Tests drive the whole app with keys (`tests.rs` beside the screen, with
//!    `testing`): a key script and its outcome, and snapshots with styles at
//!    each size.
//!
//! What a screen must keep: no I/O, no clock, no statics (one app per SSH session); drawing costs
//! what is visible, not what there is; Esc closes one thing; nothing typed is lost; a command that
//! cannot be used says why (`why_not`).

pub mod app;
pub mod commands;
pub mod fuzzy;
pub mod journal;
pub mod keymap;
pub mod layers;
pub mod listing;
pub mod runtime;
pub mod screens;
#[cfg(test)]
pub mod testing;
pub mod theme;
pub mod widgets;
