//! `luat term`: a person talks to the module; what passes is explained.

mod directive;
mod editor;
mod shown;

use super::Outcome;
use crate::args::{Common, Term, View};
use crate::exit::{self, Failure};
use crate::interrupt;
use crate::manner::manner;
use crate::port::Port;
use directive::{Directive, HELP};
use editor::{Person, Typed};
use luat_modem::at::recognise::{Language, expect_of, max_timeout_of};
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::Redactor;
use luat_modem::wire::{Expect, Framer, Listen, Token, Verdict};
use shown::Shown;
use std::collections::VecDeque;

/// The longest line that is kept whole.
const LINE: usize = 4096;

/// After the end of standard input: how long something unasked may still come.
const QUIET: Duration = Duration::from_millis(300);

/// A line without an end is shown after so much silence.
const UNFINISHED: Duration = Duration::from_millis(500);

/// What `+CIPRXGET: 2,…` may announce; the module sends no more at once.
const MOST: u16 = 1460;

pub(crate) fn run(common: &'static Common, task: &Term) -> Outcome {
    let port = Port::open(common)?;
    if port.is_rehearsal() {
        return Ok(exit::DONE);
    }
    let person = Person::start(!common.no_input);
    let at_terminal = person.at_terminal;
    let mut desk = Desk {
        shown: Shown::new(common, task),
        heard: port.now(),
        port,
        person,
        framer: Framer::new(Box::leak(vec![0; LINE].into_boxed_slice())),
        asked: None,
        prompted: false,
        waiting: VecDeque::new(),
        out: Vec::new(),
        ended: false,
    };
    if at_terminal {
        let hello = format!("{} is open; :help explains, Ctrl-D ends", desk.port.name());
        desk.person.show(&hello);
    }
    let outcome = desk.serve();
    if at_terminal {
        editor::end_line();
    }
    outcome
}

struct Desk {
    port: Port,
    person: Person,
    framer: Framer<'static>,
    shown: Shown,
    /// The command that is being answered.
    asked: Option<Asked>,
    /// The module waits for data.
    prompted: bool,
    /// Lines that wait for the answer to the one before.
    waiting: VecDeque<String>,
    /// Bytes that the line had no room for.
    out: Vec<u8>,
    heard: Instant,
    /// Nothing more is typed.
    ended: bool,
}

struct Asked {
    line: String,
    expect: Expect,
    echoed: bool,
    ok_seen: bool,
    until: Instant,
}

impl Desk {
    fn serve(&mut self) -> Outcome {
        loop {
            if interrupt::requested() {
                return Err(Failure::interrupted());
            }
            let heard = self.listen()?;
            while let Ok(typed) = self.person.typed.try_recv() {
                match typed {
                    Typed::Line(line) if self.takes(&line) => {
                        if self.obey(&line)? {
                            return Ok(exit::DONE);
                        }
                    }
                    Typed::Line(line) => self.put_off(line),
                    Typed::Cancel if self.prompted => self.escape(),
                    Typed::Cancel => {
                        self.asked = None;
                        self.waiting.clear();
                    }
                    Typed::End if self.person.at_terminal => return Ok(exit::DONE),
                    Typed::End => self.ended = true,
                }
            }
            let now = self.port.now();
            if self.asked.as_ref().is_some_and(|asked| asked.until <= now) {
                self.asked = None;
            }
            while self.asked.is_none()
                && !self.prompted
                && let Some(line) = self.waiting.pop_front()
            {
                if self.obey(&line)? {
                    return Ok(exit::DONE);
                }
            }
            if self.prompted
                && let Some(line) = self.waiting.pop_front()
                && self.obey(&line)?
            {
                return Ok(exit::DONE);
            }
            let wrote = self.write()?;
            let idle = self.asked.is_none() && self.waiting.is_empty() && self.out.is_empty();
            if self.ended && idle && self.heard + QUIET <= now {
                return Ok(exit::DONE);
            }
            if !heard && !wrote {
                self.port.wait(self.next(), true, !self.out.is_empty());
            }
        }
    }

    /// Whether a line of a person is obeyed at once: a module hears nothing while it answers, so that
    /// lines that are pasted wait like those of a script.
    fn takes(&self, line: &str) -> bool {
        let free = self.asked.is_none() || self.prompted || Directive::read(line).is_some();
        self.person.at_terminal && self.waiting.is_empty() && free
    }

    fn put_off(&mut self, line: String) {
        if let Some(asked) = self.asked.as_ref().filter(|_| self.person.at_terminal) {
            let text = match manner().language() {
                Language::English => "waits for the answer to",
                Language::Chinese => "等待应答：",
            };
            let text = format!("  ({text} {}; Ctrl-C)", Redactor::text(&asked.line));
            self.person.show(&text);
        }
        self.waiting.push_back(line);
    }

    /// When to look again.
    fn next(&self) -> Option<Instant> {
        let asked = self.asked.as_ref().map(|asked| asked.until);
        let quiet = self.ended.then(|| self.heard + QUIET);
        let partial = (!self.framer.partial().is_empty()).then(|| self.heard + UNFINISHED);
        [asked, quiet, partial].into_iter().flatten().min()
    }

