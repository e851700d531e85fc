//! The door between the server and its database: passes every message on, and knows what each transaction holds.
//!
//! Of PostgreSQL's protocol it knows no more than it must: prepared statements by their names, simple queries, and
//! the word with which a commit is answered.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader, BufWriter},
    net::{
        TcpListener, TcpStream, UnixStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
        unix,
    },
    task::JoinSet,
};

use crate::trap::{Edge, Seen, Trap};

const BIND: u8 = b'B';
const PARSE: u8 = b'P';
const QUERY: u8 = b'Q';
const COMPLETE: u8 = b'C';

/// A door that is open as long as the value lives.
#[derive(Debug)]
pub struct Door {
    pub address: SocketAddr,
    _open: JoinSet<()>,
}

impl Door {
    /// Opens it before the PostgreSQL that listens on `socket`.
    pub async fn open(socket: PathBuf, trap: Trap) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut open = JoinSet::new();
        open.spawn(async move {
            let mut sessions = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (socket, trap) = (socket.clone(), trap.clone());
                // A session that breaks is what all this is about.
                sessions.spawn(async move { pass(client, socket, trap).await.ok() });
                while sessions.try_join_next().is_some() {}
            }
        });
        Self { address, _open: open }
    }
}

#[derive(Debug, Default)]
struct Session {
    statements: HashMap<String, String>,
    /// What was asked since BEGIN.
    transaction: String,
    is_committing: bool,
}

type Shared = Arc<Mutex<Session>>;

async fn pass(client: TcpStream, socket: PathBuf, trap: Trap) -> io::Result<()> {
    client.set_nodelay(true)?;
    let server = UnixStream::connect(socket).await?;
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let session = Shared::default();
    // Whichever side ends first ends the other: a server that was killed leaves nothing half done behind.
    tokio::select! {
        ended = asks(from_client, to_server, &session, &trap) => ended,
        ended = answers(from_server, to_client, &session, &trap) => ended,
    }
}

async fn asks(
    from: OwnedReadHalf,
    to: unix::OwnedWriteHalf,
    session: &Shared,
    trap: &Trap,
) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    // The first message has no kind.
    let length = from.read_u32().await?;
    to.write_u32(length).await?;
    to.write_all(&rest(&mut from, length).await?).await?;
    to.flush().await?;
    loop {
        let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
        let body = rest(&mut from, length).await?;
        if is_last(kind, &body, session, trap) {
            return Ok(());
        }
        to.write_u8(kind).await?;
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        if from.buffer().is_empty() {
            to.flush().await?;
        }
    }
}

/// Keeps in mind what is asked. True if the server was killed for it.
fn is_last(kind: u8, body: &[u8], session: &Shared, trap: &Trap) -> bool {
    let mut texts = body.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let mut next = || texts.next().unwrap_or_default().into_owned();
    let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
    match kind {
        PARSE => {
            let (name, text) = (next(), next());
            session.statements.insert(name, text);
        }
        BIND => {
            let (_portal, name) = (next(), next());
            let text = session.statements.get(&name).cloned().unwrap_or_default();
            session.transaction.push_str(&text);
            session.transaction.push('\n');
        }
        QUERY => {
            let text = next();
            match text.trim() {
                "BEGIN" => session.transaction.clear(),
                "COMMIT" => {
                    if trap.kills_at(Edge::Before, Seen::Commit(&session.transaction)) {
                        return true;
                    }
                    session.is_committing = true;
                }
                _ => session.transaction.push_str(&text),
            }
        }
        _ => {}
    }
    false
}

async fn answers(
    from: unix::OwnedReadHalf,
    to: OwnedWriteHalf,
    session: &Shared,
    trap: &Trap,
) -> io::Result<()> {
    let (mut from, mut to) = (BufReader::new(from), BufWriter::new(to));
    loop {
        let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
        let body = rest(&mut from, length).await?;
        if kind == COMPLETE && body.starts_with(b"COMMIT") {
            let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
            if std::mem::take(&mut session.is_committing)
                && trap.kills_at(Edge::After, Seen::Commit(&session.transaction))
            {
                return Ok(());
            }
        }
        to.write_u8(kind).await?;
        to.write_u32(length).await?;
        to.write_all(&body).await?;
        if from.buffer().is_empty() {
            to.flush().await?;
        }
    }
}

/// The body of a message; `length` counts itself.
async fn rest(from: &mut (impl AsyncReadExt + Unpin), length: u32) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length.saturating_sub(4) as usize];
    from.read_exact(&mut body).await?;
    Ok(body)
}
