// Small things around the document.

export const $ = (id) => document.getElementById(id);

/** An element with a class, a text and children. */
export function make(tag, className = "", ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Shows a sentence of trouble, or hides its place. */
export function trouble(place, text) {
  place.textContent = text ?? "";
  place.hidden = !text;
}

/** Has the browser save `text` as a file. */
export function save(name, text) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = make("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name for a file of now: `luat-2026-06-04-0904-…`. */
export function fileName(kind, end) {
  const digits = new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-");
  return `luat-${digits}-${kind}.${end}`;
}
