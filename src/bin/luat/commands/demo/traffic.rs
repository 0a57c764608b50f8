//! What goes over one link, and what should come back.

use luat_modem::engine::{Engine, LinkError, LinkId};

/// Bytes on each link.
const TOTAL: usize = 64 * 1024;

/// Texts that a driver could take for something else than payload.
const TRAPS: [&[u8]; 5] = [
    b"\r\nOK\r\n",
    b"ERROR",
    b"> ",
    b"+RECEIVE,1,5:",
    b"0, CLOSED",
];

/// The traffic of one link.
pub(super) struct Traffic {
    link: LinkId,
    data: Vec<u8>,
    sent: usize,
    received: usize,
    differences: usize,
    first: Option<usize>,
}

impl Traffic {
    pub(super) fn new(number: u8, link: LinkId) -> Self {
        Self {
            link,
            data: data(number),
            sent: 0,
            received: 0,
            differences: 0,
            first: None,
        }
    }

    pub(super) const fn link(&self) -> LinkId {
        self.link
    }

    /// Sends and receives what can be without waiting.
    pub(super) fn turn(&mut self, engine: &mut Engine<'_>) -> Result<(), LinkError> {
        let rest = self.data.get(self.sent..).unwrap_or_default();
        if !rest.is_empty() {
            self.sent += now(engine.send(self.link, rest))?;
        }
        let mut buffer = [0; 4096];
        loop {
            let n = now(engine.recv(self.link, &mut buffer))?;
            if n == 0 {
                return Ok(());
            }
            self.compare(buffer.get(..n).unwrap_or_default());
        }
    }

    fn compare(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.data.get(self.received) != Some(byte) {
                self.differences += 1;
                self.first.get_or_insert(self.received);
            }
            self.received += 1;
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.received >= self.data.len()
    }

    pub(super) const fn received(&self) -> usize {
        self.received
    }

    pub(super) const fn differences(&self) -> usize {
        self.differences
    }

    /// What is wrong with it.
    pub(super) fn complaint(&self) -> String {
        let first = self
            .first
            .map_or_else(String::new, |at| format!(", the first one at {at}"));
        format!(
            "{}: {} of {} bytes came back, {} differ{first}",
            self.link,
            self.received,
            self.data.len(),
            self.differences
        )
    }
}

/// Nothing for now is nothing.
fn now(moved: nb::Result<usize, LinkError>) -> Result<usize, LinkError> {
    match moved {
        Ok(n) => Ok(n),
        Err(nb::Error::WouldBlock) => Ok(0),
        Err(nb::Error::Other(error)) => Err(error),
    }
}

/// Every byte value, and the traps at places that differ from link to link.
fn data(number: u8) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15 ^ u64::from(number);
    let mut data = Vec::with_capacity(TOTAL + 600);
    data.extend(
        TRAPS
            .iter()
            .copied()
            .cycle()
            .skip(usize::from(number))
            .take(TRAPS.len())
            .flatten(),
    );
    while data.len() < TOTAL {
        data.extend((0..=255u8).map(|byte| byte ^ number));
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let pick = state.wrapping_mul(0x2545_F491_4F6C_DD1D);
        data.extend_from_slice(&pick.to_be_bytes()[..(pick % 8) as usize]);
        let trap = TRAPS[(pick >> 8) as usize % TRAPS.len()];
        data.extend(trap.iter().map(|&byte| {
            if byte == b'0' || byte == b'1' {
                b'0' + number
            } else {
                byte
            }
        }));
    }
    data.truncate(TOTAL);
    data
}
