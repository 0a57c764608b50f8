//! The module in software, as the command line describes it.

use crate::args::Common;
use crate::exit::Failure;
use luat_modem::emulator::{HostNetwork, Module, Options, Profile, Registration, Sim, Timing};
use luat_modem::time::{Clock, Duration, Instant, SystemClock};

/// A module in software, and what is wrong with its line.
pub(crate) struct Software {
    module: Module<HostNetwork>,
    garbled: bool,
}

impl Software {
    /// The module called `profile`, with the faults of the command line; `baud` paces what it says.
    pub(crate) fn new(profile: &str, common: &Common, baud: Option<u32>) -> Result<Self, Failure> {
        let known = || {
            Profile::ALL
                .iter()
                .map(|p| p.name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let mut options = Options::named(profile).ok_or_else(|| {
            let what = format!("there is no module called {profile} in software");
            Failure::usage("argument.profile", what, format!("use one of {}", known()))
        })?;
        options.timing.registration = Duration::from_millis(800);
        options.timing.baud = baud;
        let (mut silent, mut garbled) = (false, false);
        for fault in &common.fault {
            let (name, value) = fault.split_once('=').unwrap_or((fault, ""));
            match name {
                "sim-missing" => options.sim = Sim::missing(),
                "pin" if !value.is_empty() => options.sim = Sim::pin(value, 3),
                "puk" => options.sim = Sim::puk("12345678", 10),
                "denied" => options.registration = Registration::Denied,
                "searching" => options.registration = Registration::Searching,
                "no-attach" => options.attach = false,
                "no-pdp" => options.bearer = false,
                "silent" => silent = true,
                "garbage" => garbled = true,
                _ => {
                    return Err(Failure::usage(
                        "argument.fault",
                        format!("there is no fault called {name}"),
                        "use sim-missing, pin=PIN, puk, denied, searching, no-attach, no-pdp, silent or garbage",
                    ));
                }
            }
        }
        Ok(Self::of(options, silent, garbled))
    }

    /// The module of the demonstration: ten links, and quick to register.
    pub(crate) fn for_demo() -> Self {
        let mut options = Options::named("luatos").unwrap_or_default();
        options.timing = Timing {
            registration: Duration::from_millis(400),
            ..Timing::typical()
        };
        Self::of(options, false, false)
    }

    fn of(options: Options, silent: bool, garbled: bool) -> Self {
        let network = HostNetwork::new();
        let module = if silent {
            Module::new(options, network)
        } else {
            Module::running(options, network)
        };
        Self { module, garbled }
    }

    pub(crate) fn receive(&mut self, now: Instant, bytes: &[u8]) {
        self.module.receive(now, bytes);
    }

    pub(crate) fn transmit(&mut self, now: Instant, out: &mut [u8]) -> usize {
        let n = self.module.transmit(now, out);
        if self.garbled {
            // As a wrong rate makes it: no byte is what it was, and no line ends.
            out.iter_mut()
                .take(n)
                .for_each(|byte| *byte = (*byte >> 1) | 0x80);
        }
        n
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.module.deadline()
    }
}

/// A module in software in this process.
pub(crate) struct Inside {
    pub(crate) software: Software,
    pub(crate) clock: SystemClock,
}

impl Inside {
    pub(crate) fn read(&mut self, into: &mut [u8]) -> usize {
        self.software.transmit(self.clock.now(), into)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> usize {
        self.software.receive(self.clock.now(), bytes);
        bytes.len()
    }
}
