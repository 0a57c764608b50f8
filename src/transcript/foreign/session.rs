//! A log as a conversation: what each line is to the lines around it.

use super::damage;
use super::heads::counted;
use super::role::{CONTENT, FREE};
use super::{Direction, Kind, Layout, Line, Role, Spoken, looks, looks_like_at};
use crate::at::recognise::{Recognised, command_name, expect_of, recognise, recognise_unasked};
use crate::diagnosis::Watch;
use crate::time::Duration;
use crate::wire::End;
use std::vec::Vec;

/// What each of `lines` is to the conversation.
///
/// ```
/// use luat_modem::transcript::foreign::{Role, read, session};
/// let log = b"AT+CIFSR\n10.1.2.3\nAT+CIPSEND=0,5\n> OK\n\nDATA ACCEPT:0,5\n+CPIN: READY\n";
/// let roles: Vec<_> = session(read(log)).iter().map(|spoken| spoken.role).collect();
/// assert_eq!(roles, [
///     Role::Command, Role::Response, Role::Command, Role::Prompt, Role::Final, Role::Urc,
/// ]);
/// ```
#[must_use]
pub fn session<'l>(lines: impl IntoIterator<Item = Line<'l>>) -> Vec<Spoken<'l>> {
    let lines: Vec<_> = lines.into_iter().collect();
    let mut session = Session::default();
    let pairs = echoed(&lines);
    let mut spoken: Vec<Spoken<'l>> = Vec::with_capacity(lines.len());
    for (index, (line, pairs)) in lines.into_iter().zip(pairs).enumerate() {
        session.pairs = pairs;
        let role = session.role(&line, index, &spoken);
        spoken.push(Spoken {
            line,
            role,
            asked: session.asked,
        });
    }
    damage::mend(&mut spoken);
    spoken
}

/// Watches a session; the places of what is found are the numbers of the lines.
///
/// ```
/// use luat_modem::diagnosis::Finding;
/// use luat_modem::transcript::foreign::{diagnose, lines, session};
/// let log = b"AT+CIPSTART=0,\"TCP\",\"192.168.1.7\",80\nOK\n0, CONNECT FAIL\n";
/// let found: Vec<_> = diagnose(&session(lines(log))).findings().map(|f| f.finding).collect();
/// assert_eq!(found, [Finding::ConnectFailed, Finding::PrivateAddress]);
/// ```
#[must_use]
pub fn diagnose(session: &[Spoken<'_>]) -> Watch {
    let mut watch = Watch::new();
    for (index, spoken) in session.iter().enumerate() {
        let place = u32::try_from(spoken.line.number).unwrap_or(u32::MAX);
        let text = spoken.line.text.as_bytes();
        let at = spoken.line.at;
        match spoken.role {
            Role::Command => watch.command(place, at, text),
            Role::Echo => {
                // Where only the module is heard, the echo is all that shows the command.
                if spoken.asked == Some(index) {
                    watch.command(place, at, text);
                }
                watch.echo(place);
            }
            Role::Response | Role::Final | Role::Urc | Role::Prompt => watch.heard(place, at, text),
            Role::Payload => watch.data(at),
            Role::Noise => watch.noise(place),
            Role::Unknown | Role::Note => {}
        }
    }
    watch.end();
    watch
}

/// Whether each command stands twice in a log without directions, itself and its echo; told for each
/// line, because `ATE0` and `ATE1` change it.
fn echoed(lines: &[Line<'_>]) -> Vec<bool> {
    let command = |line: &Line<'_>| {
        let text = line.text.as_bytes();
        line.direction == Direction::Unknown
            && matches!(recognise(text), Some(Recognised::Command(_)))
    };
    let switches = |line: &Line<'_>| {
        let name = command_name(line.text.as_bytes());
        command(line) && name.is_some_and(|name| name.eq_ignore_ascii_case(b"E"))
    };
    let mut told = Vec::with_capacity(lines.len());
    let mut start = 0;
    while start < lines.len() {
        // Up to the switch, and the same once more: its own echo.
        let rest = &lines[start..];
        let first = rest.iter().position(switches);
        let end = first.map_or(lines.len(), |first| {
            let same = |line: &&Line<'_>| line.kind == Kind::At && line.text == rest[first].text;
            let run = rest[first..].iter().take_while(same).count();
            start + first + run.max(1)
        });
        let doubled = is_doubled(
            lines[start..end]
                .iter()
                .filter(|line| line.kind == Kind::At)
                .map(|line| command(line).then_some(&*line.text)),
        );
        told.resize(end, doubled);
        start = end;
    }
    told
}

