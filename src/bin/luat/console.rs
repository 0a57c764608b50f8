//! Raw lines to the module and back, without the driver: nothing is sent but what is asked for.

use crate::exit::{self, Failure};
use crate::interrupt;
use crate::manner::manner;
use crate::port::Port;
use crate::verdict;
use luat_modem::at::Urc;
use luat_modem::at::recognise::{expect_of, max_timeout_of, refusal};
use luat_modem::engine::Cause;
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::Redactor;
use luat_modem::wire::{self, End, Expect, Framer, Info, Listen, Token, Verdict};

/// A person's side of the line.
pub(crate) struct Console {
    port: Port,
    framer: Framer<'static>,
    /// Bytes that came and were not looked at.
    inbox: Vec<u8>,
    /// What was said between the exchanges, and within them by itself.
    unasked: Vec<String>,
}

/// What came back for one line.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The line that was sent, without its secrets.
    pub(crate) command: String,
    /// Every line of the answer, the result included.
    pub(crate) lines: Vec<String>,
    /// What else the module said meanwhile.
    pub(crate) notices: Vec<String>,
    /// The refusal, if it is one.
    pub(crate) refused: Option<wire::Failure>,
    /// How long it took.
    pub(crate) took: Duration,
}

impl Answer {
    /// The exchange on one line, as evidence.
    pub(crate) fn evidence(&self) -> String {
        format!("{} -> {}", self.command, self.lines.join(" | "))
    }

    /// What the result means, in words.
    pub(crate) fn meaning(&self) -> String {
        let language = manner().language();
        self.refused
            .map_or_else(|| "OK".into(), |refused| refusal(refused, language).into())
    }

    /// What `parse` makes of the first line that it takes.
    pub(crate) fn find<R>(&self, parse: impl Fn(&[u8]) -> Option<R>) -> Option<R> {
        self.lines.iter().find_map(|line| parse(line.as_bytes()))
    }
}

/// What a line was to the exchange.
enum Step {
    More,
    Over(Option<wire::Failure>),
}

/// Lists whose end nobody marks are over after so much silence.
const QUIET: Duration = Duration::from_millis(300);

/// Lines that wait to be asked for.
const MOST: usize = 100;

/// The longest line that is kept whole.
const LINE: usize = 4096;

/// A payload of an earlier run may be open; so many bytes fill it up.
const FILLER: usize = 1460;

impl Console {
    pub(crate) fn new(port: Port) -> Self {
        Self {
            port,
            framer: Framer::new(Box::leak(vec![0; LINE].into_boxed_slice())),
            inbox: Vec::new(),
            unasked: Vec::new(),
        }
    }

    /// How many bytes have come from the module.
    pub(crate) const fn heard(&self) -> u64 {
        self.port.heard()
    }

