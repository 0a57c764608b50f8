//! Pages about the packet service.

use super::{Page, Severity, Step, page};

pub(in crate::diagnosis) static NOT_ATTACHED: Page = page(
    "network.not-attached",
    Step::Attach,
    Severity::Fault,
    [
        "not attached to the packet network",
        "AT+CGATT? says 0: the card has no data plan, is unpaid, or the network is congested",
        "Ask the operator whether the card has a data plan; send AT+CGATT=1 and wait up to 75 s.",
    ],
    [
        "未附着分组网络",
        "AT+CGATT? 为 0：卡无数据套餐、欠费或网络拥塞",
        "询问运营商卡是否有数据套餐；发 AT+CGATT=1 并等待最多 75 秒。",
    ],
);

pub(in crate::diagnosis) static ARREARS: Page = page(
    "network.arrears",
    Step::Attach,
    Severity::Warning,
    [
        "registered, but no data: probably the card is unpaid",
        "the network knows the card and refuses data: arrears, used-up volume, or no data plan",
        "Check the balance and the data volume with the operator, then the access point.",
    ],
    [
        "已注册但无法上网：SIM 卡可能欠费",
        "网络认卡但拒绝数据：欠费、流量用尽或未开通数据",
        "向运营商查询余额和流量，再检查 APN。",
    ],
);

pub(in crate::diagnosis) static NO_PDP: Page = page(
    "network.no-pdp",
    Step::Attach,
    Severity::Fault,
    [
        "the network gives no bearer",
        "the activation was refused: mostly a wrong access point, an unpaid card, or no data plan",
        "Set the access point of your operator (AT+CSTT=\"apn\", --apn); check balance and data volume; then AT+CIPSHUT and again.",
    ],
    [
        "PDP 激活失败",
        "激活被拒绝：多为 APN 错误、欠费或无数据套餐",
        "设置正确的 APN（AT+CSTT=\"apn\"，--apn）；检查余额和流量；AT+CIPSHUT 后重试。",
    ],
);

pub(in crate::diagnosis) static APN_LOGIN: Page = page(
    "network.apn-login",
    Step::Attach,
    Severity::Fault,
    [
        "the access point refuses user or password",
        "the refusal says so (149), or asks for a service that is not subscribed (132, 133)",
        "Check access point, user, password and PAP or CHAP with the operator; private networks need AT+CPNETAPN.",
    ],
    [
        "APN 鉴权失败",
        "错误码如此说明（149），或业务未开通（132、133）",
        "向运营商核对 APN、用户名、密码和 PAP/CHAP；专网卡用 AT+CPNETAPN 设置。",
    ],
);

pub(in crate::diagnosis) static PDP_LOST: Page = page(
    "network.pdp-lost",
    Step::Attach,
    Severity::Fault,
    [
        "the network took the bearer away",
        "+PDP: DEACT or the like: idle too long, weak signal, unpaid card, or maintenance; every link is dead",
        "Send AT+CIPSHUT, then CSTT, CIICR and CIFSR again; if that fails again and again, AT+CFUN=0/1, then restart.",
    ],
    [
        "网络断开了 PDP",
        "出现 +PDP: DEACT 等：长时间空闲、信号弱、欠费或网络维护；所有链接失效",
        "先 AT+CIPSHUT，再重新 CSTT、CIICR、CIFSR；反复失败则 AT+CFUN=0/1，再重启。",
    ],
);

pub(in crate::diagnosis) static DETACHED: Page = page(
    "network.detached",
    Step::Attach,
    Severity::Fault,
    [
        "the network threw the module out of its packet service",
        "by command of the network: card blocked, used elsewhere, or maintenance",
        "Ask the operator; make AT+CFUN=0, wait 5 s, AT+CFUN=1.",
    ],
    [
        "网络将模块去附着",
        "由网络发起：停卡、卡在别处使用或网络维护",
        "询问运营商；AT+CFUN=0，等 5 秒，AT+CFUN=1。",
    ],
);

pub(in crate::diagnosis) static BEARER_CLOSED: Page = page(
    "network.bearer-closed",
    Step::Attach,
    Severity::Fault,
    [
        "the bearer of HTTP and FTP is not open",
        "AT+SAPBR=1,1 was refused, or its state is 3 and its address 0.0.0.0",
        "Check the access point (AT+SAPBR=3,1,\"APN\",\"…\"), registration and balance; then AT+SAPBR=1,1 again.",
    ],
    [
        "HTTP/FTP 承载未打开",
        "AT+SAPBR=1,1 被拒绝，或状态为 3、地址为 0.0.0.0",
        "检查 APN（AT+SAPBR=3,1,\"APN\",\"…\"）、注册和余额，再发 AT+SAPBR=1,1。",
    ],
);
