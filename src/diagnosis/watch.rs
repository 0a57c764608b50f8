//! The lines of a session, watched.

mod answer;
mod command;
mod information;
mod refusal;

use super::evidence::Ledger;
use super::{Finding, Found};
use crate::at::recognise::command_name;
use crate::time::{Duration, Instant};

/// Watches the lines of a session and draws conclusions. The state is about one kilobyte, whatever
/// comes.
#[derive(Clone, Debug)]
pub struct Watch {
    ledger: Ledger,
    asked: Asked,
    /// Lines of the module, damaged ones aside.
    heard: u32,
    /// Results of commands.
    results: u32,
    /// Results since the module started.
    since_boot: u32,
    /// Starts without any exchange between them.
    idle_boots: u8,
    /// The last line of the module told of a start.
    after_boot: bool,
    /// A restart was asked for.
    restart_asked: bool,
    /// The host itself gave the bearer up.
    bearer_given_up: bool,
    /// Commands in a row without any result, and the place of the first.
    unanswered: u32,
    unanswered_from: u32,
    /// Damaged lines, and the place of the first behind a good exchange.
    noise: u32,
    noise_at: Option<u32>,
    first_noise: u32,
    echoes: u32,
    echo_at: u32,
    links: Links,
    radio: Radio,
}

