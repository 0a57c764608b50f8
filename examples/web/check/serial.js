// A stand-in for navigator.serial, in front of the module in software of the page.
//
// `stand` says how the cable is: `baud` is the rate of the module; `taken`, another program has the port;
// `foreign`, the module speaks another dialect; unplug() pulls the cable.

(() => {
  const stand = { baud: 115200, taken: false, foreign: false, opened: [] };

  class Port extends EventTarget {
    readable = null;
    writable = null;

    async open({ baudRate }) {
      if (this.readable) throw new DOMException("The port is already open.", "InvalidStateError");
      if (stand.taken) throw new DOMException("Failed to open serial port.", "NetworkError");
      stand.opened.push(baudRate);
      const { Software } = await import("/luat_web.js");
      stand.module ??= stand.foreign ? new Foreign() : new Software(performance.now(), "air780e", stand.fault ?? "");
      const is = baudRate === stand.baud;
      this.readable = new ReadableStream({ start: (controller) => (this.input = controller), cancel: () => {} });
      this.writable = new WritableStream({
        write: (bytes) => {
          if (!is) return this.input.enqueue(bytes.map((byte) => (byte >> 1) | 0x80));
          stand.module.receive(performance.now(), bytes);
          return this.pump();
        },
      });
      this.timer = setInterval(() => is && this.pump(), 5);
    }

    pump() {
      for (;;) {
        const bytes = stand.module.transmit(performance.now());
        if (bytes.length === 0 || !this.readable) return;
        // As a UART driver does it: in pieces, wherever they end.
        for (let at = 0; at < bytes.length; at += 7) this.input.enqueue(bytes.slice(at, at + 7));
      }
    }

    async close() {
      clearInterval(this.timer);
      if (this.readable?.locked) throw new TypeError("the stream is locked");
      this.readable = null;
      this.writable = null;
    }

    getInfo() {
      return { usbVendorId: 0x19d1, usbProductId: 1 };
    }
  }

  /** A module of another family: it knows 3GPP, and sockets of its own. */
  class Foreign {
    answers = { AT: "", ATE0: "", ATI: "Quectel\r\nEC20F\r\nRevision: EC20CEFAGR06A15M4G", "AT+CGMM": "EC20F", "AT+CMEE=1": "", "AT+CPIN?": "+CPIN: READY", "AT+CSQ": "+CSQ: 24,99", "AT+CEREG=1": "", "AT+CGREG=1": "", "AT+CREG=1": "", "AT+CEREG?": "+CEREG: 1,1", "AT+CGATT?": "+CGATT: 1" };
    text = "";
    out = [];

    receive(_, bytes) {
      this.text += new TextDecoder().decode(bytes);
      const lines = this.text.split(/\r\n?/);
      this.text = lines.pop();
      for (const line of lines.filter(Boolean)) {
        const answer = this.answers[line];
        this.out.push(answer === undefined ? "\r\nERROR\r\n" : `${answer && `\r\n${answer}\r\n`}\r\nOK\r\n`);
      }
    }

    transmit() {
      const text = this.out.join("");
      this.out = [];
      return new TextEncoder().encode(text);
    }
  }

  const port = new Port();
  stand.unplug = () => {
    const { input } = port;
    clearInterval(port.timer);
    port.readable = null;
    port.writable = null;
    input.error(new DOMException("The device has been lost.", "NetworkError"));
    port.dispatchEvent(new Event("disconnect"));
  };
  /** A byte comes damaged: the stream breaks, and the port has another. */
  stand.damage = () => {
    const { input } = port;
    port.readable = new ReadableStream({ start: (controller) => (port.input = controller) });
    input.error(new DOMException("A framing error.", "FramingError"));
  };
  stand.requestPort = async () => {
    if (stand.none) throw new DOMException("No port selected by the user.", "NotFoundError");
    return port;
  };
  globalThis.stand = stand;
  Object.defineProperty(navigator, "serial", { value: stand, configurable: true });
})();
