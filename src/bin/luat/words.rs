//! The failures of the tool in Chinese: what happened, and what to do.

/// What the failure with this code is and what to do about it.
pub(crate) fn chinese(code: &str) -> Option<(&'static str, &'static str)> {
    let found = WORDS.iter().find(|(known, ..)| *known == code);
    found.map(|(_, what, advice)| (*what, *advice))
}

const WORDS: &[(&str, &str, &str)] = &[
    (
        "argument.address",
        "地址不正确",
        "写成 example.com:80 或 192.0.2.1:80",
    ),
    (
        "argument.baud",
        "串口不支持这个波特率",
        "使用常用波特率，例如 115200",
    ),
    (
        "argument.code",
        "没有这个代码的说明",
        "luat diag --explain all 显示全部",
    ),
    (
        "argument.control",
        "参数含有控制字符",
        "命令行不能携带控制字符，请删除",
    ),
    (
        "argument.fault",
        "故障参数不正确",
        "与 --emulate 或 luat emulate 一起使用，并检查名称",
    ),
    ("argument.header", "请求头不正确", "写成 NAME: VALUE 的形式"),
    ("argument.keep", "参数不正确", "请改正"),
    (
        "argument.line-break",
        "参数含有换行",
        "换行会开始另一条命令，请删除或分成多个参数",
    ),
    ("argument.not-at", "不是 AT 命令", "写成 AT+CSQ 的形式"),
    ("argument.pin", "PIN 不是四到八位数字", "请改正"),
    ("argument.port", "端口不可用", "换一个端口"),
    ("argument.profile", "没有这个型号", "使用列出的型号之一"),
    (
        "argument.prompt",
        "这条命令会提示输入数据",
        "发送数据请用 luat tcp 或 luat term",
    ),
    (
        "argument.quote",
        "接入点含有双引号",
        "去掉引号，工具会自己加",
    ),
    (
        "argument.script",
        "脚本不正确",
        "用 luat emulate --help 查看写法",
    ),
    (
        "argument.send",
        "没有流控的连续发送会丢数据",
        "接好 RTS 和 CTS 并加上 --rts-cts，或使用 --send promptless",
    ),
    ("argument.subprotocol", "子协议名称不正确", "请改正"),
    (
        "argument.tls",
        "没有说明信任谁",
        "用 --ca 给出证书，或用 --insecure 接受任何服务器",
    ),
    ("argument.too-long", "参数太长", "请缩短"),
    (
        "argument.url",
        "网址不正确",
        "写成 ws://example.com/path 的形式",
    ),
    (
        "bench.datagrams",
        "数据报丢失、重复或乱序",
        "去掉 --strict 则只报告",
    ),
    (
        "bench.different",
        "返回的字节与发送的不同",
        "确认对端是回显服务器，再用同一 --seed 和 --transcript 运行",
    ),
    (
        "bench.missing",
        "有字节没有通过",
        "确认对端会返回数据，否则用 --up",
    ),
    (
        "config.file",
        "配置文件不能使用",
        "请改正，写法见 luat config example",
    ),
    (
        "config.place",
        "没有存放配置的位置",
        "把 LUAT_CONFIG 设为文件路径",
    ),
    (
        "config.value",
        "配置中的值不正确",
        "请改正，写法见 luat config example",
    ),
    ("connect.broken", "连接中断", "重新发送"),
    (
        "connect.failed",
        "连接不上对端",
        "检查名称和端口，以及运营商网络能否到达该服务器",
    ),
    (
        "connect.timeout",
        "对端没有按时应答",
        "检查服务器是否运行、防火墙是否丢弃连接；--timeout 设定等待时间",
    ),
    (
        "datagram.refused",
        "模块没有接受数据报",
        "一次少发一些，或重发",
    ),
    (
        "datagram.too-long",
        "数据报太长",
        "请缩短，或用 --size 切分",
    ),
    (
        "demo.no-close",
        "演示失败：没有收到关闭",
        "用 -vv 再运行一次",
    ),
    ("demo.reason", "演示失败：关闭原因不对", "用 -vv 再运行一次"),
    ("demo.set-up", "演示无法准备", "释放一些端口"),
    ("far.closed-early", "对端提前关闭", "在对端查看关闭的原因"),
    (
        "far.silent",
        "对端没有应答心跳",
        "重新连接；运营商 NAT 常在几分钟后忘记连接，请更频繁地发送心跳",
    ),
    (
        "file.format",
        "文件格式不对",
        "需要以 -----BEGIN 开头的 PEM 文件",
    ),
    ("file.read", "文件不能读取", "给出可以读取的文件"),
    (
        "file.transcript",
        "不是可以重放的记录",
        "给出由驱动记录的文件，例如 --transcript 的输出",
    ),
    ("file.write", "文件不能写入", "选择可以写入的文件"),
    ("input.read", "标准输入不能读取", "给出可以读取的文件或管道"),
    ("interrupted", "被 Ctrl-C 停止", "无需处理"),
    (
        "line.lost",
        "串口上丢失了数据",
        "使用 --receive pull，或连接 RTS/CTS 并使用 --rts-cts",
    ),
    ("links.too-many", "模块没有这么多连接", "减少 --links"),
    (
        "listen.refused",
        "本机不能监听这个地址",
        "换一个端口，或用 0 自动选择",
    ),
    ("log.none", "这不是模块的日志", "给出含有 AT 命令的串口日志"),
    (
        "module.file",
        "模块不能保存文件",
        "固件没有 FSCREATE/FSWRITE 就不能使用证书；见 luat at 'AT+FSLS?'",
    ),
    (
        "module.garbage",
        "收到乱码",
        "波特率可能不对：试 --baud auto、115200、9600 或 921600；检查地线",
    ),
    (
        "module.lost",
        "模块重启或不再应答",
        "检查供电：突发时需要 2 A；然后重发",
    ),
    (
        "module.no-answer",
        "模块没有应答",
        "检查供电、PWRKEY、RX/TX 是否交叉、是否为 AT 口；模块启动最多需要 20 秒",
    ),
    (
        "module.not-supported",
        "固件不支持",
        "换固件，或不使用该功能",
    ),
    (
        "module.other",
        "不是所要的型号",
        "换一个串口，或去掉 --profile",
    ),
    (
        "module.refused",
        "模块拒绝了命令",
        "用 -vv 查看是哪条命令；新固件可能支持",
    ),
    (
        "module.silent",
        "模块不再应答",
        "检查供电：突发时需要 2 A；然后重启模块",
    ),
    (
        "network.denied",
        "网络拒绝注册",
        "询问运营商：卡可能被停机、欠费、机卡绑定或不允许在此使用",
    ),
    (
        "network.lost",
        "网络收回了承载",
        "检查天线、位置和流量套餐，然后重发",
    ),
    (
        "network.no-pdp",
        "承载不能激活",
        "用 --apn 设置运营商的接入点；检查流量是否用完",
    ),
    (
        "network.not-attached",
        "没有附着到分组域",
        "询问运营商该卡是否有数据业务",
    ),
    (
        "network.not-registered",
        "没有注册到网络",
        "检查天线和位置；luat diag 显示信号",
    ),
    ("output.write", "标准输出不能写入", "腾出磁盘空间"),
    (
        "port.busy",
        "串口被其他程序占用",
        "结束该程序(常见的是 ModemManager)再试",
    ),
    ("port.failed", "串口不能打开", "检查电缆，或换一个串口"),
    ("port.gone", "串口消失了", "检查电缆和模块供电，再重新开始"),
    (
        "port.missing",
        "没有这个串口",
        "连接模块，用 luat ports 查看名称",
    ),
    (
        "port.none",
        "没有可用的串口",
        "连接模块并用 --port 指定；或用 --emulate 使用软件模块",
    ),
    (
        "port.not-serial",
        "这不是串口",
        "给出模块的设备，例如 /dev/ttyUSB0",
    ),
    (
        "port.permission",
        "没有权限打开串口",
        "加入拥有它的组，通常是 sudo usermod -aG dialout $USER，然后重新登录",
    ),
    (
        "port.pty",
        "没有伪终端",
        "在 Unix 上检查 /dev/ptmx；其他系统请用 --emulate",
    ),
    (
        "port.several",
        "有多个串口应答 AT",
        "用 --port 指定其中之一",
    ),
    (
        "replay.differs",
        "驱动的行为与记录不同",
        "查看该条：手工记录或其他版本可能不同",
    ),
    (
        "server.not-supported",
        "固件不能监听",
        "让模块连接您的服务器：luat tcp HOST:PORT",
    ),
    ("sim.failure", "SIM 卡故障", "清洁触点，或换一张卡"),
    (
        "sim.missing",
        "没有 SIM 卡",
        "按正确方向插入 SIM 卡并重启模块",
    ),
    (
        "sim.pin-needed",
        "SIM 卡需要 PIN",
        "设置 LUAT_PIN 或使用 --pin",
    ),
    (
        "sim.pin-wrong",
        "PIN 错误",
        "先查明正确的 PIN:已试过一次，不会再试，因为第三次错误会锁卡",
    ),
    (
        "sim.puk",
        "SIM 卡被锁，需要 PUK",
        "用运营商的 PUK 解锁，可在手机上或用 AT+CPIN=\"PUK\",\"新 PIN\"",
    ),
    ("system", "系统资源不足", "释放一些文件描述符"),
    (
        "terminal.none",
        "这里没有终端",
        "在终端中运行，或用 luat at",
    ),
    ("ws.closed", "WebSocket 已被对端关闭", "在对端查看原因"),
    ("ws.handshake", "WebSocket 握手失败", "检查网址和服务器"),
    (
        "ws.protocol",
        "对端违反 WebSocket 协议",
        "检查服务器，用 -vv 查看过程",
    ),
];

#[cfg(test)]
mod tests {
    use super::{WORDS, chinese};
    use luat_modem::diagnosis::Finding;
    use std::path::Path;

    /// The text of every source file of the tool.
    fn sources(folder: &Path, text: &mut String) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, text);
            } else {
                text.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_code_has_words_in_both_languages() {
        let mut text = String::new();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/luat");
        sources(Path::new(folder), &mut text);
        let is_code = |part: &&str| {
            let Some((room, rest)) = part.split_once('.') else {
                return false;
            };
            let letters = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            let known = WORDS
                .iter()
                .any(|(code, ..)| code.split('.').next() == Some(room));
            known && !rest.is_empty() && letters(room) && letters(rest) && rest != "toml"
        };
        let codes: Vec<_> = text.split('"').filter(is_code).collect();
        assert!(codes.len() > 100);
        for code in codes {
            let has_words = chinese(code).is_some() || Finding::of_code(code).is_some();
            assert!(has_words, "{code} has no words in Chinese");
        }
    }

    #[test]
    fn each_code_is_there_once() {
        assert!(WORDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
