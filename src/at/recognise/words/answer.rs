//! Results, states of links, and lines that do not name their command.

use super::super::refusal::{dns, refusal, tcp, udp};
use super::super::{Language, command_name};
use super::{say, text};
use crate::wire::{Failure, Fields, after, link_line};
use core::fmt;

/// A line whose meaning only the command tells.
pub(super) fn bare(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    asked: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    if matches!(line, [b'+' | b'^' | b'*' | b'>', ..] | b"OK" | b"ERROR") {
        return None;
    }
    let digits = line.len() >= 15 && line.iter().all(u8::is_ascii_hexdigit);
    Some(match command_name(asked)? {
        b"+CIMI" if digits => say!(f, language, "the number of the subscriber (IMSI)", "IMSI"),
        b"+CGSN" | b"+GSN" if digits => {
            say!(f, language, "the number of the module (IMEI)", "模块 IMEI")
        }
        b"+CCID" | b"+ICCID" if digits => say!(
            f,
            language,
            "the number of the card (ICCID)",
            "SIM 卡 ICCID"
        ),
        b"I" | b"+CGMR" | b"+GMR" | b"+VER" => say!(f, language, "the firmware", "固件版本"),
        b"+CGMM" | b"+GMM" => say!(f, language, "the model", "型号"),
        b"+CGMI" | b"+GMI" => say!(f, language, "the manufacturer", "厂商"),
        _ => return None,
    })
}

pub(super) fn describe(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    if let Some(code) = after(line, "+CME ERROR:").or_else(|| after(line, "+CMS ERROR:")) {
        return Some(refused(f, line, code, language));
    }
    if let Some((link, rest)) = link_line(line) {
        return of_link(f, link, rest, language);
    }
    let error = after(line, "TCP ERROR:").map(|code| (true, code));
    if let Some((is_tcp, code)) = error.or_else(|| after(line, "UDP ERROR:").map(|c| (false, c))) {
        return failed(f, is_tcp, code, language);
    }
    if let Some(count) = after(line, "DATA ACCEPT:") {
        let mut fields = Fields::new(count);
        return Some(match (fields.short()?, fields.short()) {
            (link, Some(bytes)) => say!(
                f,
                language,
                "{bytes} bytes for link {link} taken over",
                "链接 {link} 的 {bytes} 字节已被模块接收"
            ),
            (bytes, None) => say!(
                f,
                language,
                "{bytes} bytes taken over",
                "{bytes} 字节已被模块接收"
            ),
        });
    }
    if let Some(state) = after(line, "STATE:") {
        return state_of_set(f, state, language);
    }
    if let Some(link) = after(line, "C:").or_else(|| after(line, "+CIPSTATUS:")) {
        return link_status(f, link, language);
    }
    None
}

fn refused(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    code: &[u8],
    language: Language,
) -> fmt::Result {
    if let Some(number) = Fields::new(code).short() {
        let failure = Failure::parse(line).unwrap_or(Failure::Error);
        let words = refusal(failure, language);
        return say!(
            f,
            language,
            "refused: {words} ({number})",
            "失败：{words}（{number}）"
        );
    }
    match Failure::parse(line) {
        Some(failure @ (Failure::Cme(_) | Failure::Cms(_))) => {
            let words = refusal(failure, language);
            say!(f, language, "refused: {words}", "失败：{words}")
        }
        Some(Failure::Error) | None => {
            let words = text(code);
            if words.is_empty() {
                return say!(f, language, "refused", "失败");
            }
            say!(f, language, "refused: {words}", "失败：{words}")
        }
    }
}

fn of_link(
    f: &mut fmt::Formatter<'_>,
    link: u8,
    rest: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    Some(match rest {
        b"CONNECT OK" => say!(f, language, "link {link} is open", "链接 {link} 已建立"),
        b"CONNECT FAIL" => say!(
            f,
            language,
            "link {link} could not be opened",
            "链接 {link} 建立失败"
        ),
        b"ALREADY CONNECT" => say!(
            f,
            language,
            "link {link} was open before",
            "链接 {link} 已存在"
        ),
        b"SEND OK" => say!(
            f,
            language,
            "data sent on link {link}",
            "链接 {link} 数据已发送"
        ),
        b"SEND FAIL" => say!(
            f,
            language,
            "data not sent on link {link}",
            "链接 {link} 数据发送失败"
        ),
        b"CLOSE OK" => say!(
            f,
            language,
            "link {link} closed as asked",
            "链接 {link} 已按要求关闭"
        ),
        b"CLOSED" => say!(
            f,
            language,
            "link {link}: the far end closed, or it was lost",
            "链接 {link} 被对端关闭或丢失"
        ),
        _ => {
            let error = after(rest, "TCP ERROR:").map(|code| (true, code));
            let (is_tcp, code) = error.or_else(|| after(rest, "UDP ERROR:").map(|c| (false, c)))?;
            let _ = link;
            return failed(f, is_tcp, code, language);
        }
    })
}

