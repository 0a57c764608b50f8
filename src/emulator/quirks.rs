//! The doubts: each uncertain or firmware-dependent fact as a named switch.

use super::profile::{Family, Profile};
use crate::time::Duration;

/// Where firmware differs or the sources disagree. [`Quirks::of`] gives what is most likely for a
/// profile; a test turns each the other way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// `0, CONNECT OK` rather than `0,CONNECT OK`. Logs of SIM800 and drivers have the space, the
    /// tables of the vendor manual do not; no multi-link log of an Air780 exists. Default: yes.
    pub space_after_link: bool,
    /// `> ` rather than `>`. The vendor manual asks for the space; screenshots cannot show it.
    /// Default: yes.
    pub space_after_prompt: bool,
    /// The prompt of `AT+FSWRITE` is `> ` as well. Air724 firmware before V401857 had no space there
    /// (its change log). Default: not on the 8910.
    pub space_after_file_prompt: bool,
    /// `RDY` twice after power-up, 0.74 s apart in an Air780EP log, but once after `AT+RESET` on the
    /// same module. Default: only on the Air780EP.
    pub ready_twice: bool,
    /// `CONNECT OK` without its closing CR LF (Air780E before V1121). Default: no.
    pub connect_without_end: bool,
    /// The hot-plug `+CPIN:` notice without its closing CR LF (Air780E before V1161). Default: no.
    pub card_notice_without_end: bool,
    /// A `+CPIN:` notice at boot. Seen in a log of an Air720 and on SIM800; the boot logs of the
    /// EC chips have none, though the vendor manual promises one. A locked card is always announced.
    pub card_notice_at_boot: bool,
    /// `AT+CEREG?` answered by a `+CGREG:` line (seen in an Air780EP log). Default: no.
    pub cereg_answered_by_cgreg: bool,
    /// `AT+CIFSR` in a wrong state: `+CME ERROR: 3` (seen in an Air780E log) rather than the plain
    /// `ERROR` of the vendor manual. Default: yes.
    pub cifsr_refused_by_number: bool,
    /// `010.083.172.111` rather than `10.83.172.111` from `AT+CIFSR`. The vendor manual's example
    /// has the zeros, every log has not. Default: no.
    pub leading_zeros: bool,
    /// What `AT+CMEE` is before the host sets it. Numbers appear in logs of the EC chips without any
    /// `AT+CMEE`; SIM800 starts with 0.
    pub error_mode: u8,
    /// A command the firmware does not know is `+CME ERROR: 58` only after an explicit `AT+CMEE=1`
    /// (vendor manual), plain `ERROR` otherwise (seen in an Air780E log). Off: always plain.
    pub unknown_by_number: bool,
    /// A command is found behind garbage on its line (Air780E since V1122). Off: such a line is
    /// ignored without an answer. Default: yes.
    pub command_behind_garbage: bool,
    /// What `AT+CIPRXF` is at start: 0 appends CR LF to each chunk pushed, 1 does not. The vendor
    /// manual names no default; users of the EC chips report the two bytes. Unverified.
    pub chunk_end: u8,
    /// A `+CIPRXGET: 1,<n>` line between a read command and its answer (reported on SIM800 and
    /// SIM7000). Default: no.
    pub notice_before_answer: bool,
    /// In single-link mode the data of `AT+CIPRXGET=2` stand on a line of their own. The vendor
    /// manual prints them directly behind the header. Default: yes. Unverified.
    pub single_read_on_own_line: bool,
    /// What was received and not read before the far end closed can still be read afterwards.
    /// Default: yes. Unverified.
    pub unread_survives_close: bool,
    /// A read that asks for less than the next datagram loses the rest of it, as `recv` does. The
    /// vendor manual is silent about datagrams. Default: no, the rest stays for the next read.
    /// Unverified.
    pub datagram_rest_dropped: bool,
    /// Creating a file that exists is an error, rather than `OK` and the file as it was. The vendor
    /// manual is silent. Default: yes. Unverified.
    pub file_exists_is_error: bool,
    /// ESC is a byte like any other in a send of fixed length. Default: yes. Unverified.
    pub escape_is_data: bool,
    /// How long a send waits for its payload before it gives up with an error. Air780E V1125 added
    /// such a limit without naming it. Default: none.
    pub payload_limit: Option<Duration>,
    /// A link that closes in the middle of a payload ends the data phase at once, so that the rest
    /// of the payload is read as commands. Default: no. Unverified.
    pub close_ends_payload: bool,
    /// A link that closed during a send is told by `CLOSED` alone, without `SEND FAIL` (a driver for
    /// SIM800 expects that). Default: no.
    pub close_replaces_result: bool,
    /// A bearer lost during a send is told by `+PDP: DEACT` alone, without `SEND FAIL` (drivers of
    /// the 2G modules expect that). Default: yes.
    pub deact_replaces_result: bool,
    /// Notices wait while a payload is expected, and come before the result. Off: they are mixed into
    /// the echo. Default: yes. Unverified.
    pub notices_wait_for_payload: bool,
    /// `ERROR` rather than `OK` before `ALREADY CONNECT`. Default: on SIM800.
    pub already_connected_is_error: bool,
    /// A close by the far end is not told at all (Air724 before V838, its change log). Default: no.
    pub close_untold: bool,
    /// A reset by the far end is told as `TCP ERROR: 14` rather than `CLOSED`. Default: no.
    pub reset_by_number: bool,
    /// Several lines of one answer are each framed by CR LF on both sides, with an empty line
    /// between them, rather than sharing one CR LF. Default: yes. Unverified for lists.
    pub each_line_framed: bool,
    /// Bytes the module holds for one link in pull mode; when full, the TCP window closes. Unverified.
    pub receive_room: usize,
    /// Bytes a link takes before they are acknowledged: 7 × 1460 in the 2G firmware. When full,
    /// `AT+CIPSEND` is answered by `ERROR`.
    pub send_room: usize,
    /// Bytes that drop out of a full output while data are pushed are never invented: above this
    /// many queued bytes the module stops reading the network.
    pub output_room: usize,
    /// Bytes from the host that the module keeps while it works on a command; more are lost, where RTS does not
    /// stop the host. No source has a number: unverified on hardware.
    pub input_room: usize,
}

impl Quirks {
    /// What is most likely for `profile`.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let simcom = profile.family == Family::Sim800;
        Self {
            space_after_link: true,
            space_after_prompt: true,
            space_after_file_prompt: profile.family != Family::Rda8910,
            ready_twice: profile.name == "air780ep",
            connect_without_end: false,
            card_notice_without_end: false,
            card_notice_at_boot: profile.family != Family::Ec,
            cereg_answered_by_cgreg: false,
            cifsr_refused_by_number: !simcom,
            leading_zeros: false,
            error_mode: u8::from(!simcom),
            unknown_by_number: !simcom,
            command_behind_garbage: true,
            chunk_end: u8::from(profile.family != Family::Ec),
            notice_before_answer: false,
            single_read_on_own_line: true,
            unread_survives_close: true,
            datagram_rest_dropped: false,
            file_exists_is_error: true,
            escape_is_data: true,
            payload_limit: None,
            close_ends_payload: false,
            close_replaces_result: false,
            deact_replaces_result: true,
            notices_wait_for_payload: true,
            already_connected_is_error: simcom,
            close_untold: false,
            reset_by_number: false,
            each_line_framed: true,
            receive_room: 8 * 1460,
            send_room: 7 * 1460,
            output_room: 4096,
            input_room: 8192,
        }
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::of(&Profile::default())
    }
}
