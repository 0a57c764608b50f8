//! What the command set allows: one command at a time, pieces of 1460 bytes, lines as the module in
//! software writes them.

use super::scenario::{Direction, Scenario, Sending};
use luat_modem::engine::Receive;

/// Bytes of a full piece (vendor manual, CIPSEND).
pub(crate) const PIECE: u64 = 1460;

/// `AT+CIPSEND=0,1460` CR LF.
const SEND: u64 = 19;
/// CR LF `> `
const PROMPT: u64 = 4;
/// CR LF `DATA ACCEPT:0,1460` CR LF
const ACCEPTED: u64 = 22;
/// CR LF `0, SEND OK` CR LF
const SENT: u64 = 14;
/// `AT+CIPRXGET=2,0,1460` CR LF, CR LF `+CIPRXGET: 2,0,1460,8760` CR LF, CR LF `OK` CR LF
const READ: u64 = 22 + 28 + 6;
/// CR LF `+RECEIVE,0,1460:` CR LF
const PUSH: u64 = 20;

/// Payload that the commands of `scenario` can carry, as a share of the line's rate.
///
/// None for both directions at once with pushed data: prompts and results wait behind as much of it as the
/// module chooses to queue.
pub(crate) fn limit(scenario: &Scenario) -> Option<f64> {
    let byte = 10e3 / f64::from(scenario.baud);
    let turnaround = scenario.turnaround_ms as f64;
    let alone = |overhead: u64, turns: f64| {
        let piece = PIECE as f64 * byte;
        piece / (piece + overhead as f64 * byte + turns * turnaround)
    };
    let up = match scenario.sending {
        Sending::Prompted => alone(SEND + PROMPT + ACCEPTED, 2.0),
        Sending::Brief => alone(SEND + PROMPT + SENT, 2.0),
        Sending::Promptless => alone(SEND + ACCEPTED, 1.0),
        Sending::Streamed => alone(SEND, 0.0),
        Sending::Transparent => 1.0,
    };
    let down = match (scenario.sending, scenario.receive) {
        (Sending::Transparent, _) => 1.0,
        (_, Receive::Pull) => alone(READ, 1.0),
        (_, Receive::Push) => alone(PUSH, 0.0),
    };
    match scenario.direction {
        Direction::Both if scenario.sending == Sending::Transparent => Some(2.0),
        Direction::Up => Some(up),
        Direction::Down => Some(down),
        Direction::Both if scenario.sending == Sending::Streamed => None,
        Direction::Both if scenario.taking_turns() => Some(2.0 / (1.0 / up + 1.0 / down)),
        Direction::Both | Direction::Echo => None,
    }
}