/// Whether most commands stand twice; `None` is no command.
fn is_doubled<'t>(said: impl Iterator<Item = Option<&'t str>>) -> bool {
    let (mut once, mut twice) = (0_u32, 0_u32);
    let (mut last, mut run) = (None, 0_u32);
    for command in said.chain([None]) {
        if command.is_some() && command == last {
            run += 1;
            continue;
        }
        match run {
            1 => once += 1,
            2 => twice += 1,
            _ => {}
        }
        (last, run) = (command, u32::from(command.is_some()));
    }
    twice > once
}

/// What is known so far.
#[derive(Default)]
struct Session {
    /// The commands hereabouts stand twice: each and its echo.
    pairs: bool,
    /// The last command.
    asked: Option<usize>,
    /// Its result has come.
    done: bool,
    /// It has been repeated by the module.
    echoed: bool,
    /// Behind a prompt: the bytes that are still expected, if their number is known.
    sending: Option<Option<usize>>,
    /// Behind the head of received data: the bytes that still come.
    reading: Option<usize>,
    /// Behind the head of content that nothing counts.
    content: bool,
    /// The UART carries data.
    transparent: bool,
    /// A link without a number is open, whose data has no head.
    single: bool,
}

impl Session {
    fn role(&mut self, line: &Line<'_>, index: usize, above: &[Spoken<'_>]) -> Role {
        let text = line.text.as_bytes().trim_ascii();
        let found = recognise(text);
        let is_command = matches!(found, Some(Recognised::Command(_)))
            && line.kind == Kind::At
            && looks_like_at(text);
        if is_command {
            return self.command(line, index, above);
        }
        if let Some(role) = self.data(line, found) {
            return role;
        }
        if line.kind == Kind::Other {
            return Role::Note;
        }
        if matches!(text, b"+++" | b"A/") {
            self.transparent = false;
            self.begin(index, line.direction == Direction::FromModule);
            return if line.direction == Direction::FromModule {
                Role::Echo
            } else {
                Role::Command
            };
        }
        if let Some(role) = self.result(text, found, above) {
            return role;
        }
        if line.direction == Direction::ToModule {
            return if self.transparent || self.single || self.is_asked(above, is_sending) {
                Role::Payload
            } else {
                self.other(line, text)
            };
        }
        self.answer(text, found, above)
            .unwrap_or_else(|| self.other(line, text))
    }

    fn begin(&mut self, index: usize, echoed: bool) {
        self.asked = Some(index);
        self.done = false;
        self.echoed = echoed;
        self.sending = None;
        self.reading = None;
        self.content = false;
    }

    fn command(&mut self, line: &Line<'_>, index: usize, above: &[Spoken<'_>]) -> Role {
        let last = self.asked.and_then(|asked| above.get(asked));
        let is_repeated = last.is_some_and(|last| last.line.text == line.text);
        let is_echo = match line.direction {
            Direction::FromModule => true,
            Direction::ToModule => false,
            Direction::Unknown => {
                let is_next = above.iter().rposition(|s| s.role.is_traffic()) == self.asked;
                let soon = match (last.and_then(|last| last.line.at), line.at) {
                    (Some(then), Some(now)) => {
                        then <= now && now < then + Duration::from_millis(400)
                    }
                    _ => self.pairs,
                };
                is_repeated && is_next && !self.echoed && soon
            }
        };
        if is_echo && is_repeated && !self.done {
            self.echoed = true;
            return Role::Echo;
        }
        self.begin(index, is_echo);
        if is_echo { Role::Echo } else { Role::Command }
    }

    /// Data of the user.
    fn data(&mut self, line: &Line<'_>, found: Option<Recognised>) -> Option<Role> {
        let text = line.text.as_bytes();
        let is_final = matches!(found, Some(Recognised::Final(_))) && !text.starts_with(b">");
        let is_remark = text.starts_with(b"//") || text.starts_with(b"###");
        let is_talk = line.kind == Kind::Other && (line.layout == Layout::Tagged || is_remark);
        if let Some(left) = self.reading {
            if is_final || is_talk || is_strong(text, found) && left <= 2 {
                self.reading = self.reading.filter(|_| is_talk);
                return None;
            }
            // The line end belongs to what was counted.
            self.reading = left.checked_sub(text.len() + 2).filter(|&left| left > 0);
            return Some(Role::Payload);
        }
        if self.content {
            let is_head = matches!(text, [b'+', ..]) && looks_like_at(text);
            if is_final || is_talk || is_head {
                self.content &= !is_final;
                return None;
            }
            return Some(Role::Payload);
        }
        if self.sending.is_some() {
            if is_final || is_talk || is_outcome(text) || is_strong(text, found) {
                return None;
            }
            return Some(Role::Payload);
        }
        if self.transparent && !is_final && !is_talk && !is_strong(text, found) {
            return Some(Role::Payload);
        }
        None
    }

    fn result(
        &mut self,
        text: &[u8],
        found: Option<Recognised>,
        above: &[Spoken<'_>],
    ) -> Option<Role> {
        if let Some(rest) = text.strip_prefix(b">") {
            self.sending = Some(None);
            self.content = false;
            return Some(if rest.starts_with(b">") {
                Role::Noise
            } else {
                Role::Prompt
            });
        }
        if is_outcome(text) {
            let was_sending = self.sending.take().is_some() || self.is_asked(above, is_sending);
            self.done = true;
            return Some(if was_sending { Role::Final } else { Role::Urc });
        }
        let Some(Recognised::Final(_)) = found else {
            return None;
        };
        self.sending = None;
        self.content = false;
        self.done = true;
        self.transparent = text.starts_with(b"CONNECT");
        if text == b"SHUT OK" || text == b"CLOSE OK" {
            self.single = false;
        }
        Some(Role::Final)
    }

    fn answer(
        &mut self,
        text: &[u8],
        found: Option<Recognised>,
        above: &[Spoken<'_>],
    ) -> Option<Role> {
        let asked = self.asked.and_then(|asked| above.get(asked));
        let asked = asked.map(|asked| asked.line.text.as_bytes());
        let name = asked.and_then(command_name).unwrap_or_default();
        self.open(text, name);
        match found {
            Some(Recognised::Urc(_)) => return Some(Role::Urc),
            Some(Recognised::Answer(known)) => {
                let is_own = known
                    .name
                    .as_bytes()
                    .trim_ascii_end()
                    .strip_suffix(b":")
                    .unwrap_or(known.name.as_bytes())
                    .eq_ignore_ascii_case(name);
                let is_urc = matches!(recognise_unasked(text), Some(Recognised::Urc(_)));
                let is_registration = name.ends_with(b"REG") && known.name.ends_with("REG");
                return Some(match (is_own || is_registration, is_urc) {
                    (false, true) => Role::Urc,
                    (true, true) if self.done && !answers_late(name) => Role::Urc,
                    _ => Role::Response,
                });
            }
            Some(Recognised::Final(_) | Recognised::Command(_)) | None => {}
        }
        if name.len() > 1
            && text
                .get(..name.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        {
            return Some(Role::Response);
        }
        let is_content = CONTENT
            .iter()
            .any(|content| content.eq_ignore_ascii_case(name));
        if is_content && !self.done && !looks_like_at(text) {
            return Some(Role::Payload);
        }
        let is_free = FREE.iter().any(|free| free.eq_ignore_ascii_case(name));
        if is_free
            && !self.done
            && !damage::is_garbage(text)
            && !matches!(text, [b'+' | b'^' | b'*', ..])
        {
            return Some(Role::Response);
        }
        (self.single && !damage::is_garbage(text) && !looks_like_at(text)).then_some(Role::Payload)
    }

    /// What is neither.
    fn other(&self, line: &Line<'_>, text: &[u8]) -> Role {
        if damage::is_garbage(text) || damage::is_piece(text) {
            return Role::Noise;
        }
        let may_be_talk = line.direction == Direction::Unknown && !looks_like_at(text);
        let is_words = text.contains(&b' ') && text.iter().any(u8::is_ascii_alphabetic);
        if may_be_talk && (is_words || looks::is_talk(text)) {
            return Role::Note;
        }
        if line.direction == Direction::FromModule && looks::is_talk(text) && !looks_like_at(text) {
            // Data without a head, of a link that was opened before the log begins.
            return Role::Payload;
        }
        Role::Unknown
    }

    /// Notes what the head of data says of the bytes that follow it.
    fn open(&mut self, text: &[u8], asked: &[u8]) {
        match text {
            b"CONNECT OK" => self.single = true,
            b"CLOSED" | b"CLOSE OK" | b"RDY" => {
                self.single = false;
                self.transparent = false;
            }
            b"+PDP: DEACT" | b"+PDP DEACT" => self.single = false,
            _ => {}
        }
        if CONTENT
            .iter()
            .any(|content| content.eq_ignore_ascii_case(asked))
            && !self.done
        {
            let is_head = text
                .get(..asked.len())
                .is_some_and(|own| own.eq_ignore_ascii_case(asked));
            self.content |= is_head;
        }
        if text.starts_with(b"+CMT:") || text.starts_with(b"+CDS:") || text.starts_with(b"+CBM:") {
            self.reading = Some(1);
        }
        let asks_for_data = [
            &b"+FTPPUT: 2,"[..],
            b"+FTPPUT:2,",
            b"+FTPEXTPUT:",
            b"+FTPFILEPUT:",
            b"DOWNLOAD",
        ];
        if asks_for_data.iter().any(|head| text.starts_with(head)) {
            self.sending = Some(None);
        }
        if let Some((length, inside)) = counted(text) {
            self.reading = length.checked_sub(inside).filter(|&left| left > 0);
        }
    }

    fn is_asked(&self, above: &[Spoken<'_>], is: impl Fn(&str) -> bool) -> bool {
        let asked = self.asked.and_then(|asked| above.get(asked));
        !self.done && asked.is_some_and(|asked| is(&asked.line.text))
    }
}

/// Whether the command prompts for data.
fn is_sending(command: &str) -> bool {
    matches!(expect_of(command).end, End::Prompt | End::PromptThenOk)
}

/// Whether information comes behind the result.
fn answers_late(name: &[u8]) -> bool {
    [
        &b"+CIPSTATUS"[..],
        b"+CDNSGIP",
        b"+CNTP",
        b"+CIPSTART",
        b"+CIPPING",
        b"+CIPGSMLOC",
    ]
    .iter()
    .any(|late| late.eq_ignore_ascii_case(name))
}

/// What became of sent data.
fn is_outcome(text: &[u8]) -> bool {
    let text = crate::wire::link_line(text).map_or(text, |(_, text)| text);
    matches!(text, b"SEND OK" | b"SEND FAIL") || text.starts_with(b"DATA ACCEPT")
}

/// A line that no payload is mistaken for, in all likelihood.
fn is_strong(text: &[u8], found: Option<Recognised>) -> bool {
    match found {
        Some(Recognised::Urc(known)) => known.name.len() > 3 && looks_like_at(text),
        Some(Recognised::Answer(_)) => matches!(text, [b'+' | b'^' | b'*', ..]),
        Some(Recognised::Final(_) | Recognised::Command(_)) | None => false,
    }
}
