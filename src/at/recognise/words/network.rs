//! Card, signal, registration and bearer in words.

use super::super::Language;
use super::{say, text};
use crate::at::network::{Registration, RegistrationStatus};
use crate::at::signal::{ExtendedSignal, Signal};
use crate::at::sim::SimStatus;
use crate::bytes::find;
use crate::wire::{Fields, after};
use core::fmt;

pub(super) fn describe(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    // The values that a question may have, `+CSQ: (0-31,99),(0-7,99)`, are no values.
    if line.contains(&b'(') {
        return None;
    }
    if let Some(signal) = Signal::parse(line) {
        return Some(strength(f, signal, language));
    }
    if let Some(signal) = ExtendedSignal::parse(line) {
        let rsrp = signal.rsrp_dbm()?;
        let rsrq = signal.rsrq_tenths_db()?.checked_div(10)?;
        return Some(say!(
            f,
            language,
            "LTE signal: RSRP {rsrp} dBm, RSRQ {rsrq} dB",
            "LTE 信号：RSRP {rsrp} dBm，RSRQ {rsrq} dB"
        ));
    }
    if let Some(status) = SimStatus::parse(line) {
        return Some(card(f, status, language));
    }
    let registration = Registration::parse_answer(line).or_else(|| Registration::parse_urc(line));
    if let Some((_, registration)) = registration {
        return Some(registered(f, line, registration.status, language));
    }
    let colon = line.iter().position(|&b| b == b':')?;
    let (name, rest) = line.split_at_checked(colon)?;
    let fields = Fields::new(rest.get(1..)?.trim_ascii());
    bearer(f, name, fields.clone(), language).or_else(|| service(f, name, fields, line, language))
}

fn strength(f: &mut fmt::Formatter<'_>, signal: Signal, language: Language) -> fmt::Result {
    let rssi = signal.rssi;
    let Some(dbm) = signal.dbm() else {
        return say!(
            f,
            language,
            "signal not known yet ({rssi})",
            "信号未知（{rssi}）"
        );
    };
    match rssi {
        18.. => say!(
            f,
            language,
            "signal {dbm} dBm ({rssi} of 31), good",
            "信号 {dbm} dBm（{rssi}/31），良好"
        ),
        11.. => say!(
            f,
            language,
            "signal {dbm} dBm ({rssi} of 31), fair: it may come and go",
            "信号 {dbm} dBm（{rssi}/31），一般，可能掉线"
        ),
        _ => say!(
            f,
            language,
            "signal {dbm} dBm ({rssi} of 31), weak",
            "信号 {dbm} dBm（{rssi}/31），很弱"
        ),
    }
}

fn card(f: &mut fmt::Formatter<'_>, status: SimStatus, language: Language) -> fmt::Result {
    match status {
        SimStatus::Ready => say!(f, language, "the card is ready", "SIM 卡就绪"),
        SimStatus::Pin => say!(
            f,
            language,
            "the card asks for its PIN",
            "SIM 卡要求输入 PIN"
        ),
        SimStatus::Puk => say!(
            f,
            language,
            "the card is locked and asks for its PUK",
            "SIM 卡已锁，要求输入 PUK"
        ),
        SimStatus::NotInserted => say!(f, language, "no card is inserted", "未插入 SIM 卡"),
        SimStatus::Removed => say!(f, language, "the card was taken out", "SIM 卡被拔出"),
        SimStatus::NotReady => say!(f, language, "the card is not ready", "SIM 卡未就绪"),
        _ => say!(f, language, "the state of the card", "SIM 卡状态"),
    }
}

