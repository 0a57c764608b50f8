//! One text format for a log, a test fixture and a bug report.
//!
//! A transcript holds what went over the UART, byte for byte, in both directions, and when. It is
//! text: it can be grepped, compared, mailed and written by hand. What a [`Recorder`] wrote in the
//! field is what a replay reads on the bench. [`foreign`] reads the logs of other tools.
//!
//! ```text
//! luat-transcript 1
//! module: Air780EP
//! source: written by hand
//!
//! -- the module is asleep, the first command is lost
//! +0.000 > "AT\r\n"
//! +0.500 > "AT\r\n"
//! +0.502 < "AT\r\n\r\nOK\r\n"
//! expect awake
//! +0.900 < "\r\n+RECEIVE,0,26:\r\n"
//!          "long bytes go on here\x00\xff\\\"\r\n"
//! ```
//!
//! # Grammar of version 1
//!
//! UTF-8, a line ends with LF (CR LF is accepted). White space at the end of a line has no meaning.
//!
//! ```text
//! transcript   = magic header* [blank] body*
//! magic        = "luat-transcript 1"
//! header       = key ":" [" " text]               ; any key is kept, any key may repeat
//! key          = letter (letter | digit | "-")*   ; read in any case, written in lower case
//! body         = blank | entry | continuation
//! entry        = [time " "] (bytes | expect | comment)
//! time         = "+" seconds ["." 1*3 digits]     ; since the start of the transcript
//! bytes        = (">" | "<") " " string           ; ">" host to module, "<" module to host
//! continuation = " "* string                      ; more bytes of the entry directly above
//! expect       = "expect" [" " text]              ; checked by whoever replays
//! comment      = "--" [" " text]
//! blank        =                                  ; an empty comment; one after the header is none
//! string       = '"' (character | escape)* '"'
//! text         = (character | escape)*
//! escape       = "\r" | "\n" | "\t" | "\\" | '\"' | "\x" hex hex      ; each is one byte
//! ```
//!
//! A character stands for its UTF-8 bytes. In a string `"` and `\` must be escaped, in a text only
//! `\`; the bytes of a text must be UTF-8 once they are read. Indentation of an entry has no meaning.
//!
//! # Canonical form
//!
//! What [`Transcript`] displays, so that equal transcripts are equal text: one blank line behind
//! the header, times with three decimals, hex in lower case, a string of more than
//! [64 columns](WIDTH) cut behind a line end where there is one, continuations under the first
//! quote. Escaped is what a terminal or an editor would hide or change: control characters, white
//! space other than the space, invisible and direction marks, bytes that are not UTF-8, a space at
//! the end of a text (or at the start of a header value).
//!
//! `parse(text)?.to_string()` is canonical and `parse(&transcript.to_string())` is `transcript`.

mod entry;
mod escape;
pub mod foreign;
mod header;
mod identity;
mod read;
mod recorder;
mod redact;
pub mod replay;
mod write;

pub use entry::{Entry, EntryKind, Transcript};
pub use escape::WIDTH;
pub use header::Header;
pub use identity::mask_identities;
pub use read::{ParseError, Problem};
pub use recorder::Recorder;
pub use redact::Redactor;

/// The first line of every transcript, without the version.
const MAGIC: &str = "luat-transcript";
/// The version that is written, and the only one that is read.
const VERSION: &str = "1";
