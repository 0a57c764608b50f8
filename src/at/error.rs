//! What the numbers behind `+CME ERROR:`, `+CMS ERROR:`, `TCP ERROR:`, `UDP ERROR:` and `+CDNSGIP: 0,`
//! mean, in English.

/// What is said of a number without a meaning.
pub const UNKNOWN: &str = "a number that the manual does not list";

/// The meaning of `+CME ERROR: <code>` (3GPP 27.007 §9.2; vendor manual, CME ERROR).
///
/// ```
/// assert_eq!(luat_modem::at::error::cme(10), "no SIM card inserted");
/// ```
#[must_use]
pub const fn cme(code: u16) -> &'static str {
    match code {
        0 => "failure of the module",
        1 => "no connection to the module",
        2 => "link to the module reserved",
        3 => "not allowed in this state",
        4 => "not supported",
        5 => "the module's own PIN is required",
        6 | 7 => "PIN or PUK of the first SIM card required",
        10 => "no SIM card inserted",
        11 => "SIM PIN required",
        12 => "SIM PUK required",
        13 => "failure of the SIM card",
        14 => "SIM card busy",
        15 => "wrong SIM card",
        16 => "wrong password",
        17 => "SIM PIN2 required",
        18 => "SIM PUK2 required",
        20 => "memory full",
        21 => "invalid index",
        22 => "not found",
        23 => "failure of the memory",
        24 => "text too long",
        25 => "invalid characters in a text",
        26 => "number to dial too long",
        27 => "invalid characters in the number to dial",
        30 => "no network service",
        31 => "the network did not answer in time",
        32 => "emergency calls only",
        40..=47 => "locked to a network, operator or company; an unlock code is required",
        48 => "hidden key required",
        49 => "execution not supported",
        50 => "execution failed, or (on Cat.4 modules) invalid parameter",
        51 => "out of memory",
        52 => "option not supported",
        53 => "invalid parameter",
        54..=57 => "no extension storage of that kind",
        58 => "invalid command line",
        59 => "different interface",
        60 => "writing to flash failed",
        61 => "no memory card",
        62 => "no such file",
        63 => "file too large",
        96 => "invalid date or time",
        97 => "directory could not be created",
        98 => "no such directory",
        99 => "not implemented",
        100 => "unknown reason",
        103 => "subscriber refused by the network (illegal MS)",
        106 => "device refused by the network (illegal ME)",
        107 => "packet data not allowed",
        111 => "this network is not allowed",
        112 => "this location area is not allowed",
        113 => "roaming is not allowed in this location area",
        132 => "service option not supported",
        133 => "service option not subscribed",
        134 => "service option out of order for now",
        148 => "packet data failed without a stated reason",
        149 => "the access point refused user or password",
        150 => "invalid mobile class",
        151 => "the command took too long",
        181 => "class of service not supported",
        214 | 222..=226 | 229..=234 | 240 | 247..=251 | 256 => {
            "a supplementary service was refused"
        }
        264..=283 => "the SIM card refused an operation",
        284 | 285 | 339 | 340 => "a supplementary service is not available",
        501..=503 => "a function outside this module's radio failed",
        504..=507 => "a device record could not be written",
        508 => "the PUK is blocked; the SIM card is lost",
        509 => "vendor not supported",
        510 | 511 => "the module's own settings are damaged",
        535 => "the protocol stack is busy",
        600..=605 => "remote SIM access over Bluetooth failed",
        606 => "not in production mode",
        753 | 756 | 758 | 791 => "a parameter is missing",
        754 | 755 | 757 | 759 => "a parameter of a SIM command is invalid",
        765 | 793..=796 | 980 => "a parameter has an invalid value or type",
        766 => "mode not supported",
        767 => "operation failed",
        768 => "multiplexing already runs",
        769 => "control could not be had",
        770 => "the network refused the SIM card",
        771 => "a call is being set up",
        772 => "the SIM card is switched off",
        773 => "file missing on the SIM card",
        774 => "routing area time could not be refreshed",
        792 => "too many parameters",
        797 => "the radio is off (CFUN is 0 or 4)",
        810 => "no error",
        811 | 817 => "not a command",
        812..=814 | 981 | 982 => "error without a stated reason",
        815 | 816 => "already under way",
        818 => "command line too long",
        819 => "network search aborted",
        820 => "no call to end",
        821..=823 => "remote SIM access failed",
        824 | 983 => "not allowed",
        890 => "positioning is off",
        891 => "positioning is on",
        892 => "positioning is looking for a fix",
        893 => "positioning sleeps",
        894 => "positioning does not sleep",
        900 => "dialling refused",
        901 => "the bearer is not active",
        902 => "the bearer is active already",
        910 => "the far end refused the connection",
        911 => "the far end did not answer in time",
        912 => "the link is open already",
        913 => "the link is not open",
        914 => "more data than the buffer holds",
        915 => "sending took too long",
        916 => "a name is being resolved already",
        917 => "resolving the name took too long",
        918 => "the name could not be resolved",
        1000 => "update: invalid address",
        1001 => "update: network error",
        1002 => "update: no connection to the server",
        1003 => "update: invalid file",
        1004 => "update: the server answered wrongly",
        1005 => "update: writing to flash failed",
        1006 => "update failed",
        65535 => "other error",
        _ => UNKNOWN,
    }
}

