//! Who keeps a connection up: with heartbeats, or by connecting again.

use crate::args::{Beat, Upkeep};
use crate::exit::Failure;
use crate::manner::{either, named, sentence};
use crate::session::Session;
use crate::verdict;
use luat_modem::engine::{CloseReason, Closed, LinkId, Shutdown, Transport};
use luat_modem::supervise::{Change, Heartbeat, Payload, Persistent, Policy, State};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// Keeps one connection up.
pub(crate) enum Keeper {
    Beats(Heartbeat<'static>),
    Connects(Box<Persistent<'static>>, String, Option<Closed>),
}

impl Keeper {
    /// Who sends heartbeats on a link that is open.
    pub(crate) fn beating(beat: Option<&'static Beat>) -> Option<Self> {
        beat.map(|beat| Self::Beats(heartbeat(beat)))
    }

    /// Who connects to `host` again and again, and sends the heartbeats too.
    pub(crate) fn connecting(
        transport: Transport,
        host: &'static str,
        port: u16,
        upkeep: &'static Upkeep,
    ) -> Self {
        let mut policy = Policy::new();
        policy.pause = PAUSE;
        let mut link = Persistent::new("tcp", transport, host, port, policy);
        if let Some(beat) = &upkeep.heartbeat {
            link = link.with_heartbeat(heartbeat(beat));
        }
        Self::Connects(Box::new(link), format!("{host}:{port}"), None)
    }

    /// Begins to connect. The network is up.
    pub(crate) fn begin(&mut self, session: &mut Session) -> Result<LinkId, Failure> {
        let now = session.now();
        let begun = match self {
            Self::Connects(persistent, ..) => persistent.advance(&mut session.engine, now),
            Self::Beats(_) => None,
        };
        match begun {
            Some(Change::Connecting(link)) => Ok(link),
            Some(Change::Refused(error)) => Err(Failure::usage(
                "argument.address",
                error.to_string(),
                "correct the address, or use fewer links",
            )),
            _ => Err(session.out_of_time()),
        }
    }

    /// Whether what is written now goes to the far end.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Beats(_) => true,
            Self::Connects(persistent, ..) => persistent.is_open(),
        }
    }

    /// The same, if it only sends heartbeats on `link`.
    pub(crate) fn beat(&mut self, session: &mut Session, mut link: LinkId) -> bool {
        self.turn(session, &mut link)
    }

    /// Does what is due; `link` is the present connection.
    pub(super) fn turn(&mut self, session: &mut Session, link: &mut LinkId) -> bool {
        let now = session.now();
        match self {
            Self::Beats(heartbeat) => heartbeat.advance(&mut session.engine, now, *link).is_some(),
            Self::Connects(persistent, to, closed) => {
                let mut any = false;
                while let Some(change) = persistent.advance(&mut session.engine, now) {
                    tell(session, to, change);
                    if let Change::Lost(Some(how)) = change {
                        *closed = Some(how);
                    }
                    any = true;
                }
                if let Some(present) = persistent.link() {
                    *link = present;
                }
                any
            }
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Beats(heartbeat) => heartbeat.deadline(),
            Self::Connects(persistent, ..) => persistent.deadline(),
        }
    }

    /// Whether an end of the connection is not the end.
    pub(super) fn goes_on(&self) -> bool {
        match self {
            Self::Beats(_) => false,
            Self::Connects(persistent, ..) => persistent.state() != State::Stopped,
        }
    }

    /// Closes for good.
    pub(super) fn stop(&mut self, session: &mut Session) {
        if let Self::Connects(persistent, ..) = self {
            let now = session.now();
            persistent.stop(&mut session.engine, now, Shutdown::Orderly);
        }
    }

    /// How it ended for good, if it connected again and again.
    pub(super) fn stopped(&self) -> Option<Closed> {
        match self {
            Self::Connects(_, _, closed) if !self.goes_on() => Some(closed.unwrap_or(Closed {
                reason: CloseReason::Local,
                unsent: 0,
                unacknowledged: 0,
            })),
            _ => None,
        }
    }
}

fn heartbeat(beat: &'static Beat) -> Heartbeat<'static> {
    let every = Duration::from_millis(u64::try_from(beat.every.as_millis()).unwrap_or(u64::MAX));
    Heartbeat::new(Payload::Bytes(&beat.bytes)).every(every)
}

fn tell(session: &Session, to: &str, change: Change) {
    let (kind, text) = match change {
        Change::Connected(link) => {
            let what = either("connected to", "已连上");
            ("connected", format!("{}: {what} {to}", named(link)))
        }
        Change::Failed(failure) => {
            let failed = verdict::not_connected(to, failure);
            (
                "connect-failed",
                sentence(
                    format_args!("{}; it is tried again", failed.what),
                    format_args!("没有连上 {to}：{}；将重试", failed.said()),
                ),
            )
        }
        Change::Lost(Some(closed)) => ("lost", {
            let reason = verdict::reason(closed.reason);
            let (unsent, open) = (closed.unsent, closed.unacknowledged);
            sentence(
                format_args!(
                    "the connection is over: {reason}; {unsent} bytes were not sent, {open} were sent and not known to be acknowledged"
                ),
                format_args!(
                    "连接结束：{reason}；{unsent} 字节没有发出，{open} 字节已发出但未知是否确认"
                ),
            )
        }),
        Change::Escalated(remedy) => (
            "remedy",
            sentence(
                format_args!("{to} cannot be reached: {remedy}"),
                format_args!("连接不上 {to}：{}", verdict::remedy(remedy)),
            ),
        ),
        Change::GaveUp => (
            "gave-up",
            format!(
                "{to} {}",
                either("cannot be reached; tried again later", "连接不上，稍后重试")
            ),
        ),
        Change::HeartbeatTooLong => (
            "heartbeat",
            either("the heartbeat is too long", "心跳内容太长").into(),
        ),
        Change::Refused(error) => ("connect-failed", error.to_string()),
        _ => return,
    };
    session
        .say
        .say(session.now(), kind, &text, json!({"to": to}));
}
