//! As little of an HTTP client as a benchmark needs, so that it measures the server.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// One connection that stays open between requests.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(addr: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 64 * 1024],
        })
    }

    /// Sends a request and reads the answer past its end; returns the status.
    pub(crate) fn send(&mut self, head: &str, body: &[&[u8]]) -> io::Result<u16> {
        self.exchange(head, body, |_| {})
    }

    /// Sends a request; returns the status and the body of the answer.
    pub(crate) fn ask(&mut self, head: &str, body: &[&[u8]]) -> io::Result<(u16, Vec<u8>)> {
        let mut whole = Vec::new();
        let status = self.exchange(head, body, |part| whole.extend_from_slice(part))?;
        Ok((status, whole))
    }

    fn exchange(
        &mut self,
        head: &str,
        body: &[&[u8]],
        mut take: impl FnMut(&[u8]),
    ) -> io::Result<u16> {
        self.stream.write_all(head.as_bytes())?;
        for part in body {
            self.stream.write_all(part)?;
        }
        let mut filled = 0;
        let end = loop {
            let read = self.stream.read(&mut self.buffer[filled..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
            let found = &self.buffer[..filled];
            if let Some(end) = found.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let strange = || io::Error::new(io::ErrorKind::InvalidData, head.clone());
        let status = head.get(9..12).and_then(|code| code.parse().ok());
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"))
            .and_then(|length| length.trim().parse::<usize>().ok());
        let (status, length) = status.zip(length).ok_or_else(strange)?;
        take(&self.buffer[end..filled]);
        let mut left = length.checked_sub(filled - end).ok_or_else(strange)?;
        while left > 0 {
            let most = left.min(self.buffer.len());
            let read = self.stream.read(&mut self.buffer[..most])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            take(&self.buffer[..read]);
            left -= read;
        }
        Ok(status)
    }
}
