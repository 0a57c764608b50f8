//! What the engine is told at its start.

use super::ladder::Remedy;
use super::memory::Buffers;
use super::options::Options;
use super::sending::Sending;
use super::tls::Tls;
use crate::at::pdp::{AccessPoint, Login};
use crate::time::Duration;
use crate::wire::{BadArgument, Text};
use core::fmt;

/// The settings of an [`Engine`](super::Engine). [`Config::new`] suits most.
///
/// ```
/// use luat_modem::engine::{Config, Receive};
/// let mut config = Config::new().apn("cmiot")?.pin("1234")?;
/// config.receive = Receive::Push;
/// # Ok::<(), luat_modem::wire::BadArgument>(())
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Config<'c> {
    /// How data comes from the module. Default: [`Receive::Pull`].
    pub receive: Receive,
    /// One link whose data is transparent instead of numbered links (`AT+CIPMODE=1`): a stream at the
    /// rate of the line, TCP or TLS. Commands interrupt it for two seconds. What
    /// is on its way to the module when the connection ends is read as commands, so it must not be used
    /// for data that strangers choose. What the far end sends faster
    /// than it is read is lost without flow control. Default: no.
    pub transparent: bool,
    /// How data goes to the module. Default: [`Sending::Prompted`].
    pub sending: Sending,
    /// How many bytes of a link the module holds until the far end has acknowledged them: with
    /// [`Sending::Streamed`] no more are on their way, and the rate of one link is at most this much in the
    /// time that an acknowledgement takes. Default 10,220, seven pieces of 1460, as LuatOS's `socket.lua` has it
    /// for the 2G firmware. The vendor's SDKs have 6 or 20 segments (`TCP_SND_BUF` of `lwip_config_*.h`): 8,040
    /// or 26,800 on EC618, 8,640 or 28,800 on EC718; which of them an AT firmware was built with, no source
    /// tells. Too much costs refusals, about a second each, until the engine has found what fits; less than a
    /// piece is taken for one. Unverified on hardware.
    pub send_room: u32,
    /// RTS and CTS are wired: the bring-up sends `AT+IFC=2,2`, and what finds no room in push mode
    /// stays with the caller until there is. The line stands meanwhile, for all links and for commands,
    /// without a limit: every link must be read, or closed. Default: no.
    pub flow_control: bool,
    /// How long a link may take to connect. Default 75 s (SIM800 TCPIP application note; no module
    /// of the family is documented to take longer in multi-link mode).
    pub connect_timeout: Duration,
    /// How long [`Shutdown::Orderly`](super::Shutdown::Orderly) tries to send what was written.
    /// Default 10 s.
    pub linger: Duration,
    /// How long registration may take. Default 120 s (vendor's application guide: restart after 2 min).
    pub registration_timeout: Duration,
    /// The pause before all begins anew when every remedy was tried. Default 60 s.
    pub retry_pause: Duration,
    /// How often, when the line is quiet, the module is asked whether a notice was missed.
    /// Default 30 s.
    pub audit_interval: Duration,
    /// After how much silence a module without links is asked whether it is there (`AT`), at an
    /// [`audit_interval`](Self::audit_interval); otherwise one that hangs is noticed when it is needed.
    /// It wakes a module that sleeps. Default 10 min; `None` never asks.
    pub idle_check: Option<Duration>,
    /// The strongest remedy that is tried before giving up; `None` tries none.
    /// Default: [`Remedy::Reset`].
    pub strongest_remedy: Option<Remedy>,
    /// How often the module is asked for the signal (`AT+CSQ`); [`Event::Signal`](super::Event::Signal)
    /// tells it. Default: only at the bring-up.
    pub signal_interval: Option<Duration>,
    /// Settings of the module. Default: its own.
    pub options: Options<'c>,
    pub(super) access_point: Option<AccessPoint<'c>>,
    pub(super) pin: Option<Text<'c, 8>>,
    pub(super) tls: &'c [Tls<'c>],
    pub(super) buffers: &'c [Buffers],
}