/// The command in flight, or the last one.
#[derive(Clone, Copy, Debug)]
struct Asked {
    line: [u8; 96],
    length: usize,
    place: u32,
    /// Its result has come, or there never was one.
    done: bool,
    /// Something came after it.
    touched: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Links {
    /// `CIPMUX`, if it is known.
    numbered: Option<bool>,
    /// The last `CIPSTART` began with a number.
    with_number: bool,
    tls: bool,
    /// Where a link is being opened, and since when.
    connecting: Option<(u32, Option<Instant>)>,
    /// `CIPSTATUS` said so, how often.
    seen_connecting: u8,
    /// The last time that data went either way.
    data_at: Option<Instant>,
    /// `CIPACK` with bytes open, how often in a row.
    open_acks: u8,
    bearer_asked: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Radio {
    /// Registered, by domain.
    registered: [bool; 3],
    /// The module knows LTE, so that 2G is a step back.
    lte: bool,
    /// The module knows 2G only.
    gsm: bool,
    unicom: bool,
    on_gsm: bool,
    /// `CFUN` is 0 or 4, by the host.
    off: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self::new()
    }
}

impl Watch {
    /// Nothing was said yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            ledger: Ledger::new(),
            asked: Asked {
                line: [0; 96],
                length: 0,
                place: 0,
                done: true,
                touched: true,
            },
            heard: 0,
            results: 0,
            since_boot: 0,
            idle_boots: 0,
            after_boot: false,
            restart_asked: false,
            bearer_given_up: false,
            unanswered: 0,
            unanswered_from: 0,
            noise: 0,
            noise_at: None,
            first_noise: 0,
            echoes: 0,
            echo_at: 0,
            links: Links {
                numbered: None,
                with_number: false,
                tls: false,
                connecting: None,
                seen_connecting: 0,
                data_at: None,
                open_acks: 0,
                bearer_asked: false,
            },
            radio: Radio {
                registered: [false; 3],
                lte: false,
                gsm: false,
                unicom: false,
                on_gsm: false,
                off: false,
            },
        }
    }

    /// The host sent the command in `line`.
    pub fn command(&mut self, place: u32, at: Option<Instant>, line: &[u8]) {
        self.unanswered_command();
        let line = line.trim_ascii();
        let mut asked = Asked {
            line: [0; 96],
            length: 0,
            place,
            done: false,
            touched: false,
        };
        for (to, from) in asked.line.iter_mut().zip(line) {
            *to = *from;
            asked.length = asked.length.saturating_add(1);
        }
        self.asked = asked;
        self.sent(place, at, line);
    }

    /// The module repeated a command.
    pub const fn echo(&mut self, place: u32) {
        self.echoes = self.echoes.saturating_add(1);
        self.echo_at = place;
    }

    /// The module said `line`: an answer, a result or something unasked.
    pub fn heard(&mut self, place: u32, at: Option<Instant>, line: &[u8]) {
        let line = line.trim_ascii();
        self.heard = self.heard.saturating_add(1);
        self.asked.touched = true;
        self.tell(place, at, line);
    }

    /// The module said something that is damaged or not text.
    pub fn noise(&mut self, place: u32) {
        if self.noise == 0 {
            self.first_noise = place;
        }
        self.noise = self.noise.saturating_add(1);
        if self.since_boot > 0 && !self.restart_asked {
            self.noise_at.get_or_insert(place);
        }
    }

    /// Data went either way.
    pub const fn data(&mut self, at: Option<Instant>) {
        self.asked.touched = true;
        if at.is_some() {
            self.links.data_at = at;
        }
    }

    /// Concludes what only the end tells: that something never came.
    pub fn end(&mut self) {
        self.unanswered_command();
        let from = self.unanswered_from;
        if self.unanswered > 0 && self.heard == 0 && self.noise == 0 && self.echoes == 0 {
            self.raise(Finding::NoAnswer, from);
        } else if self.unanswered >= 3 && self.results > 0 {
            self.raise(Finding::Silent, from);
        }
        if self.noise >= 3 && self.noise > self.heard {
            self.raise(Finding::Garbage, self.first_noise);
        } else if let Some(place) = self.noise_at {
            self.raise(Finding::BytesLost, place);
        }
        if let Some((place, _)) = self.links.connecting
            && self.ledger.stands(Finding::ConnectTimeout).is_none()
            && self.asked.place > place
        {
            self.raise(Finding::ConnectTimeout, place);
        }
        self.conclude();
    }

    /// What was found, in the order of the steps; the first standing fault is the root of the others.
    pub fn findings(&self) -> impl Iterator<Item = Found> + '_ {
        Finding::ALL.into_iter().filter_map(|finding| {
            let evidence = self.ledger.of(finding)?;
            Some(Found { finding, evidence })
        })
    }

    /// The first fault that was not over at the end.
    #[must_use]
    pub fn root(&self) -> Option<Found> {
        self.findings().find(Found::is_standing_fault)
    }

    /// Adds a finding that no line shows, such as a port that cannot be opened.
    pub fn raise(&mut self, finding: Finding, place: u32) {
        self.ledger.raise(finding, place);
    }

    fn cure(&mut self, place: u32, findings: &[Finding]) {
        self.ledger.cure(findings, place);
    }

    fn conclude(&mut self) {
        let registered = self.radio.registered.contains(&true);
        let refused = [Finding::NoPdp, Finding::NotAttached, Finding::BearerClosed];
        let refused = refused.into_iter().find_map(|f| self.ledger.stands(f));
        let known = [Finding::ApnLogin, Finding::WeakSignal, Finding::NoSignal];
        let known = known.into_iter().any(|f| self.ledger.stands(f).is_some());
        if let Some(evidence) = refused.filter(|_| registered && !known) {
            self.raise(Finding::Arrears, evidence.first);
        }
        if self.echoes >= 5 && self.ledger.of(Finding::EchoOn).is_none() {
            self.raise(Finding::EchoOn, self.echo_at);
        }
    }

    /// The command before this one may have stayed without a result.
    fn unanswered_command(&mut self) {
        if self.asked.done {
            return;
        }
        self.asked.done = true;
        if !self.asked.touched {
            if self.unanswered == 0 {
                self.unanswered_from = self.asked.place;
            }
            self.unanswered = self.unanswered.saturating_add(1);
            if self.is_asked(b"+CIPSTART") {
                self.raise(Finding::ConnectTimeout, self.asked.place);
                self.links.connecting = None;
            }
        }
    }

    /// A result came.
    fn result(&mut self, place: u32) {
        self.asked.done = true;
        self.results = self.results.saturating_add(1);
        self.since_boot = self.since_boot.saturating_add(1);
        self.idle_boots = 0;
        if self.unanswered >= 3 && self.results > 1 {
            self.raise(Finding::Silent, self.unanswered_from);
            self.cure(place, &[Finding::Silent]);
        }
        self.unanswered = 0;
    }

    fn asked_line(&self) -> &[u8] {
        self.asked.line.get(..self.asked.length).unwrap_or(&[])
    }

    fn asked_name(&self) -> &[u8] {
        command_name(self.asked_line()).unwrap_or(&[])
    }

    fn is_asked(&self, name: &[u8]) -> bool {
        self.asked_name().eq_ignore_ascii_case(name)
    }

    /// Whether the command in flight is this one, with parameters.
    fn is_set(&self, name: &[u8]) -> bool {
        let line = self.asked_line();
        let at = name.len().saturating_add(2);
        self.is_asked(name)
            && line.get(at) == Some(&b'=')
            && line.get(at.saturating_add(1)) != Some(&b'?')
    }

    /// Whether nothing went either way for longer than networks remember a connection.
    fn was_idle(&self, now: Option<Instant>) -> bool {
        match (self.links.data_at, now) {
            (Some(then), Some(now)) => then <= now && now.since(then) > Duration::from_secs(240),
            _ => false,
        }
    }
}
