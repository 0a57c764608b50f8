//! Lines that noise or firmware has damaged.

use super::{Boot, LinkUrc, Urc};
use crate::at::sim::SimStatus;
use crate::wire::{link_line, place};

/// At how many places of a line a URC is looked for. It bounds the time that garbage can cost.
const PLACES: usize = 8;

/// The URC in `line`, even if garbage stands in front of it.
///
/// An intact line of another kind (`+MSUB: …`) and the echo of a command are not searched: what they
/// carry is not the module's own word.
///
/// ```
/// use luat_modem::at::urc::{LinkUrc, Urc, find};
/// assert_eq!(find(b"\x00\xF8~3, CLOSED"), Some(Urc::Link(3, LinkUrc::Closed)));
/// assert_eq!(find(b"+MSUB: \"t\",9 byte,3, CLOSED"), None);
/// ```
#[must_use]
pub fn find(line: &[u8]) -> Option<Urc> {
    if let Some(urc) = Urc::parse(line) {
        return Some(urc);
    }
    if is_named(line) || line.starts_with(b"AT") {
        return None;
    }
    let mut before = *line.first()?;
    line.iter()
        .enumerate()
        .skip(1)
        .filter_map(|(at, &byte)| {
            let behind_a_digit = core::mem::replace(&mut before, byte).is_ascii_digit();
            let rest = line.get(at..)?;
            let plausible = match byte {
                b'+' | b'^' | b'*' => true,
                b'0'..=b'9' => !behind_a_digit && link_line(rest).is_some(),
                _ => false,
            };
            plausible.then_some(rest)
        })
        .take(PLACES)
        .find_map(Urc::parse)
}

/// Whether `text` is a complete line even though its CR LF is missing, as with firmware that leaves
/// it out (`CONNECT OK` before V1121, `+CPIN:` on hot plug before V1161 on Air780E).
///
/// Never true for a text that could go on: `DATA ACCEPT:1` may become `DATA ACCEPT:10`, `+CPIN: SIM PIN`
/// may become `+CPIN: SIM PIN2`. The one digit of a slot behind `+CPIN: READY` cannot go on.
#[must_use]
pub fn stands_alone(text: &[u8]) -> bool {
    if place(text, "OK|ERROR|SHUT OK").is_some() {
        return true;
    }
    match Urc::parse(text) {
        Some(Urc::Boot(boot)) => boot != Boot::Rom,
        Some(Urc::Sim(state)) => matches!(
            state,
            SimStatus::Ready | SimStatus::NotReady | SimStatus::NotInserted | SimStatus::Removed
        ),
        Some(Urc::Link(_, urc) | Urc::Single(urc)) => matches!(
            urc,
            LinkUrc::ConnectOk
                | LinkUrc::ConnectFail
                | LinkUrc::AlreadyConnected
                | LinkUrc::SendOk
                | LinkUrc::SendFail
                | LinkUrc::CloseOk
                | LinkUrc::Closed
        ),
        Some(Urc::Service(_) | Urc::PdpDeactivated) => true,
        _ => false,
    }
}

/// Whether `line` begins like an intact answer: `+NAME:`, `^NAME:`, `*NAME:`.
fn is_named(line: &[u8]) -> bool {
    let Some((b'+' | b'^' | b'*', name)) = line.split_first() else {
        return false;
    };
    let length = name
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
        .count();
    length > 0 && matches!(name.get(length), Some(b':' | b' '))
}
