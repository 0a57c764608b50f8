//! The least that is of use, to measure: bring-up, and a TCP client on ten links by the blocking end.
//!
//! Against `control` the difference is the driver. With one of the features `measure-…` it has one part
//! more, which is what that part costs.

#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use luat_firmware::board::{self, Board, finish};
use luat_firmware::settings::{BAUD, SERVER, WATCHDOG_SECONDS};
use luat_modem::blocking::{Modem, TcpSocket};
use luat_modem::engine::{Config, Engine, Memory};
use luat_modem::time::{Clock as _, Instant};

const LINKS: usize = 10;

/// As small as can be: the longest name of a host.
type Links = Memory<LINKS, 64, 64>;

/// What is measured besides.
#[derive(Default)]
struct Extra {
    #[cfg(feature = "measure-udp")]
    link: Option<luat_modem::engine::LinkId>,
    #[cfg(feature = "measure-persistent")]
    server: Option<luat_modem::supervise::Persistent<'static>>,
    #[cfg(feature = "measure-passthrough")]
    through: Option<Through>,
    #[cfg(feature = "measure-websocket")]
    client: Option<luat_modem::websocket::Client<'static, fn(&mut [u8])>>,
}

#[cfg(feature = "measure-passthrough")]
type Through =
    luat_modem::passthrough::Passthrough<'static, luat_modem::supervise::Persistent<'static>>;

/// Where the words of the driver go; without a logger the linker would drop them.
#[cfg(feature = "measure-log")]
struct Words;

#[cfg(feature = "measure-log")]
impl core::fmt::Write for Words {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        core::hint::black_box(text);
        Ok(())
    }
}

#[cfg(feature = "measure-log")]
impl log::Log for Words {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        use core::fmt::Write as _;
        let _ = Self.write_fmt(*record.args());
    }

    fn flush(&self) {}
}

impl Extra {
    /// None.
    #[cfg(not(feature = "measure"))]
    fn turn(&mut self, _: &mut Engine<'_>, _: Instant) {}

    /// A logger for all that the driver says.
    #[cfg(feature = "measure-log")]
    fn turn(&mut self, _: &mut Engine<'_>, _: Instant) {
        // Only the first time.
        if log::set_logger(&Words).is_ok() {
            log::set_max_level(log::LevelFilter::Debug);
        }
    }

    /// A datagram that comes goes back.
    #[cfg(feature = "measure-udp")]
    fn turn(&mut self, engine: &mut Engine<'_>, _: Instant) {
        use luat_modem::engine::Transport;
        let (host, port) = SERVER;
        let Some(link) = self.link else {
            self.link = engine.connect(Transport::Udp, host, port).ok();
            return;
        };
        let mut piece = [0; 32];
        if let Ok(datagram) = engine.recv_datagram(link, &mut piece) {
            let _ = engine.send(link, &piece[..datagram.copied]);
        }
    }

    /// A link that connects again, with a heartbeat.
    #[cfg(feature = "measure-persistent")]
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) {
        let server = self
            .server
            .get_or_insert_with(luat_firmware::settings::server);
        while server.advance(engine, now).is_some() {}
    }

    /// A pass-through on such a link.
    #[cfg(feature = "measure-passthrough")]
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) {
        use luat_modem::passthrough::{Passthrough, Settings};
        let (Some(kept), Some(read)) = (
            singleton!(: [u8; 256] = [0; 256]),
            singleton!(: [u8; 64] = [0; 64]),
        ) else {
            if let Some(through) = &mut self.through {
                while through.advance(engine, now).is_some() {}
                // What comes goes back.
                let outgoing = through.outgoing();
                let mut piece = [0; 32];
                let n = outgoing.len().min(piece.len());
                piece[..n].copy_from_slice(&outgoing[..n]);
                through.sent(n);
                through.receive(now, &piece[..n]);
            }
            return;
        };
        let server = luat_firmware::settings::server();
        self.through = Some(Passthrough::new(server, Settings::new(), kept, read));
    }

    /// A WebSocket client over TCP, whose messages go back.
    #[cfg(feature = "measure-websocket")]
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) {
        use luat_modem::websocket::{Change, Client, Kind, Request, Url};
        let Some(client) = &mut self.client else {
            let url = Url::parse(luat_firmware::settings::SOCKET);
            let random: fn(&mut [u8]) = |bytes| bytes.fill(4);
            self.client = url
                .ok()
                .and_then(|url| Client::new("server", Request::new(url), 0, random).ok());
            return;
        };
        while let Some(change) = client.advance(engine, now) {
            if change == Change::Received {
                let mut piece = [0; 32];
                while let Some(came) = client.recv(engine, &mut piece) {
                    let _ = client.send(engine, Kind::Binary, &piece[..came.length]);
                }
            }
        }
    }
}

#[entry]
fn main() -> ! {
    let (Some(board), Some(memory)) = (
        Board::take(BAUD),
        singleton!(: Links = const { Links::new() }),
    ) else {
        finish(false);
    };
    let clock = board.clock;
    let modem = Modem::new(memory, Config::new(), board.uart, clock);
    let mut sockets: [Option<TcpSocket<'_, '_, _, _>>; LINKS] = [const { None }; LINKS];
    let mut extra = Extra::default();
    board::start_watchdog(WATCHDOG_SECONDS);
    loop {
        let Ok(moved) = modem.poll() else {
            finish(false);
        };
        let ready = modem.with_engine(|engine| engine.is_ready());
        for slot in &mut sockets {
            match slot {
                None if ready => {
                    let (host, port) = SERVER;
                    *slot = modem.start_connect(host, port).ok();
                }
                None => {}
                Some(socket) => {
                    // What comes goes back.
                    let mut piece = [0; 32];
                    let result = socket.try_read(&mut piece);
                    let alive = match result {
                        Ok(0) | Err(nb::Error::Other(_)) => false,
                        Ok(n) => socket.try_write(&piece[..n]).is_ok(),
                        Err(nb::Error::WouldBlock) => true,
                    };
                    if !alive {
                        *slot = None;
                    }
                }
            }
        }
        modem.with_engine(|engine| extra.turn(engine, clock.now()));
        board::feed_watchdog();
        if !moved {
            clock.idle(None);
        }
    }
}
