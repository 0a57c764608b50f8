//! Commands in words.

use super::super::{Form, Known, Language, is_secret, split_command};
use super::{say, text};
use crate::wire::Fields;
use core::fmt;

pub(super) fn describe(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    known: Known,
    language: Language,
) -> fmt::Result {
    let words = known.words(language);
    let arguments = split_command(line).map_or(&[][..], |(_, arguments)| arguments);
    let arguments = arguments.trim_ascii();
    match Form::of(arguments) {
        Form::Ask if arguments.starts_with(b"=") => {
            return say!(
                f,
                language,
                "which values are possible: {words}",
                "查询取值范围：{words}"
            );
        }
        Form::Ask if !words.starts_with("query") => {
            return say!(f, language, "query the setting: {words}", "查询：{words}");
        }
        Form::Set(parameters) if !is_secret(text(line)) => {
            if let Some(done) = with(f, known.name, parameters, language) {
                return done;
            }
        }
        Form::Ask | Form::Execute | Form::Set(_) => {}
    }
    f.write_str(words)
}

fn with(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    parameters: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    let mut fields = Fields::new(parameters);
    Some(match name {
        "E" => match fields.byte()? {
            0 => say!(
                f,
                language,
                "switch the echo of commands off",
                "关闭命令回显"
            ),
            _ => say!(
                f,
                language,
                "switch the echo of commands on",
                "打开命令回显"
            ),
        },
        "+CFUN" => {
            let level = fields.byte()?;
            let restarts = fields.byte() == Some(1);
            match (level, restarts) {
                (_, true) => say!(
                    f,
                    language,
                    "restart the module (CFUN={level},1)",
                    "重启模块（CFUN={level},1）"
                ),
                (0, _) => say!(
                    f,
                    language,
                    "switch radio and card off",
                    "关闭射频和 SIM 卡（最小功能）"
                ),
                (1, _) => say!(f, language, "switch everything on", "打开全部功能"),
                (4, _) => say!(
                    f,
                    language,
                    "switch the radio off (flight mode)",
                    "关闭射频（飞行模式）"
                ),
                _ => return None,
            }
        }
        "+CIPSTART" => start(f, fields, language)?,
        "+CIPSEND" => {
            let (first, second) = (fields.short()?, fields.short());
            match second {
                Some(length) => say!(
                    f,
                    language,
                    "send {length} bytes on link {first}",
                    "在链接 {first} 上发送 {length} 字节"
                ),
                None if first > 15 => say!(f, language, "send {first} bytes", "发送 {first} 字节"),
                None => say!(
                    f,
                    language,
                    "send on link {first}, or {first} bytes on the only link",
                    "在链接 {first} 上发送，或在单链接上发送 {first} 字节"
                ),
            }
        }
        "+CIPCLOSE" => {
            let link = fields.byte()?;
            say!(f, language, "close link {link}", "关闭链接 {link}")
        }
        "+CIPRXGET" => match (fields.byte()?, fields.short(), fields.short()) {
            (0, ..) => say!(
                f,
                language,
                "data comes by itself (push)",
                "收到数据直接上报"
            ),
            (1 | 5, ..) => say!(
                f,
                language,
                "data waits until it is read (pull)",
                "收到数据先缓存，手动读取"
            ),
            (2 | 3, Some(link), Some(length)) => say!(
                f,
                language,
                "read up to {length} bytes of link {link}",
                "读取链接 {link} 最多 {length} 字节"
            ),
            (4, Some(link), _) => say!(
                f,
                language,
                "how much waits on link {link}",
                "查询链接 {link} 待读取的字节数"
            ),
            _ => return None,
        },
        "+CIPMUX" => match fields.byte()? {
            0 => say!(f, language, "one link only", "单链接模式"),
            _ => say!(f, language, "numbered links", "多链接模式"),
        },
        "+CIPMODE" => match fields.byte()? {
            0 => say!(
                f,
                language,
                "data by commands, not transparent",
                "非透传模式"
            ),
            _ => say!(f, language, "transparent data", "透传模式"),
        },
        "+CIPSSL" => match fields.byte()? {
            0 => say!(f, language, "next link without TLS", "下一个链接不用 SSL"),
            _ => say!(f, language, "next link with TLS", "下一个链接用 SSL"),
        },
        "+CIPQSEND" => {
            let mode = fields.byte()?;
            say!(f, language, "sending mode {mode}", "发送模式 {mode}")
        }
        "+IPR" => match fields.number()? {
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
        "+CGATT" => match fields.byte()? {
            0 => say!(f, language, "leave the packet network", "去附着分组网络"),
            _ => say!(f, language, "attach to the packet network", "附着分组网络"),
        },
        "+CGACT" => {
            let (on, cid) = (fields.byte()?, fields.byte().unwrap_or(1));
            match on {
                0 => say!(
                    f,
                    language,
                    "deactivate context {cid}",
                    "去激活 PDP 上下文 {cid}"
                ),
                _ => say!(
                    f,
                    language,
                    "activate context {cid}",
                    "激活 PDP 上下文 {cid}"
                ),
            }
        }
        "+CGDCONT" => {
            let (cid, _, apn) = (fields.byte()?, fields.next(), text(fields.next()?));
            say!(
                f,
                language,
                "context {cid} uses the access point \"{apn}\"",
                "PDP 上下文 {cid} 的 APN 为 \"{apn}\""
            )
        }
        "+SAPBR" => match (fields.byte()?, fields.byte()?) {
            (0, cid) => say!(f, language, "close bearer {cid}", "关闭承载 {cid}"),
            (1, cid) => say!(f, language, "open bearer {cid}", "打开承载 {cid}"),
            (2, cid) => say!(f, language, "query bearer {cid}", "查询承载 {cid}"),
            (3, cid) => say!(f, language, "set up bearer {cid}", "设置承载 {cid}"),
            _ => return None,
        },
        "+CMEE" => match fields.byte()? {
            0 => say!(f, language, "refusals without a reason", "错误只报 ERROR"),
            1 => say!(f, language, "refusals with a number", "错误报错误码"),
            _ => say!(f, language, "refusals in words", "错误报文字说明"),
        },
        _ => return None,
    })
}

/// `0,"TCP","host",80`, or without the number of the link.
fn start(
    f: &mut fmt::Formatter<'_>,
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    let first = text(fields.next()?);
    let (link, kind) = match first.parse::<u8>() {
        Ok(link) => (Some(link), text(fields.next()?)),
        Err(_) => (None, first),
    };
    let (host, port) = (text(fields.next()?), text(fields.next()?));
    Some(match link {
        Some(link) => say!(
            f,
            language,
            "open link {link} by {kind} to {host}, port {port}",
            "用 {kind} 把链接 {link} 连到 {host} 端口 {port}"
        ),
        None => say!(
            f,
            language,
            "open the link by {kind} to {host}, port {port}",
            "用 {kind} 连到 {host} 端口 {port}"
        ),
    })
}
