//! A module in software behind a TCP port: `luat -p tcp://HOST:PORT`, also from other programs.
//!
//! One program at a time has it, as with a serial port. The module goes on without one; what it says
//! then is lost, as on a line that nobody listens to.

use crate::interrupt;
use crate::lines::{Log, Way};
use crate::port::{Net, idle};
use crate::software::{Pace, Software};
use luat_modem::time::{Clock as _, Duration, Instant, SystemClock};
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// How long the end of one connection may take to be noticed.
const FAREWELL: Duration = Duration::from_secs(2);

/// A TCP port with a module behind it.
pub(crate) struct TcpLine {
    address: SocketAddr,
    visitors: Receiver<TcpStream>,
    visitor: Option<Net>,
    /// Who comes next, and how long that may take.
    next: Option<(TcpStream, Instant)>,
    software: Software,
    clock: SystemClock,
    pace: Option<Pace>,
    /// What the connection had no room for.
    waiting: Vec<u8>,
    log: Option<Log>,
}

impl TcpLine {
    /// Puts `software` behind the port at `at`; `baud` paces what it hears.
    pub(crate) fn new(software: Software, at: SocketAddr, baud: Option<u32>) -> io::Result<Self> {
        let listener = TcpListener::bind(at)?;
        let address = listener.local_addr()?;
        let (give, visitors) = channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if give.send(stream).is_err() {
                    return;
                }
                interrupt::ring();
            }
        });
        Ok(Self {
            address,
            visitors,
            visitor: None,
            next: None,
            software,
            clock: SystemClock::new(),
            pace: baud.map(Pace::new),
            waiting: Vec::new(),
            log: None,
        })
    }

    /// Where a client finds it.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Prints what passes from now on.
    pub(crate) fn log(&mut self) {
        self.log = Some(Log::default());
    }

    /// Serves until Ctrl-C.
    pub(crate) fn serve(&mut self) {
        while !interrupt::requested() {
            self.let_in();
            let heard = self.hear();
            let said = self.say();
            if !heard && !said {
                let now = self.clock.now();
                idle(self.due(now).map(|next| next - now));
            }
        }
    }

    /// The one who comes next gets the line when the one before is gone, of which the news may come a
    /// little later; else it finds it in use.
    fn let_in(&mut self) {
        let now = self.clock.now();
        while let Ok(stream) = self.visitors.try_recv() {
            self.next = Some((stream, now + FAREWELL));
        }
        self.next = match self.next.take() {
            Some((stream, _)) if self.visitor.is_none() => {
                self.visitor = Net::over(stream).ok();
                None
            }
            next => next.filter(|(_, limit)| now < *limit),
        };
    }

    /// When to look again without being called.
    fn due(&self, now: Instant) -> Option<Instant> {
        let pause = self.pace.as_ref().and_then(|pace| pace.pause(now));
        let pause = pause.map(|pause| now + pause);
        let limit = self.next.as_ref().map(|(_, limit)| *limit);
        let all = [self.software.deadline(), pause, limit];
        all.into_iter().flatten().min()
    }

    fn hear(&mut self) -> bool {
        let Some(visitor) = &mut self.visitor else {
            return false;
        };
        let mut buffer = [0; 4096];
        let now = self.clock.now();
        let room = match &mut self.pace {
            Some(pace) => pace.room(now).min(buffer.len()),
            None => buffer.len(),
        };
        let part = buffer.get_mut(..room).unwrap_or_default();
        if part.is_empty() {
            return false;
        }
        match visitor.read(part) {
            Ok(0) => false,
            Ok(n) => {
                if let Some(pace) = &mut self.pace {
                    pace.take(n);
                }
                let bytes = part.get(..n).unwrap_or_default();
                self.software.receive(now, bytes);
                Log::tell(&mut self.log, now, Way::ToModule, bytes);
                true
            }
            Err(_) => {
                self.visitor = None;
                true
            }
        }
    }

    fn say(&mut self) -> bool {
        if self.waiting.is_empty() {
            let mut buffer = [0; 4096];
            let now = self.clock.now();
            let n = self.software.transmit(now, &mut buffer);
            let bytes = buffer.get(..n).unwrap_or_default();
            Log::tell(&mut self.log, now, Way::FromModule, bytes);
            self.waiting.extend_from_slice(bytes);
        }
        if self.waiting.is_empty() {
            return false;
        }
        match self
            .visitor
            .as_mut()
            .map(|visitor| visitor.write(&self.waiting))
        {
            Some(Ok(n)) => drop(self.waiting.drain(..n)),
            Some(Err(_)) => {
                self.visitor = None;
                self.waiting.clear();
            }
            None => self.waiting.clear(),
        }
        true
    }
}
