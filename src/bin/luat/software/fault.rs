//! What goes wrong with a module in software: from the start, at a time, or again and again.
//!
//! ```text
//! FAULT[=VALUE][@TIME][/EVERY]     drop=3@5s/10s
//! ```
//!
//! A script has one of these on each line, with the time in front: `5s restart`.

use super::network::{Behind, Pace};
use super::noise::Noise;
use crate::args::Common;
use crate::duration;
use crate::exit::Failure;
use luat_modem::emulator::{Chance, Fault, Module, Options, Registration, Signal, Sim};
use luat_modem::time::{Duration, Instant};

/// What is wrong with the line and the network all the time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    pub(super) silent: bool,
    pub(super) garbled: bool,
    /// What the module says comes in little pieces.
    pub(super) split: bool,
    pub(super) network: Pace,
}

/// What will go wrong, and when.
#[derive(Debug, Default)]
pub(super) struct Accidents(Vec<Planned>);

#[derive(Clone, Debug)]
struct Planned {
    at: Instant,
    every: Option<Duration>,
    what: Accident,
}

/// An accident whose particulars are left to chance.
#[derive(Clone, Debug)]
enum Accident {
    Drop(usize),
    Garble(usize),
    Insert(usize),
    Double(usize),
    Storm(usize),
    Plain(Fault),
}

impl Accidents {
    /// Those of the command line and of its script. What is wrong from the start goes into `options`
    /// and `line`.
    pub(super) fn of(
        common: &Common,
        options: &mut Options,
        line: &mut Line,
    ) -> Result<Self, Failure> {
        let mut own = Self::default();
        for text in &common.fault {
            own.add(text, Duration::ZERO, options, line)
                .map_err(|what| wrong(format!("--fault {text}: {what}")))?;
        }
        if let Some(path) = &common.script {
            let script = std::fs::read_to_string(path).map_err(|error| {
                let what = format!("{} cannot be read: {error}", path.display());
                Failure::usage("file.read", what, "name a file that you may read")
            })?;
            own.read(&script, options, line).map_err(|(number, what)| {
                let what = format!("{}, line {number}: {what}", path.display());
                let advice = "each line is TIME FAULT, such as: 5s restart";
                Failure::usage("argument.script", what, advice)
            })?;
        }
        Ok(own)
    }

