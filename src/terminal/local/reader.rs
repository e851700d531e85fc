//! Reads the terminal's input on a thread of its own.

use std::fs::File;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, Read};
use std::os::fd::AsFd;
use std::thread::{self, JoinHandle};

use rustix::event::{PollFd, PollFlags, poll};
use tokio::sync::mpsc;

/// How much is read at once, and how many reads may wait: the rest stays with the system.
const CHUNK: usize = 4096;
const WAITING: usize = 8;

/// Reads until it is dropped; then nothing more is taken from the terminal.
#[derive(Debug)]
pub(super) struct Reader {
    chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
    /// Closing it ends the thread.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Reader {
    pub(super) fn start() -> io::Result<Self> {
        let terminal = open_input()?;
        let (stopped, stop) = io::pipe()?;
        let (sender, chunks) = mpsc::channel(WAITING);
        let thread = thread::Builder::new()
            .name("terminal input".into())
            .spawn(move || read(terminal, &stopped, &sender))?;
        Ok(Self { chunks, stop: Some(stop), thread: Some(thread) })
    }

    /// What was typed next, never empty; `None` at the end of the input. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<io::Result<Vec<u8>>> {
        self.chunks.recv().await
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop = None;
        // A thread that waits for room, not for input, ends as well.
        self.chunks.close();
        while self.chunks.try_recv().is_ok() {}
        if let Some(thread) = self.thread.take() {
            // It cannot panic, and there would be nothing to do about it.
            let _ = thread.join();
        }
    }
}

fn read(mut terminal: File, stopped: &PipeReader, chunks: &mpsc::Sender<io::Result<Vec<u8>>>) {
    let mut buffer = [0; CHUNK];
    loop {
        match wait_for_input(&terminal, stopped) {
            Ok(Awaited::Input) => {}
            Ok(Awaited::Stop) => return,
            Err(error) => return drop(chunks.blocking_send(Err(error))),
        }
        let read = match terminal.read(&mut buffer) {
            Ok(0) => return,
            Ok(length) => Ok(buffer[..length].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // What a terminal that has gone answers.
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::IO.raw_os_error()) => {
                return;
            }
            Err(error) => Err(error),
        };
        let failed = read.is_err();
        if chunks.blocking_send(read).is_err() || failed {
            return;
        }
    }
}

enum Awaited {
    Input,
    Stop,
}

fn wait_for_input(terminal: &File, stopped: &PipeReader) -> io::Result<Awaited> {
    let mut waiting = [PollFd::new(terminal, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
    loop {
        match poll(&mut waiting, None) {
            Ok(_) => break,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    if waiting[1].revents().is_empty() { Ok(Awaited::Input) } else { Ok(Awaited::Stop) }
}

/// The terminal on standard input, or the controlling one when something else is there.
fn open_input() -> io::Result<File> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        Ok(stdin.as_fd().try_clone_to_owned()?.into())
    } else {
        File::open("/dev/tty")
    }
}
