//! `+CGEV`: events of the packet bearer.

use crate::bytes::behind;
use crate::wire::{Fields, named};

/// An event of the packet bearer.
///
/// On the wire: `+CGEV: ME PDN ACT 1,0`; 8910 cores say `*CGEV`. Source: 3GPP 27.007 §10.1.19; vendor
/// manual, CGEV; seen in Air780E logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum BearerEvent {
    /// `ME PDN ACT <cid>`: a context is active.
    Activated {
        /// The context.
        cid: Option<u8>,
    },
    /// `ME PDN DEACT <cid>`: the module gave a context up.
    DeactivatedByModule {
        /// The context.
        cid: Option<u8>,
    },
    /// `NW PDN DEACT <cid>`: the network took a context away.
    DeactivatedByNetwork {
        /// The context.
        cid: Option<u8>,
    },
    /// `ME DETACH`: the module left the packet network.
    DetachedByModule,
    /// `NW DETACH`: the network threw the module out.
    DetachedByNetwork,
    /// `NW MODIFY`, `ME MODIFY`: a context changed, and lives on.
    Modified,
    /// An event without a name here.
    Other,
}

impl BearerEvent {
    /// Reads `+CGEV: …` or `*CGEV: …`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Some(Self::read(named(line, "+CGEV:|*CGEV:")?.1))
    }

    /// Reads what stands behind the name.
    pub(super) fn read(text: &[u8]) -> Self {
        let by_network = text.starts_with(b"NW");
        // DEACT holds ACT, and DETACH holds neither: the longer words first.
        let words: [&[u8]; 4] = [b"DETACH", b"DEACT", b"ACT", b"MODIFY"];
        let found = words
            .iter()
            .zip(0u8..)
            .find_map(|(word, place)| Some((place, behind(text, word)?)));
        let Some((place, rest)) = found else {
            return Self::Other;
        };
        let cid = first_number(rest);
        match (place, by_network) {
            (0, true) => Self::DetachedByNetwork,
            (0, false) => Self::DetachedByModule,
            (1, true) => Self::DeactivatedByNetwork { cid },
            (1, false) => Self::DeactivatedByModule { cid },
            (2, _) => Self::Activated { cid },
            _ => Self::Modified,
        }
    }
}

/// The first field that is a number: `1,0`, `,1`, `"IP","10.0.0.1",1`.
fn first_number(text: &[u8]) -> Option<u8> {
    Fields::new(text).find_map(|field| Fields::new(field).byte())
}
