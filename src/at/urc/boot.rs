//! Boot and power lines.

use crate::wire::meaning;

/// A step of the boot, or the end of it all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Boot {
    /// `^boot.rom'v'!\n` and such: the banner of the boot loader, with a literal backslash and n.
    Rom,
    /// `RDY`: the AT port is up. It comes twice within a second on an Air780EP; without a request
    /// it means a brown-out (vendor hardware guide).
    Ready,
    /// `AT Ready`: the same on older Air720 firmware; unverified.
    AtReady,
    /// `UART Boot Completed`: the same on Air720 (seen in a driver).
    UartBootCompleted,
    /// `Call Ready` (SIM800).
    CallReady,
    /// `SMS Ready`, `SMS READY`.
    SmsReady,
    /// `NORMAL POWER DOWN`: off, by command or key.
    PowerDown,
}

impl Boot {
    /// Reads a line.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        if line.starts_with(b"^boot.rom") {
            return Some(Self::Rom);
        }
        let exact = meaning(
            line,
            "RDY|NORMAL POWER DOWN",
            &[Self::Ready, Self::PowerDown],
        );
        exact.or_else(|| {
            let lines: [(&[u8], Self); 4] = [
                (b"AT Ready", Self::AtReady),
                (b"UART Boot Completed", Self::UartBootCompleted),
                (b"Call Ready", Self::CallReady),
                (b"SMS Ready", Self::SmsReady),
            ];
            let mut found = lines
                .iter()
                .filter(|(text, _)| line.eq_ignore_ascii_case(text));
            found.next().map(|(_, boot)| *boot)
        })
    }

    /// Whether the module has restarted: its settings, bearer and links are gone.
    #[must_use]
    pub const fn is_restart(self) -> bool {
        match self {
            Self::Rom | Self::Ready | Self::AtReady | Self::UartBootCompleted => true,
            Self::CallReady | Self::SmsReady | Self::PowerDown => false,
        }
    }
}
