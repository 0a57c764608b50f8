//! Which port the module is on, how fast it speaks, and which module it is.

use super::Serial;
use crate::args::{Baud, Common};
use crate::exit::{self, Failure};
use crate::interrupt;
use luat_modem::emulator::Profile;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// How long a module that is awake takes for `OK`, at most.
const PATIENCE: Duration = Duration::from_millis(400);

/// The first `AT` may wake the module, or teach it the rate.
const TRIES: u32 = 3;

/// The usual rates, the most usual ones first.
const RATES: [u32; 9] = [
    115_200, 9_600, 921_600, 460_800, 230_400, 57_600, 38_400, 19_200, 4_800,
];

/// A port of this computer.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// What the operating system knows of it.
    pub(crate) about: Option<String>,
}

/// What answered.
#[derive(Clone, Debug)]
pub(crate) struct Answering {
    pub(crate) rate: u32,
    pub(crate) model: String,
    pub(crate) firmware: String,
    pub(crate) imei: String,
}

impl Answering {
    /// The profile it has.
    pub(crate) fn profile(&self) -> Option<&'static str> {
        profile(&self.model, &self.firmware)
    }
}

/// The ports that a module may be on: those of the system, and those of the configuration.
pub(crate) fn candidates(common: &Common) -> Vec<Candidate> {
    let ports = serialport::available_ports().unwrap_or_default();
    let mut found: Vec<Candidate> = ports
        .into_iter()
        // The four or more built-in ports of a PC are listed whether they exist or not.
        .filter(|port| !port.port_name.starts_with("/dev/ttyS"))
        .map(|port| Candidate {
            about: about(&port.port_type),
            path: port.port_name.into(),
        })
        .collect();
    for device in common.candidates.iter().chain(&common.port) {
        if device.exists() && !found.iter().any(|one| one.path == *device) {
            found.push(Candidate {
                path: device.clone(),
                about: Some("configured".into()),
            });
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn about(kind: &serialport::SerialPortType) -> Option<String> {
    match kind {
        serialport::SerialPortType::UsbPort(usb) => {
            let name = usb.product.clone().unwrap_or_else(|| "USB".into());
            Some(format!("{name} {:04x}:{:04x}", usb.vid, usb.pid))
        }
        serialport::SerialPortType::BluetoothPort => Some("Bluetooth".into()),
        serialport::SerialPortType::PciPort => Some("PCI".into()),
        serialport::SerialPortType::Unknown => None,
    }
}

/// Asks all of them at once.
pub(crate) fn ask_all(
    found: Vec<Candidate>,
    common: &Common,
) -> Vec<(Candidate, Result<Answering, Failure>)> {
    let (baud, rts_cts) = (common.baud, common.rts_cts);
    let asked = found.into_iter().map(|one| {
        let path = one.path.clone();
        (one, thread::spawn(move || ask(&path, baud, rts_cts)))
    });
    let asked: Vec<_> = asked.collect();
    let answer = |thread: thread::JoinHandle<_>| thread.join().unwrap_or_else(|_| Err(silent()));
    asked
        .into_iter()
        .map(|(one, thread)| (one, answer(thread)))
        .collect()
}

/// The one port that answers AT, and is of the profile that is wanted.
pub(super) fn the_one(common: &Common) -> Result<(PathBuf, u32), Failure> {
    let mut answered = ask_all(candidates(common), common);
    if interrupt::requested() {
        return Err(Failure::interrupted());
    }
    let seen: Vec<String> = answered
        .iter()
        .map(|(one, answer)| match answer {
            Ok(answer) => format!("{} ({})", one.path.display(), answer.model),
            Err(failure) => format!("{} ({})", one.path.display(), failure.what),
        })
        .collect();
    answered.retain(|(_, answer)| {
        answer
            .as_ref()
            .is_ok_and(|answer| fits(answer, common).is_ok())
    });
    let refuse = |code, what: &str, advice: &str| {
        let list = match seen.is_empty() {
            true => String::new(),
            false => format!(": {}", seen.join(", ")),
        };
        Err(Failure::new(
            exit::PORT,
            code,
            format!("{what}{list}"),
            advice,
        ))
    };
    match answered.as_slice() {
        [(one, Ok(answer))] => Ok((one.path.clone(), answer.rate)),
        [] if seen.is_empty() => refuse(
            "port.none",
            "no serial port was given, and there is none",
            "connect the module, then use --port DEVICE; or --emulate for a module in software",
        ),
        [] => refuse(
            "port.none",
            "no serial port was given, and none answers AT",
            "use --port with one of them; or --emulate for a module in software",
        ),
        _ => refuse(
            "port.several",
            "several ports answer AT",
            "use --port with one of them",
        ),
    }
}

/// The rate at which the module at `path` answers.
pub(super) fn rate(path: &Path, common: &Common) -> Result<u32, Failure> {
    let baud = match common.baud {
        Some(Baud::Auto) => Some(Baud::Auto),
        Some(Baud::Rate(rate)) if common.profile.is_none() => return Ok(rate),
        None if common.profile.is_none() => return Ok(USUAL),
        other => other,
    };
    let answer = ask(path, baud, common.rts_cts)?;
    fits(&answer, common)?;
    Ok(answer.rate)
}

/// The rate if none is given.
pub(super) const USUAL: u32 = 115_200;

fn fits(answer: &Answering, common: &Common) -> Result<(), Failure> {
    let Some(wanted) = &common.profile else {
        return Ok(());
    };
    if answer
        .profile()
        .is_some_and(|own| own.eq_ignore_ascii_case(wanted))
    {
        return Ok(());
    }
    let what = format!(
        "the module is {}, firmware {}, and not {wanted}",
        answer.model, answer.firmware
    );
    let advice = "use the port of that module, or leave out --profile";
    Err(Failure::new(exit::NO, "module.other", what, advice))
}

fn ask(path: &Path, baud: Option<Baud>, rts_cts: bool) -> Result<Answering, Failure> {
    let one;
    let rates = match baud {
        Some(Baud::Auto) => &RATES[..],
        Some(Baud::Rate(rate)) => {
            one = [rate];
            &one[..]
        }
        None => &[USUAL],
    };
    for rate in rates {
        let serial = Serial::open(path, *rate, rts_cts)?;
        let mut asked = Asking(serial);
        for _ in 0..TRIES {
            if interrupt::requested() {
                return Err(Failure::interrupted());
            }
            if asked.ask("AT")?.is_some() {
                let mut first = |line| Ok::<_, Failure>(first_line(asked.ask(line)?, line));
                return Ok(Answering {
                    rate: *rate,
                    model: first("AT+CGMM")?,
                    firmware: first("ATI")?,
                    imei: first("AT+CGSN")?,
                });
            }
        }
    }
    Err(silent())
}

fn silent() -> Failure {
    Failure::new(
        exit::MODULE,
        "module.no-answer",
        "no answer",
        "check the supply, PWRKEY, that RX and TX are crossed, and that this is the AT port",
    )
}

struct Asking(Serial);

impl Asking {
    /// What comes for `line` up to its result; `None` if there is none in time, or a refusal.
    fn ask(&mut self, line: &str) -> Result<Option<String>, Failure> {
        let io = |_| silent();
        let command = format!("{line}\r\n");
        let mut rest = command.as_bytes();
        let until = Instant::now() + PATIENCE;
        let mut text = Vec::new();
        let mut buffer = [0; 512];
        loop {
            if !rest.is_empty() {
                let n = self.0.write(rest).map_err(io)?;
                rest = rest.get(n..).unwrap_or_default();
            }
            let n = self.0.read(&mut buffer).map_err(io)?;
            text.extend_from_slice(buffer.get(..n).unwrap_or_default());
            let so_far = String::from_utf8_lossy(&text);
            let mut lines = so_far.lines().map(str::trim);
            if text.ends_with(b"\n") && lines.any(|line| line == "OK") {
                return Ok(Some(so_far.into_owned()));
            }
            if so_far.contains("ERROR") || text.len() > 4096 {
                return Ok(None);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || interrupt::requested() {
                return Ok(None);
            }
            self.0.wait(left, !rest.is_empty());
        }
    }
}

/// The first line that is neither the echo nor a prefix.
fn first_line(answer: Option<String>, command: &str) -> String {
    let answer = answer.unwrap_or_default();
    let mut lines = answer.lines().map(str::trim);
    let line = lines.find(|line| !line.is_empty() && *line != command && *line != "OK");
    let line = line.unwrap_or("unknown");
    let value = line.split_once(": ").map_or(line, |(_, value)| value);
    value.trim_matches('"').to_owned()
}

/// The profile of a module that calls itself so.
pub(crate) fn profile(model: &str, firmware: &str) -> Option<&'static str> {
    let (model, firmware) = (model.to_lowercase(), firmware.to_lowercase());
    if firmware.contains("luatos") {
        return Some("luatos");
    }
    let same = |profile: &&Profile| profile.model.eq_ignore_ascii_case(&model);
    // SIMCom writes its own name in front.
    let within = |profile: &&Profile| model.contains(profile.name);
    let mut all = Profile::ALL.iter();
    let longest = all
        .clone()
        .filter(within)
        .max_by_key(|profile| profile.name.len());
    let found = all.find(same).or(longest);
    found.map(|profile| profile.name)
}

#[cfg(test)]
mod tests {
    use super::profile;

    #[test]
    fn modules_say_who_they_are() {
        assert_eq!(
            profile("Air780EP", "AirM2M_780EP_V1010_LTE_AT"),
            Some("air780ep")
        );
        assert_eq!(
            profile("Air780E", "AirM2M_LuatOS_V1000_LTE_AT"),
            Some("luatos")
        );
        assert_eq!(
            profile("Air780EPV", "AirM2M_780EPV_V1010_LTE_AT"),
            Some("air780ep")
        );
        assert_eq!(profile("SIMCOM_SIM800L", "SIM800 R14.18"), Some("sim800"));
        assert_eq!(profile("EC200U", "EC200U"), None);
    }
}
