// Turns a session: bytes between it and its port, time, and events to whoever listens.

/** What the port gets at once: half a second at 9600 baud, so that the driver's time is about right. */
const PIECE = 512;

export class Runner {
  running = true;
  writing = false;

  /** `take(events)` gets what happened; `lost()` is called once if the port goes away. */
  constructor(session, port, { take, lost, broken }) {
    Object.assign(this, { session, port, take, lost, broken });
    port.start(
      (bytes) => this.do((now) => session.receive(now, bytes)),
      () => this.portLost(),
    );
    this.do(() => {});
  }

  /** Does something with the session, and what follows from it. */
  do(act) {
    if (!this.running) return undefined;
    let result;
    try {
      result = act(this.port.now());
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) {
        this.follow();
        throw error;
      }
      this.fail(error);
    }
    this.follow();
    return result;
  }

  follow() {
    if (!this.running) return;
    try {
      this.write();
      this.tell();
      this.schedule();
    } catch (error) {
      this.fail(error);
    }
  }

  write() {
    if (this.writing) return;
    const bytes = this.session.outgoing(this.port.now()).subarray(0, PIECE);
    if (bytes.length === 0) return;
    this.writing = true;
    // The driver is told first: an answer may come before the port says that it is done.
    this.session.sent(this.port.now(), bytes);
    this.port.write(bytes).then(() => {
      this.writing = false;
      this.follow();
    });
  }

  tell() {
    const events = JSON.parse(this.session.events());
    if (events.length > 0) this.take(events);
  }

  schedule() {
    clearTimeout(this.timer);
    if (!this.running) return;
    const delay = Math.min(this.session.deadline() / this.port.pace, 1000);
    this.timer = setTimeout(() => this.do((now) => this.session.tick(now)), Math.max(delay, 1));
  }

  portLost() {
    if (!this.running) return;
    this.end("the port was unplugged");
    this.lost();
  }

  /** Ends the session; its transcript stays. */
  end(why) {
    if (!this.running) return;
    clearTimeout(this.timer);
    try {
      this.session.port_closed(this.port.now(), why);
      this.tell();
    } finally {
      this.running = false;
    }
  }

  fail(error) {
    this.running = false;
    clearTimeout(this.timer);
    this.broken(error);
  }
}
