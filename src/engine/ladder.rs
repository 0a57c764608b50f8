//! What is tried when the network does not come up, from the mildest remedy to the strongest.

use super::reason::Cause;
use super::step::Step;
use core::fmt;

/// A remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Remedy {
    /// The step is repeated.
    Repeat,
    /// `AT+CIPSHUT`, then the bearer is set up again.
    Shut,
    /// `AT+CFUN=0`, `AT+CFUN=1`: the radio is switched off and on.
    Radio,
    /// `AT+RESET` (`AT+CFUN=1,1` where the firmware lacks it).
    Reset,
    /// PWRKEY or the supply: whoever owns the pins does it, see
    /// [`Engine::wants_power_cycle`](super::Engine::wants_power_cycle).
    Power,
    /// Nothing more: the user is told.
    None,
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Repeat => "trying again",
            Self::Shut => "CIPSHUT, then the bearer again",
            Self::Radio => "switching the radio off and on",
            Self::Reset => "restarting the module",
            Self::Power => "switching the module off and on",
            Self::None => "giving up for now",
        })
    }
}

/// How often each remedy was used since the network last was of use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ladder {
    repeats: u8,
    shuts: u8,
    radios: u8,
    resets: u8,
    powers: u8,
}

/// The vendor's flow (manual, TCPIP flow picture): the bearer again at most twice, then the radio,
/// then the module.
const REPEATS: u8 = 2;
const SHUTS: u8 = 2;
const RADIOS: u8 = 1;
const RESETS: u8 = 1;
const POWERS: u8 = 1;

impl Ladder {
    /// The next remedy for `cause` at `step`.
    pub(super) fn climb(&mut self, step: Step, cause: Cause) -> Remedy {
        match cause {
            // No command helps: a card has to be put in, a PIN to be told.
            Cause::SimMissing | Cause::PinNeeded | Cause::PinWrong | Cause::PukNeeded => {
                Remedy::None
            }
            // No command is heard.
            Cause::NoAnswer | Cause::Garbage => self.power(),
            Cause::WentSilent if take(&mut self.repeats, REPEATS) => Remedy::Repeat,
            Cause::WentSilent => self.reset_module(),
            Cause::SimFailure | Cause::NotRegistered | Cause::RegistrationDenied => self.radio(),
            Cause::NotAttached => self.radio(),
            Cause::NoPdp | Cause::Refused(_) => {
                if step.is_bearer() && take(&mut self.shuts, SHUTS) {
                    Remedy::Shut
                } else {
                    self.radio()
                }
            }
        }
    }

    /// The network was of use.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    fn radio(&mut self) -> Remedy {
        if take(&mut self.radios, RADIOS) {
            Remedy::Radio
        } else {
            self.reset_module()
        }
    }

    fn reset_module(&mut self) -> Remedy {
        if take(&mut self.resets, RESETS) {
            Remedy::Reset
        } else {
            self.power()
        }
    }

    fn power(&mut self) -> Remedy {
        if take(&mut self.powers, POWERS) {
            Remedy::Power
        } else {
            Remedy::None
        }
    }
}

fn take(used: &mut u8, limit: u8) -> bool {
    let free = *used < limit;
    if free {
        *used = used.saturating_add(1);
    }
    free
}
