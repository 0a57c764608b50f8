//! Pages about links, the services above them, and what keeps them alive.

use super::{Page, Severity, Step, page};

pub(in crate::diagnosis) static UPDATE_FAILED: Page = page(
    "update.failed",
    Step::Module,
    Severity::Warning,
    [
        "the firmware update failed",
        "the update told a negative progress",
        "Check the network, and that the update is published for this module and version; repeat it later (a package may still be made).",
    ],
    [
        "固件升级失败",
        "升级进度上报为负值",
        "检查网络，以及平台是否为该型号和版本发布了升级；稍后重试（差分包可能正在生成）。",
    ],
);

pub(in crate::diagnosis) static WRONG_STATE: Page = page(
    "socket.wrong-state",
    Step::Socket,
    Severity::Fault,
    [
        "a command came in the wrong state",
        "the socket set has an order: CIPMUX and CSTT before CIICR before CIFSR before CIPSTART, and CIPSHUT to begin again",
        "Ask AT+CIPSTATUS; send AT+CIPSHUT, wait for SHUT OK, and begin again in that order.",
    ],
    [
        "命令的状态不对",
        "TCP/IP 命令有顺序：CIPMUX、CSTT 先于 CIICR，先于 CIFSR，先于 CIPSTART，重来须先 CIPSHUT",
        "查询 AT+CIPSTATUS；发 AT+CIPSHUT 等 SHUT OK，再按顺序重来。",
    ],
);

pub(in crate::diagnosis) static WRONG_FORM: Page = page(
    "socket.wrong-form",
    Step::Socket,
    Severity::Fault,
    [
        "a command has the form of the other link mode",
        "with AT+CIPMUX=1 the number of the link comes first; with AT+CIPMUX=0 there is none",
        "Ask AT+CIPMUX? and write the command accordingly.",
    ],
    [
        "命令格式与单/多链接模式不符",
        "AT+CIPMUX=1 时首个参数为链接号；AT+CIPMUX=0 时没有链接号",
        "查询 AT+CIPMUX? 并按相应格式书写。",
    ],
);

pub(in crate::diagnosis) static CONNECT_FAILED: Page = page(
    "connect.failed",
    Step::Socket,
    Severity::Fault,
    [
        "the connection to the server failed",
        "CONNECT FAIL: wrong address or port, no server there, a firewall, or a name that does not resolve",
        "Check host and port from another network; a private-network card reaches only what its operator allows (white list).",
    ],
    [
        "连接服务器失败",
        "CONNECT FAIL：地址或端口错误、服务器未运行、防火墙，或域名无法解析",
        "从其他网络检查地址和端口；专网/物联网卡只能访问白名单地址。",
    ],
);

pub(in crate::diagnosis) static CONNECT_TIMEOUT: Page = page(
    "connect.timeout",
    Step::Socket,
    Severity::Fault,
    [
        "the connection was never answered",
        "neither CONNECT OK nor CONNECT FAIL came, or the link stays in TCP CONNECTING",
        "Wait up to 75 s (160 s in single-link mode), then AT+CIPSHUT; check that the server can be reached from the Internet and no firewall drops it.",
    ],
    [
        "连接一直没有结果",
        "既无 CONNECT OK 也无 CONNECT FAIL，或一直 TCP CONNECTING",
        "最多等 75 秒（单链接 160 秒），然后 AT+CIPSHUT；检查服务器可从公网访问且未被防火墙丢弃。",
    ],
);

pub(in crate::diagnosis) static CONNECT_REFUSED: Page = page(
    "connect.refused",
    Step::Socket,
    Severity::Fault,
    [
        "the server refuses the connection",
        "nothing listens at that port",
        "Check the port, and that the server runs and listens on all addresses.",
    ],
    [
        "服务器拒绝连接",
        "该端口无服务监听",
        "检查端口，以及服务器是否运行并监听所有地址。",
    ],
);

pub(in crate::diagnosis) static PRIVATE_ADDRESS: Page = page(
    "connect.private-address",
    Step::Socket,
    Severity::Fault,
    [
        "the server's address is a private one",
        "the module is in the operator's network: 10.x, 172.16-31.x, 192.168.x and 127.x of your own network cannot be reached from there",
        "Use a public address, map the port in the router, or use a test server such as the vendor's.",
    ],
    [
        "服务器地址是内网地址",
        "模块在运营商网络中，无法访问你局域网的 10.x、172.16-31.x、192.168.x、127.x",
        "用公网地址、路由器端口映射，或厂商的测试服务器。",
    ],
);

pub(in crate::diagnosis) static ALREADY_CONNECTED: Page = page(
    "connect.already",
    Step::Socket,
    Severity::Warning,
    [
        "the link was open already",
        "CIPSTART for a link that was not closed",
        "Close it first with AT+CIPCLOSE, or use it as it is.",
    ],
    [
        "链接已经存在",
        "对未关闭的链接再次 CIPSTART",
        "先 AT+CIPCLOSE 关闭，或直接使用。",
    ],
);

