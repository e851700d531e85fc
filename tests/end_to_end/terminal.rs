//! The real program in a real pseudo-terminal: keys in, a screen out.

use std::{
    io::{Read, Write},
    num::NonZero,
    path::Path,
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a screen may take to show what is waited for. A slow machine is no failure; a screen that
/// never comes is.
const PATIENCE: Duration = Duration::from_mins(1);

fn whole(cells: u16) -> NonZero<u16> {
    NonZero::new(cells).unwrap()
}

/// A running program and the screen it draws.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    shown: Arc<(Mutex<Shown>, Condvar)>,
    // Closing it is what hanging up means.
    master: Box<dyn MasterPty + Send>,
}

struct Shown {
    parser: vt100::Parser,
    bytes: usize,
    ended: bool,
}

impl Terminal {
    /// Starts `traveloure` with these arguments in a terminal of this size, on a home of its own.
    pub fn start(home: &Path, arguments: &[&str], columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_traveloure"));
        command.args(arguments);
        command.env("TRAVELOURE_HOME", home);
        command.env("TERM", "xterm-256color");
        // No keyring of the machine that runs the tests is touched.
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let keyboard = pair.master.take_writer().unwrap();
        let mut screen = pair.master.try_clone_reader().unwrap();
        let parser = vt100::Parser::new(whole(rows), whole(columns), 0);
        let shown =
            Arc::new((Mutex::new(Shown { parser, bytes: 0, ended: false }), Condvar::new()));
        let writer = Arc::clone(&shown);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            loop {
                let read = screen.read(&mut buffer).unwrap_or(0);
                let mut state = writer.0.lock().unwrap();
                state.parser.process(&buffer[..read]);
                state.bytes += read;
                state.ended = read == 0;
                writer.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
        Self { child, keyboard, shown, master: pair.master }
    }

    /// Types these characters, one key after the other.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// What the screen shows now, a line each.
    pub fn screen(&self) -> String {
        self.shown.0.lock().unwrap().parser.screen().contents()
    }

    /// What the screen shows now, as a picture.
    pub fn picture(&self) -> String {
        super::picture::svg(self.shown.0.lock().unwrap().parser.screen())
    }

    /// Waits until the screen satisfies `condition`, and returns it.
    #[track_caller]
    pub fn wait(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shown.0.lock().unwrap();
        loop {
            let screen = state.parser.screen().contents();
            if condition(&screen) {
                return screen;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(
                !left.is_zero() && !state.ended,
                "waited for {what}; the screen shows:\n{screen}"
            );
            state = self.shown.1.wait_timeout(state, left).unwrap().0;
        }
    }

    /// Waits until these words are on the screen.
    #[track_caller]
    pub fn wait_for(&self, words: &str) -> String {
        self.wait(&format!("{words:?}"), |screen| screen.contains(words))
    }

    /// Waits until the program has ended and returns its exit code.
    #[track_caller]
    pub fn wait_for_end(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.shown.0.lock().unwrap();
        while !state.ended {
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it did not end:\n{}", state.parser.screen().contents());
            state = self.shown.1.wait_timeout(state, left).unwrap().0;
        }
        drop(state);
        self.child.wait().unwrap().exit_code()
    }

    /// Another size of the window.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.shown.0.lock().unwrap().parser.screen_mut().set_size(whole(rows), whole(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.master.resize(size).unwrap();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
