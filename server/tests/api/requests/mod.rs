//! Booking requests, from the question to the answer.

mod answers;
mod capacity;
mod deadlines;
mod negotiation;
mod replays;
mod words;
