//! Everything a test or a person chooses about the module before it is switched on.

use super::profile::Profile;
use super::quirks::Quirks;
use super::timing::Timing;
use crate::time::Duration;
use std::net::Ipv4Addr;
use std::prelude::v1::*;

/// What module it is, in which network, with which card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The model and its firmware.
    pub profile: Profile,
    /// How long everything takes.
    pub timing: Timing,
    /// Which of the uncertain facts hold.
    pub quirks: Quirks,
    /// The card in the holder.
    pub sim: Sim,
    /// What the network answers to registration.
    pub registration: Registration,
    /// Whether the packet domain attaches after registration.
    pub attach: bool,
    /// Whether the bearer can be activated.
    pub bearer: bool,
    /// What the radio hears.
    pub signal: Signal,
    /// The network operator.
    pub operator: Operator,
    /// The serving cell.
    pub cell: Cell,
    /// The numbers of module and card.
    pub identity: Identity,
    /// The APN of the default bearer.
    pub apn: String,
    /// The address the network gives.
    pub address: Ipv4Addr,
    /// The name servers the network gives.
    pub name_servers: [Ipv4Addr; 2],
    /// The text of the clock notice, behind `+NITZ: `.
    pub clock: String,
}

impl Options {
    /// The likely behaviour of `profile`, with a card, at home, with good signal.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            quirks: Quirks::of(&profile),
            timing: Timing::typical(),
            sim: Sim::ready(),
            registration: Registration::Home,
            attach: true,
            bearer: true,
            signal: Signal::default(),
            operator: Operator::default(),
            cell: Cell {
                technology: if profile.is_lte() { 7 } else { 0 },
                ..Cell::default()
            },
            identity: Identity::default(),
            apn: String::from("cmiot"),
            address: Ipv4Addr::new(10, 74, 100, 63),
            name_servers: [
                Ipv4Addr::new(211, 136, 112, 50),
                Ipv4Addr::new(211, 136, 150, 66),
            ],
            clock: String::from("26/06/04,09:04:18+32,0"),
            profile,
        }
    }

    /// As [`Options::new`] for the profile called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Profile::named(name).map(Self::new)
    }

    /// The same with other timing.
    #[must_use]
    pub fn with_timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// The same with another card.
    #[must_use]
    pub fn with_sim(mut self, sim: Sim) -> Self {
        self.sim = sim;
        self
    }

    /// The same with a UART of `baud` towards the host.
    #[must_use]
    pub fn with_baud(mut self, baud: u32) -> Self {
        self.timing.baud = Some(baud);
        self
    }

    /// The same after `change` of its quirks.
    #[must_use]
    pub fn with_quirks(mut self, change: impl FnOnce(&mut Quirks)) -> Self {
        change(&mut self.quirks);
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new(Profile::default())
    }
}

/// The card in the holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sim {
    /// What the card is waiting for.
    pub state: SimState,
    /// Its PIN.
    pub pin: String,
    /// Its PUK.
    pub puk: String,
    /// Wrong PINs left before the PUK is wanted.
    pub pin_tries: u8,
    /// Wrong PUKs left before the card is dead.
    pub puk_tries: u8,
    /// Time from boot until the card answers; before, `AT+CPIN?` is `+CME ERROR: 14`.
    pub ready_after: Duration,
}

/// What a card is waiting for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SimState {
    /// Nothing.
    Ready,
    /// There is no card.
    Missing,
    /// Its PIN.
    Pin,
    /// Its PUK and a new PIN.
    Puk,
    /// Too many wrong PUKs.
    Dead,
}

impl Sim {
    /// A card without a lock.
    #[must_use]
    pub fn ready() -> Self {
        Self {
            state: SimState::Ready,
            pin: String::from("1234"),
            puk: String::from("12345678"),
            pin_tries: 3,
            puk_tries: 10,
            ready_after: Duration::from_millis(100),
        }
    }

    /// No card at all.
    #[must_use]
    pub fn missing() -> Self {
        Self {
            state: SimState::Missing,
            ..Self::ready()
        }
    }

    /// A card that wants `code`, with `tries_left` wrong ones allowed.
    #[must_use]
    pub fn pin(code: &str, tries_left: u8) -> Self {
        Self {
            state: SimState::Pin,
            pin: String::from(code),
            pin_tries: tries_left,
            ..Self::ready()
        }
    }

    /// A card that wants the PUK `code`.
    #[must_use]
    pub fn puk(code: &str, tries_left: u8) -> Self {
        Self {
            state: SimState::Puk,
            puk: String::from(code),
            pin_tries: 0,
            puk_tries: tries_left,
            ..Self::ready()
        }
    }
}

/// What the network answers to registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Registration {
    /// Registered at home.
    Home,
    /// Registered, roaming.
    Roaming,
    /// Refused.
    Denied,
    /// No network is found, ever.
    Searching,
}

/// What the radio hears, in the units of 3GPP 27.007 §8.5 and §8.69.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signal {
    /// 0 to 31, 99 unknown.
    pub rssi: u8,
    /// Bit error rate class; 0 on the EC chips where others say 99.
    pub ber: u8,
    /// Reference signal quality, 0 to 34, 255 unknown.
    pub rsrq: u8,
    /// Reference signal power, 0 to 97, 255 unknown.
    pub rsrp: u8,
}

impl Default for Signal {
    fn default() -> Self {
        Self {
            rssi: 22,
            ber: 0,
            rsrq: 31,
            rsrp: 41,
        }
    }
}

/// The network operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// Country and network code: `46001`.
    pub code: String,
    /// Long name.
    pub long: String,
    /// Short name.
    pub short: String,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            code: String::from("46001"),
            long: String::from("CHN-UNICOM"),
            short: String::from("UNICOM"),
        }
    }
}

/// The serving cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Location or tracking area, hexadecimal.
    pub area: String,
    /// Cell identity, hexadecimal.
    pub id: String,
    /// Access technology of 3GPP 27.007 §7.2: 0 GSM, 7 E-UTRAN.
    pub technology: u8,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            area: String::from("1863"),
            id: String::from("0183db22"),
            technology: 7,
        }
    }
}

/// The numbers of module and card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// 15 digits.
    pub imei: String,
    /// 20 digits; letters of hexadecimal occur on real cards.
    pub iccid: String,
    /// 15 digits.
    pub imsi: String,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            imei: String::from("866714040000008"),
            iccid: String::from("898604981022C0254186"),
            imsi: String::from("460022670000006"),
        }
    }
}
