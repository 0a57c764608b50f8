//! The way from the serial port to a connection that lives.

use super::{Language, Words};

/// A step from the serial port to a connection that lives; each needs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Step {
    /// Bytes come and go.
    Serial,
    /// The module answers.
    Module,
    /// The card is usable.
    Sim,
    /// A network is heard.
    Signal,
    /// It takes the card.
    Registration,
    /// By a technology that carries data.
    Mode,
    /// The module is attached, and the network gives a bearer and an address.
    Attach,
    /// Links, and the services above them.
    Socket,
    /// Links that stay.
    KeepAlive,
}

impl Step {
    /// Every step, in order.
    pub const ALL: [Self; 9] = [
        Self::Serial,
        Self::Module,
        Self::Sim,
        Self::Signal,
        Self::Registration,
        Self::Mode,
        Self::Attach,
        Self::Socket,
        Self::KeepAlive,
    ];

    /// For programs; it does not change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::Module => "module",
            Self::Sim => "sim",
            Self::Signal => "signal",
            Self::Registration => "registration",
            Self::Mode => "mode",
            Self::Attach => "pdp",
            Self::Socket => "socket",
            Self::KeepAlive => "keepalive",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        let words = match self {
            Self::Serial => Words::new("serial port", "串口"),
            Self::Module => Words::new("module", "模块"),
            Self::Sim => Words::new("SIM card", "SIM 卡"),
            Self::Signal => Words::new("signal", "信号"),
            Self::Registration => Words::new("registration", "网络注册"),
            Self::Mode => Words::new("technology", "网络制式"),
            Self::Attach => Words::new("packet data", "分组数据"),
            Self::Socket => Words::new("connection", "连接"),
            Self::KeepAlive => Words::new("keep-alive", "保活"),
        };
        words.of(language)
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Severity {
    /// It does not work because of this.
    Fault,
    /// It may not work, or not for long.
    Warning,
    /// It could be better.
    Hint,
}

impl Severity {
    /// For programs; it does not change.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Warning => "warning",
            Self::Hint => "hint",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self, language: Language) -> &'static str {
        let words = match self {
            Self::Fault => Words::new("fault", "故障"),
            Self::Warning => Words::new("warning", "警告"),
            Self::Hint => Words::new("hint", "提示"),
        };
        words.of(language)
    }
}
