//! The module in software, as the command line describes it.

mod fault;
mod network;
mod noise;
mod pace;

use crate::args::Common;
use crate::exit::Failure;
use fault::{Accidents, Line};
use luat_modem::emulator::{Module, Options, Profile, Timing};
use luat_modem::time::{Clock, Duration, Instant, SystemClock};
use network::Behind;
use noise::Noise;
pub(crate) use pace::Pace;

/// A module in software, and what is wrong with its line.
pub(crate) struct Software {
    module: Module<Behind>,
    line: Line,
    accidents: Accidents,
    noise: Noise,
}

/// The module that is meant: `asked` for with `--emulate=`, or with `--profile`.
pub(crate) fn profile<'a>(asked: &'a str, common: &'a Common) -> &'a str {
    match (asked, &common.profile) {
        ("", Some(profile)) => profile,
        ("", None) => "air780ep",
        (asked, _) => asked,
    }
}

impl Software {
    /// The module called `profile`, with the faults of the command line; `baud` paces what it says.
    pub(crate) fn new(profile: &str, common: &Common, baud: Option<u32>) -> Result<Self, Failure> {
        let mut options = named(profile)?;
        options.timing.registration = Duration::from_millis(800);
        options.timing.baud = baud;
        let mut line = Line::default();
        let accidents = Accidents::of(common, &mut options, &mut line)?;
        let network = Behind::host(line.network);
        let mut own = Self::of(options, line, accidents, network);
        own.noise = Noise::new(common.fault_seed);
        for (name, path) in &common.store {
            let content = std::fs::read(path).map_err(|error| {
                let what = format!("{} cannot be read: {error}", path.display());
                Failure::usage("file.read", what, "name a file that you may read")
            })?;
            own.module.store_file(name, &content);
        }
        Ok(own)
    }

    /// The module of the demonstration: ten links, and quick to register.
    pub(crate) fn for_demo() -> Self {
        let mut options = Options::named("luatos").unwrap_or_default();
        options.timing = Timing {
            registration: Duration::from_millis(400),
            ..Timing::typical()
        };
        let line = Line::default();
        let network = Behind::host(line.network);
        Self::of(options, line, Accidents::default(), network)
    }

    /// A module whose every connection succeeds and leads nowhere.
    pub(crate) fn for_rehearsal(profile: &str) -> Result<Self, Failure> {
        let options = named(profile)?.with_timing(Timing::instant());
        let accidents = Accidents::default();
        Ok(Self::of(
            options,
            Line::default(),
            accidents,
            Behind::nowhere(),
        ))
    }

    fn of(options: Options, line: Line, accidents: Accidents, network: Behind) -> Self {
        let module = if line.silent {
            Module::new(options, network)
        } else {
            Module::running(options, network)
        };
        Self {
            module,
            line,
            accidents,
            noise: Noise::new(1),
        }
    }

    pub(crate) fn receive(&mut self, now: Instant, bytes: &[u8]) {
        self.accidents
            .befall(now, &mut self.module, &mut self.noise);
        self.module.receive(now, bytes);
    }

    pub(crate) fn transmit(&mut self, now: Instant, out: &mut [u8]) -> usize {
        self.accidents
            .befall(now, &mut self.module, &mut self.noise);
        let most = match self.line.split {
            true => usize::from(self.noise.below(8)) + 1,
            false => out.len(),
        };
        let part = out.get_mut(..most.min(out.len())).unwrap_or_default();
        let n = self.module.transmit(now, part);
        if self.line.garbled {
            // As a wrong rate makes it: no byte is what it was, and no line ends.
            part.iter_mut()
                .take(n)
                .for_each(|byte| *byte = (*byte >> 1) | 0x80);
        }
        n
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let next = [self.module.deadline(), self.accidents.deadline()];
        next.into_iter().flatten().min()
    }
}

fn named(profile: &str) -> Result<Options, Failure> {
    Options::named(profile).ok_or_else(|| {
        let known: Vec<_> = Profile::ALL.iter().map(|p| p.name).collect();
        let what = format!("there is no module called {profile} in software");
        let advice = format!("use one of {}", known.join(", "));
        Failure::usage("argument.profile", what, advice)
    })
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
