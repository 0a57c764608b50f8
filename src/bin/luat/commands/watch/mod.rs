//! `luat watch`: signal, registration, cell, bearer and links as they change. It only asks, but for `AT+CEREG=2`,
//! without which the cell is not told; in the end that is as it was.

mod look;
mod page;
mod screen;

use super::Outcome;
use crate::args::{Common, Watch};
use crate::console::Console;
use crate::exit::{self, Failure};
use crate::lines::{readable, stamp};
use crate::manner::manner;
use crate::port::Port;
use crate::say::Say;
use look::{CSV, Look};
use luat_modem::at::recognise::describe;
use luat_modem::time::{Duration, Instant};
use page::Page;
use screen::Screen;
use serde_json::json;
use std::fs::File;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// A module that boots needs up to 20 s.
const AWAKE: Duration = Duration::from_secs(30);

/// How long a module that answered before may be silent until that is said.
const SILENT: Duration = Duration::from_secs(3);

/// What is kept of the past.
const LOOKS: usize = 600;
const EVENTS: usize = 200;

/// How registration is reported: without the cell (0 and 1), or with it.
#[derive(Default)]
struct Reports {
    before: Option<char>,
}

impl Reports {
    /// Asks for the cell. A module that restarts forgets it.
    fn begin(&mut self, console: &mut Console) -> Result<(), Failure> {
        let found = console.ask("AT+CEREG?")?.find(|line| {
            let mode = line.strip_prefix(b"+CEREG:")?.trim_ascii().first()?;
            matches!(mode, b'0' | b'1').then_some(char::from(*mode))
        });
        if let Some(mode) = found {
            self.before.get_or_insert(mode);
            console.ask("AT+CEREG=2")?;
        }
        Ok(())
    }

    fn end(&self, console: &mut Console) {
        if let Some(mode) = self.before {
            console.part_with(&format!("AT+CEREG={mode}"));
        }
    }
}

/// What was seen so far.
#[derive(Default)]
struct Seen {
    port: String,
    looks: Vec<Look>,
    events: Vec<String>,
}

pub(crate) fn run(common: &'static Common, task: &Watch) -> Outcome {
    let mut console = Console::new(Port::open(common)?);
    console.attention(console.now() + common.timeout.min(AWAKE))?;
    let say = Say::result(common.json);
    let page = Page::default();
    if let Some(at) = task.prometheus {
        let address = page.serve(at)?;
        let text = format!("figures at http://{address}/metrics");
        let fields = json!({"address": address.to_string()});
        Say::beside(common.json).say(console.now(), "listening", &text, fields);
    }
    let csv = task.csv.as_ref().map(|path| {
        let begun = File::create(path).and_then(|mut file| {
            writeln!(file, "{CSV}")?;
            Ok(file)
        });
        let file = begun.map_err(|error| Failure::file(path, &error))?;
        Ok::<_, Failure>((path.clone(), file))
    });
    let mut seen = Seen {
        port: console.port_name().to_owned(),
        ..Seen::default()
    };
    let watched = std::io::stdout().is_terminal() && !common.json && !task.plain;
    let screen = match watched {
        true => Some(Screen::take().map_err(|error| no_screen(&error))?),
        false => None,
    };
    let mut post = Post {
        csv: csv.transpose()?,
        say,
        page,
        screen,
        looks: 0,
        events: 0,
    };
    let mut reports = Reports::default();
    let outcome = watch(&mut console, task, &mut reports, &mut seen, &mut post);
    reports.end(&mut console);
    drop(post);
    match outcome {
        // It has no other end.
        Err(failure) if failure.exit == exit::INTERRUPTED => Ok(exit::DONE),
        outcome => outcome,
    }
}

/// Where everything goes.
struct Post {
    say: Say,
    page: Page,
    csv: Option<(PathBuf, File)>,
    screen: Option<Screen>,
    looks: u64,
    events: u64,
}

fn watch(
    console: &mut Console,
    task: &Watch,
    reports: &mut Reports,
    seen: &mut Seen,
    post: &mut Post,
) -> Outcome {
    let every = Duration::from_millis(u64::try_from(task.every.as_millis()).unwrap_or(u64::MAX));
    let mut heard = console.heard();
    let mut since = console.now();
    loop {
        let begun = console.now();
        let mut look = look(console, reports)?;
        let passed = (look.at - since).as_secs_f64();
        if passed > 0.0 {
            look.rate = (console.heard() - heard) as f64 / passed;
        }
        (heard, since) = (console.heard(), look.at);
        post.tell_events(console, seen)?;
        post.tell(look, seen)?;
        let count = task.count.or(console.is_rehearsal().then_some(1));
        if count.is_some_and(|count| post.looks >= u64::from(count)) {
            return Ok(exit::DONE);
        }
        let next = begun + every;
        while console.now() < next {
            let now = console.now();
            console.pause((next - now).min(Duration::from_millis(200)))?;
            post.tell_events(console, seen)?;
        }
    }
}

/// Looks; a module that went silent is asked again next time.
fn look(console: &mut Console, reports: &mut Reports) -> Result<Look, Failure> {
    let silent = |failure: Failure, now: Instant| match failure.exit {
        exit::MODULE => Ok(Look::silent(now)),
        _ => Err(failure),
    };
    match console.attention(console.now() + SILENT) {
        Ok(_) => reports
            .begin(console)
            .and_then(|()| Look::take(console))
            .or_else(|failure| silent(failure, console.now())),
        Err(failure) => silent(failure, console.now()),
    }
}

impl Post {
    fn tell(&mut self, look: Look, seen: &mut Seen) -> Result<(), Failure> {
        self.looks += 1;
        self.page.update(&look, self.looks, self.events);
        if let Some((path, csv)) = &mut self.csv {
            let written = writeln!(csv, "{}", look.csv()).and_then(|()| csv.flush());
            written.map_err(|error| Failure::file(path, &error))?;
        }
        if self.screen.is_none() {
            self.say.say(look.at, "look", &look.text(), look.object());
        }
        seen.looks.push(look);
        if seen.looks.len() > LOOKS {
            seen.looks.remove(0);
        }
        self.show(seen)
    }

    /// What the module said unasked.
    fn tell_events(&mut self, console: &mut Console, seen: &mut Seen) -> Result<(), Failure> {
        let unasked = console.unasked();
        if unasked.is_empty() {
            return Ok(());
        }
        let now = console.now();
        for line in unasked {
            self.events += 1;
            let meaning = describe(line.as_bytes(), None, manner().language()).to_string();
            let line = readable(line.as_bytes());
            if self.screen.is_none() {
                let fields = json!({"line": line, "meaning": meaning});
                self.say
                    .say(now, "event", &format!("{line}  ({meaning})"), fields);
            }
            seen.events
                .push(format!("{}  {line}  {meaning}", stamp(now)));
        }
        let extra = seen.events.len().saturating_sub(EVENTS);
        seen.events.drain(..extra);
        self.show(seen)
    }

    fn show(&mut self, seen: &Seen) -> Result<(), Failure> {
        match &mut self.screen {
            Some(screen) => screen.show(seen).map_err(|error| no_screen(&error)),
            None => Ok(()),
        }
    }
}

fn no_screen(error: &std::io::Error) -> Failure {
    let what = format!("the terminal cannot be used: {error}");
    Failure::new(exit::NO, "terminal.none", what, "use --plain")
}
