//! Engine and module at the two ends of a UART, on one virtual clock of nanoseconds.
//!
//! The module's clock counts microseconds where the library says milliseconds, so that its durations are
//! scaled by [`SCALE`] and nothing is rounded to a millisecond; the engine is told whole milliseconds, as
//! a host with a SysTick would tell them.

use luat_modem::emulator::{Module, Options, SimNetwork, Timing};
use luat_modem::engine::{Config, Engine, Event, Memory};
use luat_modem::time::{Duration, Instant};
use std::collections::VecDeque;

/// What a millisecond of the module's clock is in microseconds of ours.
pub(crate) const SCALE: u32 = 1000;

/// Bytes that go over the line at once, while so many more follow as a piece has, and otherwise: what stands
/// behind an answer must not hold it up.
const CHUNK: usize = 32;
const TAIL: usize = 96;
const LITTLE: usize = 2;

const fn chunk(there: usize) -> usize {
    if there > TAIL { CHUNK } else { LITTLE }
}

/// Memory of a host with room for full pieces.
pub(crate) type Room = Memory<10, 4096, 4096>;

pub(crate) struct Line<'m> {
    pub(crate) engine: Engine<'m>,
    pub(crate) module: Module<SimNetwork>,
    pub(crate) events: VecDeque<Event>,
    /// Nanoseconds since the start.
    pub(crate) now: u64,
    pub(crate) to_module: u64,
    pub(crate) to_host: u64,
    byte: u64,
    /// Bytes under way to the module, and when the last of them is there.
    outward: Option<(u64, Vec<u8>)>,
    inward: Option<(u64, Vec<u8>)>,
    /// What the module says next.
    said: VecDeque<u8>,
    /// What the engine had no room for.
    kept: Vec<u8>,
}

impl<'m> Line<'m> {
    pub(crate) fn new(
        memory: &'m mut Room,
        config: Config<'m>,
        options: Options,
        network: SimNetwork,
        baud: u32,
    ) -> Self {
        Self {
            engine: Engine::new(memory, config),
            module: Module::running(scaled(options), network),
            events: VecDeque::new(),
            now: 0,
            to_module: 0,
            to_host: 0,
            byte: 10_000_000_000 / u64::from(baud),
            outward: None,
            inward: None,
            said: VecDeque::new(),
            kept: Vec::new(),
        }
    }

    /// Does what the users asked for, and what comes next; false if nothing ever does.
    pub(crate) fn step(&mut self) -> bool {
        while self.turn() {}
        let tick = self.host_time() + Duration::from_millis(1);
        let deadline = self.engine.deadline().map(|at| at.max(tick));
        let deadline = deadline.map(|at| at.as_millis() * 1_000_000);
        let module = self.module.deadline().map(|at| at.as_millis() * 1000);
        // While its bytes are on the wire the module waits for the wire, not for a time.
        let waits = self.inward.is_some() || !self.kept.is_empty();
        let module = module.filter(|at| *at > self.now || !waits);
        let next = [
            self.outward.as_ref().map(|(at, _)| *at),
            self.inward.as_ref().map(|(at, _)| *at),
            deadline,
            module,
        ];
        let Some(next) = next.into_iter().flatten().min() else {
            return false;
        };
        // A deadline that passes without effect must not hold time still.
        self.now = if next > self.now {
            next
        } else {
            self.now + 1000
        };
        while self.turn() {}
        true
    }

    /// Moves what can be moved at this instant; whether there was anything.
    fn turn(&mut self) -> bool {
        let (host, clock) = (self.host_time(), self.module_time());
        let mut moved = false;
        if self.outward.as_ref().is_some_and(|(at, _)| *at <= self.now)
            && let Some((_, bytes)) = self.outward.take()
        {
            self.to_module += bytes.len() as u64;
            self.module.receive(clock, &bytes);
            self.engine.sent(host, bytes.len());
            moved = true;
        }
        if self.inward.as_ref().is_some_and(|(at, _)| *at <= self.now)
            && let Some((_, bytes)) = self.inward.take()
        {
            self.to_host += bytes.len() as u64;
            self.kept.extend(bytes);
            moved = true;
        }
        self.engine.advance(host);
        self.module.advance(clock);
        if !self.kept.is_empty() {
            let taken = self.engine.receive(host, &self.kept);
            self.kept.drain(..taken);
            moved |= taken > 0;
        }
        if self.outward.is_none() {
            let out = self.engine.outgoing(host);
            // The module's RTS stops a stream that it has no room for.
            let n = out.len().min(chunk(out.len())).min(self.module.room());
            let bytes = out[..n].to_vec();
            if n > 0 {
                self.outward = Some((self.now + self.byte * bytes.len() as u64, bytes));
                moved = true;
            }
        }
        // Flow control: nothing more comes in while the engine has no room.
        if self.inward.is_none() && self.kept.is_empty() {
            let mut buffer = [0; TAIL];
            if self.said.len() <= TAIL {
                let n = self.module.transmit(clock, &mut buffer);
                self.said.extend(&buffer[..n]);
            }
            let n = chunk(self.said.len()).min(self.said.len());
            if n > 0 {
                let at = self.now + self.byte * n as u64;
                self.inward = Some((at, self.said.drain(..n).collect()));
                moved = true;
            }
        }
        while let Some(event) = self.engine.event() {
            self.events.push_back(event);
        }
        moved
    }

    pub(crate) fn host_time(&self) -> Instant {
        Instant::from_millis(self.now / 1_000_000)
    }

    fn module_time(&self) -> Instant {
        Instant::from_millis(self.now / 1000)
    }
}

/// Every duration of the module in microseconds.
fn scaled(mut options: Options) -> Options {
    let Timing {
        turnaround,
        prompt,
        boot,
        deaf,
        restart,
        registration,
        attach,
        clock,
        activation,
        shut,
        function,
        close,
        ack,
        ack_limit,
        connect_limit,
        wake,
        baud,
    } = &mut options.timing;
    let durations = [
        turnaround,
        prompt,
        boot,
        deaf,
        restart,
        registration,
        attach,
        clock,
        activation,
        shut,
        function,
        close,
        ack,
        ack_limit,
        connect_limit,
        wake,
        &mut options.sim.ready_after,
    ];
    for duration in durations {
        *duration = scale(*duration);
    }
    *baud = None;
    options
}

/// A duration as the module's clock counts it.
pub(crate) fn scale(duration: Duration) -> Duration {
    duration * SCALE
}
