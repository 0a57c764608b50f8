//! The second UART: the runner speaks for what is at it, and looks at what the far end got.

use crate::run::number_after;
use crate::server::{Seen, Server, TEXT, serve};
use crate::{Context, Result};
use luat_modem::time::{Duration, Instant};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;

/// From one line to the next.
const PERIOD: Duration = Duration::from_millis(100);

/// The silence around the escape, and the time that what was said before needs to arrive.
const SILENCE: Duration = Duration::from_secs(4);

/// What is at the second UART: it says records, one after the other, and ends with the escape.
pub struct Speaker {
    line: TcpStream,
    next: u32,
    due: Instant,
    /// Bytes that were said.
    pub said: usize,
    /// Bytes that came back.
    pub heard: usize,
    silent_since: Option<Instant>,
    is_done: bool,
}

impl Speaker {
    /// One at that line.
    ///
    /// # Errors
    /// What the system says.
    pub fn new(line: TcpStream) -> Result<Self> {
        line.set_nonblocking(true).during("the second UART")?;
        Ok(Self {
            line,
            next: 0,
            due: Instant::ZERO,
            said: 0,
            heard: 0,
            silent_since: None,
            is_done: false,
        })
    }

    /// Says what is due; once `stopping`, no more but the escape.
    ///
    /// # Errors
    /// What the system says.
    pub fn advance(&mut self, now: Instant, stopping: bool) -> Result<()> {
        let mut buffer = [0; 256];
        match self.line.read(&mut buffer) {
            Ok(n) => self.heard += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            // QEMU is ending.
            Err(_) => return Ok(()),
        }
        if stopping {
            let since = *self.silent_since.get_or_insert(now);
            if !self.is_done && now >= since + SILENCE {
                self.is_done = true;
                self.line.write_all(b"+++").during("the second UART")?;
            }
        } else if now >= self.due {
            let line = format!("record {} {TEXT}\n", self.next);
            self.line
                .write_all(line.as_bytes())
                .during("the second UART")?;
            self.said += line.len();
            self.next += 1;
            self.due = now + PERIOD;
        }
        Ok(())
    }

    /// Nothing twice, nothing out of order, and no more missing than was told.
    ///
    /// # Errors
    /// In words what is not so.
    pub fn judge(&self, said: &[String], seen: &Seen) -> Result<()> {
        let number = |label| number_after(said, label).unwrap_or(u32::MAX) as usize;
        let (received, sent) = (number("received "), number(" sent "));
        let (dropped, in_doubt) = (number(" dropped "), number(" in doubt "));
        let missing = self.said.checked_sub(seen.bytes);
        let is_right = received == self.said
            && sent == self.said
            && dropped == 0
            && missing.is_some_and(|missing| missing <= in_doubt)
            && seen.twice == 0
            && self.heard > 0;
        if is_right {
            return Ok(());
        }
        Err(format!(
            "said {}, heard {}, the far end got {}",
            self.said, self.heard, seen.bytes
        ))
    }
}

impl Server {
    /// Listens for clients that say records in order, each once, some of which may be missing; the port.
    ///
    /// # Errors
    /// What the system says.
    pub fn listen_to_lines(&self) -> Result<u16> {
        let own = self.clone();
        serve(move |client| {
            own.with(|seen| seen.connections += 1);
            // The end of a connection is the firmware's business, however it came.
            let _ = own.take_lines(client);
        })
    }

    fn take_lines(&self, client: TcpStream) -> std::io::Result<()> {
        let mut writer = client.try_clone()?;
        let mut reader = BufReader::new(client);
        let mut line = String::new();
        while reader.read_line(&mut line)? > 0 {
            let number = self.with(|seen| seen.line(&line));
            if let Some(number) = number {
                writer.write_all(format!("ok {number}\n").as_bytes())?;
            }
            line.clear();
        }
        Ok(())
    }
}

impl Seen {
    /// A record that came with its line end.
    fn line(&mut self, line: &str) -> Option<u32> {
        self.bytes += line.len();
        let number = line.strip_prefix("record ").and_then(|rest| {
            rest.strip_suffix('\n')?
                .strip_suffix(TEXT)?
                .strip_suffix(' ')?
                .parse()
                .ok()
        });
        let last = self.records.last().copied();
        match number {
            Some(number) if last.is_none_or(|last| number > last) => {
                self.records.insert(number);
            }
            _ => self.wrong.push(format!("{line:?} after {last:?}")),
        }
        number
    }
}
