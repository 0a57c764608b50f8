//! Damage to the bytes of one direction of the line.

use super::reading::Blow;
use std::collections::VecDeque;

/// What happens to bytes.
#[derive(Clone, Debug)]
pub(crate) enum Harm {
    Drop(usize),
    Change(usize, u8),
    Double(usize),
    Insert(Vec<u8>),
}

/// Damage that waits for its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Damage {
    /// Bytes that pass first.
    pub(crate) skip: usize,
    pub(crate) harm: Harm,
}

/// All that waits in one direction, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Damages(VecDeque<Damage>);

impl Damages {
    pub(crate) fn push(&mut self, damage: Damage) {
        self.0.push_back(damage);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Passes `byte` on to `out`, as it is or not.
    pub(crate) fn pass(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Blow> {
        let Some(damage) = self.0.front_mut() else {
            out.push(byte);
            return None;
        };
        if damage.skip > 0 {
            damage.skip -= 1;
            out.push(byte);
            return None;
        }
        let (left, blow) = match &mut damage.harm {
            Harm::Drop(left) => (left, Blow::Shifted),
            Harm::Double(left) => {
                out.extend([byte, byte]);
                (left, Blow::Shifted)
            }
            Harm::Change(left, mask) => {
                out.push(byte ^ *mask);
                (left, Blow::Changed)
            }
            Harm::Insert(noise) => {
                out.append(noise);
                out.push(byte);
                self.0.pop_front();
                return Some(Blow::Shifted);
            }
        };
        *left -= 1;
        if *left == 0 {
            self.0.pop_front();
        }
        Some(blow)
    }
}
