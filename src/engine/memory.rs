//! The memory of the engine, which belongs to its user.

use super::link::Link;
use crate::ring::Ring;

/// The most links that one module has.
pub const MAX_LINKS: u8 = 10;

/// All memory that an [`Engine`](super::Engine) works in: `LINKS` links (at most [`MAX_LINKS`]) with
/// `RX` bytes to receive and `TX` bytes to send each, and three lines of `LINE` bytes.
///
/// `RX` and `TX` of 1460 bytes or more let a full piece pass at once; less works and is slower. `RX`
/// must hold the longest host name, `LINE` the longest command and answer line.
///
/// ```
/// use luat_modem::engine::Memory;
/// static MEMORY: std::sync::Mutex<Memory<3, 2048, 1536>> = std::sync::Mutex::new(Memory::new());
/// ```
#[derive(Debug)]
pub struct Memory<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize = 256> {
    links: [Link; LINKS],
    rx: [[u8; RX]; LINKS],
    tx: [[u8; TX]; LINKS],
    line: [u8; LINE],
    command: [u8; LINE],
    answer: [u8; LINE],
}

impl<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize>
    Memory<LINKS, RX, TX, LINE>
{
    /// Memory with no link in use.
    #[must_use]
    pub const fn new() -> Self {
        const {
            assert!(
                LINKS <= MAX_LINKS as usize,
                "a module has at most ten links"
            );
            assert!(LINE >= 64, "a line needs 64 bytes at the least");
        }
        Self {
            links: [const { Link::new() }; LINKS],
            rx: [[0; RX]; LINKS],
            tx: [[0; TX]; LINKS],
            line: [0; LINE],
            command: [0; LINE],
            answer: [0; LINE],
        }
    }

    pub(super) fn split(&mut self) -> Parts<'_> {
        for link in &mut self.links {
            *link = Link::new();
        }
        Parts {
            links: Links {
                slots: &mut self.links,
                rx: self.rx.as_flattened_mut(),
                tx: self.tx.as_flattened_mut(),
                rx_size: RX,
                tx_size: TX,
            },
            line: &mut self.line,
            command: &mut self.command,
            answer: &mut self.answer,
        }
    }
}

impl<const LINKS: usize, const RX: usize, const TX: usize, const LINE: usize> Default
    for Memory<LINKS, RX, TX, LINE>
{
    fn default() -> Self {
        Self::new()
    }
}

pub(super) struct Parts<'m> {
    pub(super) links: Links<'m>,
    pub(super) line: &'m mut [u8],
    pub(super) command: &'m mut [u8],
    pub(super) answer: &'m mut [u8],
}

/// The links and their rings.
#[derive(Debug)]
pub(super) struct Links<'m> {
    slots: &'m mut [Link],
    rx: &'m mut [u8],
    tx: &'m mut [u8],
    rx_size: usize,
    tx_size: usize,
}

impl Links<'_> {
    /// How many links there is memory for.
    pub(super) fn count(&self) -> u8 {
        u8::try_from(self.slots.len()).unwrap_or(u8::MAX)
    }

    /// The numbers of the links, beginning with the one behind `last`, so that all get their turn.
    pub(super) fn turn(&self, last: u8) -> impl Iterator<Item = u8> + use<> {
        let count = self.count();
        let first = last.wrapping_add(1).checked_rem(count).unwrap_or(0);
        (first..count).chain(0..first)
    }

    pub(super) fn at(&self, index: u8) -> Option<&Link> {
        self.slots.get(usize::from(index))
    }

    pub(super) fn at_mut(&mut self, index: u8) -> Option<&mut Link> {
        self.slots.get_mut(usize::from(index))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, &Link)> {
        (0u8..).zip(self.slots.iter())
    }

    pub(super) fn rx_size(&self) -> usize {
        self.rx_size
    }

    pub(super) fn rx(&mut self, index: u8) -> Option<Ring<'_>> {
        ring(self.slots, self.rx, self.rx_size, index, |link| {
            &mut link.rx
        })
    }

    pub(super) fn tx(&mut self, index: u8) -> Option<Ring<'_>> {
        ring(self.slots, self.tx, self.tx_size, index, |link| {
            &mut link.tx
        })
    }

    /// Where the host name of a link lies until it is sent: nothing can be received before.
    pub(super) fn name(&mut self, index: u8) -> &mut [u8] {
        part(self.rx, self.rx_size, index)
    }
}

fn ring<'r>(
    slots: &'r mut [Link],
    memory: &'r mut [u8],
    size: usize,
    index: u8,
    cursor: fn(&mut Link) -> &mut crate::ring::Cursor,
) -> Option<Ring<'r>> {
    let link = slots.get_mut(usize::from(index))?;
    Some(Ring::new(cursor(link), part(memory, size, index)))
}

fn part(memory: &mut [u8], size: usize, index: u8) -> &mut [u8] {
    let start = usize::from(index).saturating_mul(size);
    memory
        .get_mut(start..start.saturating_add(size))
        .unwrap_or(&mut [])
}
