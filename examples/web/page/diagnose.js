// The diagnosis: its steps as they happen, the verdict, what to do.

import { $, fileName, make, save } from "./dom.js";
import { currentLanguage, onLanguage, pick, t } from "./texts.js";

export class Diagnosis {
  constructor(steps, page) {
    this.all = steps;
    this.page = page;
    this.clear();
    onLanguage(() => this.show());
    $("again").addEventListener("click", () => {
      page.fail(null);
      try {
        page.runner?.do((now) => page.session.diagnose(now, page.settings()));
      } catch (error) {
        page.fail("badSetting", error.message);
      }
    });
    $("report").addEventListener("click", () => save(fileName("diagnosis", "txt"), this.text()));
    this.show();
  }

  clear() {
    this.steps = new Map(this.all.map((step) => [step.step, { ...step, state: "waiting", words: {} }]));
    this.verdict = null;
    this.running = false;
    this.stopped = false;
    this.heard = null;
  }

  take(event) {
    if (event.is === "diagnosis") {
      this.clear();
      this.running = true;
    } else if (event.is === "step") {
      this.steps.set(event.step, event);
      this.heard = null;
    } else {
      this.running = false;
      if (event.is === "verdict") this.verdict = event;
      else this.stopped = true;
    }
    this.show();
  }

  /** The module says something while a step runs. */
  hear(words) {
    this.heard = words;
    const row = document.querySelector(".step.running");
    if (this.running && row) row.lastElementChild.textContent = pick(words);
  }

  show() {
    $("report").disabled = !this.verdict;
    $("steps").replaceChildren(...[...this.steps.values()].map((step) => {
      // While it is waited for, the last that the module said.
      const words = pick(step.state === "running" ? this.heard : step.words);
      const row = make("li", `step ${step.state}`, make("span", "mark"), make("b", "", pick(step.name)), make("span", "words", words));
      row.dataset.step = step.step;
      row.dataset.state = step.state;
      if (step.state === "running") row.setAttribute("aria-current", "step");
      return row;
    }));
    $("verdict").replaceChildren(this.head());
    const remarks = this.verdict?.remarks ?? [];
    $("remarks").replaceChildren(...(remarks.length > 0
      ? [make("h3", "", t("seen")), ...remarks.map((remark) => finding(remark))]
      : []));
  }

  head() {
    const { verdict } = this;
    if (!verdict) {
      const key = this.running ? "diagnosing" : this.stopped ? "stopped" : "notYet";
      return make("p", this.running ? "note busy" : "note", t(key));
    }
    const box = make("div", `verdict ${verdict.usable ? "good" : "bad"}`);
    box.dataset.code = verdict.finding?.code ?? "usable";
    box.append(make("h3", "", t(verdict.usable ? "usable" : "unusable")));
    if (verdict.foreign) box.append(make("p", "foreign", t("foreign")));
    if (verdict.finding) box.append(finding({ ...verdict.finding, evidence: verdict.evidence, severityName: null }));
    return box;
  }

  /** The result as a text for somebody else: without the numbers of device and card. */
  text() {
    const { verdict } = this;
    const zh = currentLanguage() === "zh";
    const lines = [
      `# luat-modem: ${t(verdict.usable ? "usable" : "unusable")}`,
      `${verdict.model || "?"}, ${verdict.firmware || "?"}`,
      "",
    ];
    for (const step of this.steps.values()) {
      const mark = { passed: "[x]", failed: "[!]", skipped: "[-]" }[step.state] ?? "[ ]";
      lines.push(`${mark} ${pick(step.name)}${zh ? "：" : ": "}${pick(step.words)}`);
    }
    const found = [verdict.finding && { ...verdict.finding, evidence: verdict.evidence }, ...verdict.remarks];
    for (const one of found.filter(Boolean)) {
      lines.push("", `${pick(one.severityName)} [${one.code}] ${pick(one.what)}`);
      lines.push(`  ${t("why")}: ${pick(one.why)}`, `  ${t("advice")}: ${pick(one.advice)}`);
    }
    lines.push("", "--", "", this.page.session.transcript(false));
    return lines.join("\n");
  }
}

/** A finding with its reasons, and the lines that show it. */
export function finding(found) {
  // In a verdict it needs no tag: there it is the reason.
  const tag = found.severityName && make("span", `tag ${found.severity}`, pick(found.severityName));
  const head = make("p", "what", tag, " ", make("b", "", pick(found.what)), " ", make("code", "quiet", found.code));
  const reasons = make("dl", "reasons", make("dt", "", t("why")), make("dd", "", pick(found.why)), make("dt", "", t("advice")), make("dd", "", pick(found.advice)));
  const box = make("div", `finding ${found.severity}`, head, reasons);
  box.dataset.code = found.code;
  if (found.evidence?.length > 0) {
    reasons.append(make("dt", "", t("evidence")), make("dd", "", make("pre", "", found.evidence.join("\n"))));
  }
  if (found.over) head.append(" ", make("span", "quiet", t("over", found.over)));
  return box;
}
