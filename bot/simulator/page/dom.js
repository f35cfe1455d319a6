// Small helpers to build elements. Nothing here takes markup from outside.

/** Creates an element. `on…` entries become listeners, `data` a dataset, null and false are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SHAPES = {
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-6 16-3-6.500zM11 13.500 20 4",
  clip: "M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.400 3.400 0 0 1 4.800 4.800l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.800-7.800",
  slash: "M14.500 6l-5 12",
  keys: "M3.500 7h17v10h-17zM7 10.500h.01M12 10.500h.01M17 10.500h.01M8.500 14h7",
  down: "M12 5v14M6 13l6 6 6-6",
  photo: "M4 6h16v13H4zM4 16l5-5 4 4 2.500-2.500L20 17M15.500 9.500h.01",
  document: "M7 3.500h7l4 4V20.500H7zM14 3.500v4h4",
  video: "M3.500 6.500h12v11h-12zM15.500 10.500l5-3v9l-5-3",
  voice: "M12 4a2.500 2.500 0 0 1 2.500 2.500v5a2.500 2.500 0 0 1-5 0v-5A2.500 2.500 0 0 1 12 4zM6 11.500a6 6 0 0 0 12 0M12 17.500v3",
  location: "M12 21s-6.500-6-6.500-11a6.500 6.500 0 0 1 13 0c0 5-6.500 11-6.500 11zM12 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400z",
  sticker: "M4 4h16v9l-7 7H4zM13 20v-7h7M8.500 9.500h.01M14 9.500h.01M8 12.500c1.500 1.700 4 1.700 5.500 0",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.700-5.700l-1.500 1.500M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.700 5.700l1.500-1.500",
  block: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM6 6l12 12",
  out: "M8 16 17 7M9.500 7H17v7.500",
  next: "M5 5v14l9-7zM18 5v14",
  group: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500a6.500 6.500 0 0 1 3.500 5.500",
  check: "M5 12.500l4.500 4.500L19 7.500",
  clock: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2",
  phone: "M7 3h10v18H7zM11 18h2",
};

/** A line drawing that takes the colour of the text around it. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** A square button that shows only an icon; its label is for screen readers and the tooltip. */
export function iconButton(name, label, attributes = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, ...attributes }, icon(name));
}

/** A coloured disc with the first character of a name; the colour stays the same for one id. */
export function avatar(name, id) {
  const hue = String(Math.abs(Number(id) || 0) % 6);
  return el("span", { class: "avatar", "aria-hidden": "true", data: { hue } }, [...name][0]?.toUpperCase() ?? "?");
}

/**
 * Lets `button` show and hide `box`; a press elsewhere or Escape hides it. `opening` may fill the box first.
 * Returns the function that shows (true) or hides (false) it.
 */
export function popover(button, box, opening = () => {}) {
  const outside = (event) => { if (!box.contains(event.target) && !button.contains(event.target)) show(false); };
  const show = (open) => {
    box.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    document[open ? "addEventListener" : "removeEventListener"]("pointerdown", outside);
  };
  show(false);
  button.addEventListener("click", () => {
    if (box.hidden) opening();
    show(box.hidden);
    if (!box.hidden) box.querySelector("button, a, select")?.focus({ preventScroll: true });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    show(false);
    button.focus();
  });
  return show;
}

/** Replaces the children of `node` by what `build` returns, but only if `facts` differ from the last time. */
export function redraw(node, facts, build) {
  const text = JSON.stringify(facts);
  if (drawn.get(node) === text) return;
  drawn.set(node, text);
  node.replaceChildren(...build());
}

const drawn = new WeakMap();
const timers = new WeakMap();

/** Shows a line of text in `node` for as long as it takes to read it. */
export function toast(node, text) {
  clearTimeout(timers.get(node));
  node.textContent = text;
  node.hidden = false;
  timers.set(node, setTimeout(() => { node.hidden = true; }, Math.min(9000, 3500 + text.length * 80)));
}
