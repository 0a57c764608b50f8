//! Numbers whose range a manual names, checked before they can become an argument.

use core::fmt;

/// A number is outside of the range that the module takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OutOfRange {
    /// The smallest number that is taken.
    pub min: u32,
    /// The largest number that is taken.
    pub max: u32,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { min, max } = self;
        write!(f, "a number must lie between {min} and {max}")
    }
}

impl core::error::Error for OutOfRange {}

/// A number between `MIN` and `MAX`, both included.
///
/// ```
/// use luat_modem::at::{Number, OutOfRange};
/// let timeout = Number::<10, 300>::new(60);
/// assert_eq!(timeout.map(Number::value), Ok(60));
/// assert_eq!(Number::<10, 300>::new(9), Err(OutOfRange { min: 10, max: 300 }));
/// assert_eq!(Number::<10, 300>::clamped(900).value(), 300);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Number<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Number<MIN, MAX> {
    /// Checks `number`.
    ///
    /// # Errors
    /// [`OutOfRange`] names the range.
    pub const fn new(number: u32) -> Result<Self, OutOfRange> {
        if number < MIN || number > MAX {
            return Err(OutOfRange { min: MIN, max: MAX });
        }
        Ok(Self(number))
    }

    /// The number in the range that is nearest to `number`.
    #[must_use]
    pub const fn clamped(number: u32) -> Self {
        if number < MIN {
            Self(MIN)
        } else if number > MAX {
            Self(MAX)
        } else {
            Self(number)
        }
    }

    /// The number itself.
    #[must_use]
    pub const fn value(self) -> u32 {
        self.0
    }
}
