//! What the programs here have in common: where they connect to, and how they look after it.

use luat_modem::engine::{Config, Remedy, Transport};
use luat_modem::supervise::{Food, Heartbeat, Payload, Persistent, Policy, Watchdog, When};
use luat_modem::time::Duration;

/// The rate of the UART. The factory rate of the EC618 modules; fix it with `AT+IPR` (vendor manual, IPR).
pub const BAUD: u32 = if cfg!(feature = "paced") {
    921_600
} else {
    115_200
};

/// Where the records go.
pub const SERVER: (&str, u16) = ("server.example", 9999);

/// Sends back what it gets.
pub const ECHO: (&str, u16) = ("echo.example", 7);

/// Sends back numbered streams, and looks whether they are whole.
pub const STREAMS: (&str, u16) = ("streams.example", 7000);

/// The WebSocket server.
pub const SOCKET: &str = "ws://socket.example:8080/records";

/// The server at the other end of the second UART: a line for each line.
pub const LINES: (&str, u16) = ("lines.example", 9000);

/// The broker.
pub const BROKER: (&str, u16) = ("broker.example", 1883);

/// The watchdog of the hardware. Longer than the longest turn of the loop, no longer than needed.
pub const WATCHDOG_SECONDS: u32 = 10;

/// The settings of the engine.
#[must_use]
pub fn config() -> Config<'static> {
    let mut config = Config::new();
    // PWRKEY is wired, so a module that hangs can be switched off and on.
    config.strongest_remedy = Some(Remedy::Power);
    config
}

/// The link to the server. In the field a heartbeat every two minutes is enough, which is the default,
/// and costs a hundredth of the traffic; this one is to be seen within a short run.
#[must_use]
pub fn server() -> Persistent<'static> {
    let heartbeat = Heartbeat::new(Payload::Bytes(b"ping\n"))
        .every(Duration::from_secs(2))
        .when(When::Always)
        .answered_within(Duration::from_secs(20));
    let (host, port) = SERVER;
    Persistent::new("server", Transport::Tcp, host, port, Policy::new()).with_heartbeat(heartbeat)
}

/// Resets the module if nothing was heard for five minutes, whatever the reason.
#[must_use]
pub fn watchdog() -> Watchdog {
    Watchdog::new(Duration::from_secs(300))
        .fed_by(Food::Received)
        .with_remedy(Remedy::Reset)
}
