//! What is behind the antenna of a module in software: this machine, as slowly as wanted, or nothing.

use luat_modem::emulator::{HostNetwork, NetEvent, Network, Remote};
use luat_modem::time::{Duration, Instant};

/// How slow the network is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// Bytes a second, each way and over all links.
    pub(super) rate: Option<u32>,
    /// Until a connection is asked for.
    pub(super) latency: Duration,
}

/// The network of a module in software.
pub(super) struct Behind {
    world: World,
    pace: Pace,
    up: Bucket,
    down: Bucket,
    /// Connections that are asked for later.
    asked: Vec<(Instant, Asked)>,
}

enum World {
    Host(Box<HostNetwork>),
    Nowhere(Vec<NetEvent>),
}

/// A connection that is asked for.
struct Asked {
    link: usize,
    host: String,
    to: Remote<'static>,
    tls: Option<luat_modem::emulator::Tls>,
}

impl Behind {
    /// The network of this machine.
    pub(super) fn host(pace: Pace) -> Self {
        Self::of(World::Host(Box::new(HostNetwork::new())), pace)
    }

    /// Every connection succeeds and leads nowhere.
    pub(super) fn nowhere() -> Self {
        Self::of(World::Nowhere(Vec::new()), Pace::default())
    }

    fn of(world: World, pace: Pace) -> Self {
        Self {
            world,
            pace,
            up: Bucket::default(),
            down: Bucket::default(),
            asked: Vec::new(),
        }
    }
}

impl Network for Behind {
    fn resolve(&mut self, now: Instant, name: &str) {
        match &mut self.world {
            World::Host(host) => host.resolve(now, name),
            World::Nowhere(told) => told.push(NetEvent::NotResolved { name: name.into() }),
        }
    }

    fn connect(&mut self, now: Instant, link: usize, to: &Remote<'_>) {
        match &mut self.world {
            World::Host(host) if self.pace.latency.is_zero() => host.connect(now, link, to),
            World::Host(_) => {
                let asked = Asked {
                    link,
                    host: to.host.into(),
                    tls: to.tls.cloned(),
                    to: Remote {
                        host: "",
                        tls: None,
                        ..*to
                    },
                };
                self.asked.push((now + self.pace.latency, asked));
            }
            World::Nowhere(told) => told.push(NetEvent::Connected {
                link,
                // RFC 5737: for documentation.
                address: [192, 0, 2, 1].into(),
            }),
        }
    }

    fn send(&mut self, now: Instant, link: usize, bytes: &[u8]) -> usize {
        let World::Host(host) = &mut self.world else {
            return bytes.len();
        };
        match self.up.room(now, self.pace.rate, bytes.len()) {
            // What goes out goes in pieces of this size at most; a datagram goes whole.
            0 => 0,
            _ => {
                let sent = host.send(now, link, bytes);
                self.up.take(sent);
                sent
            }
        }
    }

    fn unacknowledged(&self, link: usize) -> usize {
        match &self.world {
            World::Host(host) => host.unacknowledged(link),
            World::Nowhere(_) => 0,
        }
    }

    fn read(&mut self, now: Instant, link: usize, into: &mut [u8]) -> usize {
        let World::Host(host) = &mut self.world else {
            return 0;
        };
        if self.down.room(now, self.pace.rate, into.len()) == 0 {
            return 0;
        }
        let n = host.read(now, link, into);
        self.down.take(n);
        n
    }

    fn listen(&mut self, now: Instant, port: u16) -> bool {
        match &mut self.world {
            World::Host(host) => host.listen(now, port),
            World::Nowhere(_) => true,
        }
    }

    fn unlisten(&mut self, now: Instant) {
        if let World::Host(host) = &mut self.world {
            host.unlisten(now);
        }
    }

    fn admit(&mut self, now: Instant, visitor: usize, link: Option<usize>) {
        if let World::Host(host) = &mut self.world {
            host.admit(now, visitor, link);
        }
    }

    fn ping(&mut self, now: Instant, to: &str) {
        if let World::Host(host) = &mut self.world {
            host.ping(now, to);
        }
    }

    fn close(&mut self, now: Instant, link: usize, quick: bool) {
        self.asked.retain(|(_, asked)| asked.link != link);
        match &mut self.world {
            World::Host(host) => host.close(now, link, quick),
            World::Nowhere(_) => {}
        }
    }

    fn poll(&mut self, now: Instant, events: &mut Vec<NetEvent>) {
        let World::Host(host) = &mut self.world else {
            if let World::Nowhere(told) = &mut self.world {
                events.append(told);
            }
            return;
        };
        let (due, later) = std::mem::take(&mut self.asked)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.asked = later;
        for (_, asked) in Vec::from_iter::<Vec<(Instant, Asked)>>(due) {
            let to = Remote {
                host: &asked.host,
                tls: asked.tls.as_ref(),
                ..asked.to
            };
            host.connect(now, asked.link, &to);
        }
        host.poll(now, events);
    }

    fn deadline(&self) -> Option<Instant> {
        let World::Host(host) = &self.world else {
            return match &self.world {
                World::Nowhere(told) if !told.is_empty() => Some(Instant::ZERO),
                _ => None,
            };
        };
        let asked = self.asked.iter().map(|(at, _)| *at).min();
        [host.deadline(), asked].into_iter().flatten().min()
    }
}

/// A budget of bytes that fills with time, at most a tenth of a second ahead.
#[derive(Default)]
struct Bucket {
    bytes: u64,
    filled: Instant,
}

impl Bucket {
    /// How many of `wanted` bytes may pass now.
    fn room(&mut self, now: Instant, rate: Option<u32>, wanted: usize) -> usize {
        let Some(rate) = rate.map(u64::from) else {
            return wanted;
        };
        let passed = u64::try_from((now - self.filled).as_millis()).unwrap_or(u64::MAX);
        let more = passed.saturating_mul(rate) / 1000;
        if more > 0 {
            self.filled = now;
            self.bytes = (self.bytes + more).min((rate / 10).max(1500));
        }
        // Less than a packet waits for the rest of it.
        match self.bytes >= 1460.min(wanted as u64) {
            true => wanted,
            false => 0,
        }
    }

    fn take(&mut self, n: usize) {
        self.bytes = self.bytes.saturating_sub(n as u64);
    }
}
