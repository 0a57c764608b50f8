//! What goes wrong: on the line, in the module, in the network, in the host.

use super::chances::Chances;
use super::damage::{Damage, Harm};
use super::scenario::{ECHO, PORT};
use luat_modem::emulator::{Chance, Fault, Registration, Service};
use luat_modem::time::Duration;

#[derive(Clone, Debug)]
pub(crate) enum Mishap {
    ToHost(Damage),
    ToModule(Damage),
    Module(Fault),
    /// The module restarts again and again, so far apart.
    RestartLoop(Vec<Duration>),
    /// The card is out for so long.
    SimOut(Duration),
    /// There is no coverage for so long.
    NoCoverage(Duration),
    /// The bearer goes, and cannot be had for so long, so many times.
    Flapping(Duration, u32),
    /// The far end of a connection.
    Far(usize, Far),
    /// The echo server does this to whoever connects, for so long.
    Server(Gate, Duration),
    /// The program of the host does not run for so long.
    Stall(Duration),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Far {
    Close,
    Reset,
    Vanish,
    /// Reads nothing for so long.
    Stall(Duration),
    Say(usize),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Gate {
    Refuse,
    Silent,
    HalfOpen,
}

const NOTICES: &[&str] = &[
    "+CIPRXGET: 1,0",
    "+CIPRXGET: 1,5",
    "^MODE: 17,17",
    "0, CONNECT FAIL",
    "+CREG: 1",
    "+CGREG: 1",
    "RING",
    "+NITZ: 26/06/04,09:04:18+32,0",
    "*PSUTTZ: 2026,6,4,1,4,18,\"+32\",0",
    "+CPIN: READY",
    "+CGEV: ME PDN ACT 1,0",
    "+CGEV: NW PDN DEACT 1",
    "0, CLOSED",
    "1, CLOSED",
    "3, CLOSED",
    "RDY",
    "+PDP: DEACT",
];

impl Mishap {
    pub(crate) fn any(chances: &mut Chances, power: bool, pushes: bool) -> Self {
        match chances.below(34) {
            0..=5 => Self::ToHost(damage(chances)),
            6..=7 => Self::ToModule(damage(chances)),
            8 => Self::Module(Fault::SwallowAnswer),
            9 => Self::Module(Fault::SwallowSendResult),
            10 => Self::Module(Fault::DelayAnswer(chances.millis(0, 25_000))),
            11 => Self::Module(Fault::DelayPrompt(chances.millis(0, 20_000))),
            12..=15 => Self::Module(Fault::Notice {
                text: (*chances.of(NOTICES)).to_string(),
                at: *chances.of(&CHANCES),
            }),
            16 => Self::Module(Fault::SendFail(1 + chances.below(5) as u32)),
            17 => Self::Module(Fault::Refuse(*chances.of(&[3, 4, 100]))),
            18 => Self::Module(Fault::Echo),
            19 if pushes => Self::Module(Fault::WrongLength(chances.below(41) as i16 - 20)),
            19 | 20 => Self::Module(Fault::PdpDeact),
            21 => Self::Module(Fault::Restart),
            22 => Self::RestartLoop(
                (0..2 + chances.below(4))
                    .map(|_| chances.millis(200, 9000))
                    .collect(),
            ),
            23 if power => Self::Module(Fault::Hang),
            23 | 24 => Self::SimOut(chances.millis(100, 150_000)),
            25 => Self::NoCoverage(chances.millis(100, 200_000)),
            26 => Self::Flapping(chances.millis(100, 60_000), 1 + chances.below(3) as u32),
            27 => Self::Module(Fault::RemoteClose(chances.below(10))),
            28..=30 => Self::Far(
                chances.below(10),
                match chances.below(6) {
                    0 | 1 => Far::Close,
                    2 => Far::Reset,
                    3 => Far::Vanish,
                    4 => Far::Stall(chances.millis(100, 60_000)),
                    _ => Far::Say(1 + chances.below(3000)),
                },
            ),
            31 => Self::Server(
                *chances.of(&[Gate::Refuse, Gate::Silent, Gate::HalfOpen]),
                chances.millis(1000, 100_000),
            ),
            _ => Self::Stall(chances.millis(2, 3000)),
        }
    }

    /// One of each, for a run in which every place is tried.
    pub(crate) fn all(pushes: bool) -> Vec<Self> {
        let harms = [
            Harm::Drop(1),
            Harm::Drop(3),
            Harm::Drop(40),
            Harm::Change(1, 0x80),
            Harm::Change(1, 0x01),
            Harm::Change(3, 0x20),
            Harm::Double(1),
            Harm::Double(8),
            Harm::Insert(b"\xff\x00\x13".to_vec()),
            Harm::Insert(b"\r\n".to_vec()),
        ];
        let mut all = Vec::new();
        for harm in harms {
            for skip in [0, 5, 17] {
                let harm = harm.clone();
                all.push(Self::ToHost(Damage { skip, harm }));
            }
            all.push(Self::ToModule(Damage {
                skip: 3,
                harm: harm.clone(),
            }));
            all.push(Self::ToModule(Damage { skip: 12, harm }));
        }
        for text in NOTICES {
            all.extend(CHANCES.map(|at| {
                let text = (*text).to_string();
                Self::Module(Fault::Notice { text, at })
            }));
        }
        let second = Duration::from_secs(1);
        all.extend(
            [
                Fault::SwallowAnswer,
                Fault::SwallowSendResult,
                Fault::DelayAnswer(second * 2),
                Fault::DelayAnswer(second * 20),
                Fault::DelayPrompt(second * 2),
                Fault::DelayPrompt(second * 17),
                Fault::SendFail(1),
                Fault::SendFail(5),
                Fault::Refuse(3),
                Fault::Echo,
                Fault::PdpDeact,
                Fault::Restart,
                Fault::Hang,
                Fault::RemoteClose(0),
                Fault::RemoteClose(1),
            ]
            .map(Self::Module),
        );
        if pushes {
            all.extend([-5, -1, 1, 2, 30].map(|by| Self::Module(Fault::WrongLength(by))));
        }
        all.extend([
            Self::RestartLoop(vec![second, second, second * 4]),
            Self::SimOut(second * 3),
            Self::NoCoverage(second * 5),
            Self::Flapping(second * 3, 2),
            Self::Server(Gate::Refuse, second * 12),
            Self::Server(Gate::HalfOpen, second * 12),
            Self::Stall(Duration::from_millis(700)),
        ]);
        let fars = [
            Far::Close,
            Far::Reset,
            Far::Vanish,
            Far::Say(2000),
            Far::Stall(second * 9),
        ];
        all.extend(fars.map(|far| Self::Far(0, far)));
        all
    }
}

/// How much a mishap may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Time, and links.
    Little,
    /// The network, or the module itself.
    Much,
}

impl Mishap {
    pub(crate) const fn severity(&self) -> Severity {
        match self {
            Self::ToHost(_)
            | Self::ToModule(_)
            | Self::Far(..)
            | Self::Stall(_)
            | Self::Module(
                Fault::Notice { .. }
                | Fault::SwallowAnswer
                | Fault::SwallowSendResult
                | Fault::DelayAnswer(_)
                | Fault::DelayPrompt(_)
                | Fault::SendFail(_)
                | Fault::Refuse(_)
                | Fault::Echo
                | Fault::WrongLength(_)
                | Fault::RemoteClose(_),
            ) => Severity::Little,
            _ => Severity::Much,
        }
    }
}

impl Gate {
    pub(crate) fn service(self) -> (&'static str, u16, Service) {
        let service = match self {
            Self::Refuse => Service::refuse(),
            Self::Silent => Service::silent(),
            Self::HalfOpen => Service::half_open(),
        };
        (ECHO, PORT, service)
    }
}

const CHANCES: [Chance; 5] = [
    Chance::Now,
    Chance::BeforeEcho,
    Chance::BeforeAnswer,
    Chance::BeforeResult,
    Chance::AfterPayload,
];

fn damage(chances: &mut Chances) -> Damage {
    let skip = *chances.of(&[20, 300, 4000]);
    let skip = chances.below(skip);
    let harm = match chances.below(4) {
        0 => Harm::Drop(1 + chances.below(20)),
        1 => Harm::Change(1 + chances.below(4), *chances.of(&[0x80, 0x01, 0x20, 0x04])),
        2 => Harm::Double(1 + chances.below(20)),
        // Noise that spells a prompt where one is waited for is one.
        _ => Harm::Insert(
            (0..=chances.below(9))
                .map(|_| chances.next() as u8)
                .map(|byte| if byte == b'>' { b'?' } else { byte })
                .collect(),
        ),
    };
    Damage { skip, harm }
}

/// What coverage comes back as.
pub(crate) const BACK: Registration = Registration::Home;
