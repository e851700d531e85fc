//! The local terminal, tried in a pseudo-terminal: each test runs this binary again there, with a
//! small app that shows what it hears.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use ratatui::{Frame, widgets::Paragraph};
use rustix::process::{Pid, Signal as SystemSignal, kill_process};

use super::{LocalLink, Options};
use crate::terminal::{Edited, LinkEvent, Screen, capture::parser, modes::Modes};

/// Longer than anything here takes, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a line from the terminal into the file that it is given.
const EDITOR: &str = r#"f() { read -r line </dev/tty; printf '%s' "$line" >"$1"; }; f"#;

#[test]
#[ignore = "the app that the other tests run in a terminal"]
fn app() {
    if std::env::var_os("TRAVELOURE_TEST_TERMINAL").is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run_app());
}

async fn run_app() {
    let options = Options {
        modes: Modes { mouse: true, ..Modes::default() },
        editor: Some(EDITOR.into()),
        ..Options::default()
    };
    let mut screen = Screen::new(LocalLink::open(options).unwrap());
    let mut keys = 0_u32;
    let mut heard = String::from("ready");
    let ended = loop {
        let size = screen.size();
        // Every cell changes with every key, so that a slow terminal falls behind.
        let filling = char::from(b'a' + u8::try_from(keys % 26).unwrap());
        let text = format!("{heard}\n{}x{}\n{keys} keys\n", size.width, size.height)
            + &format!("{}\n", filling.to_string().repeat(40)).repeat(100);
        screen.draw(|frame: &mut Frame| {
            frame.render_widget(Paragraph::new(text.as_str()), frame.area());
        });
        heard = match screen.next().await {
            LinkEvent::Input(Event::Key(key)) => {
                keys += 1;
                match key.code {
                    KeyCode::Char('q') => break "asked to".into(),
                    KeyCode::Char('p') => panic!("the app broke"),
                    KeyCode::Char('b') => {
                        let broken = std::thread::spawn(|| panic!("something else broke")).join();
                        format!("join: {}", broken.is_err())
                    }
                    KeyCode::Char('z') => format!("suspended: {:?}", screen.suspend().await),
                    KeyCode::Char('e') => match screen.edit("draft").await.unwrap() {
                        Edited::Text(text) => format!("edited: {text}"),
                        Edited::Cancelled => "cancelled".into(),
                    },
                    code => format!("key: {code:?}"),
                }
            }
            LinkEvent::Closed(closing) => break format!("{closing:?}"),
            LinkEvent::Ready => heard,
            event => format!("{event:?}"),
        };
    };
    screen.into_link().close().unwrap();
    write!(std::io::stdout(), "ended: {ended}\r\n").unwrap();
}

/// A terminal with the app, or a shell, in it.
struct Terminal {
    master: Box<dyn MasterPty + Send>,
    slave: Box<dyn SlavePty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keyboard: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    bytes: Vec<u8>,
}

fn app_command() -> Vec<String> {
    let this = std::env::current_exe().unwrap().display().to_string();
    let name = concat!(module_path!(), "::app");
    let (_crate, name) = name.split_once("::").unwrap();
    let arguments = ["--exact", name, "--ignored", "--nocapture", "--test-threads=1"];
    std::iter::once(this).chain(arguments.map(str::to_owned)).collect()
}

type Pty = (Box<dyn MasterPty + Send>, Box<dyn SlavePty + Send>, Box<dyn Child + Send + Sync>);

fn spawn(command: &[String]) -> Pty {
    let size = PtySize { rows: 24, cols: 80, ..PtySize::default() };
    let pair = native_pty_system().openpty(size).unwrap();
    let mut builder = CommandBuilder::from_argv(command.iter().map(Into::into).collect());
    builder.env("TRAVELOURE_TEST_TERMINAL", "yes");
    builder.env("RUST_BACKTRACE", "0");
    builder.env("PS1", "prompt> ");
    builder.cwd(std::env::current_dir().unwrap());
    let child = pair.slave.spawn_command(builder).unwrap();
    (pair.master, pair.slave, child)
}

impl Terminal {
    fn with_app() -> Self {
        let mut terminal = Self::with(&app_command());
        terminal.wait_for("ready");
        terminal
    }

    fn with(command: &[String]) -> Self {
        let (master, slave, child) = spawn(command);
        let mut reader = master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            keyboard: master.take_writer().unwrap(),
            master,
            slave,
            child,
            output,
            parser: parser(80, 24),
            bytes: Vec::new(),
        }
    }

    fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    fn signal(&self, signal: SystemSignal) {
        let id = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |terminal| terminal.contents().contains(text));
    }

    fn wait_until(&mut self, what: &str, reached: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !reached(self) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.bytes.extend(bytes);
                }
                Err(error) => panic!("{what}: {error}; the screen:\n{}", self.contents()),
            }
        }
    }

    fn contents(&self) -> String {
        self.parser.screen().contents()
    }

    fn in_app(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    /// The terminal's modes, as text.
    fn modes(&self) -> String {
        format!("{:?}", self.master.get_termios().unwrap())
    }

    fn exit_code(mut self) -> u32 {
        drop(self.slave);
        self.child.wait().unwrap().exit_code()
    }
}

