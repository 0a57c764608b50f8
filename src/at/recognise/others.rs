//! The lines that are neither a command nor an answer that names its command.

use super::Known;

/// How a text is compared with a line.
#[derive(Clone, Copy)]
pub(super) enum Is {
    /// The whole line.
    Whole,
    /// The beginning of the line.
    Start,
}

const fn whole(name: &'static str, meaning: &'static str) -> (Is, Known) {
    (Is::Whole, Known { name, meaning })
}

const fn start(name: &'static str, meaning: &'static str) -> (Is, Known) {
    (Is::Start, Known { name, meaning })
}

/// What ends an exchange.
#[rustfmt::skip]
pub(super) static FINALS: &[(Is, Known)] = &[
    whole("OK", "done"),
    whole("ERROR", "refused"),
    start("+CME ERROR:", "refused, with a number or words"),
    start("+CMS ERROR:", "short message refused, with a number or words"),
    whole("SHUT OK", "bearer released, every link closed"),
    whole("CLOSE OK", "closed as asked"),
    whole("CONNECT", "transparent data begins"),
    whole("NO CARRIER", "the connection is gone"),
    whole("NO DIALTONE", "no dial tone"),
    whole("NO ANSWER", "the far end does not answer"),
    whole("BUSY", "the far end is busy"),
    whole("NORMAL POWER DOWN", "switched off"),
    start(">", "ready for payload"),
];

/// What is said unasked.
#[rustfmt::skip]
pub(super) static URCS: &[(Is, Known)] = &[
    whole("RDY", "restarted, the AT port is up"),
    whole("AT Ready", "restarted, the AT port is up"),
    whole("UART Boot Completed", "restarted, the AT port is up"),
    start("^boot.rom", "the boot loader runs"),
    whole("Call Ready", "calls are possible"),
    whole("SMS Ready", "short messages are possible"),
    whole("SMS READY", "short messages are possible"),
    start("^MODE:", "the access technology changed"),
    start("^CARDMODE:", "the kind of the SIM card"),
    whole("+E_UTRAN Service", "LTE service"),
    whole("+GSM Service", "GSM service"),
    whole("+NO Service", "no service"),
    start("+CGEV:", "event of the packet bearer"),
    start("*CGEV:", "event of the packet bearer"),
    start("*CGEV ", "event of the packet bearer"),
    start("+NITZ:", "the time of the network"),
    start("+PDP DEACT", "the network took the bearer; CIPSHUT is needed"),
    start("+PDP:", "the network took the bearer; CIPSHUT is needed"),
    start("+SAPBR ", "the network took the bearer of HTTP and FTP"),
    start("*CESQ:", "the signal in detail"),
    start("+MUID:", "the number of the chip"),
    start("+UPGRADEIND:", "progress of a firmware update"),
    start("+QIND:", "progress of a firmware update"),
    start("+EEMLTESVC:", "the serving cell"),
    start("+EEMLTEINTRA:", "a neighbour cell on the same frequency"),
    start("+EEMLTEINTER:", "a neighbour cell on another frequency"),
    whole("CONNECT OK", "the link is open"),
    whole("CONNECT FAIL", "the link could not be opened"),
    whole("ALREADY CONNECT", "the link was open before"),
    whole("SEND OK", "data sent"),
    whole("SEND FAIL", "data not sent"),
    start("DATA ACCEPT:", "data taken over"),
    whole("CLOSED", "the far end closed, or the link was lost"),
    start("TCP ERROR:", "a TCP link failed"),
    start("UDP ERROR:", "a UDP link failed"),
    start("+RECEIVE,", "received data follows"),
    start("+IPD,", "received data follows"),
    start("RECV FROM:", "who sent the data that follows"),
    start("REMOTE IP:", "a client connected to the server"),
    whole("SERVER OK", "the server listens"),
    whole("SERVER CLOSE", "the server is closed"),
    whole("CONNACK OK", "the broker let the client in"),
    whole("SUBACK", "the broker took the subscription"),
    whole("UNSUBACK", "the broker dropped the subscription"),
    whole("PUBACK", "the broker took the message (QoS 1)"),
    whole("PUBREC", "the broker has the message (QoS 2)"),
    whole("PUBCOMP", "the broker took the message (QoS 2)"),
    start("+MSUB:", "a message of a subscription"),
    start("+HTTPACTION:", "the request is done"),
    whole("DOWNLOAD", "ready for the body"),
    start("+CMTI:", "a short message was stored"),
    start("+CMT:", "a short message arrived"),
    start("+CDSI:", "a delivery report was stored"),
    start("+CDS:", "a delivery report arrived"),
    whole("RING", "a call comes in"),
    start("+CRING:", "a call comes in"),
    start("+UGNSINF:", "the position"),
];

/// Answers that do not name their command.
#[rustfmt::skip]
pub(super) static ANSWERS: &[(Is, Known)] = &[
    start("STATE:", "the state of the socket set"),
    start("C:", "the state of a link"),
    start("S:", "the state of the server"),
    start("Gprs Config ", "the access point, its user or password"),
    start("MODE:", "whether a private access point is set"),
    start("APN:", "the private access point"),
    start("USR:", "the user of the private access point"),
    start("PWD:", "the password of the private access point"),
    start("AUTHMODE:", "how the private access point's login is proved"),
    whole("TimeOut", "the bytes of the file did not come"),
    start("PrimaryDns:", "the first name server"),
    start("SecondaryDns:", "the second name server"),
    start("+GETIP:", "the address of a context"),
    start("AirM2M_", "the firmware"),
    start("Manufacturer:", "the manufacturer"),
    start("Model:", "the model"),
    start("Revision:", "the firmware"),
    start("HWver:", "the hardware"),
    start("Buildtime:", "when the firmware was built"),
    start("IMEI:", "the number of the module"),
    start("ICCID:", "the number of the card"),
    start("IMSI:", "the number of the subscriber"),
];
