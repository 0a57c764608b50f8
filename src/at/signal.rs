//! The strength and the quality of the signal.

use super::{command, switch};
use crate::wire::{CommandLine, Expect, Fields, after, named};

/// Query the signal.
///
/// On the wire: `AT+CSQ` -> `+CSQ: 20,0`, `OK`. Source: 3GPP 27.007 §8.5; vendor manual, CSQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySignal;

command! {
    QuerySignal -> [first Signal] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CSQ").end(),
    expect Expect::info(&["+CSQ:"]),
}

/// The signal in two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Signal {
    /// Strength, 0 to 31; 99 is unknown. The vendor calls 18 and more stable, 11 to 17 uncertain,
    /// and 10 and less hardly enough to connect.
    pub rssi: u8,
    /// Bit error rate class, 0 to 7; 99 is unknown, EC618 always says 0.
    pub ber: u8,
}

impl atat::AtatResp for Signal {}

impl Signal {
    /// Reads `+CSQ: 20,0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::read(after(line, "+CSQ:")?)
    }

    /// Reads what stands behind `+CSQ:`.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(text);
        Some(Self {
            rssi: fields.byte()?,
            ber: fields.byte().unwrap_or(99),
        })
    }

    /// Strength in dBm: -113 (or less) to -51 (or more); `None` if unknown.
    #[must_use]
    pub fn dbm(self) -> Option<i16> {
        scaled(self.rssi, 31, 2, -113)
    }
}

/// Query the signal in the terms of the technology in use.
///
/// On the wire: `AT+CESQ` -> `+CESQ: 99,99,255,255,31,41`, `OK`. Source: 3GPP 27.007 §8.69; vendor
/// manual, CESQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryExtendedSignal;

command! {
    QueryExtendedSignal -> [first ExtendedSignal] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CESQ").end(),
    expect Expect::info(&["+CESQ:"]),
}

/// The signal in the terms of the technology in use; what belongs to another one is unknown.
///
/// Each number stands for a range; the methods give its lower end, so that the number 0 gives a
/// value just below the scale (3GPP 27.007 §8.69).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExtendedSignal {
    /// GSM: strength, 0 to 63; 99 is unknown.
    pub rxlev: u8,
    /// GSM: bit error rate class, 0 to 7; 99 is unknown.
    pub rxqual: u8,
    /// 3G: power of the pilot, 0 to 96; 255 is unknown.
    pub rscp: u8,
    /// 3G: quality of the pilot, 0 to 49; 255 is unknown.
    pub ecno: u8,
    /// LTE: quality of the reference signal, 0 to 34; 255 is unknown.
    pub rsrq: u8,
    /// LTE: power of the reference signal, 0 to 97; 255 is unknown.
    pub rsrp: u8,
    /// LTE: signal to noise ratio, only in the URC `*CESQ:`; its unit is unverified.
    pub sinr: Option<i16>,
}

impl atat::AtatResp for ExtendedSignal {}

impl ExtendedSignal {
    /// Reads `+CESQ: 99,99,255,255,31,41`, or the URC `*CESQ:` with one more number.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::read(named(line, "+CESQ:|*CESQ:")?.1)
    }

    /// Reads what stands behind `+CESQ:` or `*CESQ:`.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(text);
        let mut numbers = [0; 6];
        for number in &mut numbers {
            *number = fields.byte()?;
        }
        let [rxlev, rxqual, rscp, ecno, rsrq, rsrp] = numbers;
        Some(Self {
            rxlev,
            rxqual,
            rscp,
            ecno,
            rsrq,
            rsrp,
            sinr: fields.next().and_then(signed),
        })
    }

    /// GSM: strength in dBm, -111 to -48.
    #[must_use]
    pub fn rxlev_dbm(self) -> Option<i16> {
        scaled(self.rxlev, 63, 1, -111)
    }

    /// 3G: power of the pilot in dBm, -121 to -25.
    #[must_use]
    pub fn rscp_dbm(self) -> Option<i16> {
        scaled(self.rscp, 96, 1, -121)
    }

    /// 3G: quality of the pilot in tenths of dB, -245 to 0.
    #[must_use]
    pub fn ecno_tenths_db(self) -> Option<i16> {
        scaled(self.ecno, 49, 5, -245)
    }

    /// LTE: quality of the reference signal in tenths of dB, -200 to -30.
    #[must_use]
    pub fn rsrq_tenths_db(self) -> Option<i16> {
        scaled(self.rsrq, 34, 5, -200)
    }

    /// LTE: power of the reference signal in dBm, -141 to -44.
    #[must_use]
    pub fn rsrp_dbm(self) -> Option<i16> {
        scaled(self.rsrp, 97, 1, -141)
    }
}

