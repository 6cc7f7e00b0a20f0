// What whoever runs the sandbox says of it: whose phones these are, what lies at hand, and what is next. The bar over
// the phones says it in one line and points at the button; a sandbox without a guide has no bar.
import * as api from "./api.js";
import { fill, h, icon } from "./dom.js";
import { onChange, onLine } from "./live.js";
import { language, t } from "./words.js";

let told = {};
let down = "";
let reachable = true;
const listeners = new Set();

/** `tell()` after every change of the guide. */
export const onGuide = (tell) => listeners.add(tell);
export const guide = () => told;

/** {name, role} of a person in the page's language, and `own`: the name on the phone where it is another one. */
export function called(person, own) {
  const here = told.people?.[person]?.[language()];
  if (!here) return { name: own, role: "", own: "" };
  return { name: here.name, role: here.role, own: here.name === own ? "" : own };
}

/** "Wang Guilan, resident, 75" */
export const inFull = (person, own) => {
  const { name, role } = called(person, own);
  return role ? t("nameAndRole", { name, role }) : name;
};

/** A group's title in the page's language. */
export const titled = (chat) => told.chats?.[chat.id]?.[language()] ?? chat.title;

/** What lies at hand on a person's phone: {label, text, send}. */
export const atHand = (person) => (told.people?.[person]?.hand ?? []).map((one) => ({ label: one[language()], text: one.text, send: one.send }));

export const isNext = () => told.now?.next;
/** Whether the page goes along from phone to phone: somebody plays, or the visitor is on the tour. */
export const goesAlong = () => ["day", "five"].includes(told.now?.mode);

const wish = (what) => api.tellGuide({ wish: what }).catch(() => {});

async function read() {
  try {
    const [now, switches] = await Promise.all([api.guide(), api.switches()]);
    const before = JSON.stringify([told, down]);
    told = now;
    down = switches.hospital === "down" ? "hospitalDown" : switches.bot === "kill" ? "botDown" : "";
    if (JSON.stringify([told, down]) !== before) for (const tell of listeners) tell();
  } catch (error) {
    if (error.status === undefined) throw error;
  }
}

/** Read now and after each change. Answers once it was read for the first time. */
export function followGuide() {
  onChange(read);
  onLine((now) => {
    reachable = now;
    for (const tell of listeners) tell();
  });
  setInterval(() => document.hidden || read(), 4000);
  return read();
}

/** The bar. `show(next)` brings the phone on which the next press is into view. */
export function guideBar(show) {
  const about = h("span", { class: "guide-about" });
  const next = h("span", { class: "guide-next", role: "status" });
  const acts = h("div", { class: "guide-acts" });
  const node = h("section", { class: "guide", "aria-label": t("guide"), hidden: true }, h("p", { class: "guide-words" }, about, " ", next), acts);
  let shown = "";

  const act = (label, look, name, onclick) => h("button", { type: "button", class: look, onclick }, icon(name), h("span", {}, label));
  const buttons = (mode) => {
    if (mode === "day") return [act(t("stopDay"), "solid", "pause", () => wish("off"))];
    if (mode === "five") return [act(t("leaveTour"), "quiet", "close", () => wish("off")), act(t("playDay"), "quiet", "play", () => wish("day"))];
    return [act(t("playDay"), "solid", "play", () => wish("day")), act(t("fivePresses"), "quiet", "list", () => wish("five"))];
  };

  function refresh() {
    node.hidden = !told.about;
    if (!told.about) return;
    const now = told.now ?? {};
    about.textContent = told.about[language()] ?? "";
    const words = line(now);
    if (next.textContent !== words) next.textContent = words;
    next.classList.toggle("is-bad", !reachable || Boolean(down));
    next.classList.toggle("is-you", now.next?.by === "you");
    const sign = JSON.stringify([now.mode, reachable, Boolean(now.next)]);
    if (sign === shown) return;
    const had = acts.contains(document.activeElement);
    shown = sign;
    fill(acts, now.next ? act(t("showMe"), "quiet", "out", () => show(told.now.next)) : null, buttons(now.mode));
    for (const button of acts.querySelectorAll("button")) button.disabled = !reachable;
    if (had) acts.querySelector("button")?.focus({ preventScroll: true });
  }
  onGuide(refresh);
  refresh();
  return node;
}

function line(now) {
  if (!reachable) return t("offline");
  if (down) return t(down);
  const { next } = now;
  if (!next) return t(now.orders && now.mode === "off" ? "dayDone" : now.mode === "day" ? "othersWork" : "waitForOthers");
  const who = called(next.person, String(next.person)).name;
  const what = next.label || next.text || "";
  const does = t(`next.${["press", "pin", "pay"].includes(next.does) ? "press" : next.does === "photo" ? "photo" : "say"}`, { who, what });
  if (now.mode === "five" && next.by === "you") return t("fiveOf", { n: next.hand, of: now.of, what: does });
  if (next.first && now.orders && now.mode === "off") return `${t("dayDone")} ${t("nextYou", { what: does })}`;
  return next.by === "staff" ? t("staffWorks", { who }) : next.by === "itself" ? t("nowItself", { what: does }) : t("nextYou", { what: does });
}

/** Marks the button that is next, wherever it is shown; call it when a phone or the guide has changed. */
export function point() {
  for (const old of document.querySelectorAll(".pointed")) old.classList.remove("pointed");
  const { next } = told.now ?? {};
  if (!next || next.by === "staff" || !reachable) return;
  const phone = document.getElementById(`phone-${next.person}`);
  if (!phone) return;
  phone.querySelector(".owner")?.classList.add("pointed");
  if (["press", "pin", "pay"].includes(next.does)) key(phone, next)?.classList.add("pointed");
  else {
    const chip = given(phone, next);
    (chip ?? phone.querySelector(".compose"))?.classList.add("pointed");
    if (chip) chip.parentElement.scrollLeft = chip.offsetLeft - chip.parentElement.offsetLeft;
  }
}

function key(phone, next) {
  const all = [...phone.querySelectorAll(`[data-key="m${next.message}"] .key`)];
  return all.find((one) => one.firstChild?.textContent === next.label) ?? all.find((one) => one.textContent.includes(next.label));
}

const given = (phone, next) => [...phone.querySelectorAll(".at-hand .hand-chip")].find((chip) => (next.does === "photo" ? chip.dataset.paper : chip.dataset.text === next.text));
