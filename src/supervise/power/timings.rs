//! How long the pins are held: one table row for each family of modules.
//!
//! | | PWRKEY on | PWRKEY off | until it is off | RESET | and then |
//! |---|---|---|---|---|---|
//! | EC618 | 1.6 s ¹ | 2 s ² | 3 s ³ | 600 ms ⁴ | it is off: PWRKEY ⁴ |
//! | EC718 | 2 s ⁵ | 2 s ² | 3 s ³ | 600 ms ⁴ | PWRKEY ³ |
//! | RDA8910 | 1.6 s ¹ | 2 s ² | 3 s ³ | 200 ms ⁵ | it restarts by itself |
//! | RDA8955 | 2 s ³ | 2 s ³ | 3 s ³ | 200 ms ³ | it restarts by itself |
//! | generic | 1.6 s ⁶ | 2.5 s | 5 s | 600 ms | PWRKEY ⁶ |
//!
//! 1. Vendor FAQ on power-on: at least 1.5 s with AT firmware. The hardware guide of the Air780E has
//!    more than 1 s.
//! 2. at_device of RT-Thread, class/air720; for the other families assumed.
//! 3. Assumed.
//! 4. Vendor's hardware guide, Air780E: more than 500 ms, and RESET_N switches the module off.
//! 5. Vendor's TCP guide for the Air780EP: PWRKEY 2 s, RESET_IN_N at least 150 ms.
//! 6. Long enough to switch on, too short to switch off what RESET has restarted by itself.
//!
//! Unverified on hardware, all of them.

use crate::time::Duration;

/// How long the pins are held, and what that does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// PWRKEY low to switch on.
    pub key_on: Duration,
    /// PWRKEY low to switch off.
    pub key_off: Duration,
    /// From switching off, by PWRKEY, RESET or command, until it is off and may be switched on.
    pub until_off: Duration,
    /// RESET low.
    pub reset: Duration,
    /// RESET switches off, so that PWRKEY is needed afterwards.
    pub reset_is_off: bool,
    /// DTR low until the module is awake.
    pub wake: Duration,
}

/// Vendor manual, CSCLK: low for about 50 ms.
const WAKE: Duration = Duration::from_millis(50);

const fn row(on: u64, off: u64, until_off: u64, reset: u64, reset_is_off: bool) -> Timings {
    Timings {
        key_on: Duration::from_millis(on),
        key_off: Duration::from_millis(off),
        until_off: Duration::from_millis(until_off),
        reset: Duration::from_millis(reset),
        reset_is_off,
        wake: WAKE,
    }
}

impl Timings {
    /// EC618: Air780E, Air780EX, Air780EG, Air700E.
    pub const EC618: Self = row(1600, 2000, 3000, 600, true);
    /// EC718 and EC716: Air780EP, Air780EPV, Air780EL.
    pub const EC718: Self = row(2000, 2000, 3000, 600, true);
    /// RDA8910: Air720, Air722, Air724, Air795.
    pub const RDA8910: Self = row(1600, 2000, 3000, 200, false);
    /// RDA8955: Air202, Air208, Air800.
    pub const RDA8955: Self = row(2000, 2000, 3000, 200, false);
    /// Whatever it is. Better say what it is.
    pub const GENERIC: Self = row(1600, 2500, 5000, 600, true);
}

impl Default for Timings {
    fn default() -> Self {
        Self::GENERIC
    }
}
