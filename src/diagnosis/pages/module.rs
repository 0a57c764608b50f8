//! Pages about UART and module.

use super::{Page, Severity, Step, page};

pub(in crate::diagnosis) static NO_ANSWER: Page = page(
    "module.no-answer",
    Step::Serial,
    Severity::Fault,
    [
        "the module does not answer",
        "no command was answered by a single byte",
        "Check the supply, PWRKEY, that RX and TX are crossed, and that this is the AT port; a module needs up to 20 s to start.",
    ],
    [
        "模块无应答",
        "发出的命令没有收到任何字节",
        "检查供电、PWRKEY、RX/TX 是否交叉，以及是否为 AT 口；模块开机最多需要 20 秒。",
    ],
);

pub(in crate::diagnosis) static GARBAGE: Page = page(
    "module.garbage",
    Step::Serial,
    Severity::Fault,
    [
        "what comes from the module is not text",
        "bytes come, but no lines: mostly the rate of the UART is wrong, or the ground wire is missing",
        "Try 115200, 9600 and 921600 baud; check the ground wire and the voltage of the UART (1.8 or 3.3 V).",
    ],
    [
        "模块返回的是乱码",
        "有数据但不成行：多半是波特率不对，或地线未接",
        "试 115200、9600、921600 波特率；检查地线和串口电平（1.8 或 3.3 V）。",
    ],
);

pub(in crate::diagnosis) static BYTES_LOST: Page = page(
    "serial.bytes-lost",
    Step::Serial,
    Severity::Warning,
    [
        "bytes are lost on the serial line",
        "lines of the module are damaged in the middle of a good exchange: the host reads too slowly, or the line is disturbed",
        "Read the UART by interrupt or DMA with a larger buffer, wire RTS and CTS (AT+IFC=2,2), or let data wait with AT+CIPRXGET=1.",
    ],
    [
        "串口有丢字节",
        "正常通信中夹有残缺的行：主机读取太慢或线路受干扰",
        "用中断或 DMA 和更大的缓冲区接收，接 RTS/CTS 并设 AT+IFC=2,2，或用 AT+CIPRXGET=1 缓存数据。",
    ],
);

pub(in crate::diagnosis) static ECHO_ON: Page = page(
    "serial.echo",
    Step::Serial,
    Severity::Hint,
    [
        "the echo of commands is on",
        "every command, and every payload, comes back, and costs time on the line; a payload that holds \"OK\" can be mistaken",
        "Send ATE0 first, and check that the echo is gone.",
    ],
    [
        "命令回显已打开",
        "每条命令和数据都会被回显，占用串口；含有 OK 的数据可能被误判",
        "先发 ATE0，并确认回显已关闭。",
    ],
);

pub(in crate::diagnosis) static AUTOBAUD: Page = page(
    "serial.autobaud",
    Step::Serial,
    Severity::Hint,
    [
        "the module adapts its rate at each start",
        "the first bytes after the start only train the rate, and noise can train a wrong one",
        "Fix the rate with AT+IPR=115200;&W.",
    ],
    [
        "模块每次开机自适应波特率",
        "开机后的首批字节只用于训练波特率，干扰可能训练出错误的波特率",
        "用 AT+IPR=115200;&W 固定波特率。",
    ],
);

pub(in crate::diagnosis) static SILENT: Page = page(
    "module.silent",
    Step::Module,
    Severity::Fault,
    [
        "the module stopped answering",
        "it answered before, then commands stayed without any result",
        "Check the supply (2 A in bursts). If it waits for payload behind a prompt, fill the payload; otherwise restart it with RESET or PWRKEY.",
    ],
    [
        "模块不再应答",
        "之前有应答，后来的命令没有任何结果",
        "检查供电（瞬时 2 A）。若停在 > 提示符后，补足数据；否则用 RESET 或 PWRKEY 重启。",
    ],
);

pub(in crate::diagnosis) static RESTARTED: Page = page(
    "module.restarted",
    Step::Module,
    Severity::Fault,
    [
        "the module restarted in the middle of the work",
        "it said RDY although nobody asked it to restart: mostly the supply breaks down when the radio sends (up to 2 A in bursts)",
        "Put 1000 µF or more close to VBAT, use short thick wires and a supply that gives 2 A; afterwards set everything up again.",
    ],
    [
        "模块在工作中重启",
        "未要求重启却出现 RDY：多半是发射瞬间（最高 2 A）供电跌落",
        "在 VBAT 附近加 1000 µF 以上电容，用短粗的线和能供 2 A 的电源；重启后须重新初始化。",
    ],
);

