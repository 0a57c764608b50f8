//! Data, settings and the services above sockets in words.

use super::super::Language;
use super::{answer, say, text};
use crate::wire::{Fields, after};
use core::fmt;

pub(super) fn describe(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    if let Some(data) = line
        .strip_prefix(b"+RECEIVE,")
        .or_else(|| after(line, "+SSL RECEIVE,"))
    {
        let data = data.split(|&b| b == b':').next()?;
        let mut fields = Fields::new(data);
        let (link, length) = (fields.byte()?, fields.short()?);
        return Some(say!(
            f,
            language,
            "{length} bytes came on link {link}",
            "链接 {link} 收到 {length} 字节"
        ));
    }
    if let Some(data) = line.strip_prefix(b"+IPD,") {
        let data = data.split(|&b| b == b':').next()?;
        let length = Fields::new(data).short()?;
        return Some(say!(
            f,
            language,
            "{length} bytes came",
            "收到 {length} 字节"
        ));
    }
    if line.contains(&b'(') {
        return None;
    }
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, rest) = line.split_at_checked(colon)?;
    let fields = Fields::new(rest.get(1..)?.trim_ascii());
    let name = name.trim_ascii();
    data(f, name, fields.clone(), language)
        .or_else(|| switch(f, name, fields.clone(), language))
        .or_else(|| request(f, name, fields, language))
}

fn data(
    f: &mut fmt::Formatter<'_>,
    name: &[u8],
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    Some(match name {
        b"+CIPRXGET" => {
            let (mode, first, second, third) = (
                fields.byte()?,
                fields.short(),
                fields.short(),
                fields.short(),
            );
            match (mode, first, second, third) {
                (1, Some(link), None, _) => say!(
                    f,
                    language,
                    "data waits on link {link}",
                    "链接 {link} 有数据待读取"
                ),
                (1, None, ..) => say!(f, language, "data waits to be read", "有数据待读取"),
                (2 | 3, Some(link), Some(length), Some(left)) => say!(
                    f,
                    language,
                    "{length} bytes of link {link} follow, {left} still wait",
                    "链接 {link} 的 {length} 字节在后，还剩 {left} 字节"
                ),
                (2 | 3, Some(length), Some(left), None) => say!(
                    f,
                    language,
                    "{length} bytes follow, {left} still wait",
                    "{length} 字节在后，还剩 {left} 字节"
                ),
                (4, Some(link), Some(left), _) => say!(
                    f,
                    language,
                    "{left} bytes wait on link {link}",
                    "链接 {link} 有 {left} 字节待读取"
                ),
                (4, Some(left), ..) => {
                    say!(f, language, "{left} bytes wait", "有 {left} 字节待读取")
                }
                _ => return None,
            }
        }
        b"+CIPACK" => {
            let (sent, acknowledged, open) = (fields.number()?, fields.number()?, fields.number()?);
            say!(
                f,
                language,
                "{sent} bytes sent, {acknowledged} acknowledged, {open} not yet",
                "已发 {sent} 字节，已确认 {acknowledged}，未确认 {open}"
            )
        }
        b"+CDNSGIP" => return answer::name(f, fields, language),
        b"+CIPPING" => {
            let (_, address, time, ttl) = (
                fields.next()?,
                text(fields.next()?),
                fields.number()?,
                fields.number()?,
            );
            if time >= 600 {
                say!(f, language, "no answer from {address}", "{address} 无应答")
            } else {
                say!(
                    f,
                    language,
                    "{address} answered, {time} (in units of 1 or 100 ms, by firmware), TTL {ttl}",
                    "{address} 有应答，时间 {time}（单位 1 或 100 毫秒，因固件而异），TTL {ttl}"
                )
            }
        }
        _ => return None,
    })
}

fn switch(
    f: &mut fmt::Formatter<'_>,
    name: &[u8],
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    Some(match name {
        b"+IPR" => match fields.number()? {
            0 => say!(
                f,
                language,
                "the module adapts its rate (autobaud)",
                "自适应波特率"
            ),
            rate => say!(
                f,
                language,
                "rate of the UART: {rate} baud",
                "串口波特率 {rate}"
            ),
        },
        b"+IFC" => match (fields.byte()?, fields.byte()?) {
            (0, 0) => say!(f, language, "no flow control", "无流控"),
            (2, 2) => say!(
                f,
                language,
                "flow control by RTS and CTS",
                "硬件流控（RTS/CTS）"
            ),
            _ => return None,
        },
        b"+CIPMUX" => match fields.byte()? {
            0 => say!(f, language, "one link only", "单链接模式"),
            _ => say!(f, language, "numbered links", "多链接模式"),
        },
        b"+CIPMODE" => match fields.byte()? {
            0 => say!(
                f,
                language,
                "data by commands, not transparent",
                "非透传模式"
            ),
            _ => say!(f, language, "transparent data", "透传模式"),
        },
        b"+UPGRADEIND" => {
            let progress = text(fields.next()?);
            match progress.strip_prefix('-') {
                Some(code) => say!(
                    f,
                    language,
                    "firmware update failed (-{code})",
                    "固件升级失败（-{code}）"
                ),
                None => say!(
                    f,
                    language,
                    "firmware update: {progress} %",
                    "固件升级 {progress} %"
                ),
            }
        }
        _ => return None,
    })
}

fn request(
    f: &mut fmt::Formatter<'_>,
    name: &[u8],
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    Some(match name {
        b"+HTTPACTION" => {
            let (_, status, length) = (
                fields.byte()?,
                fields.short()?,
                fields.number().unwrap_or(0),
            );
            match status {
                601 => say!(
                    f,
                    language,
                    "HTTP: network error (601)",
                    "HTTP：网络错误（601）"
                ),
                602 => say!(
                    f,
                    language,
                    "HTTP: out of memory (602)",
                    "HTTP：内存不足（602）"
                ),
                603 => say!(
                    f,
                    language,
                    "HTTP: the name was not resolved (603)",
                    "HTTP：域名解析失败（603）"
                ),
                604 => say!(
                    f,
                    language,
                    "HTTP: the stack is busy (604)",
                    "HTTP：协议栈忙（604）"
                ),
                605 => say!(
                    f,
                    language,
                    "HTTP: TLS failed (605)",
                    "HTTP：SSL 失败（605）"
                ),
                606 => say!(
                    f,
                    language,
                    "HTTP: the far end closed (606)",
                    "HTTP：对端关闭（606）"
                ),
                status => say!(
                    f,
                    language,
                    "HTTP status {status}, {length} bytes of body",
                    "HTTP 状态 {status}，内容 {length} 字节"
                ),
            }
        }
        b"+SHREQ" => {
            let (_, status, length) = (fields.next()?, fields.short()?, fields.number()?);
            say!(
                f,
                language,
                "HTTP status {status}, {length} bytes of body",
                "HTTP 状态 {status}，内容 {length} 字节"
            )
        }
        b"+CMTI" => {
            let (memory, index) = (text(fields.next()?), fields.short()?);
            say!(
                f,
                language,
                "a short message was stored in {memory}, place {index}",
                "收到短信，存于 {memory} 第 {index} 条"
            )
        }
        _ => return None,
    })
}
