// Tabs, as the ARIA practices have them: arrows, Home and End move, one tab is in the tab order.

import { $, make } from "./dom.js";
import { onLanguage, t } from "./texts.js";

export class Tabs {
  constructor(list, names) {
    this.names = names;
    this.tabs = names.map((name) => {
      const tab = make("button");
      tab.type = "button";
      tab.id = `tab-${name}`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", `panel-${name}`);
      $(`panel-${name}`).setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => this.choose(name));
      return tab;
    });
    list.replaceChildren(...this.tabs);
    list.hidden = false;
    list.addEventListener("keydown", (event) => this.key(event));
    onLanguage(() => this.show());
    this.show();
    this.choose(names.includes(location.hash.slice(1)) ? location.hash.slice(1) : names[0]);
  }

  show() {
    this.tabs.forEach((tab, at) => (tab.textContent = t(this.names[at])));
  }

  choose(name) {
    if (name === this.chosen) return;
    this.chosen = name;
    this.tabs.forEach((tab, at) => {
      const is = this.names[at] === name;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      $(`panel-${this.names[at]}`).hidden = !is;
    });
    history.replaceState(null, "", `#${name}`);
    $(`panel-${name}`).dispatchEvent(new Event("shown"));
  }

  key(event) {
    const last = this.names.length - 1;
    const at = this.names.indexOf(this.chosen);
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.choose(this.names[to]);
    this.tabs[to].focus();
  }
}
