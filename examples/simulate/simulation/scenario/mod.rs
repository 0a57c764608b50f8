//! What one seed stands for: module, host, network and applications.

mod fixed;
mod places;

pub(crate) use places::{ECHO, PORT, echo, probe};

use super::app::App;
use super::chances::Chances;
use super::ledger::Limits;
use super::line::Uart;
use luat_modem::emulator::{Family, Module, Options, Profile, SimNetwork};
use luat_modem::engine::{Config, Receive, Remedy, Sending, Tls, Transport};
use luat_modem::supervise::When;
use luat_modem::time::{Duration, Instant};
use places::{SINK, SOURCE, services, target};

/// Memory of each link: bytes to receive and to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    Small,
    Usual,
    Large,
}

pub(crate) struct Scenario {
    pub(crate) about: String,
    pub(crate) size: Size,
    pub(crate) config: Config<'static>,
    pub(crate) uart: Uart,
    /// The most that is given to the UART at once.
    pub(crate) piece: usize,
    pub(crate) module: Module<SimNetwork>,
    pub(crate) apps: Vec<App>,
    pub(crate) mishaps: usize,
    /// How long things go wrong.
    pub(crate) lasts: Duration,
    pub(crate) powered_late: bool,
    /// Data come by themselves.
    pub(crate) pushes: bool,
    /// The port that the module listens to.
    pub(crate) listens: Option<u16>,
}

impl Size {
    /// The largest datagram that finds room.
    pub(crate) const fn datagram(self) -> usize {
        match self {
            Self::Small => 250,
            Self::Usual | Self::Large => 1400,
        }
    }

    const fn rings(self) -> (usize, usize) {
        match self {
            Self::Small => (300, 600),
            Self::Usual => (1536, 1536),
            Self::Large => (4096, 4096),
        }
    }
}

/// Verifies nothing: the simulated network does not encrypt.
static TLS: [Tls<'static>; 1] = [Tls::dangerous_without_verification()];

/// When a module that is powered late gets its power.
pub(crate) const POWERED: Instant = Instant::from_millis(1500);

impl Scenario {
    pub(crate) fn limits(&self) -> Limits {
        let (rx, tx) = self.size.rings();
        Limits {
            rx,
            tx,
            connecting: self.config.connect_timeout + Duration::from_secs(30),
            may_overflow: self.pushes && !self.config.flow_control,
            transparent: self.config.transparent,
            streamed: self.config.sending == Sending::Streamed && self.config.flow_control,
            serves: self.listens.is_some(),
        }
    }

    /// By chance: few seconds of much trouble.
    pub(crate) fn of(seed: u64) -> Self {
        let mut chances = Chances::new(seed);
        let chances = &mut chances;
        let profile = chances.of(Profile::ALL).clone();
        let mut config = config(&profile, chances);
        // SIM800 has the switch, but not the settings.
        let secure = profile.tls && profile.family != Family::Sim800 && chances.one_in(2);
        if secure {
            config = config.tls(&TLS);
        }
        let uart = uart(&config, chances);
        let piece = *chances.of(&[1, 8, 64, 1500, 1500]);
        let size = *chances.of(&[Size::Small, Size::Usual, Size::Large]);
        // Many small steps go with few bytes, so that no seed takes long.
        let slow = uart.baud == Some(9600) || piece == 1;
        let budget = if slow {
            600
        } else {
            *chances.of(&[2500, 2500, 2500, 20_000])
        };
        let mut network = SimNetwork::new().with_latency(chances.millis(1, 900));
        let later = chances.millis(200, 3000);
        network = network.losing(chances.next(), *chances.of(&[0, 0, 40, 8]), later);
        if chances.one_in(3) {
            network = network.forgetting_idle(chances.millis(3_000, 300_000));
        }
        let sourced = if slow { 700 } else { 5000 };
        services(&mut network, sourced);
        let pushes = config.receive == Receive::Push || config.transparent || !profile.pull;
        let listens = (profile.server && !config.transparent && chances.one_in(2)).then_some(8888);
        let demand = Demand {
            transparent: config.transparent,
            secure,
            links: profile.links,
            budget,
            sourced,
            listens,
        };
        let apps = demand.apps(chances);
        let options = options(profile, chances);
        let mode = if config.transparent {
            ", transparent"
        } else {
            ""
        };
        Self {
            about: format!(
                "{}, {:?}, {:?}{mode}, {uart:?}, pieces of {piece}, {size:?}",
                options.profile.name, config.receive, config.sending,
            ),
            size,
            config,
            uart,
            piece,
            powered_late: chances.one_in(6),
            module: Module::running(options, network),
            apps,
            mishaps: if chances.one_in(12) {
                0
            } else {
                1 + chances.below(5)
            },
            lasts: chances.millis(2_000, 25_000),
            pushes,
            listens,
        }
    }
}

fn config(profile: &Profile, chances: &mut Chances) -> Config<'static> {
    let mut config = Config::new();
    config.receive = *chances.of(&[Receive::Pull, Receive::Pull, Receive::Push]);
    config.transparent = profile.escape && chances.one_in(8);
    config.flow_control = chances.one_in(2) || config.transparent;
    config.sending = match chances.below(6) {
        0..3 => Sending::Prompted,
        // Streamed it is the same without flow control.
        3 | 4 => Sending::Promptless,
        _ => Sending::Streamed,
    };
    if chances.one_in(2) {
        config.strongest_remedy = Some(Remedy::Power);
    }
    if chances.one_in(4) {
        config.signal_interval = Some(Duration::from_secs(7));
    }
    config
}

