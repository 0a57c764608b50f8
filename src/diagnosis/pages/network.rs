//! Pages about signal, registration and technology.

use super::{Page, Severity, Step, page};

pub(in crate::diagnosis) static NO_SIGNAL: Page = page(
    "signal.none",
    Step::Signal,
    Severity::Fault,
    [
        "there is no signal",
        "the strength is unknown (99) or zero",
        "Check the antenna and its plug, the place, and whether the bands of the operator are those of the module.",
    ],
    [
        "没有信号",
        "信号强度未知（99）或为 0",
        "检查天线及接头、位置，以及模块是否支持运营商频段。",
    ],
);

pub(in crate::diagnosis) static WEAK_SIGNAL: Page = page(
    "signal.weak",
    Step::Signal,
    Severity::Warning,
    [
        "the signal is weak",
        "10 of 31 or less (-93 dBm): connections hardly come up; below 18 they come and go",
        "Check the antenna (50 Ω, far from the supply and from metal) and its cable, or change the place.",
    ],
    [
        "信号很弱",
        "不高于 10/31（-93 dBm）：很难建立连接；低于 18 可能掉线",
        "检查天线（50 Ω，远离电源和金属）及馈线，或换位置。",
    ],
);

pub(in crate::diagnosis) static NOT_REGISTERED: Page = page(
    "network.not-registered",
    Step::Registration,
    Severity::Fault,
    [
        "the module is not registered, and does not search",
        "no network takes it: no usable card, radio off, or it gave up searching",
        "Check card, antenna and AT+CFUN; make AT+CFUN=0, wait 5 s, AT+CFUN=1.",
    ],
    [
        "未注册网络，也不在搜网",
        "没有可用网络：无卡、射频关闭或已停止搜网",
        "检查卡、天线和 AT+CFUN；执行 AT+CFUN=0，等 5 秒，AT+CFUN=1。",
    ],
);

pub(in crate::diagnosis) static SEARCHING: Page = page(
    "network.searching",
    Step::Registration,
    Severity::Fault,
    [
        "the module searches for a network and finds none",
        "no network in reach, the antenna is missing, or the bands do not fit",
        "Wait up to 2 minutes; check antenna and place, and whether a 4G-only module has 4G here.",
    ],
    [
        "一直在搜网，未注册",
        "附近无网络、天线未接或频段不符",
        "最多等 2 分钟；检查天线和位置，以及 4G 模块所在地是否有 4G 覆盖。",
    ],
);

pub(in crate::diagnosis) static DENIED: Page = page(
    "network.denied",
    Step::Registration,
    Severity::Fault,
    [
        "the network denies registration",
        "the card is blocked, unpaid, bound to another device, not allowed to roam here, or the wrong kind for this network",
        "Ask the operator for the state of the card; try it in a telephone; check the access point of private-network cards.",
    ],
    [
        "网络拒绝注册",
        "SIM 卡停机、欠费、机卡绑定、不允许在此漫游，或卡类型与网络不符",
        "向运营商查询卡状态；在手机上试卡；专网卡检查 APN。",
    ],
);

pub(in crate::diagnosis) static IMEI_BARRED: Page = page(
    "network.imei-barred",
    Step::Registration,
    Severity::Fault,
    [
        "the network bars this device",
        "illegal device: the IMEI is barred, empty or a copy",
        "Check AT+CGSN; ask the operator whether the IMEI is barred; never use a copied IMEI.",
    ],
    [
        "网络禁止该设备入网",
        "设备被拒：IMEI 被禁、为空或重复",
        "检查 AT+CGSN；询问运营商 IMEI 是否被禁；勿使用复制的 IMEI。",
    ],
);

pub(in crate::diagnosis) static NO_COVERAGE: Page = page(
    "network.no-coverage",
    Step::Registration,
    Severity::Warning,
    [
        "the module is out of coverage of this kind of network",
        "registration state 4: unknown, mostly out of coverage",
        "Look at the other domains (AT+CREG?, AT+CGREG?, AT+CEREG?): one of them is enough.",
    ],
    [
        "不在该类网络的覆盖内",
        "注册状态 4：未知，多为无覆盖",
        "查询其他域（AT+CREG?、AT+CGREG?、AT+CEREG?），有一个注册即可。",
    ],
);

pub(in crate::diagnosis) static EMERGENCY_ONLY: Page = page(
    "network.emergency-only",
    Step::Registration,
    Severity::Fault,
    [
        "the network allows emergency calls only",
        "the card is missing, locked, unpaid or not allowed here",
        "Check the card in a telephone; ask the operator.",
    ],
    [
        "网络仅允许紧急呼叫",
        "无卡、卡被锁、欠费或不允许在此使用",
        "在手机上试卡；询问运营商。",
    ],
);

pub(in crate::diagnosis) static NO_SERVICE: Page = page(
    "network.no-service",
    Step::Registration,
    Severity::Fault,
    [
        "the service was lost",
        "the module says that there is no service",
        "Check antenna and place; if it does not come back in 2 minutes, make AT+CFUN=0 and AT+CFUN=1.",
    ],
    [
        "网络服务丢失",
        "模块报告无服务",
        "检查天线和位置；2 分钟不恢复则 AT+CFUN=0 再 AT+CFUN=1。",
    ],
);

pub(in crate::diagnosis) static ROAMING: Page = page(
    "network.roaming",
    Step::Registration,
    Severity::Hint,
    [
        "the card roams",
        "it is registered with a foreign network; data may be off or cost more",
        "Check that the contract allows data while roaming, and the access point.",
    ],
    [
        "SIM 卡处于漫游",
        "注册在外地或国外网络；数据可能关闭或另计费",
        "确认套餐允许漫游数据，并检查 APN。",
    ],
);

pub(in crate::diagnosis) static ONLY_GSM: Page = page(
    "network.2g-only",
    Step::Mode,
    Severity::Warning,
    [
        "only 2G is in use",
        "an LTE module falls back to 2G if the card has no 4G, is unpaid, or 4G is not covered",
        "Check the balance and the contract of the card, the 4G antenna, and the network mode (AT^SYSCONFIG, AT+CNMP).",
    ],
    [
        "只注册在 2G 网络",
        "4G 模块在卡未开通 4G、欠费或无 4G 覆盖时会退到 2G",
        "检查卡的余额和套餐、4G 天线和网络制式设置（AT^SYSCONFIG、AT+CNMP）。",
    ],
);

pub(in crate::diagnosis) static UNICOM_GSM: Page = page(
    "network.unicom-2g",
    Step::Mode,
    Severity::Fault,
    [
        "a China Unicom card on a 2G network",
        "China Unicom has switched most of its 2G network off: packet data does not work there",
        "Use a China Mobile card in a 2G module, or a 4G module.",
    ],
    [
        "联通卡注册在 2G 网络",
        "联通 2G 已大面积退网，分组数据不可用",
        "2G 模块请用移动卡，或换 4G 模块。",
    ],
);
