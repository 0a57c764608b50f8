//! The sessions behind the recorded fixtures.

use super::*;

/// A fixture: its name, what it shows, and how it comes about.
pub(crate) struct Fixture {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    profile: &'static str,
    set_up: fn(&mut Config<'static>, &mut Options),
    script: fn(&mut Session<'_>),
}

impl Fixture {
    pub(crate) fn run(&self, then: impl FnOnce(&mut Session<'_>)) {
        let profile = Profile::named(self.profile).unwrap();
        let (mut config, mut options) = (Config::new(), Options::new(profile));
        (self.set_up)(&mut config, &mut options);
        session_of(config, options, |session| {
            (self.script)(session);
            then(session);
        });
    }
}

const fn fixture(name: &'static str, about: &'static str, script: fn(&mut Session<'_>)) -> Fixture {
    Fixture {
        name,
        about,
        profile: "air780e",
        set_up: |_, _| {},
        script,
    }
}

const fn bring_up(name: &'static str, profile: &'static str) -> Fixture {
    Fixture {
        profile,
        ..fixture(name, "from the first AT until links can be opened", |s| {
            s.ready()
        })
    }
}

pub(crate) const FIXTURES: &[Fixture] = &[
    bring_up("profile-air780e", "air780e"),
    bring_up("profile-air780el", "air780el"),
    bring_up("profile-air780ep", "air780ep"),
    bring_up("profile-air724ug", "air724ug"),
    bring_up("profile-air202", "air202"),
    bring_up("profile-sim800", "sim800"),
    bring_up("profile-luatos", "luatos"),
    fixture(
        "udp-pull",
        "datagrams keep their borders, fetched",
        datagrams,
    ),
    Fixture {
        set_up: |config, _| config.receive = Receive::Push,
        ..fixture(
            "udp-push",
            "datagrams keep their borders, pushed",
            datagrams,
        )
    },
    fixture(
        "echo-pull",
        "one link, what is sent comes back, closed in order",
        |s| {
            s.ready();
            let link = s.connect("echo.test", 7);
            s.send(link, b"Hello!\r\n");
            s.rest();
            s.close(link, Shutdown::Orderly);
        },
    ),
    Fixture {
        set_up: |config, _| config.receive = Receive::Push,
        ..fixture(
            "push-imitates-at",
            "data that look like the module's own lines",
            |s| {
                s.ready();
                let link = s.connect("echo.test", 7);
                s.send(
                link,
                b"\r\nOK\r\n\r\nRDY\r\n\r\n> \r\n+RECEIVE,1,5:\r\n0, CLOSED\r\nAT+CPOWD=1\r\n\x1a\x1b\xff",
            );
                s.rest();
                s.close(link, Shutdown::Abort);
            },
        )
    },
    Fixture {
        set_up: |config, _| config.sending = Sending::Promptless,
        ..fixture(
            "promptless",
            "pieces without a prompt, but for those that hold a command",
            |s| {
                s.ready();
                let link = s.connect("echo.test", 7);
                for piece in [
                    &b"AA one"[..],
                    b"two\r\n",
                    b"AT+CPOWD=1\r\n",
                    b"three",
                    b"four",
                    b"five",
                    b"six",
                    b"seven",
                ] {
                    s.send(link, piece);
                    s.rest();
                }
                s.close(link, Shutdown::Orderly);
            },
        )
    },
    fixture(
        "remote-close",
        "the far end closes while the module still holds its data",
        |s| {
            s.ready();
            s.connect("news.test", 80);
            s.rest();
        },
    ),
    fixture(
        "connect-fail-inside-answer",
        "CONNECT FAIL of one link between the lines of another command's answer",
        |s| {
            s.ready();
            s.connect("echo.test", 7);
            s.ask("silent.test", 1);
            s.rest();
            s.bench.inject(Fault::Notice {
                text: "1, CONNECT FAIL".into(),
                at: Chance::BeforeResult,
            });
            s.order("AT+CSQ");
            s.rest();
        },
    ),
    fixture(
        "pdp-deact",
        "the network takes the bearer, a new one is set up",
        |s| {
            s.ready();
            let link = s.connect("echo.test", 7);
            s.send(link, b"unheard");
            s.bench.inject(Fault::PdpDeact);
            s.until(SECOND, |_| false);
            s.ready();
            s.connect("echo.test", 7);
        },
    ),
    fixture(
        "restart",
        "the module restarts in the middle of a session",
        |s| {
            s.ready();
            let link = s.connect("echo.test", 7);
            s.send(link, b"before");
            s.rest();
            s.bench.inject(Fault::Restart);
            s.until(SECOND, |s| s.bench.told(Event::Restarted));
            s.ready();
            s.connect("echo.test", 7);
        },
    ),
    Fixture {
        set_up: |_, options| options.sim = Sim::missing(),
        ..fixture("sim-missing", "no card in the holder", |s| {
            s.until(30 * SECOND, |s| s.bench.engine.down().is_some());
        })
    },
    Fixture {
        set_up: |config, options| {
            *config = config.pin("1234").unwrap();
            options.sim = Sim::pin("1234", 3);
        },
        ..fixture("pin", "the card wants its PIN, which is right", |s| {
            s.ready()
        })
    },
    fixture(
        "send-fail",
        "SEND FAIL: the counters tell that the piece must go again",
        |s| {
            s.ready();
            let link = s.connect("echo.test", 7);
            s.bench.inject(Fault::SendFail(1));
            s.send(link, b"twice");
            s.rest();
        },
    ),
    fixture(
        "echo-on-again",
        "the echo is switched on behind the driver's back",
        |s| {
            s.ready();
            let link = s.connect("echo.test", 7);
            s.order("ATE1");
            s.rest();
            s.send(link, b"AT+CSQ\r\n");
            s.rest();
        },
    ),
];

fn datagrams(session: &mut Session<'_>) {
    session.ready();
    let link = session.ask_by(Transport::Udp, "echo.test", 7);
    session.until(10 * SECOND, |s| s.bench.told(Event::Connected(link)));
    for datagram in [&b"one"[..], b"\r\nOK\r\n", b"0, CLOSED"] {
        session.send(link, datagram);
    }
    session.rest();
    session.close(link, Shutdown::Orderly);
}
