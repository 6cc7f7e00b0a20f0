// Making and changing elements. Text always goes in as text nodes, never as markup.

/** h("button", {class: "x", onclick: f, "aria-label": "…"}, child, …): null and false children are left out. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(node, name, value);
  return add(node, children);
}

function setProp(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "value" || name === "checked" || name === "selected") node[name] = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

export function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : String(child));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

/**
 * Make `parent` show `items` in order, keeping the nodes whose signature did not change, and keeping the focus
 * on the same control (data-fk) when the node that held it had to be made anew.
 */
export function keyed(parent, items, key, signature, make) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const home = focused?.closest("[data-key]")?.dataset.key;
  const control = focused?.dataset.fk;
  let at = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const sign = signature(item);
    let node = old.get(name);
    old.delete(name);
    if (!node || node.dataset.sign !== sign) {
      const fresh = make(item);
      fresh.dataset.key = name;
      fresh.dataset.sign = sign;
      if (node === at) at = at?.nextElementSibling ?? null;
      node?.remove();
      node = fresh;
    }
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  for (const node of old.values()) node.remove();
  if (focused && !focused.isConnected) refocus(parent, home, control);
}

function refocus(parent, home, control) {
  const node = [...parent.children].find((child) => child.dataset.key === home) ?? parent.lastElementChild;
  const same = control && [...(node?.querySelectorAll("[data-fk]") ?? [])].find((one) => one.dataset.fk === control);
  (same || node?.querySelector("button, a[href]") || parent).focus({ preventScroll: true });
}

/** A press on a row counts although the row was made anew under the finger, by a message that came in between. */
let held = null;
const controlAt = (event) => {
  const node = event.target.closest?.("[data-fk^=row]"); // rows only: the same key may stand for another answer by now
  return node ? { node, name: `${node.closest("[data-key]")?.dataset.key} ${node.dataset.fk}` } : null;
};
document.addEventListener("pointerdown", (event) => (held = controlAt(event)), true);
document.addEventListener(
  "pointerup",
  (event) => {
    const [was, now] = [held, controlAt(event)];
    held = null;
    if (was && now && !was.node.isConnected && was.name === now.name) now.node.click();
  },
  true,
);

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  send: "M4 12l16-8-6 16-3-6-7-2z",
  attach: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.300 8.300a1.600 1.600 0 0 1-2.300-2.300L14.500 7.500",
  plus: "M12 5v14M5 12h14",
  slash: "M9 19l6-14M4 4h16v16H4z",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  out: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  card: "M3 6h18v12H3zM3 10h18M7 15h4",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  mic: "M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  stop: "M6 6h12v12H6z",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  photo: "M3 5h18v14H3zM3 16l5-5 5 5 3-3 5 5M15 9.500h.01",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v6",
  place: "M12 21s7-6.500 7-12a7 7 0 0 0-14 0c0 5.500 7 12 7 12zM12 9h.01",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
  people: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6M18 14a6.500 6.500 0 0 1 3.500 6",
  topic: "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
  lock: "M6 11h12v10H6zM9 11V7a3 3 0 0 1 6 0v4",
  down: "M12 5v14M6 13l6 6 6-6",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M19 5l-1.500 1.500M6.500 17.500L5 19",
  moon: "M20 14a8 8 0 0 1-10-10 8 8 0 1 0 10 10z",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6z",
  list: "M4 6h16M4 12h16M4 18h16",
  sliders: "M4 7h10M18 7h2M16 5v4M4 17h2M10 17h10M8 15v4",
  mute: "M4 4l16 16M10 6a5 5 0 0 1 7 4.500v3.500M7 9v5l-2 3h11M10.500 20h3",
  tick: "M5 12l5 5 9-10",
  cross: "M12 5v14M5 12h14M8 4h8v4",
};

/** A line icon from the set above; decoration only, so it is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon is-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows only an icon; `label` is what it is called. */
export function iconButton(name, label, onclick, props) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...props }, icon(name));
}
