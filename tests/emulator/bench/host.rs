//! A bench for the emulated module on the real network of this machine, in real time.

use luat_modem::emulator::{HostNetwork, Module, Options, Timing};
use luat_modem::time::{Clock, SystemClock};
use std::thread;
use std::time::Duration;

pub(crate) struct HostBench {
    pub(crate) module: Module<HostNetwork>,
    clock: SystemClock,
    out: Vec<u8>,
}

impl HostBench {
    pub(crate) fn online() -> Self {
        Self::of(Options::default())
    }

    pub(crate) fn of(options: Options) -> Self {
        let mut options = options.with_timing(Timing::instant());
        options.sim.ready_after = Duration::ZERO;
        options.quirks.chunk_end = 1;
        let module = Module::running(options, HostNetwork::new());
        let mut bench = Self {
            module,
            clock: SystemClock::new(),
            out: Vec::new(),
        };
        bench.expect("NITZ");
        bench.ask("ATE0", "OK\r\n");
        bench.ask("AT+CIPMUX=1;+CSTT;+CIICR;+CIFSR", "10.74.100.63\r\n");
        bench
    }

    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.module.receive(self.clock.now(), bytes.as_ref());
    }

    /// Waits until `wanted` has come, and gives everything up to its end.
    pub(crate) fn expect(&mut self, wanted: impl AsRef<[u8]>) -> String {
        let wanted = wanted.as_ref();
        let end = self.wait(|out| {
            out.windows(wanted.len())
                .position(|part| part == wanted)
                .map(|at| at + wanted.len())
        });
        let heard = self.out.drain(..end).collect::<Vec<u8>>();
        String::from_utf8_lossy(&heard).into_owned()
    }

    pub(crate) fn exactly(&mut self, n: usize) -> Vec<u8> {
        let end = self.wait(|out| Some(n).filter(|n| out.len() >= *n));
        self.out.drain(..end).collect()
    }

    fn wait(&mut self, enough: impl Fn(&[u8]) -> Option<usize>) -> usize {
        let mut buffer = [0; 4096];
        for _ in 0..10_000 {
            let n = self.module.transmit(self.clock.now(), &mut buffer);
            self.out.extend_from_slice(&buffer[..n]);
            if let Some(end) = enough(&self.out) {
                return end;
            }
            if n == 0 {
                thread::sleep(Duration::from_millis(1));
            }
        }
        panic!("not enough: {:?}", String::from_utf8_lossy(&self.out));
    }

    pub(crate) fn ask(&mut self, command: &str, wanted: &str) -> String {
        self.write(format!("{command}\r\n"));
        self.expect(wanted)
    }
}