fn registered(
    f: &mut fmt::Formatter<'_>,
    line: &[u8],
    status: RegistrationStatus,
    language: Language,
) -> fmt::Result {
    let domain = match (line.get(..3), language) {
        (Some(b"+CE"), Language::English) => "LTE registration",
        (Some(b"+CE"), Language::Chinese) => "LTE 网络注册",
        (Some(b"+CG"), Language::English) => "packet registration",
        (Some(b"+CG"), Language::Chinese) => "GPRS 网络注册",
        (_, Language::English) => "registration",
        (_, Language::Chinese) => "网络注册",
    };
    match status {
        RegistrationStatus::NotRegistered => say!(
            f,
            language,
            "{domain}: not registered, not searching",
            "{domain}：未注册，也未搜网"
        ),
        RegistrationStatus::Home => say!(
            f,
            language,
            "{domain}: in the home network",
            "{domain}：已注册本地网"
        ),
        RegistrationStatus::Searching => {
            say!(f, language, "{domain}: searching", "{domain}：正在搜网")
        }
        RegistrationStatus::Denied => say!(
            f,
            language,
            "{domain}: denied by the network",
            "{domain}：被拒绝"
        ),
        RegistrationStatus::Unknown => say!(
            f,
            language,
            "{domain}: state unknown, mostly no coverage",
            "{domain}：未知，多为无覆盖"
        ),
        RegistrationStatus::Roaming => {
            say!(f, language, "{domain}: roaming", "{domain}：已注册，漫游")
        }
        status if status.is_registered() => say!(
            f,
            language,
            "{domain}: registered, in part",
            "{domain}：已注册（部分业务）"
        ),
        _ => say!(
            f,
            language,
            "{domain}: emergency calls or messages only",
            "{domain}：仅紧急呼叫或短信"
        ),
    }
}

fn bearer(
    f: &mut fmt::Formatter<'_>,
    name: &[u8],
    mut fields: Fields<'_>,
    language: Language,
) -> Option<fmt::Result> {
    Some(match name {
        b"+CGATT" => match fields.byte()? {
            0 => say!(
                f,
                language,
                "not attached to the packet network",
                "未附着分组网络"
            ),
            _ => say!(
                f,
                language,
                "attached to the packet network",
                "已附着分组网络"
            ),
        },
        b"+CGACT" => {
            let (cid, state) = (fields.byte()?, fields.byte()?);
            match state {
                0 => say!(
                    f,
                    language,
                    "context {cid} is not active",
                    "PDP 上下文 {cid} 未激活"
                ),
                _ => say!(
                    f,
                    language,
                    "context {cid} is active",
                    "PDP 上下文 {cid} 已激活"
                ),
            }
        }
        b"+CGDCONT" => {
            let (cid, kind, apn) = (fields.byte()?, text(fields.next()?), text(fields.next()?));
            say!(
                f,
                language,
                "context {cid}: {kind}, access point \"{apn}\"",
                "PDP 上下文 {cid}：{kind}，APN \"{apn}\""
            )
        }
        b"+CGPADDR" => {
            let (cid, address) = (fields.byte()?, text(fields.next()?));
            say!(
                f,
                language,
                "context {cid} has the address {address}",
                "PDP 上下文 {cid} 的地址是 {address}"
            )
        }
        b"+SAPBR" => {
            let (cid, state) = (fields.byte()?, fields.byte()?);
            let address = text(fields.next().unwrap_or(&[]));
            match state {
                0 => say!(
                    f,
                    language,
                    "bearer {cid} is being opened",
                    "承载 {cid} 正在打开"
                ),
                1 => say!(
                    f,
                    language,
                    "bearer {cid} is open, address {address}",
                    "承载 {cid} 已打开，地址 {address}"
                ),
                2 => say!(
                    f,
                    language,
                    "bearer {cid} is being closed",
                    "承载 {cid} 正在关闭"
                ),
                _ => say!(f, language, "bearer {cid} is closed", "承载 {cid} 已关闭"),
            }
        }
        b"+CGEV" | b"*CGEV" => return event(f, fields.next()?, language),
        b"+APP PDP" => {
            let state = text(fields.clone().last()?);
            say!(
                f,
                language,
                "the application network is {state}",
                "应用网络：{state}"
            )
        }
        _ => return None,
    })
}

