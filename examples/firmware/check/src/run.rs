//! One run of a program: QEMU, the module, the far end, and what came of it.

use crate::broker::Broker;
use crate::faults::Accident;
use crate::lines::Speaker;
use crate::network::{Entry, Loopback};
use crate::server::{self, Seen, Server};
use crate::{Board, Context, FarEnd, Image, Result};
use luat_modem::emulator::{Module, Options, Timing, Transport};
use luat_modem::time::{Clock as _, Duration, SystemClock};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

/// What goes wrong during a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Nothing.
    Calm,
    /// All of [`Accident::ALL`], one after the other, for a minute.
    Faults,
    /// Nothing, on the line that is measured, with a core that needs `1 << shift` nanoseconds for an
    /// instruction.
    Paced {
        /// See there.
        shift: u8,
    },
}

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The program's peak of the stack in bytes.
    pub stack: Option<u32>,
    /// What the far end saw.
    pub seen: Seen,
    /// Connections of the persistent link, as the far end or, behind a broker, the program counts them.
    pub connections: usize,
    /// How long it took.
    pub seconds: f32,
    /// What was measured on the line.
    pub line: Option<Line>,
}

/// What was measured on a line of 921600 baud; times in instructions.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Bytes that came.
    pub bytes: u32,
    /// Bytes that were lost.
    pub lost: u32,
    /// The most bytes back to back.
    pub run: u32,
    /// From a byte to the interrupt that takes it, at most.
    pub taken: u32,
    /// From the first byte in an empty ring to the program that reads it, at most.
    pub read: u32,
    /// The most bytes in the ring.
    pub ring: u32,
}

/// Records of a calm run; long enough for a heartbeat every two seconds.
const RECORDS: usize = 30;

/// For how long PWRKEY is held where the program's time is none.
const PRESS: Duration = Duration::from_millis(1500);

/// Records between one accident and the next: what is lost shows in them.
const BETWEEN: usize = 25;

/// How long things go wrong, in the time of the program.
const MINUTE: Duration = Duration::from_secs(60);

/// Longest answer of a module to one command; the line has to have carried as much back to back.
const ANSWER: u32 = 1460;

