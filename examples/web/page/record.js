// The transcript: it grows from the moment of the connection, and can be saved at any time.

import { $, fileName, save } from "./dom.js";
import { onLanguage, t } from "./texts.js";

export class Recorder {
  constructor(page) {
    this.page = page;
    $("save-redacted").addEventListener("click", () => this.save(false));
    $("save-whole").addEventListener("click", () => this.save(true));
    $("rewind").addEventListener("click", () => {
      page.runner?.do((now) => page.session.rewind(now));
      this.show();
    });
    onLanguage(() => this.show());
  }

  save(whole) {
    save(fileName(whole ? "whole" : "redacted", "transcript"), this.page.session.transcript(whole));
  }

  show() {
    const { session, runner } = this.page;
    const recorded = session?.recorded() ?? 0;
    $("recorded").textContent = Math.abs(recorded).toLocaleString("en");
    $("recorded").nextElementSibling.textContent = t(recorded < 0 ? "recordFull" : "bytes");
    for (const id of ["save-redacted", "save-whole"]) $(id).disabled = !session;
    $("rewind").disabled = !runner;
  }
}