fn event(f: &mut fmt::Formatter<'_>, event: &[u8], language: Language) -> Option<fmt::Result> {
    let has = |word: &[u8]| find(event, word).is_some();
    let by_network = event.starts_with(b"NW");
    Some(if has(b"DETACH") {
        if by_network {
            say!(
                f,
                language,
                "the network threw the module out",
                "网络将模块去附着"
            )
        } else {
            say!(
                f,
                language,
                "the module left the packet network",
                "模块已去附着"
            )
        }
    } else if has(b"DEACT") {
        if by_network {
            say!(f, language, "the network took the bearer", "网络断开了承载")
        } else {
            say!(
                f,
                language,
                "the module gave the bearer up",
                "模块断开了承载"
            )
        }
    } else if has(b"ACT") {
        say!(f, language, "the bearer is active", "承载已激活")
    } else {
        return None;
    })
}

fn service(
    f: &mut fmt::Formatter<'_>,
    name: &[u8],
    mut fields: Fields<'_>,
    line: &[u8],
    language: Language,
) -> Option<fmt::Result> {
    Some(match name {
        b"+COPS" => {
            let chosen = fields.byte()?;
            if fields.byte().is_none() {
                return Some(match chosen {
                    2 => say!(f, language, "logged out, no operator", "已注销，无运营商"),
                    _ => say!(f, language, "no operator", "无运营商"),
                });
            }
            let (name, act) = (text(fields.next()?), fields.byte());
            let act = act.map_or("", technology);
            let by = if act.is_empty() { "" } else { ", " };
            say!(
                f,
                language,
                "operator {name}{by}{act}",
                "运营商 {name}{by}{act}"
            )
        }
        b"^MODE" => {
            let (main, sub) = (fields.byte()?, fields.byte());
            match (main, sub) {
                (0, _) => say!(f, language, "no service", "无服务"),
                (17, _) => say!(f, language, "LTE (4G)", "LTE（4G）"),
                (3, Some(3)) => say!(f, language, "EGPRS (2G)", "EGPRS（2G）"),
                (3, Some(2)) => say!(f, language, "GPRS (2G)", "GPRS（2G）"),
                (3, _) => say!(f, language, "GSM (2G)", "GSM（2G）"),
                (5 | 15, _) => say!(f, language, "3G", "3G"),
                _ => return None,
            }
        }
        b"+CFUN" => match fields.byte()? {
            0 => say!(
                f,
                language,
                "radio and card are off",
                "射频和 SIM 卡已关闭（最小功能）"
            ),
            1 => say!(f, language, "everything is on", "全部功能已打开"),
            4 => say!(
                f,
                language,
                "the radio is off (flight mode)",
                "射频已关闭（飞行模式）"
            ),
            _ => return None,
        },
        b"+CBC" => {
            let first = fields.number()?;
            let millivolts = fields.nth(1).and_then(|field| Fields::new(field).number());
            let millivolts = millivolts.unwrap_or(first);
            say!(
                f,
                language,
                "supply voltage {millivolts} mV",
                "供电电压 {millivolts} mV"
            )
        }
        b"+CPSI" => {
            let mode = text(fields.next()?);
            say!(
                f,
                language,
                "serving system: {mode}",
                "当前网络系统：{mode}"
            )
        }
        b"+NITZ" | b"*PSUTTZ" | b"+CCLK" => {
            let time = text(after(line, text(name))?.get(1..)?.trim_ascii());
            say!(f, language, "time {time}", "时间 {time}")
        }
        _ => return None,
    })
}

/// The number behind the operator (3GPP 27.007, `<AcT>`).
const fn technology(number: u8) -> &'static str {
    match number {
        0 | 1 => "GSM",
        2 => "UTRAN",
        3 => "EGPRS",
        4..=6 => "HSPA",
        7 => "LTE",
        8 => "LTE Cat-M",
        9 => "NB-IoT",
        _ => "",
    }
}
