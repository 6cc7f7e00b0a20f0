// Starts the page: strip, the row of phones, the trace drawer; keeps the row equal to what is on the shelf.
import * as api from "./api.js";
import { avatar } from "./bubbles.js";
import { followCalls } from "./calls.js";
import { fill, h } from "./dom.js";
import { called, followGuide, goesAlong, guide, guideBar, isNext, onGuide, point } from "./guide.js";
import { connect, onLine } from "./live.js";
import { phone } from "./phone.js";
import { peopleRows, pickPerson } from "./picker.js";
import { beginRun, onShelf, openPhone, phones, prefer, preference, wake } from "./shelf.js";
import { strip } from "./strip.js";
import { traceDrawer } from "./trace.js";
import { language, speak, t, tongueOf } from "./words.js";

const root = document.getElementById("page");
const open = new Map(); // person -> phone
const unread = new Map();
const names = new Map();
const titles = new Map(); // chat -> its title, or the person whose private chat it is
let bot = null;
let members = new Map(); // chat -> how many people
let stage = null;
let chips = null;
let banner = null;

const facts = {
  bot: () => bot,
  members: (chat) => members.get(chat),
  named: (person, name) => names.get(person) !== name && (names.set(person, name), showChips()),
  shown: () => pointSoon(),
  unread: (person, n) => unread.get(person) !== n && (unread.set(person, n), showChips()),
};

const darkByNature = matchMedia("(prefers-color-scheme: dark)");
const theme = () => preference("theme") ?? (darkByNature.matches ? "dark" : "light");
const dress = () => (document.documentElement.dataset.theme = theme());
darkByNature.addEventListener("change", () => (dress(), top?.dressed()));
let top = null;
let pointing = 0;

/** Once for all phones that change together. */
function pointSoon() {
  cancelAnimationFrame(pointing);
  pointing = requestAnimationFrame(point);
}

function build() {
  const trace = traceDrawer((on) => top.traceShown(on), (chat) => titles.get(Number(chat)) ?? String(chat));
  banner = h("p", { class: "banner", role: "alert", hidden: true });
  top = strip({
    trace,
    theme,
    // Back to what the system has is nothing to remember: it may change.
    toggleTheme: () => {
      const next = theme() === "dark" ? "light" : "dark";
      prefer("theme", (next === "dark") === darkByNature.matches ? undefined : next);
      dress();
    },
    // Every word on the page changes: beginning anew is simpler than changing each, and drafts are kept.
    toggleLanguage: () => (prefer("lang", language() === "en" ? "zh" : "en"), location.reload()),
    problem: warn,
  });
  chips = top.chips;
  stage = h("main", { class: "stage", id: "stage", "aria-label": t("phones"), tabindex: "-1" });
  document.title = t("title");
  fill(root, h("a", { class: "skip", href: "#stage", onclick: (event) => (event.preventDefault(), stage.focus()) }, t("skip")), top.node, banner, guideBar(showNext), h("div", { class: "floor" }, stage, trace.node));
  showPhones();
}

let warning = 0;
function warn(text) {
  clearTimeout(warning);
  banner.textContent = text;
  banner.hidden = !text;
  if (text) warning = setTimeout(() => warn(""), 6000);
}

function showPhones() {
  const wanted = phones();
  for (const [person, one] of open) {
    if (wanted.some((place) => place.person === person)) continue;
    one.close();
    one.node.remove();
    open.delete(person);
    unread.delete(person);
  }
  stage.querySelector(".nothing")?.remove();
  for (const place of wanted) {
    open.get(place.person)?.follow(place);
    if (open.has(place.person)) continue;
    const made = phone(place, facts);
    open.set(place.person, made);
    stage.append(made.node);
  }
  if (document.activeElement === document.body) stage.focus({ preventScroll: true });
  if (!wanted.length) stage.append(h("div", { class: "nothing" }, h("h2", {}, t("noPhones")), h("p", { class: "soft" }, t("noPhonesHint")), peopleRows()));
  showChips();
}

function showChips() {
  fill(
    chips,
    phones().map(({ person }) => {
      const { name } = called(person, names.get(person) ?? String(person));
      const n = unread.get(person) ?? 0;
      const count = n ? [h("span", { class: "badge", "aria-hidden": "true" }, String(n)), h("span", { class: "aside" }, ` ${t("unread", { n })}`)] : null;
      return h("button", { type: "button", class: "chip", title: t("goTo", { name }), onclick: () => visit(person) }, avatar(person, name), h("span", { class: "chip-name", lang: tongueOf(name) }, name), count);
    }),
  );
}

function visit(person) {
  const node = open.get(person)?.node;
  node?.scrollIntoView({ inline: "center", block: "nearest" });
  node?.focus({ preventScroll: true });
}

/** The phone on which the next press is, in the chat where it is. */
function showNext({ person, chat, thread = null }) {
  openPhone(person, chat, thread);
  open.get(person)?.follow({ person, chat, thread }, true);
  visit(person);
}

let along = "";

/** While the day is played, or on the tour, each new step brings its phone into view; otherwise it is only pointed at. */
function goAlong() {
  const next = isNext();
  const sign = next ? JSON.stringify([next.person, next.chat, next.thread]) : along;
  if (goesAlong() && next && sign !== along) {
    openPhone(next.person, next.chat, next.thread ?? null);
    open.get(next.person)?.follow({ person: next.person, chat: next.chat, thread: next.thread ?? null }, true);
    const phone = open.get(next.person)?.node;
    const box = phone?.getBoundingClientRect();
    if (box && (box.left < 0 || box.right > stage.getBoundingClientRect().right)) phone.scrollIntoView({ inline: "center", block: "nearest", behavior: "smooth" });
  }
  along = sign;
  pointSoon();
}

/** What the guide is: its run's phones, its language where nobody chose one, and everybody's name. */
function hearGuide() {
  const told = guide();
  if (!stage) return;
  if (told.run && beginRun(told.run, told.open)) showPhones();
  for (const one of open.values()) one.renamed();
  showChips();
  goAlong();
}

async function openLink({ person, link }) {
  openPhone(person);
  visit(person);
  open.get(person)?.open(link);
}

async function readWorld() {
  const world = await api.world().catch(() => null);
  if (!world) return;
  bot = world.bot;
  for (const one of world.chats) titles.set(one.id, one.title);
  for (const one of world.people) titles.set(one.id, one.name);
  members = new Map(world.chats.map((chat) => [chat.id, (chat.members ?? []).filter((member) => member.status !== "kicked").length]));
}

const asked = wake();
speak(preference("lang") ?? (/^zh/i.test(navigator.language) ? "zh" : "en"));
dress();
onGuide(hearGuide);
await followGuide();
speak(preference("lang") ?? guide().lang ?? language());
build();
hearGuide();
onShelf(() => (dress(), speak(preference("lang") ?? language()), showPhones()));
onLine((reachable) => {
  clearTimeout(warning);
  banner.hidden = reachable;
  banner.textContent = reachable ? "" : t("offline");
  if (reachable) readWorld();
});
readWorld();
setInterval(readWorld, 15000);
connect();
followCalls();
if (asked) openLink(asked);
