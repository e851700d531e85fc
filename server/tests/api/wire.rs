//! HTTP as it is on the wire, for what only a connection shows.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Long enough for a slow machine; nothing waits for it unless the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, read until the server ended the connection.
pub struct Raw {
    pub status: u16,
    /// In lower case.
    pub headers: String,
    pub body: String,
}

impl Raw {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Sends a request of these lines on a connection of its own and reads the answer to its end.
pub async fn ask(address: SocketAddr, method: &str, path: &str, headers: &str, body: &str) -> Raw {
    let mut connection = open(address, method, path, headers, body).await;
    let mut answer = Vec::new();
    timeout(PATIENCE, connection.read_to_end(&mut answer)).await.expect("an answer").unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let (first, headers) = head.split_once("\r\n").unwrap_or((head, ""));
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    Raw { status, headers: headers.to_lowercase(), body: body.to_owned() }
}

/// Sends a request and leaves the answer to be read.
pub async fn open(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len(),
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    connection
}

/// Reads until `what` has arrived.
pub async fn read_until(connection: &mut TcpStream, what: &str) -> String {
    let mut text = String::new();
    let reading = async {
        while !text.contains(what) {
            let mut piece = [0; 4096];
            let read = connection.read(&mut piece).await.unwrap();
            assert!(read > 0, "ended before {what:?}: {text}");
            text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
        }
    };
    timeout(PATIENCE, reading).await.expect("something in time");
    text
}