    /// What the module said unasked since this was called last.
    pub(crate) fn unasked(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unasked)
    }

    /// What is in the inbox answers nothing.
    fn collect(&mut self) {
        let inbox = std::mem::take(&mut self.inbox);
        let mut rest = &inbox[..];
        while !rest.is_empty() {
            let (n, token) = self.framer.feed(rest, Listen::default());
            rest = rest.get(n..).unwrap_or_default();
            match token {
                Token::Line | Token::Overlong(_) => {
                    let line = String::from_utf8_lossy(self.framer.line()).into_owned();
                    self.unasked.push(line);
                }
                Token::Payload => {
                    let remaining = self.framer.payload().map_or(0, |payload| payload.remaining);
                    let taken = rest.len().min(remaining.into());
                    self.framer.take_payload(taken);
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Token::More | Token::Prompt => {}
            }
        }
        // Nobody may ask for it.
        let extra = self.unasked.len().saturating_sub(MOST);
        self.unasked.drain(..extra);
    }

    pub(crate) fn now(&self) -> Instant {
        self.port.now()
    }

    /// Whether nothing is at the other end of the port.
    pub(crate) const fn is_rehearsal(&self) -> bool {
        self.port.is_rehearsal()
    }

    /// What the port is called.
    pub(crate) fn port_name(&self) -> &str {
        self.port.name()
    }

    /// `AT` until it is answered: the module may sleep, boot, or adapt its rate.
    pub(crate) fn attention(&mut self, limit: Instant) -> Result<Answer, Failure> {
        for tries in 1u32.. {
            if tries == 6 {
                // Empty lines are no command, wherever the payload ends.
                let filler = b"\r\n".repeat(FILLER / 2);
                self.send(&filler, limit)?;
            }
            let patience = self.now() + Duration::from_secs(1);
            let answer = self.exchange("AT", Expect::OK, patience.min(limit));
            match answer {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) if self.now() >= limit => break,
                Ok(None) => {}
                Err(failure) => return Err(failure),
            }
        }
        let heard = self.port.heard() > 0;
        Err(verdict::of(if heard {
            Cause::Garbage
        } else {
            Cause::NoAnswer
        }))
    }

    /// Sends a line and gives its answer.
    pub(crate) fn ask(&mut self, line: &str) -> Result<Answer, Failure> {
        let patience = max_timeout_of(line);
        let limit = self.now() + patience;
        self.exchange(line, expect_of(line), limit)?.ok_or_else(|| {
            let what = format!(
                "no answer to {} within {} s",
                Redactor::text(line),
                patience.as_secs()
            );
            let advice = "check that the module is still supplied, then try again";
            Failure::new(exit::MODULE, "module.silent", what, advice)
        })
    }

    /// Sends a line and does not wait for its answer, for what is left to do at the end.
    pub(crate) fn part_with(&mut self, line: &str) {
        // A port that is gone needs nothing more.
        let _ = self.port.write(format!("{line}\r\n").as_bytes());
    }

    /// Lets time pass; what the module says meanwhile is not lost.
    pub(crate) fn pause(&mut self, pause: Duration) -> Result<(), Failure> {
        let until = self.now() + pause;
        while self.now() < until {
            self.listen(until)?;
            self.collect();
        }
        Ok(())
    }

    fn exchange(
        &mut self,
        line: &str,
        expect: Expect,
        limit: Instant,
    ) -> Result<Option<Answer>, Failure> {
        // What came before is no answer to this.
        while self.listen(self.now())? > 0 {}
        self.collect();
        self.framer.reset();
        log::debug!("-> {line}");
        let begun = self.now();
        self.send(format!("{line}\r\n").as_bytes(), limit)?;
        let mut exchange = Exchange {
            command: line,
            expect,
            echoed: false,
            ok_seen: false,
            lines: Vec::new(),
            notices: Vec::new(),
        };
        let mut heard = self.now();
        loop {
            let n = self.listen(match expect.end {
                End::OkThenQuiet if exchange.ok_seen => limit.min(heard + QUIET),
                _ => limit,
            })?;
            let now = self.now();
            if n > 0 {
                heard = now;
            }
            let mut step = self.digest(&mut exchange, limit)?;
            if expect.end == End::OkThenQuiet && exchange.ok_seen && heard + QUIET <= now {
                step = Step::Over(None);
            }
            match step {
                Step::Over(refused) => {
                    self.unasked.extend(exchange.notices.iter().cloned());
                    return Ok(Some(Answer {
                        command: Redactor::text(line),
                        lines: exchange.lines,
                        notices: exchange.notices,
                        refused,
                        took: now - begun,
                    }));
                }
                Step::More if now >= limit => return Ok(None),
                Step::More => {}
            }
        }
    }

    /// Looks at what has come.
    fn digest(&mut self, exchange: &mut Exchange<'_>, limit: Instant) -> Result<Step, Failure> {
        let inbox = std::mem::take(&mut self.inbox);
        let mut rest = &inbox[..];
        let listen = Listen {
            prompt: true,
            ..Listen::default()
        };
        while !rest.is_empty() {
            let (n, token) = self.framer.feed(rest, listen);
            rest = rest.get(n..).unwrap_or_default();
            match token {
                Token::More => {}
                Token::Line | Token::Overlong(_) => {
                    log::debug!("<- {}", self.framer.line().escape_ascii());
                    if let over @ Step::Over(_) = exchange.hear(self.framer.line()) {
                        self.inbox = rest.to_vec();
                        return Ok(over);
                    }
                }
                Token::Payload => {
                    let remaining = self
                        .framer
                        .payload()
                        .map_or(0, |payload| usize::from(payload.remaining));
                    let taken = rest.len().min(remaining);
                    self.framer.take_payload(taken);
                    rest = rest.get(taken..).unwrap_or_default();
                }
                Token::Prompt => {
                    // ESC ends a prompt for text; where it does not, empty lines fill the payload.
                    self.send(b"\x1b", limit)?;
                    return Err(asks_for_data(exchange.command));
                }
            }
        }
        Ok(Step::More)
    }

    fn send(&mut self, mut bytes: &[u8], limit: Instant) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let n = self.port.write(bytes)?;
            bytes = bytes.get(n..).unwrap_or_default();
            if interrupt::requested() {
                return Err(Failure::interrupted());
            }
            if n == 0 {
                if self.now() >= limit {
                    return Err(verdict::of(Cause::NoAnswer));
                }
                self.port.wait(Some(limit), false, true);
            }
        }
        Ok(())
    }

    /// Waits for bytes until `limit` and keeps them; says how many.
    fn listen(&mut self, limit: Instant) -> Result<usize, Failure> {
        let mut buffer = [0; 1024];
        loop {
            if interrupt::requested() {
                return Err(Failure::interrupted());
            }
            let n = self.port.read(&mut buffer)?;
            if n > 0 || self.now() >= limit {
                self.inbox
                    .extend_from_slice(buffer.get(..n).unwrap_or_default());
                return Ok(n);
            }
            self.port.wait(Some(limit), true, false);
        }
    }
}

