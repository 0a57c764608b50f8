//! The pin that PWRKEY is wired to.

use super::machine;
use core::convert::Infallible;
use embedded_hal::digital::{ErrorType, OutputPin};

/// An output that drives an NPN transistor with its collector at PWRKEY: high pulls PWRKEY low.
#[derive(Debug)]
pub struct PowerKey(());

impl PowerKey {
    pub(super) fn new() -> Self {
        machine::set_power_key(false);
        Self(())
    }

    fn set(&mut self, high: bool) {
        machine::set_power_key(high);
        // Nothing is wired to the pins of QEMU's boards: who runs them reads this.
        crate::say!("PWRKEY {}", if high { "low" } else { "released" });
    }
}

impl ErrorType for PowerKey {
    type Error = Infallible;
}

impl OutputPin for PowerKey {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.set(false);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.set(true);
        Ok(())
    }
}