#[test]
fn the_terminal_is_as_it_was_afterwards() {
    let mut terminal = Terminal::with(&["sh".into(), "-c".into(), "read line; echo".into()]);
    let before = terminal.modes();
    terminal.press("\r");
    assert_eq!(terminal.exit_code(), 0);

    let mut terminal = Terminal::with_app();
    assert!(terminal.in_app());
    assert_ne!(terminal.modes(), before);
    terminal.press("x\x1b[A\x1b");
    terminal.wait_for("key: Esc");
    terminal.press("q");
    terminal.wait_for("ended: asked to");
    assert!(!terminal.in_app());
    assert!(!terminal.parser.screen().hide_cursor());
    assert!(!terminal.parser.screen().bracketed_paste());
    let mouse = terminal.parser.screen().mouse_protocol_mode();
    assert_eq!(mouse, vt100::MouseProtocolMode::None);
    assert_eq!(terminal.modes(), before);
    assert_eq!(terminal.exit_code(), 0);
}

#[test]
fn a_panic_can_be_read() {
    let mut terminal = Terminal::with_app();
    terminal.press("p");
    terminal.wait_for("the app broke");
    assert!(!terminal.in_app());
    assert_ne!(terminal.exit_code(), 0);
}

#[test]
fn a_panic_elsewhere_does_not_disturb() {
    let mut terminal = Terminal::with_app();
    terminal.press("b");
    terminal.wait_for("join: true");
    assert!(terminal.in_app());
    terminal.press("q");
    terminal.wait_for("ended");
    let output = String::from_utf8_lossy(&terminal.bytes).into_owned();
    assert!(!output.contains("something else broke"));
}

#[test]
fn signals_end_it_in_good_order() {
    for (signal, name) in [(SystemSignal::TERM, "SIGTERM"), (SystemSignal::INT, "SIGINT")] {
        let mut terminal = Terminal::with_app();
        terminal.signal(signal);
        terminal.wait_for(&format!("ended: Signal(\"{name}\")"));
        assert!(!terminal.in_app());
    }
}

#[test]
fn it_ends_when_the_terminal_goes_away() {
    let (master, slave, mut child) = spawn(&app_command());
    let mut reader = master.try_clone_reader().unwrap();
    read_until(&mut reader, &mut parser(80, 24), "ready");
    let (sender, ended) = channel();
    std::thread::spawn(move || sender.send(child.wait().is_ok()));
    drop((reader, master, slave));
    assert_eq!(ended.recv_timeout(PATIENCE), Ok(true));
}

#[test]
fn a_resize_is_heard() {
    let mut terminal = Terminal::with_app();
    let size = PtySize { rows: 30, cols: 100, ..PtySize::default() };
    terminal.parser = parser(100, 30);
    terminal.master.resize(size).unwrap();
    terminal.wait_for("100x30");
}

#[test]
fn the_editor_gets_the_terminal_and_every_key() {
    let mut terminal = Terminal::with_app();
    terminal.press("e");
    terminal.wait_until("the editor", |terminal| !terminal.in_app());
    terminal.press("by hand\r");
    terminal.wait_for("edited: by hand");
    assert!(terminal.in_app());
    terminal.press("x");
    terminal.wait_for("key: Char('x')");
}

#[test]
fn a_stopped_process_comes_back_to_its_screen() {
    let mut terminal = Terminal::with_app();
    terminal.signal(SystemSignal::STOP);
    terminal.parser.process(b"\x1b[2J\x1b[?1049lsomething else");
    terminal.signal(SystemSignal::CONT);
    terminal.wait_for("Repaint");
    assert!(terminal.in_app());
    assert!(!terminal.contents().contains("something else"));
}

#[test]
fn the_shell_takes_over_and_gives_back() {
    let shell = ["sh", "-i"].map(str::to_owned);
    let mut terminal = Terminal::with(&shell);
    terminal.wait_for("prompt>");
    terminal.press(&format!("'{}'\r", app_command().join("' '")));
    terminal.wait_for("ready");
    terminal.press("z");
    terminal.wait_for("Stopped");
    assert!(!terminal.in_app());
    terminal.press("echo $((6 * 7)); fg\r");
    terminal.wait_for("suspended: Ok");
    assert!(terminal.in_app());
    assert!(String::from_utf8_lossy(&terminal.bytes).contains("42\r\n"));
    terminal.press("q");
    terminal.wait_for("ended: asked to");
}

#[test]
fn a_terminal_that_takes_nothing_holds_nothing_up() {
    const KEYS: usize = 20_000;
    let (master, _slave, _child) = spawn(&app_command());
    let mut reader = master.try_clone_reader().unwrap();
    let mut screen = parser(80, 24);
    read_until(&mut reader, &mut screen, "ready");
    // Far more than the system keeps for a terminal: it gets there only if the app goes on reading
    // keys while nobody reads frames.
    let mut keyboard = master.take_writer().unwrap();
    let (sender, typed) = channel();
    std::thread::spawn(move || {
        let all = keyboard.write_all("x".repeat(KEYS).as_bytes());
        sender.send((keyboard, all.is_ok()))
    });
    // Kept, because letting go of it types two keys more.
    let (_keyboard, typed) = typed.recv_timeout(PATIENCE).unwrap();
    assert!(typed);
    let bytes = read_until(&mut reader, &mut screen, &format!("{KEYS} keys"));
    // A frame takes the whole screen: one for every key would be ten times as much.
    assert!(bytes < KEYS * 80 * 24 / 10, "{bytes}");
}

/// Reads what the app writes until `text` is on the screen; returns how many bytes that took.
fn read_until(reader: &mut impl Read, screen: &mut vt100::Parser, text: &str) -> usize {
    let mut total = 0;
    let mut buffer = [0; 4096];
    while !screen.screen().contents().contains(text) {
        let length = reader.read(&mut buffer).unwrap();
        screen.process(&buffer[..length]);
        total += length;
    }
    total
}