pub(in crate::diagnosis) static NAME_FAILED: Page = page(
    "dns.failed",
    Step::Socket,
    Severity::Fault,
    [
        "the server's name was not resolved",
        "wrong name, no name server, or no bearer yet",
        "Check the name; set servers with AT+CDNSCFG=\"223.5.5.5\",\"119.29.29.29\"; try the address instead.",
    ],
    [
        "域名解析失败",
        "域名错误、DNS 不可用或尚无承载",
        "检查域名；用 AT+CDNSCFG=\"223.5.5.5\",\"119.29.29.29\" 设置 DNS；或改用 IP 地址。",
    ],
);

pub(in crate::diagnosis) static SEND_FAILED: Page = page(
    "send.failed",
    Step::Socket,
    Severity::Fault,
    [
        "data could not be sent",
        "SEND FAIL: the link is dead, the network is bad, or received data was not fetched and fills the buffer",
        "Read what waits (AT+CIPRXGET=2), close the link and open it again; if it happens often, look at the signal.",
    ],
    [
        "数据发送失败",
        "SEND FAIL：链接已断、网络差，或收到的数据未读取占满缓存",
        "读取待收数据（AT+CIPRXGET=2），关闭并重建链接；经常发生则检查信号。",
    ],
);

pub(in crate::diagnosis) static SEND_REFUSED: Page = page(
    "send.refused",
    Step::Socket,
    Severity::Fault,
    [
        "sending was refused",
        "the link is not open, more than 1460 bytes at once, or the send buffer is full (quick mode)",
        "Ask AT+CIPSTATUS; send at most 1460 bytes at once; wait for the acknowledgement with AT+CIPACK.",
    ],
    [
        "发送命令被拒绝",
        "链接未打开、单次超过 1460 字节，或发送缓存已满（快发模式）",
        "查询 AT+CIPSTATUS；每次最多 1460 字节；用 AT+CIPACK 等待确认。",
    ],
);

pub(in crate::diagnosis) static CLOSED_BY_PEER: Page = page(
    "link.closed",
    Step::Socket,
    Severity::Warning,
    [
        "the far end closed the link, or it was lost",
        "CLOSED: the server ends idle or unknown clients, or the way to it broke",
        "Look at the server's log; send a heartbeat; open the link again after a pause.",
    ],
    [
        "对端关闭了链接，或链接丢失",
        "CLOSED：服务器断开空闲或不合法的客户端，或路径中断",
        "查看服务器日志；发送心跳；间隔后重连。",
    ],
);

pub(in crate::diagnosis) static LINK_RESET: Page = page(
    "link.reset",
    Step::Socket,
    Severity::Fault,
    [
        "the link broke with an error",
        "TCP ERROR or UDP ERROR: reset or aborted on the way, or no answer in time",
        "Open the link again after a pause; look at signal and server.",
    ],
    [
        "链接出错断开",
        "TCP ERROR 或 UDP ERROR：途中被复位、中止或超时",
        "间隔后重连；检查信号和服务器。",
    ],
);

pub(in crate::diagnosis) static TLS_MISSING: Page = page(
    "tls.missing",
    Step::Socket,
    Severity::Fault,
    [
        "the firmware has no TLS",
        "AT+CIPSSL or AT+SSLCFG was refused; some builds leave TLS out",
        "Use a firmware build with TLS (EC716S: _FS or _MS), or do TLS in the host.",
    ],
    [
        "固件不支持 TLS",
        "AT+CIPSSL 或 AT+SSLCFG 被拒绝；部分固件版本不含 TLS",
        "换含 TLS 的固件（EC716S 用 _FS 或 _MS），或在主机侧做 TLS。",
    ],
);

pub(in crate::diagnosis) static TLS_FAILED: Page = page(
    "tls.failed",
    Step::Socket,
    Severity::Fault,
    [
        "TLS could not be agreed on",
        "a connection with TLS failed: wrong certificate, wrong clock, server name, version or cipher",
        "Set the clock (AT+CCLK?) or \"ignorelocaltime\", the \"hostname\", and try \"seclevel\" 0 to see whether it is the certificate.",
    ],
    [
        "TLS 握手失败",
        "启用 TLS 的连接失败：证书、时钟、域名（SNI）、版本或加密套件不符",
        "校准时钟（AT+CCLK?）或设 ignorelocaltime、hostname；先用 seclevel 0 判断是否证书问题。",
    ],
);

pub(in crate::diagnosis) static SERVER_UNREACHABLE: Page = page(
    "server.unreachable",
    Step::Socket,
    Severity::Hint,
    [
        "a server on the module is hardly ever reached",
        "operators put modules behind NAT: SERVER OK comes, clients never do",
        "Let the module connect to a server with a public address, or use a card with a private network.",
    ],
    [
        "模块做服务器通常无法被访问",
        "运营商网络有 NAT：虽有 SERVER OK，客户端连不上",
        "让模块主动连接公网服务器，或使用专网卡。",
    ],
);

