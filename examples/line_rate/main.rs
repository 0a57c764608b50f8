//! What the driver makes of the line: goodput, overhead, round trips and fairness in virtual time.
//!
//! ```text
//! cargo run --release --features emulator --example line_rate [-- --json] [--main] [--only WORD]…
//! ```
//!
//! Engine and module in software on a UART that is exact to the byte (ten bits each), with one clock, so
//! that every run gives the same figures on every machine. `--main` leaves all but the rows of the README
//! out, `--only` all whose first eight columns lack one of the words. `line_share` is payload a second by
//! bytes the line carries one way a second; `limit_share` the same by what the commands used allow when
//! nothing is lost between them; `fairness` the slowest link by the fastest. Far ends answer at once; `ack_ms`
//! is how long their acknowledgements take, and `room` how many bytes of a link the module holds until then.

mod limit;
mod line;
mod scenario;

use luat_modem::engine::Receive;
use scenario::{Direction, Figures, LARGE_ROOM, ROOM, Scenario, Sending};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|a| a == name);
    let flags = arguments.iter().take_while(|a| *a != "--only");
    if let Some(unknown) = flags.clone().find(|a| *a != "--json" && *a != "--main") {
        eprintln!(
            "line_rate: {unknown}? There are --json (one object a row), --main (the rows of the README) and, last, \
             --only WORD… (rows with these words)."
        );
        std::process::exit(2);
    }
    let words = arguments.get(flags.count() + 1..).unwrap_or(&[]);
    if !has("--json") {
        println!("{HEAD}");
    }
    let rows = if has("--main") { main_rows() } else { rows() };
    for scenario in rows {
        let columns = scenario.columns();
        let columns: Vec<&str> = columns.split_whitespace().collect();
        if !words.iter().all(|word| columns.contains(&word.as_str())) {
            continue;
        }
        let figures = scenario.run();
        if has("--json") {
            println!("{}", object(&scenario, &figures));
        } else {
            println!("{}", line(&scenario, &figures));
        }
    }
}

/// Those of the README, in its order.
fn main_rows() -> Vec<Scenario> {
    use Direction::{Down, Echo, Up};
    use Receive::{Pull, Push};
    use Sending::{Brief, Prompted, Promptless, Streamed, Transparent};
    let (room, large) = (ROOM, LARGE_ROOM);
    [
        (Pull, Prompted, Up, 115_200, 0, 0, 10, room),
        (Push, Prompted, Up, 115_200, 0, 0, 10, room),
        (Push, Prompted, Down, 115_200, 0, 0, 10, room),
        (Pull, Prompted, Down, 115_200, 0, 0, 10, room),
        (Push, Prompted, Up, 921_600, 20, 0, 10, room),
        (Push, Promptless, Up, 921_600, 20, 0, 10, room),
        (Push, Streamed, Up, 921_600, 20, 0, 10, room),
        (Push, Streamed, Up, 921_600, 20, 100, 10, room),
        (Push, Streamed, Up, 921_600, 20, 100, 1, room),
        (Push, Streamed, Up, 921_600, 20, 100, 1, large),
        (Push, Transparent, Up, 921_600, 20, 0, 1, room),
        (Pull, Prompted, Echo, 115_200, 0, 0, 1, room),
        (Push, Prompted, Echo, 115_200, 0, 0, 1, room),
        (Push, Brief, Echo, 115_200, 0, 0, 1, room),
    ]
    .map(
        |(receive, sending, direction, baud, turnaround_ms, ack_ms, links, room)| Scenario {
            receive,
            sending,
            direction,
            baud,
            turnaround_ms,
            ack_ms,
            links,
            room,
        },
    )
    .into()
}

fn rows() -> Vec<Scenario> {
    let mut rows = Vec::new();
    for baud in [9600, 115_200, 460_800, 921_600, 3_000_000] {
        for turnaround_ms in [0, 20] {
            for ack_ms in [0, 100] {
                for direction in [
                    Direction::Up,
                    Direction::Down,
                    Direction::Both,
                    Direction::Echo,
                ] {
                    let transparent = Scenario {
                        receive: Receive::Push,
                        sending: Sending::Transparent,
                        direction,
                        baud,
                        turnaround_ms,
                        ack_ms,
                        links: 1,
                        room: ROOM,
                    };
                    for receive in [Receive::Pull, Receive::Push] {
                        for sending in [
                            Sending::Prompted,
                            Sending::Brief,
                            Sending::Promptless,
                            Sending::Streamed,
                        ] {
                            if !sending.matters(direction, receive) {
                                continue;
                            }
                            for links in [1, 3, 6, 10] {
                                for &room in sending.rooms(ack_ms) {
                                    rows.push(Scenario {
                                        receive,
                                        sending,
                                        links,
                                        room,
                                        ..transparent
                                    });
                                }
                            }
                        }
                    }
                    rows.push(transparent);
                }
            }
        }
    }
    rows
}