    fn read(
        &mut self,
        script: &str,
        options: &mut Options,
        line: &mut Line,
    ) -> Result<(), (usize, String)> {
        for (number, text) in (1..).zip(script.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let told = |what| (number, what);
            let (time, fault) = text
                .split_once(char::is_whitespace)
                .ok_or_else(|| told("there is no time, or no fault".into()))?;
            let time = duration::parse(time).map_err(told)?;
            self.add(fault.trim(), time, options, line).map_err(told)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        text: &str,
        at: Duration,
        options: &mut Options,
        line: &mut Line,
    ) -> Result<(), String> {
        // The text of a notice may hold anything.
        let timed = !text.starts_with("notice=");
        let (text, every) = match text.rsplit_once('/').filter(|_| timed) {
            Some((text, every)) => (text, Some(duration::parse(every)?)),
            None => (text, None),
        };
        let (text, at) = match text.rsplit_once('@').filter(|_| timed) {
            Some((text, at)) => (text, duration::parse(at)?),
            None => (text, at),
        };
        if every.is_some_and(|every| every < Duration::from_millis(10)) {
            return Err("it cannot come again within 10ms".into());
        }
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        if at.is_zero() && every.is_none() && from_the_start(name, value, options, line)? {
            return Ok(());
        }
        self.0.push(Planned {
            at: Instant::ZERO + at,
            every,
            what: accident(name, value)?,
        });
        Ok(())
    }

    /// What is due happens.
    pub(super) fn befall(&mut self, now: Instant, module: &mut Module<Behind>, noise: &mut Noise) {
        let mut index = 0;
        while let Some(planned) = self.0.get_mut(index) {
            if planned.at > now {
                index += 1;
                continue;
            }
            let what = planned.what.clone();
            match planned.every {
                Some(every) => planned.at = now + every,
                None => drop(self.0.remove(index)),
            }
            for fault in what.particulars(noise) {
                module.inject(now, fault);
            }
        }
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.iter().map(|planned| planned.at).min()
    }
}

impl Accident {
    fn particulars(self, noise: &mut Noise) -> Vec<Fault> {
        let mut skip = || usize::from(noise.below(200));
        vec![match self {
            Self::Drop(count) => Fault::Drop {
                skip: skip(),
                count,
            },
            Self::Garble(count) => Fault::Garble {
                skip: skip(),
                count,
                mask: 0x24,
            },
            Self::Insert(count) => Fault::Insert {
                skip: skip(),
                bytes: vec![b'~'; count],
            },
            Self::Double(count) => Fault::Double {
                skip: skip(),
                count,
            },
            Self::Plain(fault) => fault,
            Self::Storm(count) => {
                let texts = [
                    "+CREG: 1,\"1863\",\"0183db22\",7",
                    "^MODE: 17,17",
                    "+CSQ: 20,0",
                ];
                let notice = |text: &&str| Fault::Notice {
                    text: (*text).into(),
                    at: Chance::Now,
                };
                return texts.iter().cycle().take(count).map(notice).collect();
            }
        }]
    }
}

/// Whether it is a matter of how the module begins.
fn from_the_start(
    name: &str,
    value: &str,
    options: &mut Options,
    line: &mut Line,
) -> Result<bool, String> {
    match name {
        "sim-missing" => options.sim = Sim::missing(),
        "pin" if !value.is_empty() => options.sim = Sim::pin(value, 3),
        "puk" => options.sim = Sim::puk("12345678", 10),
        "denied" => options.registration = Registration::Denied,
        "roaming" => options.registration = Registration::Roaming,
        "searching" => options.registration = Registration::Searching,
        "no-attach" => options.attach = false,
        "no-pdp" => options.bearer = false,
        "silent" => line.silent = true,
        "garbage" => line.garbled = true,
        "split" => line.split = true,
        "slow" => {
            let rate = number(value)?;
            line.network.rate = Some(u32::try_from(rate).unwrap_or(u32::MAX).max(1));
        }
        "latency" => line.network.latency = duration::parse(value)?,
        "turnaround" => options.timing.turnaround = duration::parse(value)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn accident(name: &str, value: &str) -> Result<Accident, String> {
    let some = || match value {
        "" => Ok(1),
        value => number(value),
    };
    let plain = match name {
        "drop" => return some().map(Accident::Drop),
        "garble" => return some().map(Accident::Garble),
        "insert" => return some().map(Accident::Insert),
        "double" => return some().map(Accident::Double),
        "storm" => return some().map(Accident::Storm),
        "delay" => Fault::DelayAnswer(duration::parse(value)?),
        "delay-prompt" => Fault::DelayPrompt(duration::parse(value)?),
        "swallow" => Fault::SwallowAnswer,
        "notice" if !value.is_empty() => Fault::Notice {
            text: value.into(),
            at: Chance::Now,
        },
        "send-fail" => Fault::SendFail(narrow(some()?)?),
        "refuse" => Fault::Refuse(narrow(number(value)?)?),
        "echo" => Fault::Echo,
        "restart" => Fault::Restart,
        "hang" => Fault::Hang,
        "pdp-deact" => Fault::PdpDeact,
        "no-pdp" => Fault::Bearer(false),
        "pdp" => Fault::Bearer(true),
        "remote-close" => Fault::RemoteClose(number(value)?),
        "sim-missing" | "sim-removed" => Fault::SimRemoved,
        "sim-inserted" => Fault::SimInserted,
        "searching" => Fault::Registration(Registration::Searching),
        "denied" => Fault::Registration(Registration::Denied),
        "roaming" => Fault::Registration(Registration::Roaming),
        "home" => Fault::Registration(Registration::Home),
        "signal" => {
            let rssi: u8 = narrow(number(value)?)?;
            Fault::Signal(Signal {
                rssi,
                rsrp: rssi.saturating_mul(3).min(97),
                ..Signal::default()
            })
        }
        _ => return Err(format!("there is no fault called {name}")),
    };
    Ok(Accident::Plain(plain))
}

fn number(text: &str) -> Result<usize, String> {
    let wrong = || String::from("a number is missing behind the =");
    text.parse().map_err(|_| wrong())
}

fn narrow<N: TryFrom<usize>>(number: usize) -> Result<N, String> {
    N::try_from(number).map_err(|_| String::from("the number is too large"))
}

fn wrong(what: String) -> Failure {
    Failure::usage("argument.fault", what, ADVICE)
}

const ADVICE: &str = "use sim-missing, pin=PIN, puk, denied, roaming, searching, no-attach, no-pdp, silent, garbage, split, slow=BYTES, latency=DURATION; \
or, also with @TIME and /EVERY, drop=N, garble=N, insert=N, double=N, storm=N, delay=DURATION, swallow, notice=TEXT, send-fail=N, refuse=N, restart, hang, pdp-deact, remote-close=LINK, sim-removed, sim-inserted, searching, home, signal=N";

#[cfg(test)]
mod tests {
    use super::*;

    fn add(text: &str) -> Result<Accidents, String> {
        let mut own = Accidents::default();
        let (mut options, mut line) = (Options::default(), Line::default());
        own.add(text, Duration::ZERO, &mut options, &mut line)
            .map(|()| own)
    }

    #[test]
    fn times() {
        let own = add("drop=3@5s/10s").unwrap();
        let planned = &own.0[0];
        assert_eq!(planned.at, Instant::ZERO + Duration::from_secs(5));
        assert_eq!(planned.every, Some(Duration::from_secs(10)));
        assert!(matches!(planned.what, Accident::Drop(3)));
        assert!(add("searching").unwrap().0.is_empty());
        assert_eq!(add("searching@1s").unwrap().0.len(), 1);
        assert!(matches!(
            &add("notice=+CME/x@y").unwrap().0[0].what,
            Accident::Plain(Fault::Notice { text, .. }) if text == "+CME/x@y"
        ));
        for bad in [
            "nothing",
            "drop=x",
            "restart@x",
            "restart/1ms",
            "slow",
            "signal=999",
        ] {
            assert!(add(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn scripts() {
        let (mut options, mut line) = (Options::default(), Line::default());
        let mut own = Accidents::default();
        let script = "# first\n\n5s restart\n8s storm=5/1s\n";
        own.read(script, &mut options, &mut line).unwrap();
        assert_eq!(own.0.len(), 2);
        let bad = own.read("1s restart\nrestart\n", &mut options, &mut line);
        assert_eq!(bad.unwrap_err().0, 2);
    }
}
