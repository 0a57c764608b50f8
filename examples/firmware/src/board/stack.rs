//! How deep the stack was.

/// What the runtime paints the RAM between the statics and the stack with, at reset.
const PAINT: u32 = 0xcccc_cccc;

unsafe extern "C" {
    static __sheap: u32;
    static _stack_start: u32;
}

/// The most bytes of stack that were in use so far, those of interrupts among them.
#[must_use]
pub fn stack_peak() -> usize {
    let bottom = &raw const __sheap;
    let top = &raw const _stack_start;
    let mut at = bottom;
    // SAFETY: between the two symbols, which the linker aligns to words, is RAM that is only the stack's;
    // the look is volatile because its upper part is in use.
    unsafe {
        while at < top && at.read_volatile() == PAINT {
            at = at.add(1);
        }
    }
    top as usize - at as usize
}
