//! Causes of the driver as failures of the tool: a code, a sentence, an advice.

use crate::args::Lang;
use crate::exit::{self, Failure};
use crate::manner::{manner, sentence};
use luat_modem::engine::{Cause, CloseReason, ConnectFailure, Remedy, Step};

/// Why a link is over, in the person's language.
pub(crate) fn reason(reason: CloseReason) -> String {
    if manner().lang == Lang::En {
        return reason.to_string();
    }
    match reason {
        CloseReason::Peer => "对端关闭".into(),
        CloseReason::Local => "本端关闭".into(),
        CloseReason::Error(code) => format!("连接中断，TCP/UDP 错误 {code}"),
        CloseReason::SendFailed => "模块发送失败".into(),
        CloseReason::DataLost => "串口上丢失了数据".into(),
        CloseReason::NetworkLost => "网络收回了承载".into(),
        CloseReason::ModuleRestarted => "模块重启".into(),
        CloseReason::ModuleSilent => "模块不再应答".into(),
        CloseReason::HeartbeatUnanswered => "对端没有应答心跳".into(),
    }
}

/// What the bring-up waits for, in the person's language. What is not in words is a command.
pub(crate) fn step(step: Step) -> String {
    let chinese = match step {
        Step::Attention => "AT 的应答",
        Step::EchoOff => "关闭回显",
        Step::ErrorCodes => "错误码",
        Step::Identify => "身份",
        Step::Model => "型号",
        Step::Sim => "SIM 卡",
        Step::Login => "登录",
        Step::Reports => "注册上报",
        Step::Signal => "信号",
        Step::Registration => "网络注册",
        Step::Attach => "附着",
        Step::FlowControl => "流控",
        Step::Receive => "接收方式",
        Step::KeepAlive => "TCP 保活",
        Step::Retransmission => "TCP 重传",
        Step::Sleep => "休眠",
        Step::SignalReports => "信号上报",
        Step::DnsServers => "DNS 服务器",
        Step::DnsPatience => "DNS 超时",
        Step::Limits => "连接数",
        Step::RadioOff => "关闭射频",
        Step::RadioOn => "打开射频",
        Step::Reset => "重启",
        Step::Power => "断电上电",
        step => return step.to_string(),
    };
    sentence(format_args!("{step}"), format_args!("{chinese}"))
}

/// What is done about it, in Chinese.
pub(crate) const fn remedy(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Repeat => "重试",
        Remedy::Shut => "关闭承载后重建",
        Remedy::Radio => "关闭再打开射频",
        Remedy::Reset => "重启模块",
        Remedy::Power => "模块断电再上电",
        Remedy::None => "暂时放弃",
    }
}

/// Why the network does not come up.
pub(crate) fn of(cause: Cause) -> Failure {
    let (exit, code, advice) = match cause {
        Cause::NoAnswer => (
            exit::MODULE,
            "module.no-answer",
            "check the supply, PWRKEY, that RX and TX are crossed, and that this is the AT port; a module needs up to 20 s to start",
        ),
        Cause::Garbage => (
            exit::MODULE,
            "module.garbage",
            "the rate is probably wrong: try --baud 115200, 9600 or 921600; check the ground wire",
        ),
        Cause::WentSilent => (
            exit::MODULE,
            "module.silent",
            "check the supply: it must give 2 A in bursts; then restart the module",
        ),
        Cause::SimMissing => (
            exit::NETWORK,
            "sim.missing",
            "put a SIM card in, the right way round, and restart the module",
        ),
        Cause::PinNeeded => (exit::NETWORK, "sim.pin-needed", "set LUAT_PIN or use --pin"),
        Cause::PinWrong => (
            exit::NETWORK,
            "sim.pin-wrong",
            "find out the right PIN first: it was tried once and is not tried again, because the third wrong one locks the card",
        ),
        Cause::PukNeeded => (
            exit::NETWORK,
            "sim.puk",
            "the card is locked; unlock it with the PUK of the operator, in a telephone or with AT+CPIN=\"PUK\",\"new PIN\"",
        ),
        Cause::SimFailure => (
            exit::NETWORK,
            "sim.failure",
            "clean the contacts of the card, or try another card",
        ),
        Cause::NotRegistered => (
            exit::NETWORK,
            "network.not-registered",
            "check the antenna and the place; `luat diag` shows the signal",
        ),
        Cause::RegistrationDenied => (
            exit::NETWORK,
            "network.denied",
            "ask the operator: the card may be blocked, unpaid, bound to another device, or not allowed here",
        ),
        Cause::NotAttached => (
            exit::NETWORK,
            "network.not-attached",
            "ask the operator whether the card has a data plan",
        ),
        Cause::NoPdp => (
            exit::NETWORK,
            "network.no-pdp",
            "set the access point of your operator with --apn; check that the card has data left",
        ),
        Cause::Refused(_) => (
            exit::MODULE,
            "module.refused",
            "look with -vv which command it was; newer firmware may know it",
        ),
    };
    Failure::new(exit, code, cause.to_string(), advice)
}

