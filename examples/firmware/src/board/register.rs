//! A register of the chip.

/// A register by its address.
#[derive(Clone, Copy)]
pub(super) struct Register(pub(super) usize);

impl Register {
    pub(super) fn read(self) -> u32 {
        // SAFETY: every address in the boards is that of a 32-bit register, and reading it has no
        // effect on memory.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(super) fn write(self, value: u32) {
        // SAFETY: as for `read`; no register in the boards makes the hardware write to memory.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }

    /// Sets bits that are not set yet.
    #[allow(dead_code, reason = "one of the boards needs it")]
    pub(super) fn set(self, bits: u32) {
        self.write(self.read() | bits);
    }
}
