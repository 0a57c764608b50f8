//! ARM MPS2 with the AN386 image, a Cortex-M4F, as QEMU's `mps2-an386` has it.
//!
//! The modem is on UART1, a CMSDK UART (ARM DDI 0479, Cortex-M System Design Kit).

use super::register::Register;

/// What the SysTick counts.
pub(super) const CORE_HZ: u32 = 25_000_000;

/// The interrupts of the UART: one to receive, one to send.
pub(super) const UART_INTERRUPTS: [u16; 2] = [2, 3];

const UART: usize = 0x4000_5000;
/// Read, it takes the next byte; written, it sends one.
pub(super) const DATA: Register = Register(UART);
const STATE: Register = Register(UART + 0x04);
pub(super) const CONTROL: Register = Register(UART + 0x08);
const INTERRUPT: Register = Register(UART + 0x0c);
const DIVIDER: Register = Register(UART + 0x10);

const SEND_FULL: u32 = 1 << 0;
const RECEIVE_FULL: u32 = 1 << 1;
const RECEIVE_OVERRUN: u32 = 1 << 3;
/// Send and receive, interrupts for receiving.
pub(super) const ENABLED: u32 = 1 << 0 | 1 << 1 | 1 << 3;
/// An interrupt as soon as a byte can be sent.
pub(super) const SEND_INTERRUPT: u32 = 1 << 2;

const GPIO_DATA_OUT: Register = Register(0x4001_0004);
const GPIO_ENABLE_SET: Register = Register(0x4001_0010);

const WATCHDOG: usize = 0x4000_8000;
const WATCHDOG_LOAD: Register = Register(WATCHDOG);
const WATCHDOG_CONTROL: Register = Register(WATCHDOG + 0x08);
const WATCHDOG_CLEAR: Register = Register(WATCHDOG + 0x0c);
const WATCHDOG_LOCK: Register = Register(WATCHDOG + 0xc00);

pub(super) fn start_uart(baud: u32) {
    DIVIDER.write(CORE_HZ / baud);
    CONTROL.write(ENABLED);
}

/// Before the UART is emptied: what comes meanwhile interrupts anew.
pub(super) fn acknowledge() {
    INTERRUPT.write(INTERRUPT.read());
}

/// The next byte; the error is one that was lost.
pub(super) fn receive() -> Option<Result<u8, ()>> {
    let state = STATE.read();
    if state & RECEIVE_OVERRUN != 0 {
        STATE.write(RECEIVE_OVERRUN);
        return Some(Err(()));
    }
    (state & RECEIVE_FULL != 0).then(|| Ok(DATA.read() as u8))
}

pub(super) fn can_send() -> bool {
    STATE.read() & SEND_FULL == 0
}

/// The output that a transistor makes PWRKEY of.
pub(super) fn set_power_key(high: bool) {
    GPIO_ENABLE_SET.write(1);
    GPIO_DATA_OUT.write(high.into());
}

/// The watchdog of the board: resets the processor after twice this time without
/// [`feed_watchdog`].
pub(super) fn start_watchdog(seconds: u32) {
    WATCHDOG_LOCK.write(0x1acc_e551);
    WATCHDOG_LOAD.write(seconds.saturating_mul(CORE_HZ));
    WATCHDOG_CONTROL.write(0b11);
}

pub(super) fn feed_watchdog() {
    // Any write reloads it.
    WATCHDOG_CLEAR.write(1);
}

/// UART0, the second one, is the same.
pub(super) mod port {
    use super::{CORE_HZ, ENABLED, RECEIVE_FULL, RECEIVE_OVERRUN, Register, SEND_FULL};

    pub(in super::super) const INTERRUPTS: [u16; 2] = [0, 1];

    const UART: usize = 0x4000_4000;
    pub(in super::super) const DATA: Register = Register(UART);
    const STATE: Register = Register(UART + 0x04);
    const CONTROL: Register = Register(UART + 0x08);
    const INTERRUPT: Register = Register(UART + 0x0c);
    const DIVIDER: Register = Register(UART + 0x10);

    pub(in super::super) fn start(baud: u32) {
        DIVIDER.write(CORE_HZ / baud);
        CONTROL.write(ENABLED);
    }

    pub(in super::super) fn acknowledge() {
        INTERRUPT.write(INTERRUPT.read());
    }

    pub(in super::super) fn receive() -> Option<Result<u8, ()>> {
        let state = STATE.read();
        if state & RECEIVE_OVERRUN != 0 {
            STATE.write(RECEIVE_OVERRUN);
            return Some(Err(()));
        }
        (state & RECEIVE_FULL != 0).then(|| Ok(DATA.read() as u8))
    }

    pub(in super::super) fn can_send() -> bool {
        STATE.read() & SEND_FULL == 0
    }
}
