//! A server that answers what a test tells it to, connection by connection.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use traveloure_config::{Secret, ServerUrl};
use traveloure_core::api::problem::{Code, Problem};

use super::Client;

/// What happens to one connection.
#[derive(Clone)]
pub(crate) enum Reply {
    /// An answer with this status and body.
    Answer(u16, String),
    /// An answer of which each piece is written by itself; then the connection ends.
    Pieces(&'static str, Vec<Vec<u8>>),
    /// The same, but the connection stays open.
    Open(&'static str, Vec<Vec<u8>>),
    /// Nothing is answered, the connection ends.
    HangUp,
    /// Nothing is answered, the connection stays open.
    Silence,
}

impl Reply {
    pub(crate) fn refusal(code: Code, detail: &str) -> Self {
        let problem = Problem::new(code, detail);
        Self::Answer(code.status(), serde_json::to_string(&problem).unwrap())
    }

    pub(crate) fn ok(body: &str) -> Self {
        Self::Answer(200, body.to_owned())
    }
}

pub(crate) struct TestServer {
    pub(crate) url: ServerUrl,
    requests: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    /// Answers one connection after the other; the last reply goes to all that follow.
    pub(crate) async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = ServerUrl::http(listener.local_addr().unwrap()).unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut replies = VecDeque::from(replies);
            let mut held = Vec::new();
            loop {
                let (mut connection, _) = listener.accept().await.unwrap();
                let request = read_request(&mut connection).await;
                seen.lock().unwrap().push(request);
                let reply = replies.front().unwrap().clone();
                if replies.len() > 1 {
                    replies.pop_front();
                }
                held.extend(write_reply(connection, reply).await);
            }
        });
        Self { url, requests }
    }

    pub(crate) fn client(&self) -> Client {
        Client::try_new(self.url.clone(), Duration::from_secs(5))
            .unwrap()
            .with_token(Some(Secret::from("hunter2".to_owned())))
    }

    /// Head and body of each request so far, in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read_request(connection: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() >= length {
                return text;
            }
        }
        if connection.read_buf(&mut bytes).await.unwrap() == 0 {
            return text;
        }
    }
}

async fn write_reply(mut connection: TcpStream, reply: Reply) -> Option<TcpStream> {
    match reply {
        Reply::Answer(status, body) => {
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
            );
            connection.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
            None
        }
        Reply::Pieces(content_type, pieces) => {
            write_pieces(&mut connection, content_type, pieces).await;
            None
        }
        Reply::Open(content_type, pieces) => {
            write_pieces(&mut connection, content_type, pieces).await;
            Some(connection)
        }
        Reply::HangUp => None,
        Reply::Silence => Some(connection),
    }
}

async fn write_pieces(connection: &mut TcpStream, content_type: &str, pieces: Vec<Vec<u8>>) {
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\nconnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    for piece in pieces {
        connection.write_all(&piece).await.unwrap();
        connection.flush().await.unwrap();
    }
}
