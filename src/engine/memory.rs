//! The memory of the engine, which belongs to its user.

use super::exchange::Rest;
use super::intake::Run;
use super::link::{Link, LinkState};
use crate::ring::Ring;
use core::ops::Range;

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
                buffers: &[],
                run: Run::default(),
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

/// How much of the memory one link gets, see [`Config::buffers`](super::Config::buffers).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// Bytes to receive.
    pub rx: u16,
    /// Bytes to send.
    pub tx: u16,
}

/// Which of the two rings of a link.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Rx,
    Tx,
}

/// The links and their rings.
#[derive(Debug)]
pub(super) struct Links<'m> {
    slots: &'m mut [Link],
    rx: &'m mut [u8],
    tx: &'m mut [u8],
    /// What the first links get; the others share the rest.
    buffers: &'m [Buffers],
    run: Run,
}

impl<'m> Links<'m> {
    pub(super) const fn set_buffers(&mut self, buffers: &'m [Buffers]) {
        self.buffers = buffers;
    }
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

    /// A link, to be changed: what changes may be where its payload goes.
    pub(super) fn at_mut(&mut self, index: u8) -> Option<&mut Link> {
        self.book();
        self.slots.get_mut(usize::from(index))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u8, &Link)> {
        (0u8..).zip(self.slots.iter())
    }

    /// Bytes of one ring of a link.
    pub(super) fn size(&self, index: u8, side: Side) -> usize {
        self.span(index, side).len()
    }

    pub(super) fn rx(&mut self, index: u8) -> Option<Ring<'_>> {
        self.book();
        let span = self.rx_span(index);
        let link = self.slots.get_mut(usize::from(index))?;
        Some(Ring::new(&mut link.rx, self.rx.get_mut(span)?))
    }

    /// Where the receive ring of a link lies.
    fn rx_span(&mut self, index: u8) -> Range<usize> {
        match self.run.span_of(index) {
            Some(span) => span,
            None => self.run.keep(index, self.span(index, Side::Rx)),
        }
    }

    /// Payload of a link goes on: up to `most` bytes of it may take the short way. Only if those before were
    /// staged, and the rest is wanted too.
    pub(super) fn begin_run(&mut self, index: u8, most: usize) {
        let size = self.rx_span(index).len();
        if let Some(link) = self.slots.get(usize::from(index))
            && matches!(link.state, LinkState::Open | LinkState::Draining)
            && !link.cut
        {
            self.run.begin(link.rx.goes_on(size), most);
        }
    }

    /// The place of the next `n` bytes of a payload, if they may take the short way.
    pub(super) fn go_on(&mut self, n: usize) -> Option<&mut [u8]> {
        self.run.go_on(self.rx, n)
    }

    /// Ends the short way; says how many bytes went it that this was not said of yet.
    pub(super) fn end_run(&mut self) -> usize {
        self.book();
        self.run.tell()
    }

    /// Books what went the short way, which ends here.
    fn book(&mut self) {
        if let Some((index, taken)) = self.run.end()
            && let Some(link) = self.slots.get_mut(usize::from(index))
        {
            link.rx.add_staged(taken);
        }
    }

    pub(super) fn tx(&mut self, index: u8) -> Option<Ring<'_>> {
        let span = self.span(index, Side::Tx);
        let link = self.slots.get_mut(usize::from(index))?;
        Some(Ring::new(&mut link.tx, self.tx.get_mut(span)?))
    }

    /// Where up to `limit` bytes that are to be sent lie in one piece, `offset` bytes behind the front.
    pub(super) fn rest(&self, index: u8, offset: usize, limit: usize) -> Rest {
        let span = self.span(index, Side::Tx);
        let link = self.slots.get(usize::from(index));
        let place = link.map_or((0, 0), |link| link.tx.run(span.len(), offset, limit));
        Rest {
            at: span.start.saturating_add(place.0),
            length: place.1,
        }
    }

    /// The bytes in such a place.
    pub(super) fn to_send(&self, rest: Rest) -> &[u8] {
        let end = rest.at.wrapping_add(rest.length);
        self.tx.get(rest.at..end).unwrap_or(&[])
    }

    /// A byte of what can be read, or of what is to be sent, `offset` bytes behind the front.
    pub(super) fn peek(&self, index: u8, side: Side, offset: usize) -> Option<u8> {
        let link = self.at(index)?;
        let span = self.span(index, side);
        match side {
            Side::Rx => link.rx.peek(self.rx.get(span)?, offset),
            Side::Tx => link.tx.peek(self.tx.get(span)?, offset),
        }
    }

    /// Where the host name of a link lies until it is sent: nothing can be received before.
    pub(super) fn name_mut(&mut self, index: u8) -> &mut [u8] {
        let span = self.span(index, Side::Rx);
        self.rx.get_mut(span).unwrap_or(&mut [])
    }

    /// The same, to read.
    pub(super) fn name(&self, index: u8) -> &[u8] {
        self.rx.get(self.span(index, Side::Rx)).unwrap_or(&[])
    }

    /// Where a ring of a link lies.
    fn span(&self, index: u8, side: Side) -> Range<usize> {
        let all = match side {
            Side::Rx => self.rx.len(),
            Side::Tx => self.tx.len(),
        };
        let size = |buffers: &Buffers| match side {
            Side::Rx => usize::from(buffers.rx),
            Side::Tx => usize::from(buffers.tx),
        };
        let index = usize::from(index);
        let chosen = self.buffers.get(..index).unwrap_or(self.buffers);
        let start: usize = chosen.iter().map(size).fold(0, usize::saturating_add);
        if let Some(own) = self.buffers.get(index) {
            return start.min(all)..start.saturating_add(size(own)).min(all);
        }
        let others = self.slots.len().saturating_sub(self.buffers.len());
        let each = all.saturating_sub(start).checked_div(others).unwrap_or(0);
        let before = index.saturating_sub(self.buffers.len());
        let start = start.saturating_add(before.saturating_mul(each));
        start.min(all)..start.saturating_add(each).min(all)
    }
}
