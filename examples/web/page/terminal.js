// The terminal: every line that passes, in words, and a line to type commands.

import { $, make } from "./dom.js";
import { onLanguage, pick, t } from "./texts.js";

const MOST = 2000;

export class Terminal {
  constructor(commands, page) {
    this.page = page;
    this.place = $("lines");
    this.history = [];
    this.at = 0;
    this.waiting = [];
    $("commands").replaceChildren(...commands.map((name) => {
      const option = make("option");
      option.value = `AT${name}`;
      return option;
    }));
    const form = $("command");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(form.elements.line);
    });
    form.elements.line.addEventListener("keydown", (event) => this.recall(event));
    $("terminal-clear").addEventListener("click", () => this.reset());
    $("terminal-words").addEventListener("change", (event) => this.place.classList.toggle("bare", !event.target.checked));
    $("panel-terminal").addEventListener("shown", () => (this.place.scrollTop = this.place.scrollHeight));
    onLanguage(() => this.translate());
  }

  reset() {
    this.place.replaceChildren();
  }

  add(lines) {
    // Drawn once in a frame, however fast the line is.
    if (this.waiting.length === 0) {
      setTimeout(() => this.draw(), 30);
    }
    this.waiting.push(...lines);
    if (this.waiting.length > MOST) this.waiting.splice(0, this.waiting.length - MOST);
  }

  draw() {
    const { place } = this;
    const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    place.append(...this.waiting.map(row));
    this.waiting = [];
    while (place.childElementCount > MOST) place.firstElementChild.remove();
    if (atEnd) place.scrollTop = place.scrollHeight;
  }

  translate() {
    for (const line of this.place.children) {
      line.lastElementChild.textContent = pick(line.words);
    }
  }

  send(input) {
    const line = input.value.trim();
    if (!line || !this.page.runner) return;
    try {
      this.page.runner.do((now) => this.page.session.command(now, line));
      this.history.push(line);
      this.at = this.history.length;
      input.value = "";
      input.setCustomValidity("");
    } catch (error) {
      input.setCustomValidity(`${t("badCommand")}: ${error.message}`);
      input.reportValidity();
      input.addEventListener("input", () => input.setCustomValidity(""), { once: true });
    }
  }

  recall(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || this.history.length === 0) return;
    event.preventDefault();
    this.at = Math.min(Math.max(this.at + step, 0), this.history.length);
    event.target.value = this.history[this.at] ?? "";
  }
}

function row(line) {
  const words = make("span", "words", pick(line.words));
  const element = make("div", `line ${line.role}${line.bad ? " bad" : ""}`, make("time", "", (line.ms / 1000).toFixed(3)), make("span", "way", line.way === "to" ? "→" : "←"), make("code", "", line.text), words);
  element.words = line.words;
  return element;
}
