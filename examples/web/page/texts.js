// The words of the page, in English and Chinese. What the driver says comes in both from the driver.

const TEXTS = {
  skip: ["Skip to the tools", "跳到工具"],
  subtitle: ["Luat/Air modules in the browser: diagnose, try, record. Nothing leaves this page.", "在浏览器里调试合宙 Air 模块：诊断、试用、记录。数据不离开本页。"],
  language: ["Language", "语言"],
  connect: ["Connect", "连接"],
  where: ["To which module?", "连接哪个模块？"],
  software: ["Module in software", "软件模块"],
  softwareHint: ["Runs in this page with a simulated network; no hardware needed.", "在本页内运行，网络为模拟，无需硬件。"],
  serial: ["Serial port", "串口"],
  serialHint: ["A real module, by Web Serial. Not yet tried with one: unverified on hardware.", "真实模块，经 Web Serial。尚未在实物上验证。"],
  noSerial: ["This browser has no Web Serial. Chrome and Edge on a computer have it, on https:// or localhost. Everything else here works.", "此浏览器不支持 Web Serial。电脑版 Chrome 和 Edge 支持（https:// 或 localhost）。本页其余功能均可用。"],
  profile: ["Module", "型号"],
  fault: ["What is wrong with it", "预设故障"],
  baud: ["Baud rate", "波特率"],
  baudAuto: ["find it", "自动检测"],
  more: ["APN, PIN, test server", "APN、PIN、测试服务器"],
  target: ["Test server (host:port)", "测试服务器（主机:端口）"],
  apn: ["APN", "APN"],
  user: ["User", "用户名"],
  password: ["Password", "密码"],
  pin: ["PIN (tried once)", "PIN（只试一次）"],
  changes: ["The diagnosis sets the module up as the driver does: it brings up a bearer and, if a server is named, opens one connection. Nothing is saved in the module.", "诊断会像驱动一样初始化模块：激活承载；若指定了服务器，再建立一个连接。不会保存到模块中。"],
  connectButton: ["Connect and diagnose", "连接并诊断"],
  disconnect: ["Disconnect", "断开"],
  tools: ["Tools", "工具"],
  diagnose: ["Diagnose", "诊断"],
  terminal: ["Terminal", "终端"],
  signal: ["Signal", "信号"],
  sockets: ["Sockets", "套接字"],
  record: ["Record", "记录"],
  explain: ["Explain a log", "解读日志"],
  again: ["Again", "再次诊断"],
  report: ["Save the result", "保存结果"],
  notYet: ["Connect a module first; the steps appear here.", "请先连接模块，诊断步骤会显示在这里。"],
  diagnosing: ["Diagnosing…", "诊断中…"],
  usable: ["The network is usable", "网络可用"],
  unusable: ["The network is not usable", "网络不可用"],
  stopped: ["The diagnosis was broken off", "诊断已中断"],
  why: ["Why", "原因"],
  advice: ["What to do", "处理"],
  evidence: ["Evidence", "依据"],
  seen: ["Also seen", "另外发现"],
  foreign: ["This module speaks another dialect of AT than Luat modules do. The terminal and the explanation of logs work; links need the CIP commands.", "该模块的 AT 方言与合宙模块不同。终端和日志解读可用；套接字需要 CIP 命令。"],
  decode: ["in words", "显示含义"],
  clear: ["Clear", "清空"],
  command: ["Command", "命令"],
  sendButton: ["Send", "发送"],
  badCommand: ["This is no command line", "命令行无效"],
  injure: ["Make it happen now:", "立即触发："],
  signalHint: ["Asked every 3 seconds. Below −93 dBm (rssi 10) connections break easily.", "每 3 秒查询一次。低于 −93 dBm（rssi 10）容易断线。"],
  noSignal: ["no signal", "无信号"],
  unknownSignal: ["unknown", "未知"],
  chart: ["Signal over the last five minutes", "最近五分钟的信号"],
  kind: ["Kind", "类型"],
  address: ["Server", "服务器"],
  beat: ["Heartbeat (s)", "心跳（秒）"],
  saying: ["Heartbeat text", "心跳内容"],
  open: ["Open", "打开"],
  serversHint: ["In the simulated network: echo.luat:7 (TCP, UDP), ws://echo.luat/, hello.luat:13, which closes after 5 s, and silent.luat:9.", "模拟网络中有：echo.luat:7（TCP、UDP）、ws://echo.luat/、5 秒后关闭的 hello.luat:13、不作声的 silent.luat:9。"],
  slots: ["{0} of {1} links in use", "已用 {0}/{1} 条链路"],
  badAddress: ["Write the server as host:port, or ws://host/path for a WebSocket", "服务器写作 主机:端口，WebSocket 写作 ws://主机/路径"],
  allUsed: ["All links are in use; close one first", "链路已用完，请先关闭一条"],
  refused: ["Not opened: {0}", "未打开：{0}"],
  opening: ["connecting", "连接中"],
  opened: ["open", "已连接"],
  closed: ["closed: {0}", "已关闭：{0}"],
  failed: ["not connected: {0}", "未连上：{0}"],
  message: ["Message", "消息"],
  asHex: ["as hex", "十六进制"],
  badHex: ["Hexadecimal digits come in pairs: 48 65 6c", "十六进制须成对：48 65 6c"],
  close: ["Close", "关闭"],
  remove: ["Remove", "移除"],
  counts: ["{0} sent · {1} received · {2} waiting", "发 {0} · 收 {1} · 待发 {2}"],
  lost: ["{0} bytes were never sent", "{0} 字节未发出"],
  recordHint: ["Everything that goes over the line is recorded from the moment you connect, byte for byte, and stays here when the cable is pulled.", "自连接起，串口上的所有数据都逐字节记录；拔线后仍保留。"],
  bytes: ["bytes recorded", "字节已记录"],
  recordFull: ["bytes; the recording is full and ends here", "字节；记录已满，到此为止"],
  saveRedacted: ["Save, redacted", "保存（脱敏）"],
  saveWhole: ["Save whole", "保存（完整）"],
  rewind: ["Begin anew", "重新记录"],
  recordSecrets: ["Redacted: IMEI, IMSI, ICCID, telephone numbers and IP addresses keep their beginning, the rest is zeros. PINs and passwords are in neither; what you send over links is in both.", "脱敏：IMEI、IMSI、ICCID、电话号码和 IP 地址只留开头，其余为零。PIN 和密码在两者中均不出现；链路上收发的内容在两者中均保留。"],
  drop: ["Drop a serial log here, of whatever tool, or", "把任意工具的串口日志拖到这里，或"],
  choose: ["Choose a file", "选择文件"],
  sample: ["Take an example", "使用示例"],
  noLog: ["{0} is no log of a module: {1} lines, {2} of them AT. Give the log of a serial terminal or a driver, with the AT lines in it.", "{0} 不是模块日志：共 {1} 行，其中 AT {2} 行。请提供含 AT 行的串口终端或驱动日志。"],
  tooLarge: ["{0} is larger than 32 MB; cut out the part in question.", "{0} 超过 32 MB，请截取有问题的部分。"],
  reading: ["Reading {0}…", "正在解读 {0}…"],
  unreadable: ["{0} cannot be read.", "无法读取 {0}。"],
  noFault: ["No fault found", "未发现故障"],
  faults: ["{0} found", "发现 {0} 项"],
  over: ["over at line {0}", "第 {0} 行已恢复"],
  firstLines: ["the first {0} of {1} lines", "前 {0} 行，共 {1} 行"],
  line: ["Line", "行"],
  text: ["Text", "文本"],
  meaning: ["Meaning", "含义"],
  role: ["Role", "类别"],
  footer: ["Part of luat-modem, a driver for Luat/Air modules in Rust. Once loaded, the page needs no network.", "luat-modem 的一部分：用 Rust 写的合宙 Air 模块驱动。加载后本页无需联网。"],
  stateNone: ["not connected", "未连接"],
  stateSearching: ["trying {0} baud…", "正在尝试 {0} 波特…"],
  stateSoftware: ["connected to {0}", "已连接：{0}"],
  stateSerial: ["connected to the serial port at {0} baud", "已连接：串口，{0} 波特"],
  stateReady: ["online as {0}", "已联网，地址 {0}"],
  noPort: ["No port was chosen.", "未选择串口。"],
  portTaken: ["The port cannot be opened. Another program has it, most likely: close serial terminals, the IDE's monitor and other tabs; on Linux your user must be in the group dialout.", "无法打开串口，多半被其他程序占用：请关闭串口助手、IDE 监视器和其他标签页；Linux 下用户须在 dialout 组。"],
  portBusy: ["The port is already open in this page.", "该串口已在本页打开。"],
  portForbidden: ["This page may not use serial ports: open it on https:// or localhost, outside of frames.", "本页无权使用串口：请用 https:// 或 localhost 打开，且不在框架内。"],
  unplugged: ["The port is gone: the cable was unplugged, or the module's USB restarted. What was recorded is kept; connect again when it is back.", "串口消失：线被拔出，或模块 USB 重启。记录已保留；恢复后请重新连接。"],
  wrongBaud: ["Bytes come, but they make no sense at {0} baud: the rate is wrong, or the ground wire is missing. Let the page find the rate.", "在 {0} 波特收到的数据是乱码：波特率不对，或地线未接。可让本页自动检测。"],
  noBaud: ["Nothing answers at any rate. Going on at 115200 baud; see the diagnosis.", "所有波特率均无应答。以 115200 继续，请看诊断。"],
  garbageBaud: ["Bytes come, but at no rate they make sense. Going on at 115200 baud; check the ground wire and the voltage of the UART.", "有数据但在任何波特率下都是乱码。以 115200 继续；请检查地线和串口电平。"],
  lineErrors: ["The port reports damaged bytes: the rate may be wrong.", "串口报告字节错误：波特率可能不对。"],
  badSetting: ["APN, user, password or PIN cannot be sent to the module: {0}", "APN、用户名、密码或 PIN 无法发送给模块：{0}"],
  broken: ["Something went wrong in this page, which is a mistake in it: {0}. Reload it.", "本页内部出错（程序缺陷）：{0}。请刷新。"],
  role_command: ["command", "命令"],
  role_echo: ["echo", "回显"],
  role_response: ["answer", "应答"],
  role_final: ["result", "结果"],
  role_urc: ["unasked", "上报"],
  role_prompt: ["prompt", "提示符"],
  role_payload: ["data", "数据"],
  role_noise: ["noise", "噪声"],
  role_unknown: ["unknown", "未知"],
  role_note: ["note", "备注"],
  fault_: ["nothing", "无"],
  "fault_no-sim": ["no SIM card", "没有 SIM 卡"],
  fault_pin: ["the card wants its PIN (1234)", "SIM 卡需要 PIN（1234）"],
  fault_denied: ["the network denies it", "网络拒绝注册"],
  "fault_no-pdp": ["no bearer (no PDP)", "没有承载（PDP 失败）"],
  "fault_weak-signal": ["weak signal", "信号弱"],
  fault_restart: ["it restarts", "模块重启"],
  "fault_bearer-lost": ["the bearer is lost", "承载丢失"],
  "fault_sim-removed": ["card out", "拔出 SIM 卡"],
  "fault_sim-inserted": ["card in", "插入 SIM 卡"],
  "fault_good-signal": ["good signal", "信号好"],
  fault_close: ["far end closes", "对端关闭"],
};

let language = "en";
const listeners = [];

export const currentLanguage = () => language;

/** A text of the page, with {0}, {1} filled in. */
export function t(key, ...values) {
  const texts = TEXTS[key] ?? [key, key];
  const text = texts[language === "zh" ? 1 : 0];
  return text.replace(/\{(\d)\}/g, (_, at) => values[at] ?? "");
}

/** Words that came in both languages. */
export const pick = (words) => words?.[language] ?? "";

export function onLanguage(listener) {
  listeners.push(listener);
}

export function setLanguage(to) {
  language = to === "zh" ? "zh" : "en";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-t]")) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  for (const listener of listeners) listener();
}

/** The language that was asked for, chosen before, or that the browser has. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  let before = null;
  try {
    before = localStorage.getItem("language");
  } catch {
    // The page works without a memory.
  }
  return asked ?? before ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");
}

export function rememberLanguage() {
  try {
    localStorage.setItem("language", language);
  } catch {
    // As above.
  }
}
