//! The error codes of 3GPP 27.007 §9.2 and of the vendor manual that the module gives.

/// A refusal with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cme(pub(super) u16);

impl Cme {
    pub(super) const NOT_ALLOWED: Self = Self(3);
    pub(super) const NOT_SUPPORTED: Self = Self(4);
    pub(super) const NO_SIM: Self = Self(10);
    pub(super) const PIN_WANTED: Self = Self(11);
    pub(super) const PUK_WANTED: Self = Self(12);
    pub(super) const SIM_FAILURE: Self = Self(13);
    pub(super) const SIM_BUSY: Self = Self(14);
    pub(super) const WRONG_PASSWORD: Self = Self(16);
    pub(super) const NO_NETWORK: Self = Self(30);
    pub(super) const BAD_PARAMETER: Self = Self(53);
    pub(super) const UNKNOWN_COMMAND: Self = Self(58);
    /// Unspecified GPRS error.
    pub(super) const NO_CONTEXT: Self = Self(148);
    pub(super) const TIMEOUT: Self = Self(151);
    pub(super) const OTHER: Self = Self(65535);

    /// The text that `AT+CMEE=2` asks for.
    pub(super) const fn text(self) -> &'static str {
        match self.0 {
            3 => "operation not allowed",
            4 => "operation not supported",
            10 => "SIM not inserted",
            11 => "SIM PIN required",
            12 => "SIM PUK required",
            13 => "SIM failure",
            14 => "SIM busy",
            16 => "incorrect password",
            30 => "no network service",
            53 => "parameters are invalid",
            58 => "INVALID_COMMAND_LINE",
            148 => "unspecified GPRS error",
            151 => "AT command timeout",
            65535 => "Other Error",
            _ => "unknown",
        }
    }
}