/// Choose whether the module reports the signal by itself, as `+CSQ:`, `+CESQ:` and `*CESQ:`.
///
/// On the wire: `AT*CSQ=1` -> `OK`. Source: vendor manual, *CSQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReportSignal {
    /// Whether it does.
    pub on: bool,
}

command! {
    ReportSignal -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "*CSQ=").number(self.on.into()).end(),
    expect Expect::OK,
}

/// Query whether the module reports the signal by itself.
///
/// On the wire: `AT*CSQ?` -> `*CSQ:0`, `OK`. Source: vendor manual, *CSQ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySignalReport;

command! {
    QuerySignalReport -> [first SignalReport] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "*CSQ?").end(),
    expect Expect::info(&["*CSQ:"]),
}

/// Whether the module reports the signal by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SignalReport(pub bool);

impl atat::AtatResp for SignalReport {}

impl SignalReport {
    /// Reads `*CSQ:0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        switch(Fields::of(line, "*CSQ:")?.next()?).map(Self)
    }
}

/// `number` on its scale; `None` above `max`, where every scale has its mark for "unknown".
fn scaled(number: u8, max: u8, step: i16, base: i16) -> Option<i16> {
    let offset = i16::from(number).checked_mul(step)?;
    (number <= max).then(|| base.saturating_add(offset))
}

/// A whole number with an optional minus sign.
fn signed(text: &[u8]) -> Option<i16> {
    let digits = text.strip_prefix(b"-");
    let number = i16::try_from(Fields::new(digits.unwrap_or(text)).number()?).ok()?;
    if digits.is_some() {
        number.checked_neg()
    } else {
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength() {
        for (line, dbm) in [
            (&b"+CSQ: 20,0"[..], Some(-73)),
            (b"+CSQ:31,99", Some(-51)),
            (b"+CSQ: 0,0", Some(-113)),
            (b"+CSQ: 99,99", None),
            (b"+CSQ: 199,0", None),
        ] {
            assert_eq!(Signal::parse(line).unwrap().dbm(), dbm);
        }
        assert_eq!(Signal::parse(b"+CSQ: 20").unwrap().ber, 99);
        assert_eq!(Signal::parse(b"+CSQ: "), None);
        assert_eq!(Signal::parse(b"+CSQ: -1,0"), None);
    }

    #[test]
    fn lte_has_no_gsm_values() {
        let signal = ExtendedSignal::parse(b"+CESQ: 99,99,255,255,31,41").unwrap();
        assert_eq!(signal.rsrp_dbm(), Some(-100));
        assert_eq!(signal.rsrq_tenths_db(), Some(-45));
        assert_eq!(
            (
                signal.rxlev_dbm(),
                signal.rscp_dbm(),
                signal.ecno_tenths_db(),
                signal.sinr
            ),
            (None, None, None, None)
        );
    }

    #[test]
    fn the_ends_of_the_scales() {
        let low = ExtendedSignal::parse(b"+CESQ: 0,0,0,0,0,0").unwrap();
        let high = ExtendedSignal::parse(b"+CESQ: 63,7,96,49,34,97").unwrap();
        for (value, low_end, high_end) in [
            (ExtendedSignal::rxlev_dbm as fn(_) -> _, -111, -48),
            (ExtendedSignal::rscp_dbm, -121, -25),
            (ExtendedSignal::ecno_tenths_db, -245, 0),
            (ExtendedSignal::rsrq_tenths_db, -200, -30),
            (ExtendedSignal::rsrp_dbm, -141, -44),
        ] {
            assert_eq!(value(low), Some(low_end));
            assert_eq!(value(high), Some(high_end));
        }
        let above = ExtendedSignal::parse(b"+CESQ: 64,8,97,50,35,98").unwrap();
        assert_eq!((above.rxlev_dbm(), above.rsrp_dbm()), (None, None));
    }

    #[test]
    fn the_urc_has_a_ratio_too() {
        let signal = ExtendedSignal::parse(b"*CESQ: 99,99,255,255,31,41,-12").unwrap();
        assert_eq!((signal.rsrp, signal.sinr), (41, Some(-12)));
        assert_eq!(ExtendedSignal::parse(b"*CESQ: 99,99,255,255,31"), None);
    }
}
