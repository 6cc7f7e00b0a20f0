// What the page remembers: which phones are open and where, theme and language, drafts, and how far each was read.

const KEY = "sandbox.page";
const listeners = new Set();

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

const kept = { phones: [], read: {}, drafts: {}, ...load() };

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Private windows may refuse storage; the address still carries the phones.
  }
}

/** One phone as "person", "person@chat" or "person@chat/thread". */
function phoneText({ person, chat, thread }) {
  return `${person}${chat ? `@${chat}` : ""}${chat && thread ? `/${thread}` : ""}`;
}

function phoneFrom(text) {
  const match = /^(\d+)(?:@(-?\d+)(?:\/(\d+))?)?$/.exec(text);
  if (!match) return null;
  return { person: Number(match[1]), chat: match[2] ? Number(match[2]) : null, thread: match[3] ? Number(match[3]) : null };
}

/** What the address asks for: #phones=1001@1001,1002@-100200/7&theme=dark&lang=en&person=1001&open=https://t.me/… */
function fromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (wanted.has("phones")) kept.phones = wanted.get("phones").split(",").map(phoneFrom).filter(Boolean);
  if (["light", "dark"].includes(wanted.get("theme"))) kept.theme = wanted.get("theme");
  if (["zh", "en"].includes(wanted.get("lang"))) kept.lang = wanted.get("lang");
  const link = wanted.has("open") ? { person: Number(wanted.get("person")), link: wanted.get("open") } : null;
  save();
  return link;
}

function toAddress() {
  const hash = kept.phones.length ? `#phones=${kept.phones.map(phoneText).join(",")}` : "";
  if (location.hash !== hash) history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
}

/** Read storage and address once at the start; answers a deep link that the address wants opened, if any. */
export function wake() {
  const link = fromAddress();
  toAddress();
  window.addEventListener("hashchange", () => {
    fromAddress();
    toAddress();
    for (const tell of listeners) tell();
  });
  return link;
}

/** A new run of whoever tells a guide: what an older one left is forgotten. Answers whether it is new. */
export function beginRun(run, places) {
  if (kept.run === run) return false;
  const asked = kept.run === undefined && kept.phones.length > 0 && location.hash.includes("phones=");
  Object.assign(kept, { run, read: {}, drafts: {}, phones: asked ? kept.phones : (places ?? []).map(({ person, chat }) => ({ person, chat, thread: null })) });
  save();
  toAddress();
  return true;
}

export const onShelf = (tell) => listeners.add(tell);
export const phones = () => kept.phones;

export function openPhone(person, chat = null, thread = null) {
  if (kept.phones.some((phone) => phone.person === person)) return;
  kept.phones = [...kept.phones, { person, chat, thread }];
  save();
  toAddress();
  for (const tell of listeners) tell();
}

export function closePhone(person) {
  kept.phones = kept.phones.filter((phone) => phone.person !== person);
  save();
  toAddress();
  for (const tell of listeners) tell();
}

/** Remember where a phone is, so that a reload comes back to the same chat. */
export function moved(person, chat, thread) {
  kept.phones = kept.phones.map((phone) => (phone.person === person ? { person, chat, thread } : phone));
  save();
  toAddress();
}

export const preference = (name) => kept[name];

export function prefer(name, value) {
  kept[name] = value;
  save();
}

const spot = (person, chat, thread) => `${person}/${chat}/${thread ?? ""}`;

export const draft = (person, chat, thread) => kept.drafts[spot(person, chat, thread)] ?? "";

export function keepDraft(person, chat, thread, text) {
  if (text) kept.drafts[spot(person, chat, thread)] = text;
  else delete kept.drafts[spot(person, chat, thread)];
  save();
}

export const readUpTo = (person, chat, thread) => kept.read[spot(person, chat, thread)] ?? 0;

export function markRead(person, chat, thread, id) {
  if (id <= readUpTo(person, chat, thread)) return;
  kept.read[spot(person, chat, thread)] = id;
  save();
}
