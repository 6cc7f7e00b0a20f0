// Civil time of the sandbox, and how times, amounts and sizes are written.
import * as api from "./api.js";
import { language, t } from "./words.js";

let known = { civil_ms: Date.now(), rate: 1, at: performance.now(), offset: 480 };
const listeners = new Set();

export const onClock = (tell) => listeners.add(tell);
export const rate = () => known.rate;
export const civilNow = () => known.civil_ms + known.rate * (performance.now() - known.at);

function take(answer) {
  const zone = /([+-])(\d\d):?(\d\d)$/.exec(answer.civil ?? "");
  const minutes = zone ? (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : known.offset;
  const offset = /Z$/.test(answer.civil ?? "") ? 0 : minutes;
  known = { civil_ms: answer.civil_ms, rate: answer.rate, at: performance.now(), offset };
  for (const tell of listeners) tell();
}

export const readClock = () => api.clock().then(take);
export const changeClock = (change) => api.moveClock(change).then((answer) => (answer?.civil_ms ? take(answer) : readClock()));

// A moment as its wall-clock parts in the sandbox's zone: shifted, then read as UTC.
const local = (ms) => new Date(ms + known.offset * 60000);
const dayNumber = (ms) => Math.floor((ms + known.offset * 60000) / 86400000);
const two = (n) => String(n).padStart(2, "0");
const tag = () => (language() === "en" ? "en-GB" : "zh-Hans");

/** Milliseconds of a message's date, which is seconds as in the Bot API, or an ISO text. */
export const moment = (date) => (typeof date === "number" ? date * 1000 : Date.parse(date));

export function hourMinute(ms) {
  const at = local(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

export function hourMinuteSecond(ms) {
  return `${hourMinute(ms)}:${two(local(ms).getUTCSeconds())}`;
}

export const dateText = (ms) =>
  new Intl.DateTimeFormat(tag(), { timeZone: "UTC", month: "short", day: "numeric", weekday: "short" }).format(local(ms));

export const dayKey = (ms) => String(dayNumber(ms));

export function dayText(ms) {
  const ago = dayNumber(civilNow()) - dayNumber(ms);
  if (ago === 0) return t("today");
  return ago === 1 ? t("yesterday") : dateText(ms);
}

/** Short time for a list: the hour today, otherwise the day. */
export function listTime(ms) {
  return dayNumber(civilNow()) === dayNumber(ms) ? hourMinute(ms) : dayText(ms);
}

/** `amount` is in the currency's smallest unit (fen for CNY), as in the Bot API. */
export function money(amount, currency) {
  if (currency === "XTR") return `${amount} ★`;
  const form = new Intl.NumberFormat(tag(), { style: "currency", currency: currency || "CNY", currencyDisplay: "narrowSymbol" });
  return form.format(amount / 10 ** form.resolvedOptions().maximumFractionDigits);
}

export function size(bytes) {
  if (!(bytes >= 0)) return "";
  if (bytes < 1024) return `${bytes} B`;
  const kb = bytes / 1024;
  return kb < 1024 ? `${kb.toFixed(0)} KB` : `${(kb / 1024).toFixed(1)} MB`;
}

export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}