impl Round {
    /// How long a run may take.
    fn patience(self) -> Duration {
        match self {
            Self::Calm => Duration::from_secs(60),
            Self::Faults => Duration::from_secs(400),
            Self::Paced { .. } => Duration::from_secs(240),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Faults => "faults",
            Self::Paced { .. } => "paced",
        }
    }
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A program under QEMU, ended when dropped.
struct Qemu {
    child: Child,
    uart: TcpStream,
    lines: Receiver<String>,
    /// What is at the second UART, if anything is.
    speaker: Option<Speaker>,
}

/// Runs a program.
///
/// # Errors
/// In words why it did not pass, with the last of what it said.
pub fn run(image: Image, board: Board, folder: &Path, round: Round) -> Result<Outcome> {
    let begun = Instant::now();
    let server = Server::default();
    let mut broker = None;
    let mut entries = vec![
        entry(Transport::Tcp, "echo.example", 7, server::echo()?),
        entry(Transport::Udp, "echo.example", 7, server::echo_datagrams()?),
    ];
    let (host, port, local) = match image.far_end {
        FarEnd::Records => ("server.example", 9999, server.listen()?),
        FarEnd::Socket => ("socket.example", 8080, server.listen_to_sockets()?),
        FarEnd::Streams => ("streams.example", 7000, server.listen_to_streams()?),
        FarEnd::Lines => ("lines.example", 9000, server.listen_to_lines()?),
        FarEnd::Broker => {
            let started = Broker::start(server.clone())?;
            let port = started.port;
            broker = Some(started);
            ("broker.example", 1883, port)
        }
    };
    entries.push(entry(Transport::Tcp, host, port, local));
    let mut said = Vec::new();
    let result = Qemu::start(image, board, folder, round).and_then(|mut qemu| {
        let status = converse(&mut qemu, entries, &server, &mut broker, round, &mut said)?;
        let seen = server.seen();
        judge(image, round, status, &said, &seen)?;
        match &qemu.speaker {
            Some(speaker) => speaker.judge(&said, &seen),
            None => Ok(()),
        }
    });
    match result {
        Ok(()) => Ok(Outcome {
            stack: number_after(&said, "stack "),
            connections: connections(image, &said, &server.seen()),
            seen: server.seen(),
            seconds: begun.elapsed().as_secs_f32(),
            line: line(&said, round),
        }),
        Err(error) => {
            let from = said.len().saturating_sub(300);
            let seen = server.seen();
            Err(format!("{error}\n{seen:?}\n{}", said[from..].join("\n")))
        }
    }
}

/// Moves bytes between QEMU and the module until the program ends.
fn converse(
    qemu: &mut Qemu,
    entries: Vec<Entry>,
    server: &Server,
    broker: &mut Option<Broker>,
    round: Round,
    said: &mut Vec<String>,
) -> Result<(ExitStatus, usize)> {
    let clock = SystemClock::new();
    // Off: the program has to switch it on.
    let mut module = Module::new(options(round), Loopback::new(entries));
    let mut accidents = Accident::ALL.iter().cycle();
    let (mut wanted, least) = match round {
        Round::Faults => (BETWEEN, MINUTE),
        Round::Calm | Round::Paced { .. } => (RECORDS, Duration::ZERO),
    };
    let mut losses = 0;
    let mut stopping = false;
    // The program holds the key in its own time, which passes slowly where the line is measured: there it
    // is pressed when the program has done so.
    let is_paced = matches!(round, Round::Paced { .. });
    let mut release_at = None;
    let until = clock.now() + round.patience();
    let mut buffer = [0; 1024];
    loop {
        match qemu.uart.read(&mut buffer) {
            // QEMU is ending: its status tells how.
            Ok(0) => {}
            Ok(n) => module.receive(clock.now(), &buffer[..n]),
            Err(error) if is_nothing_yet(&error) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => return Err(error).during("the UART"),
        }
        let now = clock.now();
        let n = module.transmit(now, &mut buffer);
        if qemu.uart.write_all(&buffer[..n]).is_err() && n > 0 {
            thread::sleep(Duration::from_millis(1));
        }
        if release_at.is_some_and(|at| at <= now) {
            release_at = None;
            module.set_pwrkey(now, false);
        }
        // Its UART is on when the program says something.
        if let Some(speaker) = qemu.speaker.as_mut().filter(|_| !said.is_empty()) {
            speaker.advance(now, stopping)?;
        }
        while let Ok(line) = qemu.lines.try_recv() {
            match line.as_str() {
                "PWRKEY low" if is_paced => {}
                "PWRKEY released" if is_paced => {
                    module.set_pwrkey(now, true);
                    release_at = Some(now + PRESS);
                }
                "PWRKEY low" => module.set_pwrkey(now, true),
                "PWRKEY released" => module.set_pwrkey(now, false),
                _ => {}
            }
            said.push(format!("{:>6} ms  {line}", now.as_millis()));
        }
        if let Some(status) = qemu.child.try_wait().during("QEMU")? {
            // Its last words may still be on their way.
            said.extend(qemu.lines.iter());
            return Ok((status, losses));
        }
        let records = server.with(|seen| seen.records.len());
        if records >= wanted && !stopping {
            wanted = records + BETWEEN;
            let passed = Duration::from_millis(number_after(said, "clock ").unwrap_or(0).into());
            if passed < least {
                let accident = accidents.next().copied().unwrap_or(Accident::Storm);
                said.push(format!("{:>6} ms  -- {accident:?}", now.as_millis()));
                accident.happen(&mut module, now);
                losses += usize::from(accident.ends_links());
            } else {
                stopping = true;
                server.stop();
                if let Some(broker) = broker {
                    broker.stop()?;
                }
            }
        }
        if now >= until {
            return Err(format!(
                "no verdict within {} s",
                round.patience().as_secs()
            ));
        }
    }
}

/// Both views: what the program says, and what the far end saw.
fn judge(
    image: Image,
    round: Round,
    (status, losses): (ExitStatus, usize),
    said: &[String],
    seen: &Seen,
) -> Result<()> {
    let demand = |is: bool, what: &str| if is { Ok(()) } else { Err(String::from(what)) };
    let passed = said.iter().any(|line| line.ends_with("verdict passed"));
    // A reset by the watchdog would be no verdict, whatever the status.
    demand(
        status.success() && passed,
        &format!("the program's verdict, {status}"),
    )?;
    demand(
        seen.wrong.is_empty(),
        "the far end saw what it should not have",
    )?;
    if let Round::Paced { .. } = round {
        let line = line(said, round).ok_or("nothing was measured")?;
        demand(line.lost == 0, &format!("bytes were lost: {line:?}"))?;
        let is_full = image.far_end != FarEnd::Streams || line.run >= ANSWER;
        demand(is_full, &format!("the line was never full: {line:?}"))?;
    }
    if image.far_end == FarEnd::Streams {
        return demand(seen.connections == 10, "not ten streams");
    }
    let confirmed = match image.far_end {
        FarEnd::Lines => seen.records.len(),
        _ => number_after(said, "confirmed ").unwrap_or(0) as usize,
    };
    demand(
        confirmed >= RECORDS && confirmed <= seen.records.len(),
        &format!("{confirmed} records confirmed of {}", seen.records.len()),
    )?;
    if round == Round::Faults {
        let millis = number_after(said, "clock ").unwrap_or(0);
        demand(
            Duration::from_millis(millis.into()) >= MINUTE,
            &format!("only {millis} ms of the program's time"),
        )?;
        demand(losses >= 4, &format!("only {losses} losses"))?;
    } else {
        demand(seen.twice == 0, "records came twice")?;
    }
    // Only the records' own server knows heartbeats.
    let is_paced = matches!(round, Round::Paced { .. });
    let beats = image.far_end == FarEnd::Records && !is_paced;
    demand(!beats || seen.pings > 0, "no heartbeat")?;
    let connections = connections(image, said, seen);
    demand(
        connections == losses + 1,
        &format!("{connections} connections after {losses} losses"),
    )?;
    Ok(())
}

fn connections(image: Image, said: &[String], seen: &Seen) -> usize {
    if image.needs_broker() {
        let connected = |line: &&String| line.contains("ms  connected link");
        said.iter().filter(connected).count()
    } else {
        seen.connections
    }
}

impl Qemu {
    fn start(image: Image, board: Board, folder: &Path, round: Round) -> Result<Self> {
        let listen = || -> Result<(TcpListener, String)> {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).during("the UART")?;
            let port = listener.local_addr().during("the UART")?.port();
            Ok((listener, format!("tcp:127.0.0.1:{port},nodelay=on")))
        };
        let (listener, uart) = listen()?;
        let (other, second) = match image.far_end {
            FarEnd::Lines => listen().map(|(other, second)| (Some(other), second))?,
            _ => (None, String::from("null")),
        };
        let mut qemu = Command::new("qemu-system-arm");
        if let Round::Paced { shift } = round {
            // Time is made of instructions, and waits for the host when there are none.
            qemu.args(["-icount", &format!("shift={shift},sleep=on")]);
        }
        let mut child = qemu
            .args(["-M", board.machine, "-nographic", "-monitor", "none"])
            .args(["-serial", &second, "-serial", &uart])
            .args(["-semihosting-config", "enable=on,target=native", "-kernel"])
            .arg(folder.join(image.name))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .during("qemu-system-arm")?;
        let output = child.stdout.take();
        let (sender, lines) = channel();
        thread::spawn(move || {
            let output = output
                .into_iter()
                .flat_map(|output| BufReader::new(output).lines());
            for line in output.map_while(std::result::Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        // QEMU connects one after the other.
        let lines_of = |child: &mut Child| -> Result<_> {
            let second = match &other {
                Some(other) => Some(Speaker::new(accept(other, child)?)?),
                None => None,
            };
            Ok((accept(&listener, child)?, second))
        };
        match lines_of(&mut child) {
            Ok((uart, speaker)) => Ok(Self {
                child,
                uart,
                lines,
                speaker,
            }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }
}

impl Drop for Qemu {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn accept(listener: &TcpListener, child: &mut Child) -> Result<TcpStream> {
    listener.set_nonblocking(true).during("the UART")?;
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        match listener.accept() {
            Ok((uart, _)) => {
                uart.set_nonblocking(false).during("the UART")?;
                uart.set_nodelay(true).during("the UART")?;
                uart.set_read_timeout(Some(Duration::from_millis(1)))
                    .during("the UART")?;
                return Ok(uart);
            }
            Err(error) if is_nothing_yet(&error) => thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(error).during("the UART"),
        }
        if let Some(status) = child.try_wait().during("QEMU")? {
            return Err(format!("QEMU ended before it began: {status}"));
        }
    }
    Err(String::from("QEMU did not connect its UART"))
}

/// A module quicker with booting and registering than a real one, so that a run is short. At 115200
/// baud; or as fast as it can, where the program paces the line.
fn options(round: Round) -> Options {
    let timing = Timing {
        boot: Duration::from_millis(300),
        deaf: Duration::from_millis(300),
        registration: Duration::from_millis(500),
        ..Timing::typical()
    };
    match round {
        Round::Calm | Round::Faults => Options::default().with_timing(timing).with_baud(115_200),
        // Ten links.
        Round::Paced { .. } => Options::named("luatos")
            .unwrap_or_default()
            .with_timing(timing),
    }
}

/// The figures of the line, which the program has in ticks of 40 ns.
fn line(said: &[String], round: Round) -> Option<Line> {
    let Round::Paced { shift } = round else {
        return None;
    };
    let number = |label| number_after(said, label);
    let instructions = |label| number(label).map(|ticks| (ticks * 40) >> shift);
    Some(Line {
        bytes: number("line ")?,
        lost: number(" lost ")?,
        run: number(" run ")?,
        taken: instructions(" taken ")?,
        read: instructions(" read ")?,
        ring: number(" ring ")?,
    })
}

fn entry(transport: Transport, host: &'static str, port: u16, local: u16) -> Entry {
    Entry {
        transport,
        host,
        port,
        local,
    }
}

fn is_nothing_yet(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// The number behind `label` in the last line that has it.
pub(crate) fn number_after(said: &[String], label: &str) -> Option<u32> {
    let rest = said.iter().rev().find_map(|line| line.split_once(label))?.1;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}
