//! The far ends on 127.0.0.1: the server of the records, and echoes.

use crate::{Context, Result};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What stands in a record besides its number, as the firmware has it.
pub(crate) const TEXT: &str = "abcdefghijklmnopqrstuvwxyz012345";

/// What the far end saw.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Connections that were made.
    pub connections: usize,
    /// The numbers of the records.
    pub records: BTreeSet<u32>,
    /// Records that came more than once.
    pub twice: usize,
    /// Bytes of streams.
    pub streamed: usize,
    /// Bytes of lines.
    pub bytes: usize,
    /// Heartbeats.
    pub pings: usize,
    /// What should not have come.
    pub wrong: Vec<String>,
}

impl Seen {
    /// A record in its text.
    pub fn record(&mut self, line: &str) -> Option<u32> {
        let number = line
            .strip_prefix("record ")
            .and_then(|rest| rest.strip_suffix(TEXT)?.strip_suffix(' ')?.parse().ok());
        match number {
            // Within what was ever sent, without a hole.
            Some(number) if number as usize <= self.records.len() => {
                self.twice += usize::from(!self.records.insert(number));
            }
            _ => self
                .wrong
                .push(format!("{line:?} after {} records", self.records.len())),
        }
        number
    }

    /// The same, within a connection: after the first, each follows the one before.
    pub(crate) fn record_after(&mut self, last: &mut Option<u32>, line: &str) -> Option<u32> {
        let number = self.record(line);
        let follows = last.is_none() || number == last.map(|last| last + 1);
        if !follows {
            self.wrong.push(format!("{number:?} after {last:?}"));
        }
        if number.is_some() {
            *last = number;
        }
        number
    }
}

/// A far end that records are sent to.
#[derive(Clone, Debug, Default)]
pub struct Server {
    seen: Arc<Mutex<Seen>>,
    stopping: Arc<AtomicBool>,
}

impl Server {
    /// What it saw so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.with(|seen| seen.clone())
    }

    /// Has the firmware come to its end.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Runs `look` on what was seen.
    pub fn with<R>(&self, look: impl FnOnce(&mut Seen) -> R) -> R {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Listens; the port.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen(&self) -> Result<u16> {
        let own = self.clone();
        serve(move |client| {
            let own = own.clone();
            own.with(|seen| seen.connections += 1);
            // The end of a connection is the firmware's business, however it came.
            let _ = own.talk(client);
        })
    }

    fn talk(&self, client: TcpStream) -> std::io::Result<()> {
        let mut writer = client.try_clone()?;
        let mut last = None;
        for line in BufReader::new(client).lines() {
            let line = line?;
            if line == "ping" {
                self.with(|seen| seen.pings += 1);
                writer.write_all(b"pong\n")?;
                continue;
            }
            let Some(number) = self.with(|seen| seen.record_after(&mut last, &line)) else {
                continue;
            };
            writer.write_all(format!("ok {number}\n").as_bytes())?;
            if self.is_stopping() {
                writer.write_all(b"stop\n")?;
            }
        }
        Ok(())
    }
}

/// A server that sends back what it gets; the port.
///
/// # Errors
/// What the system says.
pub fn echo() -> Result<u16> {
    serve(|mut client| {
        let mut buffer = [0; 2048];
        while let Ok(n @ 1..) = client.read(&mut buffer) {
            if client.write_all(&buffer[..n]).is_err() {
                break;
            }
        }
    })
}

/// The same for datagrams.
///
/// # Errors
/// What the system says.
pub fn echo_datagrams() -> Result<u16> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).during("a UDP socket")?;
    let port = socket.local_addr().during("a UDP socket")?.port();
    thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((n, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..n], from);
        }
    });
    Ok(port)
}

/// A thread for each client; they end with the process, or with their clients.
pub(crate) fn serve(client: impl Fn(TcpStream) + Send + Sync + Clone + 'static) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("a listener")?;
    let port = listener.local_addr().during("a listener")?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let client = client.clone();
            thread::spawn(move || client(stream));
        }
    });
    Ok(port)
}