/// The meaning of `+CMS ERROR: <code>` (3GPP 27.005 §3.2.5; vendor manual, CMS ERROR), roughly: the
/// network's own causes below 256 are put together.
#[must_use]
pub const fn cms(code: u16) -> &'static str {
    match code {
        8 | 10 => "the operator bars short messages",
        21 => "the far end rejected the message",
        38 | 41 | 42 | 47 => "the network is out of order or congested",
        50 | 69 => "short messages are not subscribed or not offered",
        0..=127 => "the network refused the message",
        192..=194 => "the message centre is busy, failed or knows no subscription",
        195 | 196 => "the receiver's number is invalid or barred",
        208 | 322 => "memory full",
        128..=255 => "the message was refused on its way",
        300 => "failure of the module",
        301 => "short messages are reserved for another use",
        302 => "not allowed in this state",
        303 => "not supported",
        304 => "invalid parameter in PDU mode",
        305 => "invalid parameter in text mode",
        310 => "no SIM card inserted",
        311 => "SIM PIN required",
        312 => "the module's own PIN is required",
        313 => "failure of the SIM card",
        314 => "SIM card busy",
        315 => "wrong SIM card",
        316 => "SIM PUK required",
        317 => "SIM PIN2 required",
        318 => "SIM PUK2 required",
        320 => "failure of the memory",
        321 => "invalid index",
        330 => "number of the message centre unknown",
        331 => "no network service",
        332 => "the network did not answer in time",
        340 => "no acknowledgement was expected",
        512 => "aborted by the user",
        513 => "could not be stored",
        514..=520 | 528 | 529 | 532..=540 => "invalid parameter or text",
        521 => "took too long",
        530 => "sending failed",
        500 | 531 | 604 => "unknown reason",
        _ => UNKNOWN,
    }
}

/// The meaning of `TCP ERROR:<code>` (vendor manual, TCP and UDP error codes).
#[must_use]
pub const fn tcp(code: u16) -> &'static str {
    match code {
        0 => "no error",
        1 => "the network stack is idle",
        2 | 3 => "no such socket",
        4 => "no buffer left",
        5 => "network error",
        6 => "the far end cannot be reached",
        7 => "the address is in use",
        8 => "the address is not available",
        9 => "too much or too little data",
        10 => "invalid parameter",
        11 => "the far end refused the connection",
        12 => "the far end did not answer in time",
        13 => "the connection was aborted",
        14 => "the far end reset the connection",
        15 => "the link is open already",
        16 => "the link is not open",
        17 => "the link was shut down",
        18 => "undefined error",
        _ => UNKNOWN,
    }
}

/// The meaning of `UDP ERROR:<code>`; from 4 on the numbers differ from TCP's (vendor manual, TCP and
/// UDP error codes).
#[must_use]
pub const fn udp(code: u16) -> &'static str {
    match code {
        0..=3 => tcp(code),
        4 => "no receiver registered",
        5 => "no buffer left",
        6 => "network error",
        7 => "the far end refused the packet",
        8 => "the far end cannot be reached",
        9 => "the address is in use",
        10 => "the address is not available",
        11 => "too much or too little data",
        12 => "invalid parameter",
        13 => "the network stack is busy",
        14 => "undefined error",
        15 => "the link is open already",
        _ => UNKNOWN,
    }
}

/// The meaning of `+CDNSGIP: 0,<code>`: 10 and more are EC618's (vendor manual, CDNSGIP), 3 and 8 are
/// SIM800's (seen in a driver).
#[must_use]
pub const fn dns(code: u16) -> &'static str {
    match code {
        3 => "network error",
        8 => "the name could not be resolved",
        10 => "error without a stated reason",
        11 => "no server answered",
        12 => "no server is set",
        13 => "out of memory",
        14 => "not a valid name",
        15 => "a server answered wrongly",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_that_matter_have_a_meaning() {
        for code in [
            3, 4, 10, 11, 12, 13, 14, 16, 30, 50, 53, 58, 148, 149, 151, 901, 910, 918, 65535,
        ] {
            assert_ne!(cme(code), UNKNOWN, "{code}");
        }
        assert_eq!(cme(8), UNKNOWN);
        assert_eq!(cme(65534), UNKNOWN);
    }

    #[test]
    fn tcp_and_udp_number_differently() {
        assert_eq!(tcp(11), "the far end refused the connection");
        assert_eq!(udp(7), "the far end refused the packet");
        assert_eq!(tcp(6), udp(8));
        assert_eq!(tcp(14), "the far end reset the connection");
        assert_eq!(tcp(19), UNKNOWN);
        assert_eq!(udp(16), UNKNOWN);
    }

    #[test]
    fn messages_and_names() {
        assert_eq!(cms(331), "no network service");
        assert_eq!(cms(208), "memory full");
        assert_eq!(cms(999), UNKNOWN);
        assert_eq!(dns(8), "the name could not be resolved");
        assert_eq!(dns(1), UNKNOWN);
    }
}
