//! Words for whoever runs the board, and the end of a run. Without the feature `qemu` nothing is said,
//! and what ends stops the processor until the watchdog resets it.

/// Says a line, in QEMU only. On hardware this is the place of `defmt` and a debug probe, or of a second
/// UART; the module's is not free for it.
#[cfg(feature = "qemu")]
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => {
        $crate::semihosting::hprintln!($($text)*)
    };
}

/// Says nothing.
#[cfg(not(feature = "qemu"))]
#[macro_export]
macro_rules! say {
    ($($text:tt)*) => {
        if false {
            // Only looked at by the compiler, so that what is said counts as used.
            let _ = core::format_args!($($text)*);
        }
    };
}

/// Ends the run. A firmware never does; in QEMU it is the verdict.
#[cfg(feature = "qemu")]
pub fn finish(passed: bool) -> ! {
    use cortex_m_semihosting::debug::{EXIT_FAILURE, EXIT_SUCCESS, exit};
    #[cfg(feature = "paced")]
    super::line::tell();
    crate::say!("stack {} bytes", super::stack_peak());
    crate::say!("clock {} ms", super::clock::millis());
    crate::say!("verdict {}", if passed { "passed" } else { "failed" });
    loop {
        exit(if passed { EXIT_SUCCESS } else { EXIT_FAILURE });
    }
}

/// Ends the run: only the watchdog of the hardware leads on.
#[cfg(not(feature = "qemu"))]
pub fn finish(_passed: bool) -> ! {
    cortex_m::interrupt::disable();
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    crate::say!("{info}");
    finish(false)
}
