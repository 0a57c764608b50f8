//! What may happen to the driver.

use arbitrary::Arbitrary;

/// What it is told at its start, and the module it meets.
#[derive(Arbitrary, Debug)]
pub(crate) struct Settings {
    pub(crate) push: bool,
    pub(crate) flow_control: bool,
    pub(crate) transparent: bool,
    pub(crate) pin: bool,
    pub(crate) profile: u8,
}

#[derive(Arbitrary, Debug)]
pub(crate) enum Act<'a> {
    /// The line brings this.
    Bytes(&'a [u8]),
    /// The line brings this, again and again.
    Flood(&'a [u8], u8),
    /// The line brings one of [`LINES`], with a number in it.
    Known(u8, u8),
    /// The module hears what the driver says and answers, for so many turns.
    Module(u8),
    /// The module hears the driver, and its answer is lost.
    Lost,
    /// Something happens to the module.
    Accident(u8, u8),
    /// So much of what is to be sent goes.
    Sent(u8),
    Millis(u16),
    Deadline,
    UartLost,
    Connect(u8, u8),
    Send(u8, u16),
    Receive(u8, u8),
    Close(u8, bool),
    Release(u8),
    Tag(u8),
    AskAcknowledged(u8),
    Command(u8),
    Data(u8),
    Answer,
    Abandon,
    Listen(bool),
    Accept,
    Remedy(u8),
    Restart,
    Events,
}

/// What a module says; `#` stands for a number.
pub(crate) const LINES: &[&str] = &[
    "OK",
    "ERROR",
    "AT",
    "> ",
    "+CPIN: READY",
    "+CPIN: SIM PIN",
    "+CREG: 0,1",
    "+CEREG: 0,1",
    "+CGREG: 0,1",
    "+CEREG: 1",
    "+CEREG: 0",
    "+CSQ: 20,0",
    "+CGATT: 1",
    "SHUT OK",
    "10.0.0.1",
    "+CIPSTART: (0-5)",
    "#, CONNECT OK",
    "#, CONNECT FAIL",
    "#, ALREADY CONNECT",
    "#, CLOSED",
    "#, CLOSE OK",
    "#, SEND OK",
    "#, SEND FAIL",
    "DATA ACCEPT:#,5",
    "DATA ACCEPT:#,200",
    "+CIPACK: 5,5,0",
    "+CIPRXGET: 1,#",
    "+CIPRXGET: 2,#,5,0\r\nhello",
    "+CIPRXGET: 2,#,0,0",
    "+CIPRXGET: 4,#,5",
    "+RECEIVE,#,5:\r\nhello",
    "+RECEIVE,#,1460:",
    "+RECEIVE,#,65535:",
    "C: #,0,\"TCP\",\"1.2.3.4\",\"7\",\"CONNECTED\"",
    "C: #,0,\"TCP\",\"1.2.3.4\",\"7\",\"CLOSED\"",
    "STATE: IP PROCESSING",
    "REMOTE IP: 1.2.3.4",
    "#, REMOTE IP: 1.2.3.4",
    "+PDP: DEACT",
    "RDY",
    "^boot.rom",
    "+CME ERROR: 3",
    "CONNECT",
    "CLOSED",
    "NO CARRIER",
    "SERVER OK",
];