/// A command that prompts.
pub(crate) fn asks_for_data(line: &str) -> Failure {
    Failure::usage(
        "argument.prompt",
        format!("{} asks for data behind a prompt", Redactor::text(line)),
        "use `luat tcp` to send data; short messages and files are not supported here",
    )
}

/// One exchange in flight.
struct Exchange<'l> {
    command: &'l str,
    expect: Expect,
    echoed: bool,
    ok_seen: bool,
    lines: Vec<String>,
    notices: Vec<String>,
}

impl Exchange<'_> {
    fn hear(&mut self, line: &[u8]) -> Step {
        if !self.echoed && line.ends_with(self.command.trim_end().as_bytes()) {
            self.echoed = true;
            return Step::More;
        }
        let text = String::from_utf8_lossy(line).into_owned();
        let verdict = self.expect.judge(line, self.ok_seen);
        let any = self.expect.info == Info::Any;
        match verdict {
            // The line that ends a command of its own kind, `CLOSE OK`, could be a notice otherwise.
            Verdict::Info if any && !self.names(&text) && Urc::parse(line).is_some() => {
                self.notices.push(text);
                return Step::More;
            }
            Verdict::Other => {
                self.notices.push(text);
                return Step::More;
            }
            Verdict::Info
            | Verdict::Last
            | Verdict::Done
            | Verdict::OkFirst
            | Verdict::Failed(_) => {
                self.lines.push(text);
            }
        }
        match verdict {
            Verdict::Failed(failure) => Step::Over(Some(failure)),
            Verdict::Last | Verdict::Done => Step::Over(None),
            Verdict::OkFirst => {
                self.ok_seen = true;
                Step::More
            }
            Verdict::Info | Verdict::Other => Step::More,
        }
    }

    /// Whether `line` carries the name of the command: `+CSQ: 20,0` for `AT+CSQ`.
    fn names(&self, line: &str) -> bool {
        let name = |text: &str| {
            let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "+^*&".contains(c)));
            text.get(..end.unwrap_or(text.len()))
                .unwrap_or_default()
                .to_ascii_uppercase()
        };
        let own = self
            .command
            .trim_start()
            .get(2..)
            .map(name)
            .unwrap_or_default();
        own.len() > 1 && own == name(line)
    }
}

#[cfg(test)]
mod tests {
    use super::{Exchange, Step, expect_of};

    #[test]
    fn a_final_line_of_its_own_is_no_notice() {
        let over = |command, line: &[u8]| {
            let mut exchange = Exchange {
                command,
                expect: expect_of(command),
                echoed: false,
                ok_seen: false,
                lines: Vec::new(),
                notices: Vec::new(),
            };
            matches!(exchange.hear(line), Step::Over(None))
        };
        assert!(over("AT+CIPCLOSE", b"CLOSE OK"));
        assert!(over("AT+CIPCLOSE=3", b"3, CLOSE OK"));
        assert!(over("AT+CIPSHUT", b"SHUT OK"));
        assert!(!over("AT+CIPCLOSE=3", b"2, CLOSE OK"));
        assert!(!over("AT+CGMR", b"CLOSED"));
    }
}
