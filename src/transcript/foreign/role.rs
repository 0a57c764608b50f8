//! What a line is to the conversation.

use super::Line;

/// A line and what it is to the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken<'l> {
    /// The line.
    pub line: Line<'l>,
    /// What it is.
    pub role: Role,
    /// Which line holds the command in flight, or the last one, as an index into the session.
    pub asked: Option<usize>,
}

/// What a line is to the conversation between host and module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The host asks.
    Command,
    /// The module repeats what it hears.
    Echo,
    /// Information that answers a command.
    Response,
    /// What ends an exchange.
    Final,
    /// Said unasked.
    Urc,
    /// The module waits for payload.
    Prompt,
    /// Data of the user, in either direction.
    Payload,
    /// Bytes that were damaged or belong to another rate, and pieces of lines.
    Noise,
    /// Traffic that has no name here.
    Unknown,
    /// Of the tool that wrote the log, or of a person.
    Note,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 10] = [
        Self::Command,
        Self::Echo,
        Self::Response,
        Self::Final,
        Self::Urc,
        Self::Prompt,
        Self::Payload,
        Self::Noise,
        Self::Unknown,
        Self::Note,
    ];

    /// A word that does not change, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Echo => "echo",
            Self::Response => "response",
            Self::Final => "final",
            Self::Urc => "urc",
            Self::Prompt => "prompt",
            Self::Payload => "payload",
            Self::Noise => "noise",
            Self::Unknown => "unknown",
            Self::Note => "note",
        }
    }

    /// Whether the line is traffic, known or not.
    #[must_use]
    pub const fn is_traffic(self) -> bool {
        !matches!(self, Self::Note)
    }
}

/// Commands that are answered by lines of any text.
pub(super) const FREE: &[&[u8]] = &[
    b"I",
    b"*I",
    b"&V",
    b"+CGMI",
    b"+CGMM",
    b"+CGMR",
    b"+GMI",
    b"+GMM",
    b"+GMR",
    b"+CGSN",
    b"+GSN",
    b"+GOI",
    b"+GSV",
    b"+CIMI",
    b"+CCID",
    b"+ICCID",
    b"+VER",
    b"+BLVER",
    b"+MUID",
    b"+CIFSR",
    b"+CSUB",
    b"+CSPN",
    b"+GCAP",
    b"+CDNSCFG",
    b"+FSLS",
    b"+FSMEM",
    b"+CIPSCONT",
    b"+CPNETAPN",
    b"+CENG",
    b"+CDEVICE",
    b"+CNTP",
    b"+CIPGSMLOC",
    b"+WISN",
    b"^HVER",
    b"+HTTPSCONT",
    b"+IPADDR",
    b"+FTPLIST",
    b"+EEMGINFO",
    b"+CUSD",
    b"+HTTPSTATUS",
    b"+CIPPING",
    b"+CLBS",
    b"+CGNSINF",
    b"+CSQ",
    b"+COPN",
    b"+CGPSINF",
];

/// Commands whose answer holds content that nothing counts, up to the result.
pub(super) const CONTENT: &[&[u8]] = &[
    b"+CMGR",
    b"+CMGL",
    b"+HTTPREAD",
    b"+HTTPHEAD",
    b"+FSREAD",
    b"+CFSRFILE",
    b"+SHREAD",
    b"+CARECV",
    b"+FTPGET",
    b"+HTTPEXGET",
    b"+FTPEXTGET",
    b"+MQTTMSGGET",
];
