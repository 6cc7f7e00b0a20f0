// The menu of faults: what goes wrong between the bot and the messenger, and for how many calls.
import * as api from "./api.js";
import { h, iconButton } from "./dom.js";
import { dialog } from "./overlay.js";
import { t } from "./words.js";

const KINDS = ["429", "5xx", "lost-response", "slow", "duplicate", "duplicate-new-id", "reorder", "pause"];
const TIMED = new Set(["429", "slow", "pause"]);

/** The faults that are set now, whatever shape the server lists them in. */
export const current = () => api.faults().then((answer) => (Array.isArray(answer) ? answer : answer.faults ?? []));

/** `changed()` is told after every change. */
export async function faultMenu(changed) {
  const list = h("ul", { class: "fault-list" });
  const note = h("p", { class: "problem", role: "alert" });
  const attempt = async (work) => {
    note.textContent = "";
    try {
      await work();
      show(list, await current(), attempt);
      changed();
    } catch (error) {
      note.textContent = t("failed", { why: error.message || t("away") });
    }
  };
  dialog({ title: t("faults"), kind: "faults", body: () => [form(attempt), note, list] });
  await attempt(async () => {});
}

function form(attempt) {
  const kind = h("select", { id: "fault-kind", onchange: () => fit() }, KINDS.map((one) => h("option", { value: one }, t(`fault.${one}`))));
  const method = h("input", { type: "text", id: "fault-method", placeholder: "sendMessage", autocomplete: "off", spellcheck: "false" });
  const times = h("input", { type: "number", id: "fault-times", min: 1, max: 1000, value: "1" });
  const seconds = h("input", { type: "number", id: "fault-seconds", min: 0, max: 3600, step: "any", value: "5" });
  const secondsBox = h("div", {}, h("label", { for: "fault-seconds" }, t("faultSeconds")), seconds);
  const fit = () => (secondsBox.hidden = !TIMED.has(kind.value));
  fit();
  const add = (event) => {
    event.preventDefault();
    const fault = { kind: kind.value, times: Number(times.value) };
    if (method.value.trim()) fault.method = method.value.trim();
    if (!secondsBox.hidden) fault.seconds = Number(seconds.value);
    attempt(() => api.addFault(fault));
  };
  return h(
    "form",
    { class: "fault-form", onsubmit: add },
    h("div", {}, h("label", { for: "fault-kind" }, t("faultKind")), kind),
    h("div", {}, h("label", { for: "fault-method" }, t("faultMethod")), method),
    h("div", {}, h("label", { for: "fault-times" }, t("faultTimes")), times),
    secondsBox,
    h("button", { type: "submit", class: "solid" }, t("faultAdd")),
  );
}

function show(list, faults, attempt) {
  list.replaceChildren(
    ...faults.map((fault) => {
      const name = t(`fault.${fault.kind}`);
      const facts = [fault.method, fault.chat, fault.times === undefined ? "" : `×${fault.times}`, fault.seconds ? `${fault.seconds} s` : ""].filter(Boolean).join(" · ");
      return h("li", {}, h("span", {}, h("strong", {}, name), " ", h("span", { class: "soft" }, facts)), iconButton("close", t("remove", { name }), () => attempt(() => api.dropFault(fault.id))));
    }),
  );
  if (!faults.length) list.append(h("li", { class: "soft" }, t("faultNone")));
  else list.append(h("li", {}, h("button", { type: "button", class: "quiet", onclick: () => attempt(() => api.dropFault()) }, t("faultClear"))));
}
