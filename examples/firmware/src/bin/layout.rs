//! The RAM of the driver's parts, as symbols of that size: to be measured, not run.

#![no_std]
#![no_main]

use core::hint::black_box;
use core::mem::size_of;
use cortex_m_rt::entry;
use luat_firmware::board::{Clock, PowerKey, Uart, finish};
use luat_modem::blocking::{Modem, TcpSocket, UdpSocket};
use luat_modem::engine::{Engine, Memory};
use luat_modem::passthrough::Passthrough;
use luat_modem::supervise::power::Power;
use luat_modem::supervise::{Persistent, Watchdog};

/// Symbols as large as types.
macro_rules! layout {
    ($($(#[$gate:meta])* $name:ident: $type:ty),* $(,)?) => {
        $(
            $(#[$gate])*
            #[unsafe(no_mangle)]
            static $name: [u8; size_of::<$type>()] = [0; size_of::<$type>()];
        )*

        #[entry]
        fn main() -> ! {
            $(
                $(#[$gate])*
                black_box(&$name);
            )*
            finish(true)
        }
    };
}

layout! {
    LAYOUT_ENGINE: Engine<'static>,
    LAYOUT_BLOCKING_MODEM: Modem<'static, Uart, Clock>,
    // Three lines of 256 bytes, and no link.
    LAYOUT_LINES: Memory<0, 0, 0>,
    LAYOUT_ONE_LINK: Memory<1, 0, 0>,
    LAYOUT_TEN_LINKS: Memory<10, 0, 0>,
    LAYOUT_TCP_SOCKET: TcpSocket<'static, 'static, Uart, Clock>,
    LAYOUT_UDP_SOCKET: UdpSocket<'static, 'static, Uart, Clock>,
    LAYOUT_PERSISTENT: Persistent<'static>,
    LAYOUT_PASSTHROUGH: Passthrough<'static, Persistent<'static>>,
    #[cfg(feature = "websocket")]
    LAYOUT_WEBSOCKET: luat_modem::websocket::Client<'static, fn(&mut [u8])>,
    #[cfg(feature = "embassy")]
    LAYOUT_ASYNCH_MODEM: luat_modem::asynch::Modem<'static, embassy_sync::blocking_mutex::raw::NoopRawMutex>,
    LAYOUT_WATCHDOG: Watchdog,
    LAYOUT_POWER: Power<PowerKey>,
}
