//! The grammar of the byte stream: lines, prompt, counted payload.
//!
//! A module sends lines framed by CR LF, a prompt `> ` that no line end follows, and payload that a
//! header line has counted. This room takes that apart and puts command lines together. It knows
//! what the command in flight may be answered with ([`Expect`]), never what an answer means.
//!
//! ```text
//! \r\n+CSQ: 20,0\r\n  \r\nOK\r\n        lines           -> Token::Line
//! \r\n>                                prompt          -> Token::Prompt
//! \r\n+RECEIVE,1,5:\r\nhello           counted payload -> Token::Payload
//! ```

mod command_line;
mod expect;
mod fields;
mod framer;

pub use command_line::{BadArgument, CommandLine, Text, Word};
pub use expect::{End, Expect, Failure, Info, Verdict};
pub use fields::{Fields, after, link_line};
pub(crate) use fields::{meaning, named, number, place, trim};
pub use framer::{Counted, Framer, Listen, Token};
