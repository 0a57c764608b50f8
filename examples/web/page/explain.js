// A log that was dropped on the page.

import { $, make, trouble } from "./dom.js";
import { finding } from "./diagnose.js";
import { onLanguage, pick, t } from "./texts.js";

const LARGEST = 32 << 20;

const SAMPLE = `[10:21:07.112] TX: AT
[10:21:07.120] RX: OK
[10:21:07.320] TX: AT+CPIN?
[10:21:07.331] RX: +CPIN: READY
[10:21:07.331] RX: OK
[10:21:07.501] TX: AT+CSQ
[10:21:07.512] RX: +CSQ: 7,0
[10:21:07.512] RX: OK
[10:21:07.700] TX: AT+CEREG?
[10:21:07.711] RX: +CEREG: 0,1
[10:21:07.711] RX: OK
[10:21:08.000] TX: AT+CIPMUX=1
[10:21:08.010] RX: OK
[10:21:08.200] TX: AT+CSTT
[10:21:08.210] RX: OK
[10:21:08.300] TX: AT+CIICR
[10:21:09.010] RX: OK
[10:21:09.100] TX: AT+CIFSR
[10:21:09.110] RX: 10.74.100.63
[10:21:09.400] TX: AT+CIPSTART=0,"TCP","192.168.1.20",8080
[10:21:09.412] RX: OK
[10:22:24.530] RX: 0, CONNECT FAIL
`;

export class Explain {
  constructor(module, page) {
    this.worker = new Worker(new URL("explain-worker.js", import.meta.url), { type: "module" });
    this.worker.postMessage({ module });
    this.worker.addEventListener("message", ({ data }) => this.explained(data));
    // What is asked, in order: one answer comes for each.
    this.asked = [];
    // A file may be dropped anywhere on the page.
    const drag = (event, is) => {
      if (!event.dataTransfer?.types.includes("Files")) return false;
      event.preventDefault();
      $("drop").classList.toggle("over", is);
      return true;
    };
    document.addEventListener("dragover", (event) => drag(event, true) && page.tabs.choose("explain"));
    document.addEventListener("dragleave", (event) => event.relatedTarget === null && drag(event, false));
    document.addEventListener("drop", (event) => {
      if (!drag(event, false)) return;
      page.tabs.choose("explain");
      const [file] = event.dataTransfer.files;
      if (file) this.read(file);
    });
    $("log").addEventListener("change", (event) => {
      const [file] = event.target.files;
      if (file) this.read(file);
      event.target.value = "";
    });
    $("sample").addEventListener("click", () => this.take("example.log", new TextEncoder().encode(SAMPLE)));
    onLanguage(() => this.show());
  }

  async read(file) {
    if (file.size > LARGEST) return this.fail("tooLarge", file.name);
    try {
      return this.take(file.name, new Uint8Array(await file.arrayBuffer()));
    } catch {
      return this.fail("unreadable", file.name);
    }
  }

  take(name, bytes) {
    this.trouble = null;
    this.result = null;
    this.asked.push(name);
    this.worker.postMessage({ bytes }, [bytes.buffer]);
    this.show();
  }

  explained({ result, error }) {
    const name = this.asked.shift();
    if (this.asked.length > 0) return undefined;
    if (error) return this.fail("unreadable", name);
    this.result = JSON.parse(result);
    const { log, lines, known } = this.result;
    if (!log) return this.fail("noLog", name, lines, known);
    return this.show();
  }

  fail(...trouble) {
    this.trouble = trouble;
    this.result = null;
    this.show();
  }

  show() {
    trouble($("reading"), this.asked.length > 0 ? t("reading", this.asked.at(-1)) : null);
    trouble($("log-trouble"), this.trouble && t(...this.trouble));
    $("explained").replaceChildren(...(this.result ? this.parts(this.result) : []));
  }

  parts({ lines, count, findings }) {
    const standing = findings.filter((found) => !found.over);
    const head = make("h3", "", findings.length === 0 ? t("noFault") : t("faults", findings.length));
    head.dataset.standing = standing.length;
    const cut = lines.length < count ? [make("p", "quiet", t("firstLines", lines.length, count))] : [];
    const header = make("tr", "", ...["line", "role", "text", "meaning"].map((key) => {
      const cell = make("th", "", t(key));
      cell.scope = "col";
      return cell;
    }));
    const rows = lines.map((line) => make("tr", line.role, make("td", "number", String(line.line)), make("td", "role", t(`role_${line.role}`)), make("td", "", make("code", "", line.text)), make("td", "words", pick(line.words))));
    const table = make("table", "log", make("thead", "", header), make("tbody", "", ...rows));
    const scroll = make("div", "scroll", table);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", t("explain"));
    return [head, ...findings.map((found) => finding(found)), ...cut, scroll];
  }
}
