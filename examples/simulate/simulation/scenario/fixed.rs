//! The scenarios that are the same each time.

use super::places::{ECHO, services, target};
use super::{NAMES, Scenario, Size};
use crate::simulation::app::App;
use crate::simulation::line::Uart;
use luat_modem::emulator::{Module, Options, Profile, SimNetwork};
use luat_modem::engine::{Config, Receive, Remedy, Transport};
use luat_modem::supervise::When;
use luat_modem::time::Duration;

impl Scenario {
    /// Ten links that are to last, on a good line; the base station forgets who is silent for five
    /// minutes.
    pub(crate) fn soak(seed: u64) -> Self {
        let mut network = SimNetwork::new()
            .with_latency(Duration::from_millis(60))
            .losing(seed, 100, Duration::from_secs(1))
            .forgetting_idle(Duration::from_secs(300));
        services(&mut network, 0);
        let apps = NAMES.map(|name| {
            let heartbeat = (
                Duration::from_secs(120),
                When::Unheard,
                Duration::from_secs(30),
            );
            let target = target(Transport::Tcp, ECHO);
            let rest = (200_000, 900_000);
            App::keeping(name, target, Some(heartbeat), rest, 600, usize::MAX)
        });
        Self {
            about: "ten persistent links, pull mode, ten links of one module".into(),
            powered_late: true,
            ..Self::calm("luatos", Receive::Pull, network, apps.into())
        }
    }

    /// Two links and a little traffic, the same each time.
    pub(crate) fn short(receive: Receive) -> Self {
        let mut network = SimNetwork::new();
        services(&mut network, 0);
        let beat = (Duration::from_secs(2), When::Idle, Duration::from_secs(5));
        let one = target(Transport::Tcp, ECHO);
        let two = target(Transport::Udp, ECHO);
        let most = usize::MAX;
        let apps = vec![
            App::keeping("one", one, Some(beat), (400, 400), 900, most),
            App::keeping("two", two, None, (700, 700), 300, most),
        ];
        Self {
            about: format!("two links, {receive:?}"),
            lasts: Duration::from_secs(8),
            ..Self::calm("air780ep", receive, network, apps)
        }
    }

    fn calm(profile: &str, receive: Receive, network: SimNetwork, apps: Vec<App>) -> Self {
        let profile = Profile::named(profile).unwrap_or_default();
        let mut config = Config::new();
        config.receive = receive;
        config.strongest_remedy = Some(Remedy::Power);
        Self {
            about: String::new(),
            size: Size::Usual,
            config,
            uart: Uart::IDEAL,
            piece: 1500,
            powered_late: false,
            module: Module::running(Options::new(profile), network),
            apps,
            mishaps: 0,
            lasts: Duration::ZERO,
            pushes: receive == Receive::Push,
            listens: None,
        }
    }
}
