//! How long the real program takes to its first screen in a pseudo-terminal, and what it writes at rest.
//!
//! `cargo bench --bench first_paint` starts the release binary again and again, on a folder that is new
//! each time and on one that has been used, and prints how long it takes until words are on the screen;
//! at most 50 ms are wanted. Then nothing is pressed for a while: not a byte is wanted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

use std::{
    fs::Permissions,
    io::{Read, Write},
    num::NonZero,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

const STARTS: usize = 20;
const WANTED: Duration = Duration::from_millis(50);
/// Long enough for the private server to come up, and for what was said to go away again.
const SETTLED: Duration = Duration::from_secs(8);
const REST: Duration = Duration::from_secs(20);

fn main() {
    println!("from starting the process to words on the screen, {STARTS} times at 80x24");
    let starts = if std::env::args().any(|argument| argument == "--bench") { STARTS } else { 1 };
    report("an empty folder", (0..starts).map(|_| first_paint(home().path())).collect());

    let used = home();
    let mut first = Terminal::start(used.path());
    first.wait_for_words("E-mail");
    let bytes = first.bytes_at_rest();
    report("a used folder", (0..starts).map(|_| first_paint(used.path())).collect());
    println!("  at rest            {bytes} bytes in {} s", REST.as_secs());
    first.leave();
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let last = times.len() - 1;
    let (half, slow) = (times[last / 2], times[last * 95 / 100]);
    let verdict = if slow <= WANTED { "kept" } else { "MISSED" };
    println!(
        "  {name:<18} {:>5.1} ms median, {:>5.1} ms 95th percentile, {:>4.1} x in {} ms: {verdict}",
        half.as_secs_f64() * 1000.0,
        slow.as_secs_f64() * 1000.0,
        WANTED.as_secs_f64() / slow.as_secs_f64(),
        WANTED.as_millis(),
    );
}

fn first_paint(home: &Path) -> Duration {
    let started = Instant::now();
    let mut terminal = Terminal::start(home);
    terminal.wait_for_words("Traveloure");
    let elapsed = started.elapsed();
    terminal.leave();
    elapsed
}

/// An empty folder that PostgreSQL's account can pass through.
fn home() -> TempDir {
    let permissions = Permissions::from_mode(0o711);
    tempfile::Builder::new().prefix("traveloure-bench").permissions(permissions).tempdir().unwrap()
}

/// The program and the screen it draws.
struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    // Closing it would hang up.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn start(home: &Path) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_traveloure"));
        command.env("TRAVELOURE_HOME", home);
        command.env("TERM", "xterm-256color");
        // No keyring of this machine is touched.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let keyboard = pair.master.take_writer().unwrap();
        let mut screen = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(read @ 1..) = screen.read(&mut buffer) {
                if send.send(buffer[..read].to_vec()).is_err() {
                    return;
                }
            }
        });
        let (rows, columns) = (NonZero::new(24).unwrap(), NonZero::new(80).unwrap());
        let parser = vt100::Parser::new(rows, columns, 0);
        Self { child, keyboard, output, parser, _master: pair.master }
    }

    fn wait_for_words(&mut self, words: &str) {
        while !self.parser.screen().contents().contains(words) {
            let bytes = self.output.recv_timeout(Duration::from_mins(1));
            self.parser.process(&bytes.expect("the program draws its screen"));
        }
    }

    fn bytes_at_rest(&mut self) -> usize {
        self.bytes_of(SETTLED);
        self.bytes_of(REST)
    }

    fn bytes_of(&mut self, time: Duration) -> usize {
        let until = Instant::now() + time;
        let mut count = 0;
        loop {
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => count += bytes.len(),
                Err(RecvTimeoutError::Timeout) => return count,
                Err(RecvTimeoutError::Disconnected) => panic!("the program has ended"),
            }
        }
    }

    fn leave(mut self) {
        // Ctrl-C leaves from anywhere, also from a form.
        self.keyboard.write_all(b"\x03").unwrap();
        self.keyboard.flush().unwrap();
        while self.output.recv_timeout(Duration::from_mins(1)).is_ok() {}
        self.child.wait().unwrap();
    }
}