fn failed(
    f: &mut fmt::Formatter<'_>,
    is_tcp: bool,
    code: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    let code = Fields::new(code).short()?;
    let (kind, words) = if is_tcp {
        ("TCP", tcp(code, language))
    } else {
        ("UDP", udp(code, language))
    };
    Some(say!(
        f,
        language,
        "{kind} failed: {words} ({code})",
        "{kind} 出错：{words}（{code}）"
    ))
}

fn state_of_set(
    f: &mut fmt::Formatter<'_>,
    state: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    Some(match state {
        b"IP INITIAL" => say!(
            f,
            language,
            "no bearer yet; CSTT comes next",
            "尚无承载，下一步 CSTT"
        ),
        b"IP START" => say!(
            f,
            language,
            "access point chosen; CIICR comes next",
            "已设置 APN，下一步 CIICR"
        ),
        b"IP CONFIG" => say!(f, language, "the bearer is being activated", "正在激活承载"),
        b"IP GPRSACT" => say!(
            f,
            language,
            "bearer active; CIFSR comes next",
            "承载已激活，下一步 CIFSR"
        ),
        b"IP STATUS" => say!(
            f,
            language,
            "bearer active, address known, no link",
            "承载已激活且有 IP，尚无链接"
        ),
        b"IP PROCESSING" => say!(
            f,
            language,
            "bearer active, links in use",
            "承载已激活，链接使用中"
        ),
        b"TCP CONNECTING" | b"UDP CONNECTING" => {
            say!(f, language, "the link is being opened", "正在建立链接")
        }
        b"SERVER LISTENING" => say!(f, language, "the server listens", "服务器监听中"),
        b"CONNECT OK" => say!(f, language, "the link is open", "链接已建立"),
        b"TCP CLOSING" | b"UDP CLOSING" => {
            say!(f, language, "the link is being closed", "正在关闭链接")
        }
        b"TCP CLOSED" | b"UDP CLOSED" => say!(f, language, "the link is closed", "链接已关闭"),
        b"PDP DEACT" => say!(
            f,
            language,
            "the network took the bearer; CIPSHUT is needed",
            "网络断开了 PDP，需要 CIPSHUT"
        ),
        _ => return None,
    })
}

/// `0,0,"TCP","5.196.95.208","1883","CONNECTED"`.
fn link_status(f: &mut fmt::Formatter<'_>, link: &[u8], language: Language) -> Option<fmt::Result> {
    let mut fields = Fields::new(link);
    let number = fields.byte()?;
    let (_, kind, host) = (fields.next()?, text(fields.next()?), text(fields.next()?));
    let (port, state) = (text(fields.next()?), text(fields.next()?));
    Some(if host.is_empty() {
        say!(
            f,
            language,
            "link {number} is not in use ({state})",
            "链接 {number} 未使用（{state}）"
        )
    } else {
        say!(
            f,
            language,
            "link {number}: {kind} to {host}, port {port}, {state}",
            "链接 {number}：{kind} {host} 端口 {port}，{state}"
        )
    })
}

/// `+CDNSGIP: 1,"name","ip"`, `+CDNSGIP: 0,8`.
pub(super) fn name(
    f: &mut fmt::Formatter<'_>,
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    Some(match fields.byte()? {
        1 => {
            let (name, address) = (text(fields.next()?), text(fields.next()?));
            say!(
                f,
                language,
                "{name} has the address {address}",
                "{name} 的地址是 {address}"
            )
        }
        _ => {
            let code = fields.short()?;
            let words = dns(code, language);
            say!(
                f,
                language,
                "the name was not resolved: {words} ({code})",
                "域名解析失败：{words}（{code}）"
            )
        }
    })
}