/// How data comes from the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receive {
    /// The module keeps it until it is read (`AT+CIPRXGET`). It cannot overrun a small host, and a
    /// full buffer stops the far end.
    Pull,
    /// The module sends it at once (`+RECEIVE`). Faster; needs a large buffer or flow control.
    Push,
}

impl<'c> Config<'c> {
    /// No APN (the network gives one), no PIN, pull mode.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            receive: Receive::Pull,
            transparent: false,
            sending: Sending::Prompted,
            send_room: 7 * 1460,
            flow_control: false,
            connect_timeout: Duration::from_secs(75),
            linger: Duration::from_secs(10),
            registration_timeout: Duration::from_secs(120),
            retry_pause: Duration::from_secs(60),
            audit_interval: Duration::from_secs(30),
            idle_check: Some(Duration::from_secs(600)),
            strongest_remedy: Some(Remedy::Reset),
            signal_interval: None,
            options: Options::new(),
            access_point: None,
            pin: None,
            tls: &[],
            buffers: &[],
        }
    }

    /// Sets the access point name, at most 128 bytes (vendor manual, CSTT).
    ///
    /// # Errors
    /// [`BadArgument`] if a command line cannot carry it.
    pub fn apn(self, name: &'c str) -> Result<Self, BadArgument> {
        self.set_access_point(name, None)
    }

    /// Sets the access point name, user and password (at most 32 bytes each).
    ///
    /// # Errors
    /// [`BadArgument`] if a command line cannot carry them.
    pub fn apn_with_login(
        self,
        name: &'c str,
        user: &'c str,
        password: &'c str,
    ) -> Result<Self, BadArgument> {
        let login = Login {
            user: Text::new(user)?,
            password: Text::new(password)?,
        };
        self.set_access_point(name, Some(login))
    }

    /// Sets what links with [`Transport::Tls`](super::Transport::Tls) use, by their number. Without
    /// settings there are no TLS links.
    #[must_use]
    pub const fn tls(mut self, profiles: &'c [Tls<'c>]) -> Self {
        self.tls = profiles;
        self
    }

    /// Shares the memory out unevenly: what link 0, link 1 and so on get of it; links without an entry
    /// share the rest. Choose the link with [`LinkOptions::number`](super::LinkOptions::number).
    ///
    /// ```
    /// use luat_modem::engine::{Buffers, Config, Engine, Memory};
    /// let big = [Buffers { rx: 8192, tx: 512 }];
    /// let mut memory = Memory::<4, 3072, 1024>::new();
    /// // Link 0 receives into 8192 bytes, links 1 to 3 into 1365 each.
    /// let engine = Engine::new(&mut memory, Config::new().buffers(&big));
    /// # let _ = engine;
    /// ```
    #[must_use]
    pub const fn buffers(mut self, buffers: &'c [Buffers]) -> Self {
        self.buffers = buffers;
        self
    }

    /// Sets the PIN of the SIM card, four to eight digits. It is tried once and only if the card
    /// asks for it.
    ///
    /// # Errors
    /// [`BadArgument`] if it is not made of digits or too long.
    pub fn pin(mut self, pin: &'c str) -> Result<Self, BadArgument> {
        if let Some(byte) = pin.bytes().find(|b| !b.is_ascii_digit()) {
            return Err(BadArgument::Byte(byte));
        }
        self.pin = Some(Text::new(pin)?);
        Ok(self)
    }
}

impl<'c> Config<'c> {
    /// Whether data is fetched.
    pub(super) fn pulls(&self) -> bool {
        self.receive == Receive::Pull && !self.transparent
    }

    fn set_access_point(
        mut self,
        name: &'c str,
        login: Option<Login<'c>>,
    ) -> Result<Self, BadArgument> {
        let apn = Text::new(name)?;
        self.access_point = Some(AccessPoint { apn, login });
        Ok(self)
    }
}

/// Without the PIN and the password.
impl fmt::Debug for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("receive", &self.receive)
            .field("flow_control", &self.flow_control)
            .field("access_point", &self.access_point)
            .finish_non_exhaustive()
    }
}

impl Default for Config<'_> {
    fn default() -> Self {
        Self::new()
    }
}
