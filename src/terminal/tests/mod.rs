//! What an independent terminal makes of the painter's bytes.

mod budgets;
mod emulator;
mod shown;
