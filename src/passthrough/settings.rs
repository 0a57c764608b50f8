//! Where packets end, and what is done if there are too many.

use crate::time::Duration;

/// How bytes of the UART become packets, and what is done if there is no room for them.
///
/// A packet ends with whatever comes first: silence, its length, or a delimiter. On a byte stream no
/// border shows at the far end; it says which bytes go out together, and what is dropped together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings<'p> {
    /// Silence of the UART that ends a packet; `None`: however long it is. Default 20 ms.
    pub gap: Option<Duration>,
    /// The longest packet. Default 1024; one that the memory cannot hold ends where that does.
    pub longest: u16,
    /// What a packet ends with, such as CR LF; it is part of the packet. Default none.
    pub delimiter: &'p [u8],
    /// What is done if there is no room for more. Default: what comes is dropped and counted.
    pub full: Full,
    /// What takes the UART out of the data and back to whoever owns it. Default none.
    pub escape: Option<Escape<'p>>,
}

/// What is done with bytes of the UART for which there is no room, because the link is slow or down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Full {
    /// They are not taken: right if the UART has flow control and can be held.
    Hold,
    /// The packet that does not fit is dropped whole, and counted: right if it has none, because then
    /// its hardware would lose bytes that nobody counts.
    Drop,
}

/// A sequence of bytes that stops the transfer if it stands alone: silence, the sequence at once,
/// silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escape<'p> {
    /// The sequence.
    pub sequence: &'p [u8],
    /// The silence before and behind it; no pause within it may be as long.
    pub guard: Duration,
}

impl Escape<'_> {
    /// `+++` between silences of one second.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            sequence: b"+++",
            guard: Duration::from_secs(1),
        }
    }
}

impl Default for Escape<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl Settings<'_> {
    /// Packets end after 20 ms of silence or 1024 bytes; what does not fit is dropped.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            gap: Some(Duration::from_millis(20)),
            longest: 1024,
            delimiter: &[],
            full: Full::Drop,
            escape: None,
        }
    }
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self::new()
    }
}
