//! Netduino Plus 2, an STM32F405, as QEMU's `netduinoplus2` has it (ST RM0090).
//!
//! The modem is on USART2: PA2 sends, PA3 receives. PA1 drives the transistor at PWRKEY.

use super::register::Register;

/// What the SysTick counts. QEMU's machine runs at this from the start; a chip starts on its internal
/// 16 MHz and has to be brought to it through RCC first.
pub(super) const CORE_HZ: u32 = 168_000_000;

/// USART2 is on APB1, a quarter of it.
const UART_HZ: u32 = CORE_HZ / 4;

/// The interrupt of the UART.
pub(super) const UART_INTERRUPTS: [u16; 1] = [38];

const UART: usize = 0x4000_4400;
const STATUS: Register = Register(UART);
/// Read, it takes the next byte; written, it sends one.
pub(super) const DATA: Register = Register(UART + 0x04);
const BAUD: Register = Register(UART + 0x08);
pub(super) const CONTROL: Register = Register(UART + 0x0c);

const OVERRUN: u32 = 1 << 3;
const RECEIVED: u32 = 1 << 5;
const SEND_EMPTY: u32 = 1 << 7;
/// On, send and receive, interrupts for receiving.
pub(super) const ENABLED: u32 = 1 << 13 | 1 << 3 | 1 << 2 | 1 << 5;
/// An interrupt as soon as a byte can be sent.
pub(super) const SEND_INTERRUPT: u32 = 1 << 7;

const RCC_AHB1: Register = Register(0x4002_3830);
const RCC_APB1: Register = Register(0x4002_3840);

const PORT_A: usize = 0x4002_0000;
const MODE: Register = Register(PORT_A);
const SET_RESET: Register = Register(PORT_A + 0x18);
const ALTERNATE: Register = Register(PORT_A + 0x20);

const WATCHDOG: usize = 0x4000_3000;
const WATCHDOG_KEY: Register = Register(WATCHDOG);
const WATCHDOG_PRESCALER: Register = Register(WATCHDOG + 0x04);
const WATCHDOG_RELOAD: Register = Register(WATCHDOG + 0x08);

pub(super) fn start_uart(baud: u32) {
    RCC_AHB1.set(1);
    RCC_APB1.set(1 << 17);
    // PA1 is an output, PA2 and PA3 belong to USART2.
    MODE.set(0b01 << 2 | 0b10 << 4 | 0b10 << 6);
    ALTERNATE.set(7 << 8 | 7 << 12);
    BAUD.write(UART_HZ / baud);
    CONTROL.write(ENABLED);
}

/// Nothing: reading the data does it.
pub(super) fn acknowledge() {}

/// The next byte; the error is one that was lost.
pub(super) fn receive() -> Option<Result<u8, ()>> {
    let status = STATUS.read();
    if status & (RECEIVED | OVERRUN) == 0 {
        return None;
    }
    // Status and then data: that clears both flags.
    let byte = DATA.read() as u8;
    Some(if status & OVERRUN == 0 {
        Ok(byte)
    } else {
        Err(())
    })
}

pub(super) fn can_send() -> bool {
    STATUS.read() & SEND_EMPTY != 0
}

/// The output that a transistor makes PWRKEY of.
pub(super) fn set_power_key(high: bool) {
    SET_RESET.write(if high { 1 << 1 } else { 1 << 17 });
}

/// The independent watchdog, on its own 32 kHz divided by 256; QEMU has none.
pub(super) fn start_watchdog(seconds: u32) {
    WATCHDOG_KEY.write(0x5555);
    WATCHDOG_PRESCALER.write(6);
    WATCHDOG_RELOAD.write((seconds * 125).min(0xfff));
    WATCHDOG_KEY.write(0xcccc);
    feed_watchdog();
}

pub(super) fn feed_watchdog() {
    WATCHDOG_KEY.write(0xaaaa);
}

/// USART1, the second one: PA9 sends, PA10 receives.
pub(super) mod port {
    use super::{
        CORE_HZ, ENABLED, MODE, OVERRUN, PORT_A, RCC_AHB1, RECEIVED, Register, SEND_EMPTY,
    };

    pub(in super::super) const INTERRUPTS: [u16; 1] = [37];

    /// USART1 is on APB2, half of it.
    const UART_HZ: u32 = CORE_HZ / 2;

    const UART: usize = 0x4001_1000;
    const STATUS: Register = Register(UART);
    pub(in super::super) const DATA: Register = Register(UART + 0x04);
    const BAUD: Register = Register(UART + 0x08);
    const CONTROL: Register = Register(UART + 0x0c);
    const RCC_APB2: Register = Register(0x4002_3844);
    const ALTERNATE_HIGH: Register = Register(PORT_A + 0x24);

    pub(in super::super) fn start(baud: u32) {
        RCC_AHB1.set(1);
        RCC_APB2.set(1 << 4);
        MODE.set(0b10 << 18 | 0b10 << 20);
        ALTERNATE_HIGH.set(7 << 4 | 7 << 8);
        BAUD.write(UART_HZ / baud);
        CONTROL.write(ENABLED);
    }

    /// Nothing: reading the data does it.
    pub(in super::super) fn acknowledge() {}

    pub(in super::super) fn receive() -> Option<Result<u8, ()>> {
        let status = STATUS.read();
        if status & (RECEIVED | OVERRUN) == 0 {
            return None;
        }
        let byte = DATA.read() as u8;
        Some(if status & OVERRUN == 0 {
            Ok(byte)
        } else {
            Err(())
        })
    }

    pub(in super::super) fn can_send() -> bool {
        STATUS.read() & SEND_EMPTY != 0
    }
}
