//! The settings of the socket set as a whole (`CIPSCONT`).

use super::{
    CloseDelay, Multiplexed, ReceiveMode, SendMode, SendPrompt, SendTimer, Transparent,
    TransparentConfig,
};
use crate::at::{command, lines, switch};
use crate::wire::{CommandLine, Expect, Fields};

/// Save the settings of the socket set, so that they hold after a restart. The access point and its
/// password are among them.
///
/// On the wire: `AT+CIPSCONT` -> `OK`. Source: vendor manual, CIPSCONT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SaveSettings;

command! {
    SaveSettings -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSCONT").end(),
    expect Expect::OK,
}

/// Query the settings of the socket set. The answer shows the password of the access point.
///
/// On the wire: `AT+CIPSCONT?` -> a line for each setting, as its own query would answer, and
/// `Gprs Config APN:`, `Gprs Config UserId:`, `Gprs Config Password:`; `OK`. Source: vendor manual,
/// CIPSCONT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QuerySettings;

command! {
    QuerySettings -> [all Settings] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPSCONT?").end(),
    expect Expect::info(&[
        "+CIPSCONT:", "+CIPCSGP:", "Gprs Config ", "+CIPHEAD:", "+CIPSHOWTP:", "+CIPSRIP:",
        "+CIPATS:", "+CIPSPRT:", "+CIPQSEND:", "+CIPMODE:", "+CIPCCFG:", "+CIPMUX:", "+CIPDPDP:",
        "+CIPRXGET:", "+CIPRDTIMER:",
    ]),
}

/// The settings of the socket set; `None` for each that the module did not tell. Access point and
/// login are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// Whether they were saved.
    pub saved: Option<bool>,
    /// Whether links are numbered.
    pub multiplexed: Option<Multiplexed>,
    /// Whether data is transparent.
    pub transparent: Option<Transparent>,
    /// When transparent data becomes a packet.
    pub transparent_config: Option<TransparentConfig>,
    /// What is said about sent data.
    pub send_mode: Option<SendMode>,
    /// What is said when data is sent.
    pub send_prompt: Option<SendPrompt>,
    /// The timer of sending.
    pub send_timer: Option<SendTimer>,
    /// Who moves received data.
    pub receive_mode: Option<ReceiveMode>,
    /// How long a close by the far end is held back.
    pub close_delay: Option<CloseDelay>,
}

impl atat::AtatResp for Settings {}

impl Settings {
    /// Reads every line of the answer; `None` if not one is known.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let mut settings = Self::default();
        for line in lines(answer) {
            settings.note(line);
        }
        (settings != Self::default()).then_some(settings)
    }

    fn note(&mut self, line: &[u8]) {
        // 0 is saved, 1 is not (vendor manual, CIPSCONT).
        let saved = || switch(Fields::of(line, "+CIPSCONT:")?.next()?).map(|not| !not);
        self.saved = saved().or(self.saved);
        self.multiplexed = Multiplexed::parse(line).or(self.multiplexed);
        self.transparent = Transparent::parse(line).or(self.transparent);
        self.transparent_config = TransparentConfig::parse(line).or(self.transparent_config);
        self.send_mode = SendMode::parse(line).or(self.send_mode);
        self.send_prompt = SendPrompt::parse(line).or(self.send_prompt);
        self.send_timer = SendTimer::parse(line).or(self.send_timer);
        self.receive_mode = ReceiveMode::parse(line).or(self.receive_mode);
        self.close_delay = CloseDelay::parse(line).or(self.close_delay);
    }
}
