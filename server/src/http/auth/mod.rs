//! `/api/auth/…`: accounts and sign-in.

pub mod login;
pub mod logout;
pub mod me;
pub mod register;
pub mod tokens;
