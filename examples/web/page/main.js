// The page: one session at a time, and the tools that show what it tells.

import init, { Probe, Session, Software, commands, steps } from "./luat_web.js";
import { $, make, trouble } from "./dom.js";
import { PortError, SerialPort, SoftwarePort, chooseSerial, findRate, hasSerial } from "./ports.js";
import { Runner } from "./runner.js";
import { firstLanguage, onLanguage, rememberLanguage, setLanguage, t } from "./texts.js";
import { Diagnosis } from "./diagnose.js";
import { Explain } from "./explain.js";
import { Links } from "./sockets.js";
import { Recorder } from "./record.js";
import { SignalChart } from "./signal.js";
import { Terminal } from "./terminal.js";
import { Tabs } from "./tabs.js";

const FAULTS = ["", "no-sim", "pin", "denied", "no-pdp", "weak-signal", "restart", "bearer-lost"];
const INJURIES = ["restart", "bearer-lost", "sim-removed", "sim-inserted", "weak-signal", "good-signal", "close"];
/** Where a diagnosis of the module in software connects. */
const ECHO = { host: "echo.luat", port: 7 };

const page = {
  runner: null,
  /** What the state line says: a text and its values. */
  state: ["stateNone"],
  connected: ["stateNone"],
  trouble: null,
  module: {},
};

async function begin() {
  setLanguage(firstLanguage());
  // Compiled once, for the page and for what works beside it.
  const bytes = await fetch(new URL("luat_web_bg.wasm", import.meta.url));
  const module = await WebAssembly.compile(await bytes.arrayBuffer());
  await init({ module_or_path: module });
  $("start-trouble").remove();
  document.querySelector(".connect").hidden = false;

  page.tabs = new Tabs($("tabs"), ["diagnose", "terminal", "signal", "sockets", "record", "explain"]);
  page.diagnosis = new Diagnosis(JSON.parse(steps()), page);
  page.terminal = new Terminal(JSON.parse(commands()), page);
  page.signal = new SignalChart();
  page.links = new Links(page);
  page.recorder = new Recorder(page);
  page.explain = new Explain(module, page);

  fill();
  onLanguage(fill);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      setLanguage(button.dataset.language);
      rememberLanguage();
    });
  }
  const form = $("connect");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    connect(form);
  });
  form.addEventListener("change", () => chooseWay(form));
  $("disconnect-button").addEventListener("click", () => disconnect());
  if (!hasSerial()) form.elements.way[1].disabled = true;
  chooseWay(form);
  page.setConnected(false);
  document.body.dataset.ready = "true";
}

/** Everything on the page that is in a language and not marked with it. */
function fill() {
  const form = $("connect").elements;
  options(form.profile, JSON.parse(Software.profiles()).map((row) => [row.name, `${row.model} (${row.name}, ${row.chip})`]), "air780ep");
  options(form.fault, FAULTS.map((fault) => [fault, t(`fault_${fault}`)]), "");
  $("serial-hint").textContent = t(hasSerial() ? "serialHint" : "noSerial");
  $("injure").replaceChildren(make("span", "quiet", t("injure")), ...INJURIES.map((fault) => {
    const button = make("button", "", t(`fault_${fault}`));
    button.type = "button";
    button.dataset.fault = fault;
    button.addEventListener("click", () => page.runner?.port.inject?.(fault));
    return button;
  }));
  showState();
}

function options(select, rows, first) {
  const chosen = select.value || first;
  select.replaceChildren(...rows.map(([value, text]) => {
    const option = make("option", "", text);
    option.value = value;
    return option;
  }));
  select.value = chosen;
}

function chooseWay(form) {
  const way = form.elements.way.value;
  for (const fields of form.querySelectorAll("[data-way]")) {
    fields.hidden = fields.dataset.way !== way;
  }
  $("servers-hint").hidden = way !== "software";
}

/** What the person set, as the session wants it. */
page.settings = () => {
  const form = $("connect").elements;
  const isSoftware = form.way.value === "software";
  const [, host, port] = form.target.value.trim().match(/^(.+):(\d+)$/) ?? [];
  const target = host ? { host, port: Number(port) } : isSoftware ? ECHO : {};
  return JSON.stringify({
    apn: form.apn.value,
    user: form.user.value,
    password: form.password.value,
    pin: form.pin.value,
    patience: isSoftware ? 15 : 90,
    ...target,
  });
};

