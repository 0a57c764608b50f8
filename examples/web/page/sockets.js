// Links: TCP, UDP and WebSocket, up to as many as the module has.

import { $, make, trouble } from "./dom.js";
import { onLanguage, pick, t } from "./texts.js";

/** Messages that a link shows. */
const MOST = 200;

export class Links {
  constructor(page) {
    this.page = page;
    this.cards = new Map();
    const form = $("open");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.open(form);
    });
    form.elements.kind.addEventListener("change", () => this.chooseKind(form));
    onLanguage(() => {
      this.complain();
      for (const card of this.cards.values()) card.show();
      this.showSlots();
    });
    this.chooseKind(form);
  }

  reset() {
    this.cards.clear();
    $("links").replaceChildren();
    this.complain(null);
  }

  /** Says why something was not done; without an argument the same again, in the present language. */
  complain(why = this.why) {
    this.why = why;
    trouble($("open-trouble"), why && why());
  }

  /** Names a server that is there; what a person typed stays. */
  suggest(server) {
    const { address } = $("open").elements;
    if (address.value === "" || /\.luat\b/.test(address.value)) address.value = server;
    this.chooseKind($("open"));
  }

  chooseKind(form) {
    const { kind, address } = form.elements;
    const isWebSocket = kind.value === "ws";
    form.querySelector("[data-not=ws]").hidden = isWebSocket;
    // What a person typed stays, unless it cannot be meant.
    if (isWebSocket && address.value === "echo.luat:7") address.value = "ws://echo.luat/";
    if (!isWebSocket && address.value.startsWith("ws")) address.value = "echo.luat:7";
  }

  showSlots() {
    const { links } = this.page.module;
    const used = [...this.cards.values()].filter((card) => card.isLive).length;
    $("slots").textContent = links ? t("slots", used, links) : "";
  }

  open(form) {
    this.complain(null);
    const { kind, address, beat, saying } = form.elements;
    const server = address.value.trim();
    const [, host, port] = server.match(/^\[?([^\s/]+?)\]?:(\d{1,5})$/) ?? [];
    const isWebSocket = kind.value === "ws";
    const isAddress = isWebSocket ? /^ws:\/\/[^\s]+$/i.test(server) : host && port >= 1 && port <= 65535;
    if (!isAddress) return this.complain(() => t("badAddress"));
    const used = [...this.cards.values()].filter((card) => card.isLive).length;
    if (used >= (this.page.module.links ?? 10)) return this.complain(() => t("allUsed"));
    try {
      const number = this.page.runner.do((now) => this.page.session.open(now, kind.value, isWebSocket ? server : host, Number(port ?? 0), Number(beat.value), saying.value));
      this.card(number, `${kind.selectedOptions[0].textContent} ${server}`);
    } catch (error) {
      this.complain(() => t("refused", pick(JSON.parse(error.message))));
    }
    this.showSlots();
    return undefined;
  }

  /** The card of a link. The first events of a link come before its number is known here. */
  card(number, name) {
    let card = this.cards.get(number);
    if (!card) {
      card = new Card(number, this);
      this.cards.set(number, card);
      $("links").prepend(card.element);
    }
    if (name) card.name = name;
    card.show();
    return card;
  }

  take(event) {
    const card = this.card(event.link);
    card.take(event);
    this.showSlots();
  }

  remove(number) {
    this.cards.get(number)?.element.remove();
    this.cards.delete(number);
    this.showSlots();
  }
}

class Card {
  name = "";
  state = { state: "opening" };
  received = 0;

  constructor(number, links) {
    this.number = number;
    this.links = links;
    this.title = make("b");
    this.badge = make("span", "tag");
    this.counts = make("span", "quiet");
    this.button = make("button");
    this.button.type = "button";
    this.button.addEventListener("click", () => {
      if (!this.isLive) return links.remove(number);
      return links.page.runner?.do((now) => links.page.session.close(now, number));
    });
    this.log = make("div", "messages");
    this.log.setAttribute("role", "log");
    this.log.tabIndex = 0;
    this.input = make("input");
    this.input.autocomplete = "off";
    this.label = make("span", "quiet");
    this.hex = make("input");
    this.hex.type = "checkbox";
    this.hexLabel = make("span");
    this.send = make("button", "main");
    this.form = make("form", "row", make("label", "grow", this.label, this.input), make("label", "check", this.hex, " ", this.hexLabel), this.send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.element = make("article", "link", make("div", "head", this.title, this.badge, this.counts, this.button), this.log, this.form);
    this.element.dataset.link = number;
  }

  get isLive() {
    return this.state.state === "open" || this.state.state === "opening";
  }

  show() {
    const { state, words, unsent } = this.state;
    this.title.textContent = this.name;
    this.badge.textContent = { open: t("opened"), opening: t("opening"), closed: t("closed", pick(words)), failed: t("failed", pick(words)) }[state];
    this.badge.className = `tag ${state}`;
    this.element.dataset.state = state;
    const counts = t("counts", this.sent ?? 0, this.received, this.waiting ?? 0);
    this.counts.textContent = unsent ? `${counts} · ${t("lost", unsent)}` : counts;
    this.button.textContent = t(this.isLive ? "close" : "remove");
    this.label.textContent = t("message");
    this.hexLabel.textContent = t("asHex");
    this.send.textContent = t("sendButton");
    this.log.setAttribute("aria-label", this.name);
    this.form.hidden = state !== "open";
    for (const message of this.log.children) {
      if (message.words) message.lastElementChild.textContent = pick(message.words);
    }
  }

  take(event) {
    if (event.is === "link") {
      this.state = event;
      this.sent = event.sent ?? this.sent;
      this.waiting = event.waiting ?? 0;
    } else if (event.is === "received") {
      const bytes = fromHex(event.hex);
      this.received += bytes.length;
      this.add("from", bytes);
    } else {
      const row = make("div", "message note", make("span", "way", "♥"), make("span", "", pick(event.words)));
      row.words = event.words;
      this.put(row);
    }
    this.show();
  }

  submit() {
    const bytes = this.hex.checked ? fromHex(this.input.value.replace(/\s/g, "")) : new TextEncoder().encode(this.input.value);
    const why = bytes === null ? t("badHex") : "";
    this.input.setCustomValidity(why);
    if (why) {
      this.input.reportValidity();
      this.input.addEventListener("input", () => this.input.setCustomValidity(""), { once: true });
      return;
    }
    if (bytes.length === 0) return;
    try {
      this.links.page.runner?.do((now) => this.links.page.session.send(now, this.number, bytes));
      this.add("to", bytes);
      this.input.value = "";
    } catch (error) {
      this.links.complain(() => pick(JSON.parse(error.message)));
    }
  }

  add(way, bytes) {
    const text = readable(bytes);
    this.put(make("div", `message ${way}`, make("span", "way", way === "to" ? "→" : "←"), make("code", "", text ?? toHex(bytes))));
  }

  put(row) {
    this.log.append(row);
    while (this.log.childElementCount > MOST) this.log.firstElementChild.remove();
    this.log.scrollTop = this.log.scrollHeight;
  }
}

function fromHex(text) {
  if (text.length % 2 !== 0 || /[^0-9a-f]/i.test(text)) return null;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** `bytes` as text, or null if they are none. */
function readable(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // eslint-disable-next-line no-control-regex
    return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(text) ? null : text.replace(/\r\n?|\n/g, "⏎");
  } catch {
    return null;
  }
}