fn uart(config: &Config<'_>, chances: &mut Chances) -> Uart {
    let (baud, fifo) = *chances.of(&[
        (None, usize::MAX),
        (None, usize::MAX),
        (Some(115_200), 64),
        (Some(115_200), 2048),
        (Some(921_600), 512),
        (Some(921_600), 128),
        (Some(9600), 16),
    ]);
    Uart {
        baud,
        fifo,
        flow_control: config.flow_control,
        tells_overrun: chances.one_in(2),
    }
}

/// The doubts about the firmware, one way or the other.
fn options(profile: Profile, chances: &mut Chances) -> Options {
    let mut options = Options::new(profile);
    let quirks = &mut options.quirks;
    let switches = [
        &mut quirks.space_after_link,
        &mut quirks.space_after_prompt,
        &mut quirks.ready_twice,
        &mut quirks.connect_without_end,
        &mut quirks.card_notice_without_end,
        &mut quirks.card_notice_at_boot,
        &mut quirks.cereg_answered_by_cgreg,
        &mut quirks.notice_before_answer,
        &mut quirks.close_replaces_result,
        &mut quirks.deact_replaces_result,
        &mut quirks.reset_by_number,
        &mut quirks.each_line_framed,
        &mut quirks.already_connected_is_error,
    ];
    for switch in switches {
        *switch ^= chances.one_in(6);
    }
    if chances.one_in(4) {
        quirks.chunk_end ^= 1;
    }
    if chances.one_in(4) {
        // Less than the driver believes.
        quirks.send_room = 1000 + chances.below(6000);
    }
    options
}

const NAMES: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

/// What is wanted of the links.
struct Demand {
    transparent: bool,
    secure: bool,
    links: usize,
    /// Bytes that each application writes.
    budget: usize,
    /// Bytes that the source sends.
    sourced: u64,
    listens: Option<u16>,
}

impl Demand {
    fn apps(&self, chances: &mut Chances) -> Vec<App> {
        if self.transparent {
            let target = target(Transport::Tcp, ECHO);
            return vec![App::plain(target, true, self.budget * 2, chances)];
        }
        let most = *chances.of(&[2, 3, 4, self.links]);
        let count = 1 + chances.below(most.min(self.links));
        let mut apps: Vec<App> = NAMES[..count]
            .iter()
            .map(|name| self.app(name, chances))
            .collect();
        if let Some(port) = self.listens {
            apps.push(App::serving(port, self.budget, chances));
        }
        apps
    }

    fn app(&self, name: &'static str, chances: &mut Chances) -> App {
        let transport = match *chances.of(&[0, 0, 1, 2]) {
            1 => Transport::Udp,
            2 if self.secure => Transport::Tls(0),
            _ => Transport::Tcp,
        };
        if chances.one_in(3) {
            let interval = Duration::from_secs(1) * *chances.of(&[1, 5, 60, 120]);
            let when = *chances.of(&[When::Idle, When::Unheard, When::Always]);
            let beat = (interval, when, chances.millis(8_000, 30_000));
            let beat = (!chances.one_in(4)).then_some(beat);
            let most = *chances.of(&[0, 30, 1500]);
            let target = target(transport, ECHO);
            return App::keeping(name, target, beat, (300, 9000), most, self.budget);
        }
        let host = match transport {
            Transport::Udp => ECHO,
            _ => *chances.of(&[ECHO, ECHO, SINK, SOURCE]),
        };
        let mut target = target(transport, host);
        target.source = (host == SOURCE).then_some(self.sourced);
        App::plain(target, false, self.budget, chances)
    }
}
