//! The wire towards the host: a queue that gives its bytes at the speed of the UART.

use crate::time::Instant;
use std::collections::VecDeque;
use std::prelude::v1::*;

/// Bytes on their way to the host.
#[derive(Debug, Default)]
pub(super) struct Uart {
    queue: VecDeque<u8>,
    baud: Option<u32>,
    next_baud: Option<u32>,
    /// When the present unbroken train of bytes began, and how many of it went.
    origin: Instant,
    count: u64,
    edits: Vec<Edit>,
}

/// Damage to the next bytes.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// Bytes that pass before it.
    pub(super) skip: usize,
    pub(super) damage: Damage,
}

#[derive(Clone, Debug)]
pub(super) enum Damage {
    Drop(usize),
    Xor(usize, u8),
    Insert(Vec<u8>),
    Double(usize),
}

impl Uart {
    pub(super) fn new(baud: Option<u32>) -> Self {
        Self {
            baud: baud.filter(|&baud| baud > 0),
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, now: Instant, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.queue.is_empty() && self.passed(now) > self.count {
            // The wire was idle: a new train begins.
            self.origin = now;
            self.count = 0;
        }
        if self.edits.is_empty() {
            self.queue.extend(bytes);
        } else {
            bytes.iter().for_each(|&byte| self.push_damaged(byte));
        }
    }

    /// Moves the bytes whose time has come into `out`.
    pub(super) fn pop(&mut self, now: Instant, out: &mut [u8]) -> usize {
        let due = match self.baud {
            None => self.queue.len(),
            Some(_) => {
                usize::try_from(self.passed(now).saturating_sub(self.count)).unwrap_or(usize::MAX)
            }
        };
        let n = due.min(self.queue.len()).min(out.len());
        for (to, from) in out.iter_mut().zip(self.queue.drain(..n)) {
            *to = from;
        }
        self.count += n as u64;
        if self.queue.is_empty()
            && let Some(baud) = self.next_baud.take()
        {
            self.baud = Some(baud);
            self.origin = now;
            self.count = 0;
        }
        n
    }

    /// When the next byte is due; `now` where there is no pacing.
    pub(super) fn deadline(&self, now: Instant) -> Option<Instant> {
        if self.queue.is_empty() {
            return None;
        }
        let Some(baud) = self.baud else {
            return Some(now);
        };
        let millis = (self.count + 1)
            .saturating_mul(10_000)
            .div_ceil(u64::from(baud));
        Some(Instant::from_millis(
            self.origin.as_millis().saturating_add(millis),
        ))
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn damage(&mut self, edit: Edit) {
        self.edits.push(edit);
    }

    /// No more damage.
    pub(super) fn mend(&mut self) {
        self.edits.clear();
    }

    /// Another speed, from the end of what is queued. Without pacing there is none to change.
    pub(super) fn retune(&mut self, baud: u32) {
        if self.baud.is_some() && baud > 0 {
            self.next_baud = Some(baud);
        }
    }

    /// As [`Uart::retune`], at once where nothing is queued.
    pub(super) fn restart(&mut self, now: Instant, baud: u32) {
        self.retune(baud);
        if self.queue.is_empty() {
            self.pop(now, &mut []);
        }
    }

    pub(super) fn clear(&mut self) {
        self.queue.clear();
    }

    /// How many bytes the train had time for.
    fn passed(&self, now: Instant) -> u64 {
        let millis = u128::from(now.as_millis().saturating_sub(self.origin.as_millis()));
        let bytes = millis * u128::from(self.baud.unwrap_or(0)) / 10_000;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    fn push_damaged(&mut self, byte: u8) {
        let Some(edit) = self.edits.first_mut() else {
            self.queue.push_back(byte);
            return;
        };
        if edit.skip > 0 {
            edit.skip -= 1;
            self.queue.push_back(byte);
            return;
        }
        let spent = match &mut edit.damage {
            Damage::Drop(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            Damage::Xor(left, mask) => {
                self.queue.push_back(byte ^ *mask);
                *left = left.saturating_sub(1);
                *left == 0
            }
            Damage::Double(left) => {
                self.queue.extend([byte, byte]);
                *left = left.saturating_sub(1);
                *left == 0
            }
            Damage::Insert(bytes) => {
                self.queue.extend(bytes.drain(..));
                self.queue.push_back(byte);
                true
            }
        };
        if spent {
            self.edits.remove(0);
        }
    }
}
