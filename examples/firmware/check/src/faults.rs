//! What goes wrong in the second round, one after the other.

use luat_modem::at::Urc;
use luat_modem::emulator::{Chance, Fault, Module, Network};
use luat_modem::time::Instant;

/// An accident that the firmware has to survive by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accident {
    /// Hundreds of notices that nobody asked for, everywhere.
    Storm,
    /// The network takes the bearer away.
    Bearer,
    /// The module restarts by itself.
    Restart,
}

impl Accident {
    /// All, in the order of a round.
    pub const ALL: [Self; 3] = [Self::Storm, Self::Bearer, Self::Restart];

    /// Whether it ends every connection.
    #[must_use]
    pub fn ends_links(self) -> bool {
        self != Self::Storm
    }

    /// Has it happen.
    pub fn happen<N: Network>(self, module: &mut Module<N>, now: Instant) {
        match self {
            Self::Storm => storm(module, now),
            Self::Bearer => module.inject(now, Fault::PdpDeact),
            Self::Restart => module.inject(now, Fault::Restart),
        }
    }
}

/// Notices that say nothing new, in the spellings of logs and of nobody.
const NOTICES: [&str; 8] = [
    "+CREG: 1",
    "+CEREG: 1",
    "^MODE: 17,17",
    "+CSQ: 20,0",
    "+E_UTRAN Service",
    "+NITZ: 26/06/04,09:04:18+32,0",
    "*CESQ: 99,99,255,255,31,41,22",
    "+UNKNOWN: \"> \",OK,ERROR",
];

const AT_ONCE: usize = 200;
const AT_EACH_CHANCE: usize = 24;

fn storm<N: Network>(module: &mut Module<N>, now: Instant) {
    let mut notices = NOTICES.iter().cycle();
    let mut inject = |count, at| {
        // Between a payload and its result, what is not known would be what is left of damage.
        let is_behind = matches!(at, Chance::AfterPayload | Chance::BeforeResult);
        let fits = |text: &&&str| !is_behind || Urc::parse(text.as_bytes()).is_some();
        for text in notices.by_ref().filter(fits).take(count) {
            let text = String::from(*text);
            module.inject(now, Fault::Notice { text, at });
        }
    };
    for chance in [
        Chance::BeforeEcho,
        Chance::BeforeAnswer,
        Chance::BeforeResult,
        Chance::AfterPayload,
    ] {
        inject(AT_EACH_CHANCE, chance);
    }
    inject(AT_ONCE, Chance::Now);
}
