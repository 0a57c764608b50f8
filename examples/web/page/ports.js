// Where the module is: in software in this page, or at a serial port.
//
// A port has start(receive, lost), write(bytes), which resolves when it took them, and close().

/** The clock of the page. `?pace=8` lets it run faster; with a serial port it runs as it is. */
const pace = Math.max(1, Number(new URLSearchParams(location.search).get("pace")) || 1);

export class SoftwarePort {
  pace = pace;

  constructor(module) {
    this.module = module;
  }

  now() {
    return performance.now() * pace;
  }

  start(receive) {
    this.receive = receive;
    this.turn();
  }

  async write(bytes) {
    this.module?.receive(this.now(), bytes);
    // What it says, it says later.
    this.schedule(0);
  }

  inject(fault) {
    this.module?.inject(this.now(), fault);
    this.schedule(0);
  }

  async close() {
    clearTimeout(this.timer);
    this.module?.free();
    this.module = null;
  }

  turn() {
    if (!this.module) return;
    for (;;) {
      const bytes = this.module.transmit(this.now());
      if (bytes.length === 0) break;
      this.receive(bytes);
      if (!this.module) return;
    }
    this.schedule(this.module.deadline() / pace);
  }

  schedule(delay) {
    clearTimeout(this.timer);
    if (delay !== Infinity) this.timer = setTimeout(() => this.turn(), Math.min(delay, 60_000));
  }
}

/** What went wrong with a port; `code` is the name of its text. */
export class PortError extends Error {
  constructor(code, ...values) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

export const hasSerial = () => "serial" in navigator;

/** Has the person choose a port. */
export async function chooseSerial() {
  try {
    return await navigator.serial.requestPort();
  } catch (error) {
    throw new PortError(error?.name === "SecurityError" ? "portForbidden" : "noPort");
  }
}

export class SerialPort {
  pace = 1;
  open = false;
  /** Is called when the port tells of a damaged byte. */
  damaged = null;

  constructor(port, baud) {
    this.port = port;
    this.baud = baud;
  }

  now() {
    return performance.now();
  }

  async connect() {
    try {
      await this.port.open({ baudRate: this.baud, bufferSize: 65536 });
    } catch (error) {
      throw new PortError(error?.name === "InvalidStateError" ? "portBusy" : "portTaken");
    }
    this.open = true;
    // DTR keeps a module awake, and RTS lets it speak, where they are wired.
    await this.port.setSignals?.({ dataTerminalReady: true, requestToSend: true }).catch(() => {});
  }

  start(receive, lost) {
    this.lost = lost;
    this.reading = this.read(receive);
  }

  async read(receive) {
    // A stream that broke by a damaged byte is replaced by another; one of a port that is gone is not.
    while (this.open && this.port.readable) {
      const reader = this.port.readable.getReader();
      this.reader = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          if (value.length > 0) receive(value);
        }
      } catch {
        if (this.port.readable) this.damaged?.();
      } finally {
        reader.releaseLock();
      }
    }
    if (this.open) this.vanish();
  }

  async write(bytes) {
    if (!this.open) return;
    let writer;
    try {
      writer = this.port.writable.getWriter();
      await writer.write(bytes);
    } catch {
      if (this.open) this.vanish();
    } finally {
      writer?.releaseLock();
    }
  }

  vanish() {
    this.open = false;
    this.lost?.();
  }

  async close() {
    this.open = false;
    try {
      await this.reader?.cancel();
      await this.reading;
      await this.port.close();
    } catch {
      // It was gone before.
    }
  }
}

/** The rates of modules, the likely ones first. */
const RATES = [115200, 9600, 921600, 460800, 230400, 57600, 38400, 19200];

/** The rate at which the module answers, or what came instead: `{ rate, verdict }`. */
export async function findRate(port, Probe, tell) {
  let best = "silent";
  for (const rate of RATES) {
    tell(rate);
    const verdict = await tryRate(port, rate, Probe);
    if (verdict === "answered") return { rate, verdict };
    if (verdict !== "silent") best = "garbage";
  }
  return { rate: RATES[0], verdict: best };
}

async function tryRate(port, rate, Probe) {
  const serial = new SerialPort(port, rate);
  await serial.connect();
  const probe = new Probe();
  let gone = false;
  serial.start((bytes) => probe.receive(bytes), () => (gone = true));
  try {
    for (let attempt = 0; attempt < 3 && !gone; attempt += 1) {
      await serial.write(new TextEncoder().encode("AT\r\n"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      if (probe.verdict() === "answered") break;
    }
    if (gone) throw new PortError("unplugged");
    return probe.verdict();
  } finally {
    await serial.close();
    probe.free();
  }
}