    /// Does what a line says. Says whether that is the end.
    fn obey(&mut self, line: &str) -> Result<bool, Failure> {
        match Directive::read(line) {
            None => self.say_to_module(line),
            Some(Err(what)) => self.person.show(&what),
            Some(Ok(Directive::Quit)) => return Ok(true),
            Some(Ok(Directive::Help)) => HELP.lines().for_each(|line| self.person.show(line)),
            Some(Ok(Directive::View(view))) => self.shown.view = view,
            Some(Ok(Directive::Stamps(on))) => self.shown.stamps = on,
            Some(Ok(Directive::Decode(on))) => self.shown.decode = on,
            Some(Ok(Directive::Send(path))) => match std::fs::read(&path) {
                Ok(content) => {
                    self.person.show(&format!(
                        "{} bytes of {} go out",
                        content.len(),
                        path.display()
                    ));
                    self.out.extend(content);
                    self.prompted = false;
                }
                Err(error) => self.person.show(&format!("{}: {error}", path.display())),
            },
            Some(Ok(Directive::CtrlZ)) => {
                self.out.push(0x1A);
                self.prompted = false;
            }
            Some(Ok(Directive::Escape)) => self.escape(),
            Some(Ok(Directive::Plus)) => self.out.extend(b"+++"),
        }
        Ok(false)
    }

    fn escape(&mut self) {
        self.out.push(0x1B);
        self.prompted = false;
    }

    fn say_to_module(&mut self, line: &str) {
        self.out.extend(line.as_bytes());
        if self.prompted {
            // A text may have more lines; what is counted is at its end by itself.
            return;
        }
        self.out.extend(b"\r\n");
        let line = line.trim();
        if line.is_empty() {
            return;
        }
        for text in self
            .shown
            .command(self.port.now(), line, self.person.at_terminal)
        {
            self.person.show(&text);
        }
        self.asked = Some(Asked {
            line: line.into(),
            expect: expect_of(line),
            echoed: false,
            ok_seen: false,
            until: self.port.now() + max_timeout_of(line),
        });
    }

    fn write(&mut self) -> Result<bool, Failure> {
        if self.out.is_empty() {
            return Ok(false);
        }
        let n = self.port.write(&self.out)?;
        self.out.drain(..n);
        Ok(n > 0)
    }

    fn listen(&mut self) -> Result<bool, Failure> {
        let mut buffer = [0; 4096];
        let n = self.port.read(&mut buffer)?;
        let now = self.port.now();
        if n == 0 {
            if !self.framer.partial().is_empty() && self.heard + UNFINISHED <= now {
                self.framer.complete_partial();
                self.hear();
                self.heard = now;
            }
            return Ok(false);
        }
        self.heard = now;
        let mut rest = buffer.get(..n).unwrap_or_default();
        if self.shown.view == View::Hex {
            for row in self.shown.hex(now, rest) {
                self.person.show(&row);
            }
        }
        while !rest.is_empty() {
            let listen = Listen {
                prompt: true,
                read: self.reading(),
                late: false,
            };
            let (n, token) = self.framer.feed(rest, listen);
            rest = rest.get(n..).unwrap_or_default();
            match token {
                Token::More => {}
                Token::Line | Token::Overlong(_) => self.hear(),
                Token::Prompt => {
                    self.prompted = true;
                    self.show(|shown| shown.note(now, ">", shown::Note::Prompt));
                }
                Token::Payload => {
                    let remaining = self.framer.payload().map_or(0, |payload| payload.remaining);
                    let taken = rest.len().min(remaining.into());
                    self.framer.take_payload(taken);
                    let (payload, behind) = rest.split_at(taken);
                    rest = behind;
                    self.show(|shown| shown.payload(now, payload));
                }
            }
        }
        Ok(true)
    }

    /// What the command in flight may bring as payload.
    fn reading(&self) -> Option<(u8, u16)> {
        let asked = self.asked.as_ref()?;
        let text = asked.line.to_ascii_uppercase();
        let mut fields = text.strip_prefix("AT+CIPRXGET=2,")?.split(',');
        Some((fields.next()?.trim().parse().ok()?, MOST))
    }

    /// A line has come.
    fn hear(&mut self) {
        let line = self.framer.line().to_vec();
        let now = self.port.now();
        let asked = self.asked.as_ref().map(|asked| asked.line.clone());
        let mut over = false;
        if let Some(asked) = &mut self.asked {
            if !asked.echoed && line.trim_ascii_end() == asked.line.as_bytes() {
                asked.echoed = true;
                return;
            }
            match asked.expect.judge(&line, asked.ok_seen) {
                Verdict::OkFirst => asked.ok_seen = true,
                Verdict::Done | Verdict::Last | Verdict::Failed(_) => over = true,
                Verdict::Info | Verdict::Other => {}
            }
        }
        // Lists whose end nobody marks are over with the first line behind OK that is not theirs.
        if over {
            self.asked = None;
            self.prompted = false;
        }
        self.show(|shown| shown.line(now, &line, asked.as_deref()));
    }

    fn show(&mut self, text: impl FnOnce(&Shown) -> Vec<String>) {
        if self.shown.view == View::Text {
            for line in text(&self.shown) {
                self.person.show(&line);
            }
        }
    }
}
