//! The time that the network announces.

use crate::wire::{Fields, after, number, trim};

/// The time that the network announces (`+NITZ`).
///
/// On the wire: `+NITZ: 26/06/04,09:04:18+32,0`. In every log at hand the clock is UTC and the zone
/// is to be added; years have two or four digits, the daylight field may be empty.
/// Source: vendor manual, +NITZ; seen in Air780E and Air780EP logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetworkTime {
    /// The year, four digits.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day, 1 to 31.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 60.
    pub second: u8,
    /// The zone in quarters of an hour, -48 to 56.
    pub zone_quarters: i8,
    /// Hours of daylight saving that the zone holds; `None` if the field is missing or empty.
    pub daylight_hours: Option<u8>,
}

impl NetworkTime {
    /// Reads `+NITZ: 26/06/04,09:04:18+32,0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Self::read(after(line, "+NITZ:")?)
    }

    /// Reads what stands behind `+NITZ:`.
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        let mut rest = text;
        let mut numbers = [0; 5];
        for (number, &end) in numbers.iter_mut().zip(b"//,::") {
            let at = rest.iter().position(|&byte| byte == end)?;
            *number = short(rest.get(..at)?)?;
            rest = rest.get(at.saturating_add(1)..)?;
        }
        let [year, month, day, hour, minute] = numbers;
        let mut fields = Fields::new(rest);
        let clock = fields.next()?;
        let sign = clock.iter().position(|byte| matches!(byte, b'+' | b'-'));
        let (second, zone) = sign.map_or((clock, &b"+0"[..]), |at| clock.split_at(at));
        let second = short(second)?;
        let (sign, quarters) = zone.split_first()?;
        let quarters = i8::try_from(number(quarters)?).ok()?;
        let zone_quarters = if *sign == b'-' {
            quarters.wrapping_neg()
        } else {
            quarters
        };
        let time = Self {
            year: if year < 100 {
                year.checked_add(2000)?
            } else {
                year
            },
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
            hour: u8::try_from(hour).ok()?,
            minute: u8::try_from(minute).ok()?,
            second: u8::try_from(second).ok()?,
            zone_quarters,
            daylight_hours: fields.byte(),
        };
        time.is_plausible().then_some(time)
    }

    fn is_plausible(&self) -> bool {
        (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second <= 60
            && (-48..=56).contains(&self.zone_quarters)
    }
}

fn short(digits: &[u8]) -> Option<u16> {
    u16::try_from(number(trim(digits))?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_of_the_year() {
        assert_eq!(
            NetworkTime::parse(b"+NITZ: 26/06/04,09:04:18+32,0"),
            Some(NetworkTime {
                year: 2026,
                month: 6,
                day: 4,
                hour: 9,
                minute: 4,
                second: 18,
                zone_quarters: 32,
                daylight_hours: Some(0),
            })
        );
        let manual = NetworkTime::parse(b"+NITZ:11/08/02,09:27:39+32,0").unwrap();
        assert_eq!((manual.year, manual.month), (2011, 8));
    }

    #[test]
    fn four_digits_of_the_year_and_an_empty_daylight_field() {
        let time = NetworkTime::parse(b"+NITZ: 2024/08/27,06:36:38+0, ").unwrap();
        assert_eq!(
            (time.year, time.zone_quarters, time.daylight_hours),
            (2024, 0, None)
        );
        let time = NetworkTime::parse(b"+NITZ: 24/08/22,07:00:02+32, ").unwrap();
        assert_eq!(
            (time.year, time.zone_quarters, time.daylight_hours),
            (2024, 32, None)
        );
        assert!(NetworkTime::parse(b"+NITZ: 24/08/22,07:00:02+32").is_some());
    }

    #[test]
    fn west_of_greenwich() {
        let time = NetworkTime::parse(b"+NITZ: 24/08/22,07:00:02-20,1").unwrap();
        assert_eq!((time.zone_quarters, time.daylight_hours), (-20, Some(1)));
    }

    #[test]
    fn no_time() {
        for bad in [
            &b"+NITZ:"[..],
            b"+NITZ: 24/13/22,07:00:02+32,0",
            b"+NITZ: 24/08/22,24:00:02+32,0",
            b"+NITZ: 24/08,07:00:02+32,0",
            b"+NITZ: 24/08/22,07:00:02+99,0",
            b"+NITZ: 24/08/22,07:00:02-200,0",
            b"+NITZ: 24/08/22/1,07:00:02+32,0",
        ] {
            assert_eq!(NetworkTime::parse(bad), None, "{bad:?}");
        }
    }
}
