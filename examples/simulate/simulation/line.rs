//! The wire between host and module: its speed, the receive FIFO of the host, flow control, damage.

use super::damage::{Damage, Damages};
use super::exchange::Exchange;
use super::log::{Log, Said};
use super::reading::{Blow, FromModule, ToModule, Unseen};
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::time::Instant;
use std::collections::VecDeque;

/// How the UART of the host is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Uart {
    /// Ten bits a byte; `None` takes no time.
    pub(crate) baud: Option<u32>,
    /// Bytes that the host keeps until its program reads them.
    pub(crate) fifo: usize,
    /// RTS and CTS are wired: a full FIFO stops the module instead of losing bytes.
    pub(crate) flow_control: bool,
    /// The program learns that bytes were lost.
    pub(crate) tells_overrun: bool,
}

impl Uart {
    /// A line that takes no time and loses nothing.
    pub(crate) const IDEAL: Self = Self {
        baud: None,
        fifo: usize::MAX,
        flow_control: false,
        tells_overrun: true,
    };
}

#[derive(Debug)]
pub(crate) struct Line {
    uart: Uart,
    fifo: VecDeque<u8>,
    /// When each direction is free, in microseconds.
    inward_free: u64,
    outward_free: u64,
    inward: Damages,
    outward: Damages,
    pub(crate) from_module: FromModule,
    to_module: ToModule,
    pub(crate) exchange: Exchange,
    /// Bytes in the FIFO in front of those that were lost, if the program learns of it.
    overrun: Option<usize>,
    /// How often bytes were damaged or lost on their way to the host.
    pub(crate) harms_inward: u64,
    pub(crate) bytes: u64,
    pub(crate) log: Log,
    carried: Vec<u8>,
    /// Bytes that went into the FIFO, and where among them each line outside of payload ends.
    carried_bytes: u64,
    lines: VecDeque<(u64, String)>,
}

impl Line {
    pub(crate) fn new(uart: Uart, one_at_a_time: bool) -> Self {
        Self {
            uart,
            fifo: VecDeque::new(),
            inward_free: 0,
            outward_free: 0,
            inward: Damages::default(),
            outward: Damages::default(),
            from_module: FromModule::new(),
            to_module: ToModule::default(),
            exchange: Exchange::new(one_at_a_time),
            overrun: None,
            harms_inward: 0,
            bytes: 0,
            log: Log::default(),
            carried: Vec::new(),
            carried_bytes: 0,
            lines: VecDeque::new(),
        }
    }

    pub(crate) fn damage_inward(&mut self, damage: Damage) {
        self.inward.push(damage);
    }

    pub(crate) fn damage_outward(&mut self, damage: Damage) {
        self.outward.push(damage);
    }

    /// Nothing that waits for its bytes happens any more.
    pub(crate) fn heal(&mut self) {
        self.inward.clear();
        self.outward.clear();
    }

    /// Carries what the module says into the FIFO; whether there was anything.
    pub(crate) fn carry(&mut self, now: Instant, module: &mut Module<SimNetwork>) -> bool {
        let full = self.fifo.len() >= self.uart.fifo - self.uart.fifo / 4;
        let most = self.allowance(self.inward_free, now).min(2048);
        if most == 0 || (full && self.stops()) {
            return false;
        }
        let mut buffer = [0; 2048];
        let n = module.transmit(now, &mut buffer[..most]);
        if n == 0 {
            return false;
        }
        self.inward_free = self.busy(self.inward_free, now, n);
        self.bytes += n as u64;
        let mut out = core::mem::take(&mut self.carried);
        out.clear();
        for &byte in &buffer[..n] {
            self.carry_byte(now, byte, &mut out);
            if self.from_module.take(byte) {
                let end = self.carried_bytes + out.len() as u64;
                self.lines.push_back((end, self.from_module.line()));
            }
        }
        self.fifo.extend(&out);
        self.carried_bytes += out.len() as u64;
        self.log.note(now, || Said::ByModule(out.clone()));
        self.carried = out;
        true
    }

    fn carry_byte(&mut self, now: Instant, byte: u8, out: &mut Vec<u8>) {
        let before = out.len();
        let blow = self.inward.pass(byte, out);
        let space = self.uart.fifo.saturating_sub(self.fifo.len());
        let overrun = out.len() > space && out.len() > before && !self.stops();
        if overrun {
            out.truncate(space.max(before).min(out.len()));
        }
        if blow.is_none() && !overrun {
            return;
        }
        self.harms_inward += 1;
        self.exchange.harmed(now);
        let told = overrun && self.uart.tells_overrun;
        if told && self.overrun.is_none() {
            self.overrun = Some(self.fifo.len() + out.len());
        }
        if let Some(blow) = blow.or(overrun.then_some(Blow::Shifted).filter(|_| !told)) {
            self.from_module.hit(blow);
        }
    }

