//! Settings of the module that its user may choose.

use super::facts::Facts;
use super::step::Step;
use crate::at::dns::{SetPatience, SetServers};
use crate::at::pdp::SetContextLogin;
use crate::at::sleep::Sleep;
use crate::at::socket::{KeepAlive, SendMode, SetRetransmission};
use crate::bytes::find;

/// Settings that the bring-up makes, and makes again whenever the module has restarted.
///
/// What this firmware refuses is told by name ([`Event::OptionRefused`](super::Event::OptionRefused)),
/// and the bring-up goes on without it.
///
/// ```
/// use luat_modem::at::Number;
/// use luat_modem::at::socket::KeepAlive;
/// use luat_modem::engine::{Config, Options};
/// let mut options = Options::new();
/// options.keep_alive = Some(KeepAlive::On {
///     idle_s: Number::new(60)?,
///     interval_s: Number::new(30)?,
///     count: Number::new(3)?,
/// });
/// let mut config = Config::new();
/// config.options = options;
/// # Ok::<(), luat_modem::at::OutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Options<'c> {
    /// TCP probes on a silent link: `AT+CIPTKA=…`.
    pub keep_alive: Option<KeepAlive>,
    /// How often TCP repeats itself: `AT+TCPUSERPARAM=…`. Air724 and RDA8955 only.
    pub retransmission: Option<SetRetransmission>,
    /// DNS servers instead of the network's: `AT+CDNSCFG=…`.
    pub dns_servers: Option<SetServers>,
    /// How long a name may take: `AT*DNSTMOUT=…`. Air724 only.
    pub dns_patience: Option<SetPatience>,
    /// User and password of the bearer, with the way they are proved (PAP or CHAP): `AT+CGAUTH=…`.
    /// Most networks need none; [`Config::apn_with_login`](super::Config::apn_with_login) sends them
    /// with `CSTT`. Cards that need `AT+CPNETAPN` get it as a command of the user, once: the module
    /// keeps it.
    pub login: Option<SetContextLogin<'c>>,
    /// When the module may sleep: `AT+CSCLK=…`. With [`Sleep::Silence`] the driver wakes the module
    /// with `AT` before it sends anything; with [`Sleep::Pin`] whoever owns DTR does.
    pub sleep: Option<Sleep>,
    /// When the module calls a piece sent: `AT+CIPQSEND=…`. `None` is quick: as soon as it has the
    /// piece in its memory.
    pub send_mode: Option<SendMode>,
    /// Short results: `n, SEND OK` instead of `DATA ACCEPT:n,<length>` (`AT+CIPQSEND=0`), up to nine bytes less
    /// for each piece. On EC618, EC716 and EC718 (Air780, Air700) both are said as soon as the module has
    /// the piece (vendor manual, CIPQSEND, note 2; unverified on hardware); on others `SEND OK` waits for the
    /// far end, so that this is of no effect there, nor beside [`send_mode`](Self::send_mode).
    pub brief_results: bool,
    /// Whether the module reports the signal by itself: `AT*CSQ=1`.
    pub signal_reports: bool,
}

impl Options<'_> {
    /// Nothing is changed.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            keep_alive: None,
            retransmission: None,
            dns_servers: None,
            dns_patience: None,
            login: None,
            sleep: None,
            send_mode: None,
            brief_results: false,
            signal_reports: false,
        }
    }

    /// Whether the bring-up has that step.
    pub(super) const fn want(&self, step: Step) -> bool {
        match step {
            Step::KeepAlive => self.keep_alive.is_some(),
            Step::Retransmission => self.retransmission.is_some(),
            Step::DnsServers => self.dns_servers.is_some(),
            Step::DnsPatience => self.dns_patience.is_some(),
            Step::Login => self.login.is_some(),
            Step::Sleep => self.sleep.is_some(),
            Step::SignalReports => self.signal_reports,
            _ => true,
        }
    }

    /// Whether the user has asked for what that step does.
    pub(super) const fn ask_for(&self, step: Step) -> bool {
        match step {
            Step::KeepAlive
            | Step::Retransmission
            | Step::DnsServers
            | Step::DnsPatience
            | Step::Login
            | Step::Sleep
            | Step::SignalReports
            | Step::FlowControl => true,
            Step::QuickSend => self.send_mode.is_some(),
            _ => false,
        }
    }

    /// `CIPQSEND` for the module that calls itself so.
    pub(super) fn chosen_send_mode(&self, facts: &Facts) -> SendMode {
        let has = |name: &str, part: &str| find(name.as_bytes(), part.as_bytes()).is_some();
        let ec = |name: &str| has(name, "780") || has(name, "700");
        let brief = self.brief_results && (ec(&facts.model) || ec(&facts.firmware));
        self.send_mode.unwrap_or(if brief {
            SendMode::SendOk
        } else {
            SendMode::Accept
        })
    }

    /// Whether the module sleeps when the UART is silent.
    pub(super) const fn sleeps(&self) -> bool {
        matches!(self.sleep, Some(Sleep::Silence | Sleep::DeepSilence))
    }
}