async function connect(form) {
  page.fail(null);
  await disconnect();
  $("connect-button").disabled = true;
  try {
    const way = form.elements.way.value;
    const port = way === "software" ? softwarePort(form) : await serialPort(form);
    const name = way === "software" ? `software ${form.elements.profile.value}` : `Web Serial ${port.baud} baud`;
    let session;
    try {
      session = new Session(port.now(), name, page.settings());
    } catch (error) {
      await port.close();
      throw new PortError("badSetting", error.message);
    }
    page.session?.free();
    page.session = session;
    page.bytes = { good: 0, noise: 0 };
    for (const view of [page.terminal, page.signal, page.links]) view.reset();
    page.links.suggest(way === "software" ? "echo.luat:7" : "");
    page.connected = port instanceof SoftwarePort
      ? ["stateSoftware", form.elements.profile.selectedOptions[0].textContent]
      : ["stateSerial", port.baud];
    page.say(...page.connected);
    page.setConnected(true, port);
    page.runner = new Runner(session, port, { take, lost, broken });
  } catch (error) {
    page.say("stateNone");
    if (error instanceof PortError) page.fail(error.code, ...error.values);
    else page.fail("broken", error.message ?? error);
  } finally {
    $("connect-button").disabled = false;
  }
}

function softwarePort(form) {
  const { profile, fault } = form.elements;
  const now = new SoftwarePort(null).now();
  return new SoftwarePort(new Software(now, profile.value, fault.value));
}

async function serialPort(form) {
  const chosen = await chooseSerial();
  let baud = Number(form.elements.baud.value);
  if (baud === 0) {
    const found = await findRate(chosen, Probe, (rate) => page.say("stateSearching", rate));
    if (found.verdict !== "answered") page.fail(found.verdict === "garbage" ? "garbageBaud" : "noBaud");
    baud = found.rate;
  }
  const port = new SerialPort(chosen, baud);
  port.damaged = () => page.fail("lineErrors");
  await port.connect();
  return port;
}

async function disconnect() {
  const runner = page.runner;
  if (!runner) return;
  runner.end("the port was closed");
  page.runner = null;
  await runner.port.close();
  page.say("stateNone");
  page.setConnected(false);
}

function lost() {
  page.fail("unplugged");
  disconnect();
}

function broken(error) {
  console.error(error);
  // It cannot be used any more, not even its transcript.
  page.session = null;
  page.runner?.port.close();
  page.runner = null;
  page.fail("broken", error.message);
  page.setConnected(false);
}

/** Hands every event to the tool that shows it. */
function take(events) {
  const lines = events.filter((event) => event.is === "line");
  if (lines.length > 0) {
    page.terminal.add(lines);
    watchNoise(lines);
    const telling = lines.findLast((line) => line.bad || line.role === "response" || line.role === "urc");
    if (telling) page.diagnosis.hear(telling.words);
  }
  for (const event of events) {
    switch (event.is) {
      case "module":
        page.module = event;
        page.links.showSlots();
        page.say(...(event.ready && event.address ? ["stateReady", event.address] : page.connected));
        $("again").disabled = event.diagnosing;
        break;
      case "diagnosis":
      case "step":
      case "verdict":
      case "stopped":
        page.diagnosis.take(event);
        break;
      case "signal":
        page.signal.add(event);
        break;
      case "link":
      case "received":
      case "beat":
        page.links.take(event);
        break;
      default:
    }
  }
  page.recorder.show();
}

/** Names a wrong rate as soon as it shows. */
function watchNoise(lines) {
  const port = page.runner?.port;
  for (const line of lines) {
    if (line.way === "from") page.bytes[line.role === "noise" ? "noise" : "good"] += 1;
  }
  if (page.bytes.noise >= 2 && page.bytes.good === 0 && port?.baud) page.fail("wrongBaud", port.baud);
}

/** Says how the connection stands. */
page.say = (...state) => {
  page.state = state;
  showState();
};

/** Names what went wrong, or nothing. */
page.fail = (...what) => {
  page.trouble = what[0] ? what : null;
  showState();
};

function showState() {
  $("state").textContent = t(...page.state);
  trouble($("trouble"), page.trouble && t(...page.trouble));
}

page.setConnected = (isConnected, port) => {
  $("disconnect-button").hidden = !isConnected;
  $("again").disabled = !isConnected;
  $("injure").hidden = !(isConnected && port instanceof SoftwarePort);
  for (const id of ["command", "open"]) $(id).querySelector("button").disabled = !isConnected;
  page.recorder.show();
};

begin().catch((error) => {
  console.error(error);
  const place = $("start-trouble");
  if (place) place.append(make("br"), String(error));
});
