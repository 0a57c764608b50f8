//! What the driver costs: data goes through the engine, and instructions are counted, which do not depend on
//! the load of the machine. `.ci/cost` runs this under valgrind and prints what it costs a byte.
//!
//! ```text
//! cargo run --release --example cost -- receive PIECE BYTES
//! cargo run --release --example cost -- pull PIECE BYTES
//! cargo run --release --example cost -- send PIECE BYTES
//! cargo run --release --example cost -- event COUNT
//! cargo run --release --example cost -- exchange COUNT
//! ```

#[path = "../benches/load/mod.rs"]
mod load;

use load::Load;

const USAGE: &str =
    "receive PIECE BYTES | pull PIECE BYTES | send PIECE BYTES | event COUNT | exchange COUNT";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().expect(USAGE);
    let mut number = || {
        let argument = arguments.next().expect(USAGE);
        argument.parse::<usize>().expect("a number")
    };
    let mut load = match what.as_str() {
        "pull" => Load::pulling(),
        _ => Load::new(),
    };
    match what.as_str() {
        "receive" | "pull" | "send" => {
            let (piece, bytes) = (number().max(1), number());
            let moved = match what.as_str() {
                "receive" => load.receive(piece, bytes),
                "pull" => load.pull(piece, bytes),
                _ => load.send(piece, bytes),
            };
            println!("{moved} bytes in pieces of {piece}");
        }
        "event" => {
            let told = (0..number()).filter_map(|_| load.event()).count();
            println!("{told} events");
        }
        "exchange" => {
            let count = number();
            (0..count).for_each(|_| load.exchange());
            println!("{count} exchanges");
        }
        _ => panic!("{USAGE}"),
    }
}
