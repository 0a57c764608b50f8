//! How long the module takes for everything it does.

use crate::time::Duration;

/// The durations of the module. Nothing in the emulator waits for anything but these, its network
/// and the faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Last byte of a command to first byte of its answer; also last byte of a payload to its result.
    pub turnaround: Duration,
    /// Further time between the answer's turn and the `> ` prompt.
    pub prompt: Duration,
    /// Power to the first `RDY`. 1.3 s in an Air780EP log.
    pub boot: Duration,
    /// First `RDY` until commands are heard; before, they are swallowed without echo. A second
    /// `RDY` came 0.74 s after the first in an Air780EP log, and a command between them was lost.
    /// The earliest moment that works is unverified.
    pub deaf: Duration,
    /// `OK` of a restart command until the boot loader runs.
    pub restart: Duration,
    /// Card ready to registration.
    pub registration: Duration,
    /// Registration to attachment with an active bearer.
    pub attach: Duration,
    /// Bearer to the clock notice. 60 ms in an Air780EP log.
    pub clock: Duration,
    /// `AT+CIICR` to its `OK`.
    pub activation: Duration,
    /// `AT+CIPSHUT` to `SHUT OK`.
    pub shut: Duration,
    /// `AT+CFUN=` to `OK`. 120 to 140 ms in logs.
    pub function: Duration,
    /// A slow `AT+CIPCLOSE` to `CLOSE OK`; a quick one takes only the turnaround.
    pub close: Duration,
    /// Least time of a send that waits for the far end's acknowledgement.
    pub ack: Duration,
    /// How long such a send waits before `SEND FAIL`.
    pub ack_limit: Duration,
    /// How long a connection may take before `CONNECT FAIL`. 75 s in a SIM800 log.
    pub connect_limit: Duration,
    /// First byte to a sleeping module, or the falling edge of DTR, until it hears (vendor manual,
    /// CSCLK: about 50 ms).
    pub wake: Duration,
    /// Speed of the UART towards the host, ten bits a byte; `None` sends everything at once.
    ///
    /// Bytes to the module are taken as they are given: pacing them is the caller's business.
    pub baud: Option<u32>,
}

impl Timing {
    /// Timing without any delay, for tests about order rather than time.
    ///
    /// The limits stay: they end what would otherwise never end.
    #[must_use]
    pub const fn instant() -> Self {
        Self {
            turnaround: Duration::ZERO,
            prompt: Duration::ZERO,
            boot: Duration::ZERO,
            deaf: Duration::ZERO,
            restart: Duration::ZERO,
            registration: Duration::ZERO,
            attach: Duration::ZERO,
            clock: Duration::ZERO,
            activation: Duration::ZERO,
            shut: Duration::ZERO,
            function: Duration::ZERO,
            close: Duration::ZERO,
            ack: Duration::ZERO,
            ..Self::typical()
        }
    }

    /// The times seen in logs of an Air780E and Air780EP, without UART pacing.
    #[must_use]
    pub const fn typical() -> Self {
        Self {
            turnaround: Duration::from_millis(2),
            prompt: Duration::ZERO,
            boot: Duration::from_millis(1310),
            deaf: Duration::from_millis(740),
            restart: Duration::from_millis(300),
            registration: Duration::from_millis(2840),
            attach: Duration::from_millis(110),
            clock: Duration::from_millis(60),
            activation: Duration::from_millis(10),
            shut: Duration::from_millis(50),
            function: Duration::from_millis(130),
            close: Duration::from_millis(60),
            ack: Duration::from_millis(100),
            ack_limit: Duration::from_secs(50),
            connect_limit: Duration::from_secs(75),
            wake: Duration::from_millis(50),
            baud: None,
        }
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self::typical()
    }
}
