//! `+CGEV`: events of the packet bearer.

use crate::wire::{Fields, after};

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
        let text = after(line, "+CGEV:").or_else(|| after(line, "*CGEV:"))?;
        let by_network = text.starts_with(b"NW");
        // DEACT holds ACT, and DETACH holds neither: the longer words first.
        Some(if behind(text, b"DETACH").is_some() {
            if by_network {
                Self::DetachedByNetwork
            } else {
                Self::DetachedByModule
            }
        } else if let Some(rest) = behind(text, b"DEACT") {
            let cid = first_number(rest);
            if by_network {
                Self::DeactivatedByNetwork { cid }
            } else {
                Self::DeactivatedByModule { cid }
            }
        } else if let Some(rest) = behind(text, b"ACT") {
            Self::Activated {
                cid: first_number(rest),
            }
        } else if behind(text, b"MODIFY").is_some() {
            Self::Modified
        } else {
            Self::Other
        })
    }
}

fn behind<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    let at = text.windows(word.len()).position(|window| window == word)?;
    text.get(at.saturating_add(word.len())..)
}

/// The first field that is a number: `1,0`, `,1`, `"IP","10.0.0.1",1`.
fn first_number(text: &[u8]) -> Option<u8> {
    Fields::new(text).find_map(|field| Fields::new(field).byte())
}