const HEAD: &str = "\
receive send        direction    baud turn  ack links  room |   line  limit wire/payload  p50 ms  p99 ms  fair";

fn line(scenario: &Scenario, figures: &Figures) -> String {
    let share = limit::limit(scenario).map(|limit| figures.line_share / limit);
    let shown = |n: Option<f64>, width: usize, digits: usize| match n {
        Some(n) => format!("{n:>width$.digits$}"),
        None => format!("{:>width$}", "-"),
    };
    format!(
        "{} | {:>6.4} {} {:>12.4} {} {} {:>5.2}",
        scenario.columns(),
        figures.line_share,
        shown(share, 6, 4),
        figures.wire_per_payload,
        shown(figures.rtt_ms_p50, 7, 2),
        shown(figures.rtt_ms_p99, 7, 2),
        figures.fairness,
    )
}

fn object(scenario: &Scenario, figures: &Figures) -> String {
    let share = limit::limit(scenario).map(|limit| figures.line_share / limit);
    let shown = |n: Option<f64>| n.map_or(String::from("null"), |n| format!("{n:.4}"));
    format!(
        "{{\"receive\":\"{}\",\"send\":\"{}\",\"direction\":\"{}\",\"baud\":{},\"turnaround_ms\":{},\
         \"ack_ms\":{},\"links\":{},\"room\":{},\"line_share\":{:.4},\"limit_share\":{},\"wire_per_payload\":{:.4},\
         \"rtt_ms_p50\":{},\"rtt_ms_p99\":{},\"fairness\":{:.4}}}",
        scenario.receive_name(),
        scenario.sending_name(),
        scenario.direction_name(),
        scenario.baud,
        scenario.turnaround_ms,
        scenario.ack_ms,
        scenario.links,
        scenario.room,
        figures.line_share,
        shown(share),
        figures.wire_per_payload,
        shown(figures.rtt_ms_p50),
        shown(figures.rtt_ms_p99),
        figures.fairness,
    )
}

impl Sending {
    /// Rooms in the module that make a difference.
    fn rooms(self, ack_ms: u64) -> &'static [u16] {
        match self {
            Self::Streamed if ack_ms > 0 => &[ROOM, LARGE_ROOM],
            _ => &[ROOM],
        }
    }

    /// Whether its row tells more than that of the prompted way.
    fn matters(self, direction: Direction, receive: Receive) -> bool {
        match self {
            Self::Prompted | Self::Transparent => true,
            Self::Brief => direction == Direction::Echo,
            Self::Promptless | Self::Streamed => match direction {
                Direction::Up => receive == Receive::Pull,
                Direction::Both | Direction::Echo => true,
                Direction::Down => false,
            },
        }
    }
}

impl Scenario {
    /// What tells the row from the others.
    fn columns(&self) -> String {
        format!(
            "{:<7} {:<11} {:<9} {:>7} {:>4} {:>4} {:>5} {:>5}",
            self.receive_name(),
            self.sending_name(),
            self.direction_name(),
            self.baud,
            self.turnaround_ms,
            self.ack_ms,
            self.links,
            self.room,
        )
    }

    fn receive_name(&self) -> &'static str {
        match self.receive {
            Receive::Pull => "pull",
            Receive::Push => "push",
        }
    }

    fn sending_name(&self) -> &'static str {
        match self.sending {
            Sending::Prompted => "prompted",
            Sending::Brief => "brief",
            Sending::Promptless => "promptless",
            Sending::Streamed => "streamed",
            Sending::Transparent => "transparent",
        }
    }

    fn direction_name(&self) -> &'static str {
        match self.direction {
            Direction::Up => "up",
            Direction::Down => "down",
            Direction::Both => "both",
            Direction::Echo => "echo",
        }
    }
}
