//! Where a finding was seen.

use super::{Finding, Severity};

/// Where a finding was seen. Places are numbers that the caller gave: of lines, or of exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Evidence {
    /// The first place.
    pub first: u32,
    /// The last place.
    pub last: u32,
    /// How often.
    pub count: u16,
    /// Where it was over, if it was.
    pub cured: Option<u32>,
}

/// A finding, and where it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Found {
    /// What.
    pub finding: Finding,
    /// Where.
    pub evidence: Evidence,
}

impl Found {
    /// Whether it is a fault that was not over at the end.
    #[must_use]
    pub const fn is_standing_fault(&self) -> bool {
        matches!(self.finding.severity(), Severity::Fault) && self.evidence.cured.is_none()
    }
}

const COUNT: usize = Finding::ALL.len();

/// The evidence for every finding.
#[derive(Clone, Debug)]
pub(super) struct Ledger([Evidence; COUNT]);

impl Ledger {
    pub(super) const fn new() -> Self {
        const NONE: Evidence = Evidence {
            first: 0,
            last: 0,
            count: 0,
            cured: None,
        };
        Self([NONE; COUNT])
    }

    pub(super) fn raise(&mut self, finding: Finding, place: u32) {
        if let Some(evidence) = self.0.get_mut(finding as usize) {
            if evidence.count == 0 {
                evidence.first = place;
            }
            evidence.last = place;
            evidence.count = evidence.count.saturating_add(1);
            evidence.cured = None;
        }
    }

    pub(super) fn cure(&mut self, findings: &[Finding], place: u32) {
        for &finding in findings {
            if let Some(evidence) = self.0.get_mut(finding as usize)
                && evidence.count > 0
                && evidence.cured.is_none()
            {
                evidence.cured = Some(place);
            }
        }
    }

    pub(super) fn of(&self, finding: Finding) -> Option<Evidence> {
        self.0
            .get(finding as usize)
            .copied()
            .filter(|evidence| evidence.count > 0)
    }

    pub(super) fn stands(&self, finding: Finding) -> Option<Evidence> {
        self.of(finding).filter(|evidence| evidence.cured.is_none())
    }
}
