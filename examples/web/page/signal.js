// The signal over time.

import { $, make } from "./dom.js";
import { onLanguage, t } from "./texts.js";

const SPAN = 300_000;
const [LOW, HIGH, WEAK] = [-113, -51, -93];
const [WIDTH, HEIGHT, LEFT] = [640, 200, 44];
const SVG = "http://www.w3.org/2000/svg";

export class SignalChart {
  constructor() {
    this.points = [];
    onLanguage(() => this.draw());
    this.draw();
  }

  reset() {
    this.points = [];
    this.draw();
  }

  add(event) {
    this.points.push(event);
    while (this.points[0].ms < event.ms - SPAN) this.points.shift();
    this.draw();
  }

  draw() {
    const last = this.points.at(-1);
    const text = !last ? "–" : last.dbm === null ? t(last.rssi === 99 ? "unknownSignal" : "noSignal") : `${minus(last.dbm)} dBm`;
    $("dbm").textContent = text;
    const level = last?.dbm ? Math.min(5, Math.max(1, Math.ceil((last.dbm + 110) / 10))) : 0;
    const bars = $("bars");
    bars.setAttribute("aria-label", `${level}/5`);
    bars.replaceChildren(...[1, 2, 3, 4, 5].map((bar) => make("i", bar <= level ? "on" : "")));
    $("chart").replaceChildren(this.chart());
  }

  chart() {
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + 24}`, role: "img", "aria-label": t("chart") });
    const y = (dbm) => HEIGHT - ((dbm - LOW) / (HIGH - LOW)) * (HEIGHT - 8) - 2;
    svg.append(shape("rect", { class: "weak", x: LEFT, y: y(WEAK), width: WIDTH - LEFT, height: HEIGHT - y(WEAK) }));
    for (const dbm of [-113, -93, -79, -65, -51]) {
      svg.append(shape("line", { x1: LEFT, x2: WIDTH, y1: y(dbm), y2: y(dbm) }));
      svg.append(shape("text", { x: LEFT - 6, y: y(dbm) + 4, "text-anchor": "end" }, minus(dbm)));
    }
    const end = Math.max(this.points.at(-1)?.ms ?? 0, 60_000);
    const begin = Math.max(0, end - SPAN);
    const x = (ms) => LEFT + ((ms - begin) / (end - begin)) * (WIDTH - LEFT - 28);
    for (let ms = Math.ceil(begin / 60_000) * 60_000; ms <= end; ms += 60_000) {
      svg.append(shape("text", { x: x(ms), y: HEIGHT + 18, "text-anchor": "middle" }, `${ms / 60_000} min`));
    }
    const known = this.points.filter((point) => point.dbm !== null);
    if (known.length > 0) {
      const path = known.map((point) => `${x(point.ms).toFixed(1)},${y(point.dbm).toFixed(1)}`).join(" ");
      svg.append(shape("polyline", { points: path }));
      const { ms, dbm } = known.at(-1);
      svg.append(shape("circle", { cx: x(ms), cy: y(dbm), r: 4 }));
    }
    return svg;
  }
}

const minus = (number) => String(number).replace("-", "−");

function shape(tag, attributes, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}
