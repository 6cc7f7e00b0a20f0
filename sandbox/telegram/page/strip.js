// The strip over the phones: clock, who works by autopilot, the hospital, killing the bot, faults, trace, theme, language.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { current, faultMenu } from "./faults.js";
import { onChange } from "./live.js";
import { pickPerson } from "./picker.js";
import { changeClock, civilNow, dateText, hourMinuteSecond, onClock, rate, readClock } from "./when.js";
import { t } from "./words.js";

const AHEAD = [["ahead10m", 600], ["ahead1h", 3600], ["ahead1d", 86400]];
const ROLES = [["autopilot.doctor", "autoDoctor"], ["autopilot.pharmacist", "autoPharmacist"], ["autopilot.courier", "autoCourier"]];

/** `page` = {trace: drawer, toggleTheme(), theme(), toggleLanguage(), problem(text)}; answers {node, chips, traceShown(on)}. */
export function strip(page) {
  const attempt = (work) => work().catch((error) => page.problem(t("failed", { why: error.message || t("away") })));
  const traceButton = h("button", { type: "button", class: "tool", "aria-pressed": String(page.trace.isOpen()), onclick: () => (page.trace.toggle(), unfold(false)) }, icon("list"), t("trace"));
  const chips = h("nav", { class: "chips", "aria-label": t("phones") });
  const tools = h(
    "div",
    { class: "tools", id: "tools" },
    clockTools(attempt),
    switchTools(attempt),
  );
  const dress = themeButton(page);
  const look = h("div", { class: "look" }, faultButton(attempt), traceButton, languageButton(page), dress.button);
  const fold = h(
    "button",
    { type: "button", class: "icon-button fold", "aria-label": t("controls"), title: t("controls"), "aria-expanded": "false", "aria-controls": "tools", onclick: () => unfold(!node.classList.contains("open")) },
    icon("sliders"),
  );
  function unfold(open) {
    node.classList.toggle("open", open);
    fold.setAttribute("aria-expanded", String(open));
  }
  const node = h(
    "header",
    { class: "strip", "aria-label": t("controls") },
    h("h1", { class: "aside" }, t("title")),
    h("div", { class: "strip-row" }, clockFace(), chips, look, h("div", { class: "strip-end" }, fold, addButton())),
    tools,
  );
  return { node, chips, dressed: dress.show, traceShown: (on) => traceButton.setAttribute("aria-pressed", String(on)) };
}

function clockFace() {
  const time = h("span", { class: "clock-time" });
  const date = h("span", { class: "clock-date soft" });
  const face = h("div", { class: "clock", role: "timer", "aria-label": t("clock") }, time, date);
  const show = () => {
    if (face.isConnected === false && time.textContent) return clearInterval(tick);
    time.textContent = hourMinuteSecond(civilNow()).slice(0, rate() > 1 ? 5 : 8);
    date.textContent = dateText(civilNow());
    return undefined;
  };
  const tick = setInterval(show, 500);
  onClock(show);
  show();
  return face;
}

function clockTools(attempt) {
  const jumps = AHEAD.map(([label, advance]) =>
    h("button", { type: "button", class: "seg", "aria-label": t("aheadOf", { what: t(label) }), onclick: () => attempt(() => changeClock({ advance })) }, t(label)),
  );
  const speeds = [1, 60].map((n) => h("button", { type: "button", class: "seg", "aria-label": t("rateOf", { n }), onclick: () => attempt(() => changeClock({ rate: n })) }, `×${n}`));
  const show = () => speeds.forEach((button, at) => button.setAttribute("aria-pressed", String(rate() === [1, 60][at])));
  onClock(show);
  show();
  attempt(readClock);
  return h("div", { class: "tool-group" }, h("div", { class: "segments" }, jumps), h("div", { class: "segments", role: "group", "aria-label": t("rate") }, speeds));
}

function toggle(label, name, flip) {
  const note = h("span", { class: "switch-note" });
  const button = h("button", { type: "button", role: "switch", class: "switch", "aria-label": name, "aria-checked": "false", onclick: flip }, h("span", { class: "switch-label" }, label), h("span", { class: "knob" }), note);
  return { button, note };
}

function switchTools(attempt) {
  let values = {};
  const set = (name, value) => attempt(() => api.setSwitch(name, value).then(() => show({ ...values, [name]: value })));
  const roles = ROLES.map(([name, label]) => [name, toggle(t(label), t("autoOf", { who: t(label) }), () => set(name, values[name] === "auto" ? "human" : "auto"))]);
  const hospital = toggle(t("hospital"), t("hospital"), () => set("hospital", values.hospital === "down" ? "up" : "down"));
  const bot = h("button", { type: "button", class: "tool kill", onclick: () => set("bot", values.bot === "kill" ? "run" : "kill") });
  const dead = h("span", { class: "dead", role: "status" });
  function show(now) {
    values = now;
    for (const [name, { button }] of roles) button.setAttribute("aria-checked", String(values[name] === "auto"));
    const up = values.hospital !== "down";
    hospital.button.setAttribute("aria-checked", String(up));
    hospital.note.textContent = t(up ? "up" : "down");
    const killed = values.bot === "kill";
    bot.classList.toggle("is-dead", killed);
    bot.textContent = t(killed ? "runBot" : "killBot");
    const words = killed ? t("botDead") : "";
    if (dead.textContent !== words) dead.textContent = words;
  }
  const read = () => api.switches().then(show, (error) => error.status === undefined && Promise.reject(error));
  show({});
  onChange(read);
  every(5000, () => Promise.all([read(), readClock().catch(() => {})]), bot);
  read();
  return h(
    "div",
    { class: "tool-group" },
    h("div", { class: "tool-set", role: "group", "aria-labelledby": "autopilot" }, h("span", { class: "tool-name", id: "autopilot" }, t("autopilot")), roles.map(([, { button }]) => button)),
    hospital.button,
    bot,
    dead,
  );
}

/** Do `work` every so many ms while `node` is on the page and the page is seen. */
function every(ms, work, node) {
  const timer = setInterval(() => {
    if (!node.isConnected) clearInterval(timer);
    else if (!document.hidden) work();
  }, ms);
}

function faultButton(attempt) {
  const words = h("span", {}, t("faults"));
  const button = h("button", { type: "button", class: "tool", "aria-haspopup": "dialog", onclick: () => attempt(() => faultMenu(count)) }, icon("bolt"), words);
  const count = () =>
    current().then(
      (faults) => {
        words.textContent = faults.length ? t("faultsOn", { n: faults.length }) : t("faults");
        button.classList.toggle("warm", faults.length > 0);
      },
      () => {},
    );
  every(5000, count, button);
  count();
  return button;
}

const languageButton = (page) => h("button", { type: "button", class: "tool", lang: t("otherLanguage") === "English" ? "en" : "zh-Hans", onclick: page.toggleLanguage }, t("otherLanguage"));

function themeButton(page) {
  const button = iconButton("moon", "", () => (page.toggleTheme(), show()));
  function show() {
    const next = page.theme() === "dark" ? "light" : "dark";
    button.title = t("theme", { next: t(next) });
    button.setAttribute("aria-label", button.title);
    button.replaceChildren(icon(next === "dark" ? "moon" : "sun"));
  }
  show();
  return { button, show };
}

const addButton = () => h("button", { type: "button", class: "solid add", onclick: pickPerson, "aria-haspopup": "dialog" }, icon("plus"), h("span", {}, t("addPhone")));
