//! What one seed stands for: module, host, network and applications.

use super::app::{App, Target};
use super::chances::Chances;
use super::line::Uart;
use luat_modem::emulator::{Module, Options, Profile, Service, SimNetwork};
use luat_modem::engine::{Config, Receive, Remedy, Transport};
use luat_modem::supervise::When;
use luat_modem::time::{Duration, Instant};

pub(crate) const ECHO: &str = "echo.test";
pub(crate) const SINK: &str = "sink.test";
pub(crate) const SOURCE: &str = "source.test";
pub(crate) const PORT: u16 = 7;

/// Bytes that the source sends before it closes.
const SOURCED: u64 = 9000;

const NAMES: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

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
}

impl Size {
    /// The largest datagram that finds room.
    pub(crate) const fn datagram(self) -> usize {
        match self {
            Self::Small => 250,
            Self::Usual | Self::Large => 1400,
        }
    }
}

pub(crate) fn services(network: &mut SimNetwork) {
    network.serve(ECHO, PORT, Service::echo());
    network.serve(SINK, PORT, Service::sink());
    network.serve(SOURCE, PORT, Service::source(SOURCED).then_closing());
}

fn target(transport: Transport, host: &'static str) -> Target {
    Target {
        transport,
        host,
        port: PORT,
        source: (host == SOURCE).then_some(SOURCED),
    }
}

impl Scenario {
    pub(crate) fn of(seed: u64) -> Self {
        let mut chances = Chances::new(seed);
        let chances = &mut chances;
        let profile = chances.of(Profile::ALL).clone();
        let mut config = Config::new();
        config.receive = *chances.of(&[Receive::Pull, Receive::Pull, Receive::Push]);
        config.transparent = profile.escape && chances.one_in(8);
        config.flow_control = chances.one_in(2) || config.transparent;
        if chances.one_in(2) {
            config.strongest_remedy = Some(Remedy::Power);
        }
        if chances.one_in(4) {
            config.signal_interval = Some(Duration::from_secs(7));
        }
        let (baud, fifo) = *chances.of(&[
            (None, usize::MAX),
            (Some(115_200), 64),
            (Some(115_200), 2048),
            (Some(921_600), 512),
            (Some(9600), 16),
        ]);
        let uart = Uart {
            baud,
            fifo,
            flow_control: config.flow_control,
            tells_overrun: chances.one_in(2),
        };
        let size = *chances.of(&[Size::Small, Size::Usual, Size::Large]);
        let mut network = SimNetwork::new().with_latency(chances.millis(1, 900));
        let later = chances.millis(200, 3000);
        network = network.losing(chances.next(), *chances.of(&[0, 0, 40, 8]), later);
        if chances.one_in(3) {
            network = network.forgetting_idle(Duration::from_secs(300));
        }
        services(&mut network);
        let links = profile.links;
        let pushes = config.receive == Receive::Push || config.transparent || !profile.pull;
        let options = options(profile, chances);
        let about = format!(
            "{}, {:?}{}, {:?}, {:?}",
            options.profile.name,
            config.receive,
            if config.transparent {
                ", transparent"
            } else {
                ""
            },
            uart,
            size
        );
        let apps = apps(chances, config.transparent, links);
        Self {
            about,
            size,
            config,
            uart,
            piece: *chances.of(&[1, 8, 64, 1500]),
            powered_late: chances.one_in(4),
            module: Module::running(options, network),
            apps,
            mishaps: if chances.one_in(10) {
                0
            } else {
                1 + chances.below(8)
            },
            lasts: chances.millis(3_000, 90_000),
            pushes,
        }
    }

    /// Ten links that are to last, on a good line.
    pub(crate) fn soak(seed: u64) -> Self {
        let mut chances = Chances::new(seed);
        let profile = Profile::named("luatos").unwrap_or_default();
        let mut config = Config::new();
        config.strongest_remedy = Some(Remedy::Power);
        let mut network = SimNetwork::new()
            .with_latency(Duration::from_millis(60))
            .losing(seed, 100, Duration::from_secs(1))
            .forgetting_idle(Duration::from_secs(300));
        services(&mut network);
        let apps = (0..10).map(|n| {
            let heartbeat = (
                Duration::from_secs(120),
                When::Unheard,
                Duration::from_secs(30),
            );
            let rest = (200_000, 900_000);
            let target = target(Transport::Tcp, ECHO);
            App::keeping(NAMES[n], target, Some(heartbeat), rest, 600)
        });
        let apps = apps.collect();
        Self {
            about: "ten persistent links, pull mode, ten links of one module".into(),
            size: Size::Usual,
            config,
            uart: Uart {
                baud: None,
                fifo: usize::MAX,
                flow_control: false,
                tells_overrun: true,
            },
            piece: 1500,
            powered_late: chances.one_in(1),
            module: Module::running(Options::new(profile), network),
            apps,
            mishaps: 0,
            lasts: Duration::ZERO,
            pushes: false,
        }
    }

    /// Two links and a little traffic, the same each time.
    pub(crate) fn short(receive: Receive) -> Self {
        let profile = Profile::named("air780ep").unwrap_or_default();
        let mut config = Config::new();
        config.receive = receive;
        config.strongest_remedy = Some(Remedy::Power);
        let mut network = SimNetwork::new();
        services(&mut network);
        let beat = (Duration::from_secs(2), When::Idle, Duration::from_secs(5));
        let apps = vec![
            App::keeping(
                "one",
                target(Transport::Tcp, ECHO),
                Some(beat),
                (400, 400),
                900,
            ),
            App::keeping("two", target(Transport::Udp, ECHO), None, (700, 700), 300),
        ];
        Self {
            about: format!("two links, {receive:?}"),
            size: Size::Usual,
            config,
            uart: Uart {
                baud: None,
                fifo: usize::MAX,
                flow_control: false,
                tells_overrun: true,
            },
            piece: 1500,
            powered_late: false,
            module: Module::running(Options::new(profile), network),
            apps,
            mishaps: 0,
            lasts: Duration::from_secs(8),
            pushes: receive == Receive::Push,
        }
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
    options
}

fn apps(chances: &mut Chances, transparent: bool, links: usize) -> Vec<App> {
    if transparent {
        return vec![App::plain(target(Transport::Tcp, ECHO), true, chances)];
    }
    let count = 1 + chances.below(links);
    let mut apps = Vec::new();
    for name in &NAMES[..count] {
        let transport = *chances.of(&[Transport::Tcp, Transport::Tcp, Transport::Udp]);
        if chances.one_in(3) {
            let interval = Duration::from_secs(1) * *chances.of(&[1, 5, 60, 120]);
            let when = *chances.of(&[When::Idle, When::Unheard, When::Always]);
            let beat = (interval, when, chances.millis(8_000, 30_000));
            let beat = (!chances.one_in(4)).then_some(beat);
            let most = *chances.of(&[0, 30, 1500]);
            let target = target(transport, ECHO);
            apps.push(App::keeping(name, target, beat, (300, 9000), most));
        } else {
            let host = match transport {
                Transport::Udp => ECHO,
                _ => *chances.of(&[ECHO, ECHO, SINK, SOURCE]),
            };
            apps.push(App::plain(target(transport, host), false, chances));
        }
    }
    apps
}

/// Where a link is opened to show that all works again.
pub(crate) fn probe() -> Target {
    target(Transport::Tcp, ECHO)
}

/// When a module that is powered late gets its power.
pub(crate) const POWERED: Instant = Instant::from_millis(1500);
