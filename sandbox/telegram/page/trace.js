// The trace drawer: the bot's calls to the Bot API as they happen, beside the chats.
import { onCalls } from "./calls.js";
import { h, iconButton } from "./dom.js";
import { prefer, preference } from "./shelf.js";
import { hourMinuteSecond } from "./when.js";
import { t } from "./words.js";

const MOST = 400; // Rows kept in the list; the server keeps more.

/** Answers {node, toggle(), isOpen()}; `toggled()` is told when it opens or closes, `nameOf(chat)` names a chat. */
export function traceDrawer(toggled, nameOf) {
  let rows = [];
  const list = h("ol", { class: "trace-list", tabindex: "0", "aria-label": t("traceTitle") });
  const find = h("input", { type: "search", placeholder: t("traceFind"), "aria-label": t("traceFind"), oninput: () => redraw() });
  const bad = h("input", { type: "checkbox", onchange: () => redraw() });
  const clear = h("button", { type: "button", class: "quiet", onclick: () => ((rows = []), redraw()) }, t("traceClear"));
  const node = h(
    "aside",
    { class: "trace", "aria-labelledby": "trace-title", hidden: true },
    h("div", { class: "panel-head" }, h("h2", { id: "trace-title" }, t("traceTitle")), iconButton("close", t("close"), () => toggle())),
    h("div", { class: "trace-tools" }, find, h("label", { class: "check" }, bad, t("traceErrors")), clear),
    list,
  );

  function fits(row) {
    return (!bad.checked || !row.ok) && row.method.toLowerCase().includes(find.value.trim().toLowerCase());
  }

  function redraw() {
    list.replaceChildren(...rows.filter(fits).map((row) => line(row, nameOf)));
    if (!list.children.length) list.append(h("li", { class: "empty soft" }, t("traceEmpty")));
  }

  function take(fresh) {
    if (fresh === null) {
      rows = [];
      return redraw();
    }
    const newest = [...fresh].reverse().slice(0, MOST);
    const wasEmpty = rows.length === 0;
    rows = [...newest, ...rows].slice(0, MOST);
    if (node.hidden) return undefined;
    if (wasEmpty) return redraw();
    list.querySelector(".empty")?.remove();
    list.prepend(...newest.filter(fits).map((row) => line(row, nameOf)));
    while (list.children.length > MOST) list.lastElementChild.remove();
    return undefined;
  }

  function toggle() {
    node.hidden = !node.hidden;
    prefer("trace", !node.hidden);
    toggled(!node.hidden);
    if (!node.hidden) redraw();
  }

  onCalls(take);
  node.hidden = !preference("trace");
  redraw();
  return { node, toggle, isOpen: () => !node.hidden };
}

/** The words of a call, so that one need not open it. */
function gist({ request }) {
  const words = request?.text ?? request?.caption ?? request?.title ?? request?.name ?? request?.error_message ?? "";
  return String(words).replace(/<[^>]*>/g, "").replace(/\s+/g, " ").slice(0, 60);
}

function line(row, nameOf) {
  const at = typeof row.at === "number" ? row.at * (row.at < 1e11 ? 1000 : 1) : Date.parse(row.at);
  const details = h(
    "details",
    { class: row.ok ? "call" : "call bad" },
    h(
      "summary",
      {},
      h("span", { class: "call-time" }, Number.isFinite(at) ? hourMinuteSecond(at) : ""),
      h("span", { class: "call-method" }, row.method),
      h("span", { class: "call-result" }, t(row.ok ? "okCall" : "badCall")),
      h("span", { class: "call-more soft" }, [row.chat ? nameOf(row.chat) : "", gist(row), `${Math.round(row.ms ?? 0)} ms`].filter(Boolean).join(" · "), row.error ? h("span", { class: "call-error" }, row.error) : null),
    ),
  );
  details.addEventListener("toggle", () => details.open && !details.querySelector("pre") && details.append(part("request", row.request), part("response", row.response)), { once: true });
  return h("li", {}, details);
}

const part = (name, value) => h("div", { class: "call-part" }, h("h3", {}, t(name)), h("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value ?? null, null, 2)));
