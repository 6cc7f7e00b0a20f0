// The buttons under a message: callbacks, links, texts to copy and Pay.
import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { telegramLink } from "./entities.js";
import { paySheet } from "./invoice.js";
import { popup, refused, toast, toClipboard } from "./overlay.js";
import { t, tongueOf } from "./words.js";

const MARKS = { url: "out", copy: "copy", pay: "card" };

/** `phone` = {person, screen, go(chat, thread), botName()}; a position is used where two buttons share a label. */
export function keyboard(message, chat, phone) {
  const paid = message.invoice?.state === "paid";
  const rows = (message.buttons ?? []).map((row) => (paid ? row.filter((button) => button.kind !== "pay") : row)).filter((row) => row.length);
  if (!rows.length) return null;
  return h(
    "div",
    { class: "keys", role: "group", "aria-label": message.text?.slice(0, 40) || t("messages") },
    rows.map((row, y) =>
      h(
        "div",
        { class: "key-row" },
        row.map((button, x) => key(button, message, chat, phone, `key${y}.${x}`)),
      ),
    ),
  );
}

function key(button, message, chat, phone, name) {
  const external = button.kind === "url" && button.url && !telegramLink(button.url);
  const words = button.kind === "url" ? t("opensLink") : button.kind === "copy" ? t("copies") : "";
  const inside = [
    h("span", { lang: tongueOf(button.label) }, button.label),
    MARKS[button.kind] ? icon(MARKS[button.kind]) : null,
    words ? h("span", { class: "aside" }, ` (${words})`) : null,
  ];
  const style = ["primary", "success", "danger"].includes(button.style) ? button.style : "";
  const props = { class: `key ${style}`, "data-fk": name };
  if (external) return h("a", { ...props, href: safe(button.url), target: "_blank", rel: "noopener noreferrer" }, inside);
  const node = h("button", { ...props, type: "button", onclick: () => pressed(button, message, chat, phone, node) }, inside);
  return node;
}

const safe = (url) => (/^https?:/i.test(url) ? url : "about:blank");

function pressed(button, message, chat, phone, node) {
  if (node.getAttribute("aria-busy") === "true") return undefined;
  if (button.kind === "copy") return copy(button, phone.screen);
  if (button.kind === "pay") return paySheet({ chat: chat.id, message_id: message.id }, phone, message.invoice);
  if (button.kind === "url") return openLink(button.url, phone);
  return press(button, message, chat, phone, node);
}

async function copy(button, screen) {
  const text = button.copy ?? "";
  toast(screen, t((await toClipboard(text)) ? "copied" : "notCopied", { text }));
}

async function press(button, message, chat, phone, node) {
  node.setAttribute("aria-busy", "true");
  const which = button.data === undefined ? { label: button.label } : { data: button.data };
  phone.waiting(1);
  try {
    const { answer } = await api.press(phone.person, { chat: chat.id, message_id: message.id, ...which });
    if (answer?.text) phone.told(answer.text);
    if (answer?.text) (answer.alert ? popup : toast)(phone.screen, answer.text);
  } catch (error) {
    refused(phone.screen, error);
  } finally {
    phone.waiting(-1);
    node.removeAttribute("aria-busy");
  }
}

/** Open a t.me link on this phone: a deep link goes to the private chat, an invitation joins. False: not ours. */
export function openLink(url, phone) {
  const link = telegramLink(url);
  if (!link) return false;
  if (link.invoice) {
    paySheet({ link: url }, phone);
    return true;
  }
  const done = link.invite ? api.join(phone.person, url) : api.open(phone.person, url);
  done.then(
    (answer) => phone.go(answer?.chat ?? (link.invite ? null : phone.person), null),
    (error) => refused(phone.screen, error),
  );
  return true;
}
