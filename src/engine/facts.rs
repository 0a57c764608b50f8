//! What the engine has learned about the module and the network.

use crate::at::network::Mode;
use crate::at::network::{Domain, Registration};
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use core::net::Ipv4Addr;

/// What is known; `None` is unknown.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// State of the SIM card.
    pub sim: Option<SimStatus>,
    /// Signal strength.
    pub signal: Option<Signal>,
    /// Access technology.
    pub mode: Option<Mode>,
    /// Attached to the packet service.
    pub attached: Option<bool>,
    /// The module's own address.
    pub address: Option<Ipv4Addr>,
    /// Links that the firmware offers.
    pub links: Option<u8>,
    /// First line of the answer to `ATI`, which names the firmware.
    pub firmware: heapless::String<48>,
    /// Answer to `AT+CGMM`.
    pub model: heapless::String<24>,
    registration: [Option<Registration>; 3],
}

impl Facts {
    /// Registration in `domain`.
    #[must_use]
    pub fn registration(&self, domain: Domain) -> Option<Registration> {
        self.registration.get(domain as usize).copied().flatten()
    }

    /// A module that restarts knows nothing of this any more; what it is, it still is.
    pub(super) fn forget(&mut self) {
        self.sim = None;
        self.attached = None;
        self.address = None;
        self.registration = [None; 3];
    }

    pub(super) fn set_registration(&mut self, domain: Domain, registration: Registration) {
        if let Some(slot) = self.registration.get_mut(domain as usize) {
            *slot = Some(registration);
        }
    }

    /// Keeps as much of `text` as fits.
    pub(super) fn keep<const N: usize>(place: &mut heapless::String<N>, text: &[u8]) {
        place.clear();
        let text = core::str::from_utf8(text).unwrap_or_default();
        for letter in text.trim_matches('"').chars() {
            if place.push(letter).is_err() {
                break;
            }
        }
    }
}
