// What lies over a phone or the page for a while: sheets, pop-ups, toasts, and page-wide dialogs.
import { h, iconButton } from "./dom.js";
import { t } from "./words.js";

let serial = 0;

/**
 * Open a sheet at the foot of a phone's screen. The rest of the screen is inert until it closes; Escape closes it
 * and the focus goes back to where it was. `body(close)` makes the content. Answers the close function.
 */
export function sheet(screen, { title, body, role = "dialog", kind = "", onclose }) {
  screen.querySelector(":scope > .veil")?.close();
  const opener = document.activeElement;
  const heading = `sheet-${++serial}`;
  const rest = [...screen.children];
  const veil = h("div", { class: `veil ${kind}` });
  function close() {
    if (!veil.isConnected) return;
    veil.remove();
    for (const node of rest) node.inert = false;
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    onclose?.();
  }
  veil.close = close;
  const panel = h(
    "div",
    { class: "sheet", role, "aria-modal": "true", "aria-labelledby": heading, tabindex: "-1" },
    h("div", { class: "sheet-head" }, h("h3", { id: heading }, title), iconButton("close", t("close"), close)),
    body(close),
  );
  veil.append(panel);
  veil.addEventListener("click", (event) => event.target === veil && close());
  veil.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
  for (const node of rest) node.inert = true;
  screen.append(veil);
  (panel.querySelector("[data-first]") ?? panel.querySelector(".sheet-head ~ * :is(button, input, textarea, a[href])") ?? panel).focus();
  return close;
}

/** A list of things to do, as a sheet: rows of {label, icon?, act, danger?}. */
export function choices(screen, title, rows) {
  return sheet(screen, {
    title,
    kind: "of-choices",
    body: (close) =>
      h(
        "ul",
        { class: "choices" },
        rows.filter(Boolean).map((row) =>
          h(
            "li",
            {},
            h(
              "button",
              {
                type: "button",
                class: row.danger ? "choice danger" : "choice",
                onclick: () => {
                  close();
                  row.act();
                },
              },
              row.mark ?? null,
              h("span", {}, row.label),
              row.note ? h("span", { class: "soft" }, row.note) : null,
            ),
          ),
        ),
      ),
  });
}

/** The bot's answer to a button press as a pop-up that has to be closed. */
export function popup(screen, text) {
  sheet(screen, {
    title: t("bot"),
    role: "alertdialog",
    kind: "of-popup",
    body: (close) => [
      h("p", { class: "popup-text" }, text),
      h("button", { type: "button", class: "solid", onclick: close, "data-first": true }, t("ok")),
    ],
  });
}

const timers = new WeakMap();

/** A short line over a phone that goes away by itself; it is announced politely. */
export function toast(screen, text, { bad = false } = {}) {
  const place = screen.querySelector(":scope > .toasts");
  if (!place) return;
  clearTimeout(timers.get(place));
  const line = h("p", { class: bad ? "toast bad" : "toast" }, text);
  place.replaceChildren(line);
  timers.set(place, setTimeout(() => line.remove(), 3500 + 60 * text.length));
}

/** Say in a toast why something was refused; anything that is not a refusal is a bug and is thrown on. */
export function refused(screen, error) {
  if (error.status === undefined) throw error;
  toast(screen, t("failed", { why: error.message || t("away") }), { bad: true });
}

/** A page-wide dialog. `body(close)` makes the content; answers the close function. */
export function dialog({ title, body, kind = "" }) {
  const heading = `dialog-${++serial}`;
  const box = h("dialog", { class: `panel ${kind}`, "aria-labelledby": heading });
  const close = () => box.close();
  box.append(
    h("div", { class: "panel-head" }, h("h2", { id: heading }, title), iconButton("close", t("close"), close)),
    h("div", { class: "panel-body" }, body(close)),
  );
  box.addEventListener("click", (event) => event.target === box && close());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  box.querySelector("[data-first]")?.focus();
  return close;
}

/** Put `text` on the clipboard; answers whether that worked (it needs a secure context and a permission). */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
