//! The SIM card: its lock, its number, its subscriber.

use super::{Iccid, Imsi, command};
use crate::wire::{CommandLine, Expect, Text, after, meaning};
use core::fmt;

/// Query the state of the card.
///
/// On the wire: `AT+CPIN?` -> `+CPIN: READY`, `OK`. Without a card: `+CME ERROR: 10`.
/// Source: 3GPP 27.007 §8.3; vendor manual, CPIN; seen in an Air780EP log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryPin;

command! {
    QueryPin -> [first SimStatus] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CPIN?").end(),
    expect Expect::info(&["+CPIN:"]),
}

/// Enter the PIN.
///
/// On the wire: `AT+CPIN="1234"` -> `+CPIN: READY`, `OK`. A wrong PIN is `+CME ERROR: 16`, and the
/// third wrong one locks the card. Source: vendor manual, CPIN; the pairing with 16 is unverified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EnterPin<'a> {
    /// Four to eight digits.
    pub pin: Text<'a, 8>,
}

command! {
    EnterPin<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CPIN=").text(self.pin).end(),
    expect Expect::info(&["+CPIN:"]),
    secret true,
}

impl fmt::Debug for EnterPin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnterPin { .. }")
    }
}

/// Unlock a card whose PIN was wrong three times, and give it a new PIN.
///
/// On the wire: `AT+CPIN="<puk>","<new pin>"` -> `OK`. Source: vendor manual, CPIN; unverified.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EnterPuk<'a> {
    /// Eight digits. The tenth wrong one destroys the card.
    pub puk: Text<'a, 8>,
    /// The PIN from now on, four to eight digits.
    pub pin: Text<'a, 8>,
}

command! {
    EnterPuk<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CPIN=").text(self.puk).text(self.pin).end(),
    expect Expect::info(&["+CPIN:"]),
    secret true,
}

impl fmt::Debug for EnterPuk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnterPuk { .. }")
    }
}

/// The state of the card.
///
/// On the wire: `+CPIN: READY`, `+CPIN: SIM REMOVED 0` — as an answer or as a URC. Some firmware
/// appends the number of the slot (seen in Air780E logs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SimStatus {
    /// `READY`: usable.
    Ready,
    /// `SIM PIN`: waits for the PIN.
    Pin,
    /// `SIM PUK`: locked, waits for the PUK.
    Puk,
    /// `SIM PIN2`: waits for the second PIN.
    Pin2,
    /// `SIM PUK2`: waits for the second PUK.
    Puk2,
    /// `NOT INSERTED`: no card.
    NotInserted,
    /// `NOT READY`: the card is being started, or the radio is off.
    NotReady,
    /// `SIM REMOVED`: the card was pulled out.
    Removed,
    /// Any other state, such as a network lock (`PH-NET PIN`).
    Other,
}

impl atat::AtatResp for SimStatus {}

impl SimStatus {
    /// Reads `+CPIN: READY`, with or without the number of the slot.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::read(after(line, "+CPIN:")?)
    }

    /// Reads what stands behind `+CPIN:`.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let state = match text {
            // The slot follows a space; the 2 of `SIM PIN2` does not.
            [state @ .., b' ', b'0'..=b'9'] => state.trim_ascii_end(),
            state => state,
        };
        if state.is_empty() {
            return None;
        }
        let words = "READY|SIM PIN|SIM PUK|SIM PIN2|SIM PUK2|NOT INSERTED|SIM NOT INSERTED|NOT READY\
            |SIM REMOVED";
        let states = [
            Self::Ready,
            Self::Pin,
            Self::Puk,
            Self::Pin2,
            Self::Puk2,
            Self::NotInserted,
            Self::NotInserted,
            Self::NotReady,
            Self::Removed,
        ];
        Some(meaning(state, words, &states).unwrap_or(Self::Other))
    }
}

/// Query the number of the card.
///
/// On the wire: `AT+ICCID` -> `+ICCID: 898604981022C0254186`, `OK`. Source: vendor manual, ICCID;
/// seen in an Air780E log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryIccid;

command! {
    QueryIccid -> [all Iccid] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+ICCID").end(),
    expect Expect::info(&["+ICCID:"]),
}

/// Query the number of the card in the older form.
///
/// On the wire: `AT+CCID` -> `89860117831003134201`, `OK`. Source: vendor manual, ICCID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryCcid;

command! {
    QueryCcid -> [all Iccid] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CCID").end(),
    expect Expect::ANY,
}

/// Query the number of the subscriber.
///
/// On the wire: `AT+CIMI` -> `460022670000006`, `OK`. Source: 3GPP 27.007 §5.6; vendor manual, CIMI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryImsi;

command! {
    QueryImsi -> [all Imsi] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIMI").end(),
    expect Expect::ANY,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Command;
    use std::format;

    #[test]
    fn every_spelling() {
        for (line, status) in [
            (&b"+CPIN: READY"[..], SimStatus::Ready),
            (b"+CPIN:READY", SimStatus::Ready),
            (b"+CPIN: READY 0", SimStatus::Ready),
            (b"+CPIN: SIM PIN", SimStatus::Pin),
            (b"+CPIN: SIM PUK", SimStatus::Puk),
            (b"+CPIN: SIM PIN2", SimStatus::Pin2),
            (b"+CPIN: SIM PUK2", SimStatus::Puk2),
            (b"+CPIN: SIM REMOVED", SimStatus::Removed),
            (b"+CPIN: SIM REMOVED 0", SimStatus::Removed),
            (b"+CPIN: NOT INSERTED", SimStatus::NotInserted),
            (b"+CPIN: NOT READY", SimStatus::NotReady),
            (b"+CPIN: PH-NET PIN", SimStatus::Other),
        ] {
            assert_eq!(SimStatus::parse(line), Some(status));
        }
        assert_eq!(SimStatus::parse(b"+CPIN: "), None);
        assert_eq!(SimStatus::parse(b"CPIN: READY"), None);
    }

    #[test]
    fn a_pin_is_a_secret() {
        let pin = Text::new("1234").unwrap();
        assert!(EnterPin { pin }.is_secret());
        assert!(!QueryPin.is_secret());
        assert!(!format!("{:?}", EnterPin { pin }).contains("1234"));
        let puk = Text::new("87654321").unwrap();
        assert!(EnterPuk { puk, pin }.is_secret());
        let shown = format!("{:?}", EnterPuk { puk, pin });
        assert!(!shown.contains("1234") && !shown.contains("8765"));
    }
}
