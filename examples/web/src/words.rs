//! Words in both languages.

use luat_modem::diagnosis::{Finding, Language};
use luat_modem::engine::{CloseReason, Closed, ConnectError, ConnectFailure};
use serde_json::{Value, json};

/// The same in English and Chinese.
pub(crate) fn both(english: impl AsRef<str>, chinese: impl AsRef<str>) -> Value {
    json!({"en": english.as_ref(), "zh": chinese.as_ref()})
}

/// What `say` says in each language.
pub(crate) fn each(say: impl Fn(Language) -> String) -> Value {
    json!({"en": say(Language::English), "zh": say(Language::Chinese)})
}

/// The page of a finding.
pub(crate) fn finding(finding: Finding) -> Value {
    json!({
        "code": finding.code(),
        "step": finding.step().code(),
        "severity": finding.severity().code(),
        "severityName": each(|language| finding.severity().name(language).into()),
        "what": each(|language| finding.what(language).into()),
        "why": each(|language| finding.why(language).into()),
        "advice": each(|language| finding.advice(language).into()),
    })
}

/// Why a link ended.
pub(crate) fn closed(closed: Closed) -> Value {
    let reason = match (closed.reason, Finding::of_close(closed.reason)) {
        (CloseReason::Peer, _) => "对端关闭".into(),
        (CloseReason::Error(code), _) => format!("连接异常断开，TCP/UDP 错误 {code}"),
        (CloseReason::HeartbeatUnanswered, _) => "对端未应答心跳".into(),
        (_, Some(finding)) => finding.what(Language::Chinese).into(),
        (_, None) => "本端关闭".into(),
    };
    let mut words = both(closed.reason.to_string(), reason);
    if closed.unsent > 0 {
        let n = closed.unsent;
        append(
            &mut words,
            &format!("; {n} bytes were not sent"),
            &format!("；{n} 字节未发出"),
        );
    }
    words
}

/// Why a link was not opened.
pub(crate) fn not_connected(failure: ConnectFailure) -> Value {
    let chinese = match failure {
        ConnectFailure::Failed => "对端拒绝、不可达，或域名无法解析".into(),
        ConnectFailure::TimedOut => "超时无结果".into(),
        ConnectFailure::Refused(failure) => format!("模块拒绝：{failure}"),
        ConnectFailure::NoAnswer => "模块无应答".into(),
        ConnectFailure::NetworkLost => Finding::PdpLost.what(Language::Chinese).into(),
        ConnectFailure::ModuleRestarted => Finding::Restarted.what(Language::Chinese).into(),
        ConnectFailure::NoFreeLink => "固件的链路数少于所需".into(),
        ConnectFailure::NotSupported(need) => format!("固件不支持 {need}"),
        ConnectFailure::NoNetwork(cause) => {
            format!(
                "网络不可用：{}",
                Finding::from(cause).what(Language::Chinese)
            )
        }
        ConnectFailure::Cancelled => "已放弃".into(),
    };
    both(failure.to_string(), chinese)
}

/// Why a link was not asked for.
pub(crate) fn not_asked(error: ConnectError) -> Value {
    let chinese = match error {
        ConnectError::NoFreeLink(count) => format!("{count} 条链路都在使用，请先关闭一条"),
        ConnectError::BadHost(bad) => format!("主机名无法发送给模块：{bad}"),
        ConnectError::BadPort => "端口须为 1 至 65535".into(),
        other => other.to_string(),
    };
    both(error.to_string(), chinese)
}

fn append(words: &mut Value, english: &str, chinese: &str) {
    for (language, more) in [("en", english), ("zh", chinese)] {
        if let Some(Value::String(text)) = words.get_mut(language) {
            text.push_str(more);
        }
    }
}