    /// What the program finds, and how much of it it takes.
    pub(crate) fn read(&mut self, now: Instant, take: impl FnOnce(&[u8]) -> usize) -> bool {
        if self.fifo.is_empty() {
            return false;
        }
        // What came behind the gap is read when that was told.
        let most = self.overrun.unwrap_or(usize::MAX).min(self.fifo.len());
        let n = match &self.fifo.make_contiguous()[..most] {
            [] => 0,
            bytes => take(bytes),
        };
        self.fifo.drain(..n);
        if let Some(left) = &mut self.overrun {
            *left -= n;
        }
        let read = self.carried_bytes - self.fifo.len() as u64;
        while let Some((_, line)) = pop_read(&mut self.lines, read) {
            self.exchange.said(now, &line, &mut self.from_module);
        }
        n > 0
    }

    /// Bytes that the program has not read.
    pub(crate) fn unread(&self) -> usize {
        self.fifo.len()
    }

    /// Whether bytes were lost behind those that were read, and the program learns of it.
    pub(crate) fn was_overrun(&mut self) -> bool {
        self.overrun.take_if(|left| *left == 0).is_some()
    }

    /// How many bytes the host may send at once. A module that cannot take more stops it with its RTS,
    /// where that is wired.
    pub(crate) fn room(&self, now: Instant, module: &Module<SimNetwork>) -> usize {
        let allowed = self.allowance(self.outward_free, now);
        if self.uart.flow_control {
            return allowed.min(module.room());
        }
        allowed
    }

    /// Carries what the host says to the module.
    pub(crate) fn send(&mut self, now: Instant, bytes: &[u8], module: &mut Module<SimNetwork>) {
        self.outward_free = self.busy(self.outward_free, now, bytes.len());
        self.bytes += bytes.len() as u64;
        let mut out = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if self.outward.pass(byte, &mut out).is_some() {
                self.exchange.harmed(now);
                self.to_module.hit();
            }
            let prompted = self.from_module.prompts();
            self.to_module.take(byte, prompted, &mut self.exchange, now);
        }
        module.receive(now, &out);
        self.log.note(now, || Said::ByHost(bytes.to_vec()));
    }

    /// The module got power: what it was saying and hearing is over.
    pub(crate) fn powered(&mut self) {
        self.from_module.forget();
        self.to_module = ToModule::default();
        self.exchange.forget();
    }

    /// Damage that no driver can see, since the last call.
    pub(crate) fn unseen(&mut self) -> Option<Unseen> {
        self.to_module
            .unseen()
            .or_else(|| self.from_module.unseen())
    }

    /// When bytes of the module can go on, if it has any.
    pub(crate) fn inward_at(&self, now: Instant) -> Instant {
        let free = Instant::from_millis(self.inward_free / 1000);
        free.max(Instant::from_millis(now.as_millis() + 1))
    }

    /// When the host can send more.
    pub(crate) fn outward_at(&self) -> Instant {
        Instant::from_millis(self.outward_free / 1000)
    }

    /// The header of a push lies, so that the host reads payload as lines or lines as payload.
    pub(crate) fn misled(&mut self, now: Instant) {
        self.harms_inward += 1;
        self.exchange.harmed(now);
    }

    /// The driver has told that the module is silent: what it was waiting for is over, and may come late.
    pub(crate) fn given_up(&mut self, now: Instant) {
        self.exchange.harmed(now);
    }

    const fn stops(&self) -> bool {
        self.uart.flow_control || self.uart.baud.is_none()
    }

    /// Bytes that begin within the millisecond of `now`.
    fn allowance(&self, free: u64, now: Instant) -> usize {
        let Some(baud) = self.uart.baud else {
            return usize::MAX;
        };
        let begin = now.as_millis() * 1000;
        let left = (begin + 1000).saturating_sub(free.max(begin));
        left.div_ceil(10_000_000 / u64::from(baud)) as usize
    }

    fn busy(&self, free: u64, now: Instant, bytes: usize) -> u64 {
        let Some(baud) = self.uart.baud else {
            return 0;
        };
        free.max(now.as_millis() * 1000) + bytes as u64 * 10_000_000 / u64::from(baud)
    }
}

/// The next line that ends within the first `read` bytes.
fn pop_read(lines: &mut VecDeque<(u64, String)>, read: u64) -> Option<(u64, String)> {
    lines.front().filter(|(end, _)| *end <= read)?;
    lines.pop_front()
}
