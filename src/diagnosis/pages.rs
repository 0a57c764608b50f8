//! The words of every finding, in both languages, one file per subject.

pub(super) mod bearer;
pub(super) mod card;
pub(super) mod module;
pub(super) mod network;
pub(super) mod socket;

use super::{Severity, Step, Words};

/// What there is to say about a [`Finding`](super::Finding).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// For programs; it does not change.
    pub code: &'static str,
    /// The step that it belongs to.
    pub step: Step,
    /// How bad it is.
    pub severity: Severity,
    /// What is found.
    pub what: Words,
    /// What it is concluded from, and what it comes from.
    pub why: Words,
    /// What to do.
    pub advice: Words,
}

/// A page of what, why and advice.
const fn page(
    code: &'static str,
    step: Step,
    severity: Severity,
    english: [&'static str; 3],
    chinese: [&'static str; 3],
) -> Page {
    let [what, why, advice] = english;
    let [chinese_what, chinese_why, chinese_advice] = chinese;
    Page {
        code,
        step,
        severity,
        what: Words::new(what, chinese_what),
        why: Words::new(why, chinese_why),
        advice: Words::new(advice, chinese_advice),
    }
}
