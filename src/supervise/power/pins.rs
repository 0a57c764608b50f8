//! The pins of the module that a host can drive.

use core::convert::Infallible;
use core::fmt;
use embedded_hal::digital::{Error as _, ErrorKind, ErrorType, OutputPin};

/// A pin that is not wired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoPin;

impl ErrorType for NoPin {
    type Error = Infallible;
}

impl OutputPin for NoPin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// A pin of the host and how it is wired to one of the module, which is pulled low to act and must
/// otherwise be left alone: PWRKEY and RESET have pull-ups inside, and none may stand outside (vendor's
/// hardware guide, Air780E).
#[derive(Clone, Copy, Debug)]
pub struct Pin<P> {
    pin: P,
    inverted: bool,
}

impl<P> Pin<P> {
    /// Wired as it is: low pulls the module's pin low. For an open-drain output.
    #[must_use]
    pub const fn direct(pin: P) -> Self {
        Self {
            pin,
            inverted: false,
        }
    }

    /// Wired through a transistor, as most boards are: high pulls the module's pin low.
    #[must_use]
    pub const fn inverted(pin: P) -> Self {
        Self {
            pin,
            inverted: true,
        }
    }
}

impl<P: OutputPin> Pin<P> {
    fn pull(&mut self, low: bool) -> Result<(), ErrorKind> {
        let result = if low == self.inverted {
            self.pin.set_high()
        } else {
            self.pin.set_low()
        };
        result.map_err(|error| error.kind())
    }
}

/// A pin of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Line {
    /// PWRKEY.
    PowerKey,
    /// RESET.
    Reset,
    /// MAIN_DTR, AP_WAKEUP_MODULE in some manuals.
    Dtr,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PowerKey => "PWRKEY",
            Self::Reset => "RESET",
            Self::Dtr => "DTR",
        })
    }
}

/// The host could not set a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinError {
    /// Which one.
    pub line: Line,
    /// What the host's driver says.
    pub kind: ErrorKind,
}

impl fmt::Display for PinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the pin wired to {} could not be set: {}",
            self.line, self.kind
        )
    }
}

impl core::error::Error for PinError {}

/// The pins that are wired.
///
/// ```
/// # use luat_modem::supervise::power::NoPin;
/// # let (pa1, pa2) = (NoPin, NoPin);
/// use luat_modem::supervise::power::{Pin, Pins};
/// let pins = Pins::none().with_pwrkey(Pin::inverted(pa1)).with_reset(Pin::inverted(pa2));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pins<K = NoPin, R = NoPin, D = NoPin> {
    pwrkey: Option<Pin<K>>,
    reset: Option<Pin<R>>,
    dtr: Option<Pin<D>>,
}

impl Pins {
    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            pwrkey: None,
            reset: None,
            dtr: None,
        }
    }
}

impl<K, R, D> Pins<K, R, D> {
    /// The same with PWRKEY.
    #[must_use]
    pub fn with_pwrkey<P: OutputPin>(self, pin: Pin<P>) -> Pins<P, R, D> {
        Pins {
            pwrkey: Some(pin),
            reset: self.reset,
            dtr: self.dtr,
        }
    }

    /// The same with RESET.
    #[must_use]
    pub fn with_reset<P: OutputPin>(self, pin: Pin<P>) -> Pins<K, P, D> {
        Pins {
            pwrkey: self.pwrkey,
            reset: Some(pin),
            dtr: self.dtr,
        }
    }

    /// The same with DTR.
    #[must_use]
    pub fn with_dtr<P: OutputPin>(self, pin: Pin<P>) -> Pins<K, R, P> {
        Pins {
            pwrkey: self.pwrkey,
            reset: self.reset,
            dtr: Some(pin),
        }
    }
}

impl<K: OutputPin, R: OutputPin, D: OutputPin> Pins<K, R, D> {
    /// Pulls a pin of the module low, or lets it go. One that is not wired is passed over.
    pub(super) fn pull(&mut self, line: Line, low: bool) -> Result<(), PinError> {
        debug!("{:?} {}", line, if low { "low" } else { "released" });
        match line {
            Line::PowerKey => self.pwrkey.as_mut().map_or(Ok(()), |pin| pin.pull(low)),
            Line::Reset => self.reset.as_mut().map_or(Ok(()), |pin| pin.pull(low)),
            Line::Dtr => self.dtr.as_mut().map_or(Ok(()), |pin| pin.pull(low)),
        }
        .map_err(|kind| PinError { line, kind })
    }

    pub(super) const fn has(&self, line: Line) -> bool {
        match line {
            Line::PowerKey => self.pwrkey.is_some(),
            Line::Reset => self.reset.is_some(),
            Line::Dtr => self.dtr.is_some(),
        }
    }
}