/// Whether to give up at once: nothing that the driver can do cures it soon.
pub(crate) const fn is_final(cause: Cause) -> bool {
    match cause {
        Cause::NoAnswer
        | Cause::Garbage
        | Cause::SimMissing
        | Cause::PinNeeded
        | Cause::PinWrong
        | Cause::PukNeeded
        | Cause::RegistrationDenied => true,
        Cause::WentSilent
        | Cause::SimFailure
        | Cause::NotRegistered
        | Cause::NotAttached
        | Cause::NoPdp
        | Cause::Refused(_) => false,
    }
}

/// Why the far end was not reached.
pub(crate) fn not_connected(to: &str, failure: ConnectFailure) -> Failure {
    match failure {
        ConnectFailure::NoNetwork(cause) => of(cause),
        ConnectFailure::TimedOut => no_result(to),
        ConnectFailure::ModuleRestarted | ConnectFailure::NoAnswer => {
            let (code, advice) = ended(CloseReason::ModuleRestarted);
            let what = format!("no connection to {to}: {failure}");
            Failure::new(exit::MODULE, code, what, advice)
        }
        ConnectFailure::NetworkLost => {
            let (code, advice) = ended(CloseReason::NetworkLost);
            let what = format!("no connection to {to}: {failure}");
            Failure::new(exit::NETWORK, code, what, advice)
        }
        ConnectFailure::NotSupported(need) => Failure::new(
            exit::NO,
            "module.not-supported",
            format!("this firmware does not have {need}"),
            "use another firmware, or do without it",
        ),
        failure => Failure::new(
            exit::NETWORK,
            "connect.failed",
            format!("no connection to {to}: {failure}"),
            "check name and port, and that the server can be reached from the operator's network",
        ),
    }
}

/// The far end is silent.
pub(crate) fn no_result(to: &str) -> Failure {
    Failure::new(
        exit::NETWORK,
        "connect.timeout",
        format!("no answer from {to} in time"),
        "check that the server runs and that no firewall drops the connection; --timeout sets how long is waited",
    )
}

/// A link that ended before its work was done: the code, and what to do.
pub(crate) const fn ended(reason: CloseReason) -> (&'static str, &'static str) {
    match reason {
        CloseReason::Peer | CloseReason::Local => (
            "far.closed-early",
            "the far end did not wait for all of it; look there why it closed",
        ),
        CloseReason::DataLost => (
            "line.lost",
            "use --receive pull, or wire RTS and CTS and use --rts-cts",
        ),
        CloseReason::NetworkLost => (
            "network.lost",
            "check antenna, place and data plan; then send it again",
        ),
        CloseReason::ModuleRestarted | CloseReason::ModuleSilent => (
            "module.lost",
            "check the supply: it must give 2 A in bursts; then send it again",
        ),
        CloseReason::HeartbeatUnanswered => (
            "far.silent",
            "the server hangs, or the operator's NAT forgot the connection: connect again, and send heartbeats more often than the NAT forgets (often after a few minutes)",
        ),
        CloseReason::Error(_) | CloseReason::SendFailed => ("connect.broken", "send it again"),
    }
}
