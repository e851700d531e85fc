//! What implements the ports of `app` against the world outside, a folder for each party out there.

pub mod stripe;
