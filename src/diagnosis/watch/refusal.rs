//! What a refused command shows.

use super::super::Finding;
use super::Watch;
use crate::at::recognise::{Recognised, recognise};
use crate::wire::Failure;

impl Watch {
    pub(super) fn refused(&mut self, place: u32, line: &[u8], failure: Failure) {
        if self.radio.off && !self.is_asked(b"+CPIN") {
            return self.raise(Finding::RadioOff, place);
        }
        let by_code = match failure {
            Failure::Cme(code) => of_cme(code),
            Failure::Cms(code) => of_cms(code),
            Failure::Error => None,
        };
        let by_words = by_code.or_else(|| of_words(line));
        let by_code = by_words.filter(|_| self.is_about(by_words));
        if let Some(finding) = by_code {
            self.raise(finding, place);
            return;
        }
        let finding = self.of_command(failure);
        if let Some(finding) = finding {
            self.raise(finding, place);
        }
        if self.is_asked(b"+CIPSTART") {
            self.links.connecting = None;
        }
    }

    /// Whether the number behind the refusal says more than the command does.
    fn is_about(&self, finding: Option<Finding>) -> bool {
        match finding {
            Some(Finding::PinWrong) => self.is_asked(b"+CPIN") || self.is_asked(b"+CLCK"),
            Some(Finding::BadParameter | Finding::UnknownCommand) => {
                !self.is_set(b"+CIPSSL") && !self.is_asked(b"+SSLCFG") && !self.is_asked(b"+CIICR")
            }
            Some(_) => true,
            None => false,
        }
    }

    /// What a command that was refused without a reason of its own shows.
    fn of_command(&self, failure: Failure) -> Option<Finding> {
        let not_allowed = failure == Failure::Cme(3);
        Some(match self.asked_name() {
            b"+CPIN" if self.is_set(b"+CPIN") => Finding::PinWrong,
            b"+CPIN" if !not_allowed => Finding::SimMissing,
            b"+CCID" | b"+ICCID" | b"+CIMI" => Finding::SimFailure,
            b"+CGATT" if self.is_set(b"+CGATT") => Finding::NotAttached,
            b"+CIICR" if not_allowed => Finding::WrongState,
            b"+CIICR" | b"+CNACT" | b"+NETOPEN" | b"+XIIC" => Finding::NoPdp,
            b"+CGACT" if self.is_set(b"+CGACT") => Finding::NoPdp,
            b"+SAPBR" if self.asked_line().get(9) == Some(&b'1') => Finding::BearerClosed,
            b"+CIPSTART" => self.of_start(),
            b"+CIPMUX" | b"+CIPMODE" | b"+CSTT" | b"+CIFSR" | b"+CIPSERVER" => Finding::WrongState,
            b"+CIPSEND" | b"+CASEND" => Finding::SendRefused,
            b"+CIPSSL" | b"+SSLCFG" if self.is_set(b"+CIPSSL") || self.is_set(b"+SSLCFG") => {
                Finding::TlsMissing
            }
            b"+CDNSGIP" => Finding::NameFailed,
            b"+CAOPEN" | b"+CIPOPEN" => Finding::ConnectFailed,
            b"+HTTPACTION" | b"+SHCONN" | b"+SHREQ" => Finding::HttpFailed,
            b"+MIPSTART" | b"+SSLMIPSTART" | b"+MCONNECT" | b"+SMCONN" | b"+MPUB" | b"+MSUB"
            | b"+CMQTTCONNECT" => Finding::MqttFailed,
            b"+CMGS" | b"+CMSS" | b"+CMGW" => Finding::SmsFailed,
            b"+FTPGET" | b"+FTPPUT" => Finding::ServiceFailed,
            b"+UPGRADE" => Finding::UpdateFailed,
            _ => return self.is_unnamed().then_some(Finding::UnknownCommand),
        })
    }

    fn of_start(&self) -> Finding {
        match self.links.numbered {
            Some(numbered) if numbered != self.links.with_number => Finding::WrongForm,
            _ if self.ledger.stands(Finding::BadCharacters).is_some() => Finding::BadCharacters,
            _ => Finding::WrongState,
        }
    }

    fn is_unnamed(&self) -> bool {
        let known = recognise(self.asked_line());
        matches!(known, Some(Recognised::Command(known)) if known.name == "AT")
    }
}

const fn of_cme(code: u16) -> Option<Finding> {
    Some(match code {
        10 => Finding::SimMissing,
        11 => Finding::PinNeeded,
        12 => Finding::PukNeeded,
        13 | 15 => Finding::SimFailure,
        14 => Finding::SimBusy,
        16 => Finding::PinWrong,
        5..=7 | 40..=47 => Finding::SimLocked,
        30 => Finding::NoService,
        32 => Finding::EmergencyOnly,
        103 | 107 | 111..=113 | 770 => Finding::Denied,
        106 => Finding::ImeiBarred,
        132 | 133 | 149 => Finding::ApnLogin,
        148 | 901 => Finding::NoPdp,
        797 => Finding::RadioOff,
        910 => Finding::ConnectRefused,
        911 => Finding::ConnectTimeout,
        913..=915 => Finding::SendRefused,
        917 | 918 => Finding::NameFailed,
        53 => Finding::BadParameter,
        4 | 49 | 52 | 58 | 99 | 811 | 817 => Finding::UnknownCommand,
        _ => return None,
    })
}

const fn of_cms(code: u16) -> Option<Finding> {
    Some(match code {
        310 => Finding::SimMissing,
        311 => Finding::PinNeeded,
        316 => Finding::PukNeeded,
        313 => Finding::SimFailure,
        314 => Finding::SimBusy,
        331 => Finding::NoService,
        _ => Finding::SmsFailed,
    })
}

/// Refusals in words that have no number here.
fn of_words(line: &[u8]) -> Option<Finding> {
    let has = |word: &str| {
        (0..line.len()).any(|at| {
            let place = line.get(at..at.saturating_add(word.len()));
            place.is_some_and(|place| place.eq_ignore_ascii_case(word.as_bytes()))
        })
    };
    Some(if has("not inserted") {
        Finding::SimMissing
    } else if has("SIM PUK") {
        Finding::PukNeeded
    } else if has("SIM PIN") {
        Finding::PinNeeded
    } else if has("SIM fail") || has("SIM wrong") {
        Finding::SimFailure
    } else if has("SIM busy") {
        Finding::SimBusy
    } else if has("incorrect password") {
        Finding::PinWrong
    } else if has("no network") {
        Finding::NoService
    } else if has("emergency") {
        Finding::EmergencyOnly
    } else if has("illegal ME") {
        Finding::ImeiBarred
    } else if has("illegal MS") {
        Finding::Denied
    } else {
        return None;
    })
}
