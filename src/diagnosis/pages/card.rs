//! Pages about the SIM card.

use super::{Page, Severity, Step, page};

pub(in crate::diagnosis) static SIM_MISSING: Page = page(
    "sim.missing",
    Step::Sim,
    Severity::Fault,
    [
        "no SIM card is found",
        "the module says that no card is inserted",
        "Put a SIM card in, the right way round, and restart the module; check the contacts, the slot (AT+SIMCROSS) and SIM_DET.",
    ],
    [
        "未检测到 SIM 卡",
        "模块报告未插入 SIM 卡",
        "正确插入 SIM 卡并重启模块；检查触点、卡槽选择（AT+SIMCROSS）和 SIM_DET。",
    ],
);

pub(in crate::diagnosis) static SIM_REMOVED: Page = page(
    "sim.removed",
    Step::Sim,
    Severity::Fault,
    [
        "the SIM card was taken out, or lost contact",
        "the module noticed it while it ran",
        "Check the card holder for vibration and dirt; switch detection off with AT+CSDT=0 if SIM_DET is not wired.",
    ],
    [
        "SIM 卡被拔出或接触不良",
        "模块在运行中检测到",
        "检查卡座是否松动、有污物；未接 SIM_DET 时用 AT+CSDT=0 关闭检测。",
    ],
);

pub(in crate::diagnosis) static PIN_NEEDED: Page = page(
    "sim.pin-needed",
    Step::Sim,
    Severity::Fault,
    [
        "the SIM card asks for its PIN",
        "the lock of the card is on",
        "Enter it with AT+CPIN=\"PIN\" (LUAT_PIN or --pin), or switch the lock off with AT+CLCK=\"SC\",0,\"PIN\".",
    ],
    [
        "SIM 卡要求输入 PIN",
        "SIM 卡开启了 PIN 锁",
        "用 AT+CPIN=\"PIN\" 输入（LUAT_PIN 或 --pin），或用 AT+CLCK=\"SC\",0,\"PIN\" 关闭 PIN 锁。",
    ],
);

pub(in crate::diagnosis) static PIN_WRONG: Page = page(
    "sim.pin-wrong",
    Step::Sim,
    Severity::Fault,
    [
        "the PIN is wrong",
        "the card refused it; after three wrong ones it is locked",
        "Find out the right PIN first: do not try again by guess.",
    ],
    [
        "PIN 错误",
        "SIM 卡拒绝了 PIN；连错三次将被锁",
        "先确认正确的 PIN，不要猜测重试。",
    ],
);

pub(in crate::diagnosis) static PUK_NEEDED: Page = page(
    "sim.puk",
    Step::Sim,
    Severity::Fault,
    [
        "the SIM card is locked and asks for its PUK",
        "a wrong PIN was entered three times",
        "Unlock it with the PUK of the operator, in a telephone or with AT+CPIN=\"PUK\",\"new PIN\"; ten wrong PUKs destroy the card.",
    ],
    [
        "SIM 卡已锁，要求输入 PUK",
        "PIN 连续输错三次",
        "用运营商提供的 PUK 在手机上或用 AT+CPIN=\"PUK\",\"新PIN\" 解锁；PUK 错十次卡将报废。",
    ],
);

pub(in crate::diagnosis) static SIM_FAILURE: Page = page(
    "sim.failure",
    Step::Sim,
    Severity::Fault,
    [
        "the SIM card does not work",
        "the module sees a card and cannot use it",
        "Clean the contacts, try another card, and look at the lines of the card (1.8 or 3 V, short wires, ESD parts).",
    ],
    [
        "SIM 卡故障",
        "模块检测到卡但无法使用",
        "清洁触点，换卡，检查卡线路（1.8/3 V、走线、ESD 器件）。",
    ],
);

pub(in crate::diagnosis) static SIM_BUSY: Page = page(
    "sim.busy",
    Step::Sim,
    Severity::Warning,
    [
        "the SIM card is not ready yet",
        "the card is being started, or the radio is off",
        "Ask AT+CPIN? every 500 ms until it says READY, at most 10 s; then restart the module.",
    ],
    [
        "SIM 卡尚未就绪",
        "SIM 卡正在初始化，或射频已关闭",
        "每 500 毫秒查询 AT+CPIN? 直到 READY，最多 10 秒，否则重启模块。",
    ],
);

pub(in crate::diagnosis) static SIM_LOCKED: Page = page(
    "sim.locked",
    Step::Sim,
    Severity::Fault,
    [
        "module or card are locked to a network or to each other",
        "the module asks for an unlock code",
        "Ask the seller of the module or of the card; a card bound to another device works only there.",
    ],
    [
        "模块或 SIM 卡被锁定（锁网或机卡绑定）",
        "模块要求解锁码",
        "联系模块或 SIM 卡供应商；机卡绑定的卡只能用在原设备上。",
    ],
);