pub(in crate::diagnosis) static HTTP_FAILED: Page = page(
    "http.failed",
    Step::Socket,
    Severity::Fault,
    [
        "the HTTP request failed",
        "a status of 600 and more is the module's own (601 network, 603 name, 605 TLS, 606 closed), 400 and more the server's",
        "6xx: look at the bearer (AT+SAPBR=2,1), the address and TLS; 4xx and 5xx: look at the request and the server.",
    ],
    [
        "HTTP 请求失败",
        "600 以上为模块自身状态（601 网络、603 域名、605 SSL、606 对端关闭），400 以上为服务器返回",
        "6xx：检查承载（AT+SAPBR=2,1）、地址和 TLS；4xx/5xx：检查请求和服务器。",
    ],
);

pub(in crate::diagnosis) static MQTT_FAILED: Page = page(
    "mqtt.failed",
    Step::Socket,
    Severity::Fault,
    [
        "the MQTT broker was not reached, or refused the login",
        "MIPSTART or MCONNECT were refused, or no CONNACK OK came",
        "Send AT+MCONNECT at once after CONNECT OK; check client, user and password; disconnect (AT+MIPCLOSE) before the next try.",
    ],
    [
        "MQTT 连接失败或登录被拒绝",
        "MIPSTART 或 MCONNECT 被拒绝，或没有 CONNACK OK",
        "CONNECT OK 后立即发 AT+MCONNECT；检查客户端标识、用户名和密码；重试前先 AT+MIPCLOSE。",
    ],
);

pub(in crate::diagnosis) static SERVICE_FAILED: Page = page(
    "service.failed",
    Step::Socket,
    Severity::Fault,
    [
        "a transfer of FTP, e-mail or the like failed",
        "the module told an error of its own (61 network, 62 name, 63 connect, 64 time-out, 66 closed, 70 and more: the server)",
        "Look at the bearer (AT+SAPBR=2,1), then server, user, password and path.",
    ],
    [
        "FTP、邮件等传输失败",
        "模块上报错误（61 网络、62 域名、63 连接、64 超时、66 断开、70 以上为服务器）",
        "检查承载（AT+SAPBR=2,1），再查服务器、用户名、密码和路径。",
    ],
);

pub(in crate::diagnosis) static SMS_FAILED: Page = page(
    "sms.failed",
    Step::Socket,
    Severity::Fault,
    [
        "a short message was refused",
        "the number behind +CMS ERROR says why: centre, memory, card or contract",
        "Check the message centre (AT+CSCA?), AT+CMGF, the memory and whether the card may send messages.",
    ],
    [
        "短信发送失败",
        "+CMS ERROR 的错误码说明原因：短信中心、存储、SIM 卡或套餐",
        "检查短信中心（AT+CSCA?）、AT+CMGF、存储空间及卡是否开通短信。",
    ],
);

pub(in crate::diagnosis) static SLOW_HEARTBEAT: Page = page(
    "keepalive.slow",
    Step::KeepAlive,
    Severity::Warning,
    [
        "the heartbeat is slower than 4 minutes",
        "operators forget idle connections after about 5 minutes, some after 2; the module still says CONNECTED",
        "Send a heartbeat every 2 minutes, at most every 4.",
    ],
    [
        "心跳间隔超过 4 分钟",
        "运营商约 5 分钟（部分 2 分钟）回收空闲连接，模块仍显示 CONNECTED",
        "每 2 分钟发一次心跳，最长不超过 4 分钟。",
    ],
);

pub(in crate::diagnosis) static UNACKNOWLEDGED: Page = page(
    "keepalive.unacknowledged",
    Step::KeepAlive,
    Severity::Fault,
    [
        "sent data is not acknowledged",
        "AT+CIPACK shows bytes that the far end has not acknowledged, again and again: the connection is dead although it looks open",
        "Close the link and open it again; shorten the heartbeat.",
    ],
    [
        "已发数据未被确认",
        "AT+CIPACK 多次显示未确认字节：连接看似正常，实际已失效",
        "关闭并重建链接；缩短心跳间隔。",
    ],
);

pub(in crate::diagnosis) static IDLE_LOST: Page = page(
    "keepalive.idle",
    Step::KeepAlive,
    Severity::Warning,
    [
        "the link was lost after a long pause",
        "nothing was sent for more than 4 minutes before it closed: the operator's NAT forgot it",
        "Send a heartbeat every 2 minutes, at most every 4.",
    ],
    [
        "链接在长时间空闲后丢失",
        "断开前超过 4 分钟没有数据：被运营商 NAT 回收",
        "每 2 分钟发一次心跳，最长不超过 4 分钟。",
    ],
);
