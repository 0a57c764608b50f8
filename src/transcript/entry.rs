//! What a transcript holds.

use super::{Header, Redactor, identity};
use crate::time::Instant;
use std::{string::String, vec::Vec};

/// What was said between host and module, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// About the transcript as a whole: `module`, `firmware`, `source`.
    pub header: Header,
    /// What happened.
    pub entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, since the start of the transcript; `None` if nobody knows or cares.
    pub at: Option<Instant>,
    /// What.
    pub kind: EntryKind,
}

/// What an [`Entry`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Bytes from the host to the module.
    ToModule(Vec<u8>),
    /// Bytes from the module to the host.
    FromModule(Vec<u8>),
    /// What should be true here. Free text; whoever replays gives it a meaning.
    Expect(String),
    /// A remark. An empty one is a blank line.
    Comment(String),
}

impl Transcript {
    /// Masks every PIN, PUK, password and private key with `*`, as a [`Recorder`] does while it
    /// records: for transcripts that were made by other means.
    ///
    /// [`Recorder`]: super::Recorder
    pub fn mask_secrets(&mut self) {
        let mut redactor = Redactor::new();
        for entry in &mut self.entries {
            match &mut entry.kind {
                EntryKind::ToModule(bytes) => redactor.sent(bytes),
                EntryKind::FromModule(bytes) => redactor.received(bytes),
                EntryKind::Expect(text) | EntryKind::Comment(text) => *text = Redactor::text(text),
            }
        }
        self.header.map_values(Redactor::text);
    }

    /// Masks what names a person or a device (IMEI, IMSI, ICCID, telephone numbers), for a
    /// transcript that leaves the house; see [`mask_identities`](super::mask_identities).
    ///
    /// A number is found even where a read of the UART cut it in two.
    pub fn mask_identities(&mut self) {
        self.mask_direction(|kind| match kind {
            EntryKind::ToModule(bytes) => Some(bytes),
            _ => None,
        });
        self.mask_direction(|kind| match kind {
            EntryKind::FromModule(bytes) => Some(bytes),
            _ => None,
        });
        for entry in &mut self.entries {
            if let EntryKind::Expect(text) | EntryKind::Comment(text) = &mut entry.kind {
                *text = identity::mask_text(text);
            }
        }
        self.header.map_values(identity::mask_text);
    }

    /// Masks the bytes of one direction as the one stream that they are.
    fn mask_direction(&mut self, mut bytes: impl FnMut(&mut EntryKind) -> Option<&mut Vec<u8>>) {
        let mut stream = Vec::new();
        for entry in &mut self.entries {
            if let Some(bytes) = bytes(&mut entry.kind) {
                stream.extend_from_slice(bytes);
            }
        }
        identity::mask_identities(&mut stream);
        let mut masked = stream.into_iter();
        for entry in &mut self.entries {
            if let Some(bytes) = bytes(&mut entry.kind) {
                for (byte, masked) in bytes.iter_mut().zip(masked.by_ref()) {
                    *byte = masked;
                }
            }
        }
    }
}

impl Entry {
    /// An entry without a time.
    #[must_use]
    pub const fn new(kind: EntryKind) -> Self {
        Self { at: None, kind }
    }

    /// The same entry at `at`.
    #[must_use]
    pub const fn at(mut self, at: Instant) -> Self {
        self.at = Some(at);
        self
    }
}