pub(in crate::diagnosis) static BOOT_LOOP: Page = page(
    "module.boot-loop",
    Step::Module,
    Severity::Fault,
    [
        "the module restarts again and again",
        "RDY comes repeatedly: the supply breaks down at each start",
        "Measure VBAT with an oscilloscope: it must not fall below 3.3 V while the module registers. Use a stronger supply.",
    ],
    [
        "模块反复重启",
        "RDY 反复出现：每次启动供电都跌落",
        "用示波器测 VBAT：注网时不得低于 3.3 V。换更强的电源。",
    ],
);

pub(in crate::diagnosis) static VOLTAGE: Page = page(
    "module.voltage",
    Step::Module,
    Severity::Fault,
    [
        "the supply voltage is out of range",
        "the module itself warned of its supply, or switched off because of it",
        "Give 3.4 to 4.2 V (nominally 3.8 V) that holds at 2 A.",
    ],
    [
        "供电电压超出范围",
        "模块自己报告了电压告警，或因此关机",
        "供电 3.4~4.2 V（标称 3.8 V），并能在 2 A 下保持。",
    ],
);

pub(in crate::diagnosis) static TEMPERATURE: Page = page(
    "module.temperature",
    Step::Module,
    Severity::Warning,
    [
        "the module is too hot or too cold",
        "it warned of its temperature",
        "Let it cool; look at the supply voltage, the antenna and the time on the air.",
    ],
    [
        "模块温度超限",
        "模块报告了温度告警",
        "降温；检查供电电压、天线和发射占空比。",
    ],
);

pub(in crate::diagnosis) static SWITCHED_OFF: Page = page(
    "module.off",
    Step::Module,
    Severity::Fault,
    [
        "the module switched itself off",
        "it said NORMAL POWER DOWN: by command, by PWRKEY held low, or because the supply was low",
        "Check PWRKEY and the supply, then switch it on again.",
    ],
    [
        "模块已关机",
        "出现 NORMAL POWER DOWN：由命令、PWRKEY 拉低过久或电压过低引起",
        "检查 PWRKEY 和供电，然后重新开机。",
    ],
);

pub(in crate::diagnosis) static RADIO_OFF: Page = page(
    "module.radio-off",
    Step::Module,
    Severity::Fault,
    [
        "the radio is switched off",
        "AT+CFUN is 0 or 4 (flight mode)",
        "Send AT+CFUN=1.",
    ],
    [
        "射频处于关闭状态",
        "AT+CFUN 为 0 或 4（飞行模式）",
        "发送 AT+CFUN=1。",
    ],
);

pub(in crate::diagnosis) static UNKNOWN_COMMAND: Page = page(
    "module.unknown-command",
    Step::Module,
    Severity::Warning,
    [
        "a command is not known to this firmware",
        "it was refused, and its name is not one of this family's, or the refusal says so",
        "Check the spelling and the manual of this module; newer firmware may know it.",
    ],
    [
        "固件不认识某条命令",
        "命令被拒绝，且名称不属于该系列，或错误码如此说明",
        "检查拼写和该模块的手册；新固件可能支持。",
    ],
);

pub(in crate::diagnosis) static BAD_CHARACTERS: Page = page(
    "module.bad-characters",
    Step::Module,
    Severity::Fault,
    [
        "a command holds Chinese quotes or other characters that are not ASCII",
        "the module takes only ASCII quotes and commas; such a command is refused or opens a wrong address",
        "Type the quotes and commas again as ASCII.",
    ],
    [
        "命令中有中文引号等非 ASCII 字符",
        "模块只认英文引号和逗号；这样的命令会被拒绝或连到错误地址",
        "改用英文半角引号和逗号。",
    ],
);

pub(in crate::diagnosis) static BAD_PARAMETER: Page = page(
    "module.bad-parameter",
    Step::Module,
    Severity::Warning,
    [
        "a command has wrong parameters",
        "it was refused with \"invalid parameter\" or \"invalid command line\"",
        "Compare it with the manual of this module and firmware; AT+X=? shows what is possible.",
    ],
    [
        "命令参数有误",
        "命令被拒绝，原因为参数无效或命令行无效",
        "对照该模块和固件的手册；AT+X=? 可查取值范围。",
    ],
);

pub(in crate::diagnosis) static OLD_FIRMWARE: Page = page(
    "module.old-firmware",
    Step::Module,
    Severity::Hint,
    [
        "the firmware is old and has known faults",
        "Air780E before V1161: SIM notices without line end, wrong TLS server name; before V1121: CONNECT OK without line end",
        "Update the firmware.",
    ],
    [
        "固件较旧，有已知问题",
        "Air780E V1161 之前：SIM 热插拔上报缺换行、TLS 域名（SNI）错误；V1121 之前：CONNECT OK 缺换行",
        "升级固件。",
    ],
);
