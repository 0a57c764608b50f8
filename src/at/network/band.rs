//! The band in use (`*BANDIND`).

use super::AccessTechnology;
use crate::at::command;
use crate::wire::{CommandLine, Expect, Fields, after};

/// Choose whether the module reports the band when it changes.
///
/// On the wire: `AT*BANDIND=1` -> `OK`. Source: vendor manual, BANDIND.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReportBand {
    /// Whether it does.
    pub on: bool,
}

command! {
    ReportBand -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "*BANDIND=").number(self.on.into()).end(),
    expect Expect::OK,
}

/// Query the band.
///
/// On the wire: `AT*BANDIND?` -> `*BANDIND: 0,3,7` (reports, band, technology), `OK`; without service
/// `*BANDIND: 0` (unverified). Source: vendor manual, BANDIND.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryBand;

command! {
    QueryBand -> [first Band] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "*BANDIND?").end(),
    expect Expect::info(&["*BANDIND:"]),
}

/// The band in use, and whether its changes are reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Band {
    /// Its number: that of the standard for LTE, a place in the vendor manual's table for others.
    /// `None` without service.
    pub band: Option<u8>,
    /// The technology; `None` without service or for one without a name here.
    pub technology: Option<AccessTechnology>,
}

impl atat::AtatResp for Band {}

impl Band {
    /// Reads the answer `*BANDIND: 0,3,7` or `*BANDIND: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "*BANDIND:")?;
        if fields.byte()? > 1 {
            return None;
        }
        let band = fields.byte();
        let technology = fields.byte();
        // Two fields are a URC.
        (band.is_some() == technology.is_some()).then(|| Self {
            band,
            technology: technology.and_then(AccessTechnology::from_number),
        })
    }

    /// Reads the URC `*BANDIND: 3,7`.
    #[must_use]
    pub fn parse_urc(line: &[u8]) -> Option<Self> {
        Self::read_urc(after(line, "*BANDIND:")?)
    }

    /// Reads what stands behind `*BANDIND:` in the URC.
    pub(in crate::at) fn read_urc(text: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(text);
        let (band, technology) = (fields.byte()?, fields.byte()?);
        fields.next().is_none().then(|| Self {
            band: Some(band),
            technology: AccessTechnology::from_number(technology),
        })
    }
}
