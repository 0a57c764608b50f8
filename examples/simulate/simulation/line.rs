//! The wire between host and module: its speed, the receive FIFO of the host, flow control, damage.

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

/// What happens to bytes.
#[derive(Clone, Debug)]
pub(crate) enum Harm {
    Drop(usize),
    Change(usize, u8),
    Double(usize),
    Insert(Vec<u8>),
}

/// Damage that waits for its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    /// Bytes that pass first.
    pub(crate) skip: usize,
    pub(crate) harm: Harm,
}

#[derive(Debug, Default)]
struct Damages(VecDeque<Damage>);

/// What went over the wire, as it came out at its other end.
#[derive(Debug)]
pub(crate) enum Said {
    ByHost(Vec<u8>),
    ByModule(Vec<u8>),
    Remark(String),
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
    overrun: bool,
    /// When bytes were last damaged or lost.
    pub(crate) harmed_at: Option<Instant>,
    pub(crate) bytes: u64,
    pub(crate) log: VecDeque<(Instant, Said)>,
}

/// Entries of the log that are kept.
const LOG: usize = 40_000;

impl Line {
    pub(crate) fn new(uart: Uart) -> Self {
        Self {
            uart,
            fifo: VecDeque::new(),
            inward_free: 0,
            outward_free: 0,
            inward: Damages::default(),
            outward: Damages::default(),
            from_module: FromModule::new(),
            to_module: ToModule::default(),
            overrun: false,
            harmed_at: None,
            bytes: 0,
            log: VecDeque::new(),
        }
    }

    pub(crate) fn damage_inward(&mut self, damage: Damage) {
        self.inward.0.push_back(damage);
    }

    pub(crate) fn damage_outward(&mut self, damage: Damage) {
        self.outward.0.push_back(damage);
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
        let mut out = Vec::with_capacity(n + 16);
        for &byte in &buffer[..n] {
            let before = out.len();
            let blow = self.inward.pass(byte, &mut out);
            let space = self.uart.fifo.saturating_sub(self.fifo.len());
            let overrun = out.len() > space && out.len() > before && !self.stops();
            if overrun {
                out.truncate(space.max(before).min(out.len()));
            }
            if blow.is_some() || overrun {
                self.harmed_at = Some(now);
            }
            self.overrun |= overrun;
            let told = overrun && self.uart.tells_overrun;
            if let Some(blow) = blow.or(overrun.then_some(Blow::Shifted).filter(|_| !told)) {
                self.from_module.hit(blow);
            }
            self.from_module.take(byte);
        }
        self.fifo.extend(&out);
        self.note(now, Said::ByModule(out));
        true
    }

    /// What the program finds, and how much of it it takes.
    pub(crate) fn read(&mut self, take: impl FnOnce(&[u8]) -> usize) -> bool {
        let n = take(self.fifo.make_contiguous());
        self.fifo.drain(..n);
        n > 0
    }

    /// Whether bytes were lost behind those that were read, and the program learns of it.
    pub(crate) fn was_overrun(&mut self) -> bool {
        self.fifo.is_empty() && core::mem::take(&mut self.overrun) && self.uart.tells_overrun
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
        let mut out = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if self.outward.pass(byte, &mut out).is_some() {
                self.harmed_at = Some(now);
                self.to_module.hit();
            }
            self.to_module.take(byte, self.from_module.prompts());
        }
        module.receive(now, &out);
        self.note(now, Said::ByHost(bytes.to_vec()));
    }

    /// Damage that no driver can see, since the last call.
    pub(crate) fn unseen(&mut self) -> Option<Unseen> {
        if self.to_module.unseen() {
            return Some(Unseen::Send);
        }
        self.from_module.unseen()
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

    pub(crate) fn note(&mut self, now: Instant, said: Said) {
        if let Said::ByHost(bytes) | Said::ByModule(bytes) = &said {
            self.bytes += bytes.len() as u64;
        }
        if self.log.len() == LOG {
            self.log.pop_front();
        }
        self.log.push_back((now, said));
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

impl Damages {
    /// Passes `byte` on to `out`, as it is or not.
    fn pass(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Blow> {
        let Some(damage) = self.0.front_mut() else {
            out.push(byte);
            return None;
        };
        if damage.skip > 0 {
            damage.skip -= 1;
            out.push(byte);
            return None;
        }
        let (left, blow) = match &mut damage.harm {
            Harm::Drop(left) => (left, Blow::Shifted),
            Harm::Double(left) => {
                out.extend([byte, byte]);
                (left, Blow::Shifted)
            }
            Harm::Change(left, mask) => {
                out.push(byte ^ *mask);
                (left, Blow::Changed)
            }
            Harm::Insert(noise) => {
                out.append(noise);
                out.push(byte);
                self.0.pop_front();
                return Some(Blow::Shifted);
            }
        };
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(blow)
    }
}
