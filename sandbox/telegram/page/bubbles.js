// One message as a bubble: who, reply, media, text, buttons, reactions, time. Nothing here asks the server anything.
import { h, icon } from "./dom.js";
import { richText } from "./entities.js";
import { invoiceCard } from "./invoice.js";
import { keyboard } from "./keyboard.js";
import * as media from "./media.js";
import { hourMinute, moment, money } from "./when.js";
import { called } from "./guide.js";
import { knows, t, tongueOf } from "./words.js";

const NAMES = { photo: "photo", album: "album", voice: "voice", document: "document", video: "video", location: "location", contact: "contact", sticker: "sticker", invoice: "invoice" };

/** One line that stands for a message in lists, quotes and the pinned bar. */
export function summary(message) {
  if (!message) return t("missing");
  const words = (message.text || message.caption || "").replace(/\s+/g, " ").trim();
  const kind = NAMES[message.kind] ? t(NAMES[message.kind]) : "";
  if (message.kind === "invoice") return [kind, message.invoice?.title].filter(Boolean).join(" · ");
  if (kind) return words ? `${kind} · ${words}` : kind;
  return message.kind === "service" ? told(message) : words || t("service");
}

/** What a service message says, in the page's language where it is known. */
function told(message) {
  const key = `did.${message.service}`;
  if (!knows(key)) return message.text || t("service");
  const sum = /([\d.]+) ([A-Z]{3})$/.exec(message.text ?? "");
  const who = /^(.*) (joined|left)$/.exec(message.text ?? "")?.[1] ?? message.from?.name;
  return t(key, { who, amount: sum ? money(Math.round(Number(sum[1]) * 100), sum[2]) : "" });
}

/** A colour number 0-7 that stays with an id. */
export const hue = (id) => Math.abs(Number(id) || 0) % 8;

export function avatar(id, name, extra = "") {
  const first = [...(name || "?").trim()][0] ?? "?";
  return h("span", { class: `avatar hue-${hue(id)} ${extra}`, "aria-hidden": "true" }, first.toUpperCase());
}

const filesOf = (message) => (message.files?.length ? message.files : message.file ? [message.file] : []);

/** `spot` = {chat, phone, find(id), menu(message), jump(id), loaded(), act}; answers an element. */
export function bubble(message, spot) {
  if (message.kind === "service") return h("div", { class: "notice" }, h("span", {}, told(message)));
  const mine = message.from?.id === spot.phone.person;
  const keys = keyboard(message, spot.chat, spot.phone);
  const named = !mine && spot.chat.kind !== "private";
  const inside = h(
    "div",
    { class: `bubble is-${message.kind}` },
    named ? h("p", { class: `sender hue-${hue(message.from?.id)}` }, sender(message.from), message.from?.bot ? h("span", { class: "tag" }, t("bot")) : null) : h("span", { class: "aside" }, `${mine ? t("you") : message.from?.name}: `),
    message.forwarded ? h("p", { class: "forwarded soft" }, t("forwarded")) : null,
    message.reply_to ? quote(message.reply_to, spot) : null,
    body(message, spot, mine),
  );
  return h("article", { class: `message ${mine ? "mine" : "theirs"} ${keys ? "has-keys" : ""}` }, named ? avatar(message.from?.id, message.from?.name) : null, h("div", { class: "stack" }, inside, keys));
}

function body(message, spot, mine) {
  const words = message.text ?? message.caption ?? message.invoice?.text;
  const foot = meta(message, spot, mine);
  const reacted = reactions(message);
  if (!words || message.kind === "invoice") return [thing(message, spot), reacted, foot];
  const text = richText(words, message.entities ?? message.caption_entities, spot.act);
  const lang = tongueOf(words);
  const hidden = message.no_preview && (message.entities ?? []).some(({ type }) => type === "url" || type === "text_link") ? h("p", { class: "no-preview soft" }, t("noPreview")) : null;
  if (reacted) return [thing(message, spot), h("div", { class: "text", lang }, text), hidden, reacted, foot];
  return [thing(message, spot), h("div", { class: "text" }, h("span", { lang }, text), hidden, foot)];
}

/** The name on the phone, and in the page's language before it. */
function sender(from) {
  const { name, own } = called(from?.id, from?.name ?? "");
  return [h("span", { lang: tongueOf(name) }, name), own ? [" ", h("span", { class: "own-name", lang: tongueOf(own) }, own)] : null];
}

function thing(message, spot) {
  const files = filesOf(message);
  switch (message.kind) {
    case "photo":
    case "album":
      return files.length ? media.photos(files, message.from?.name ?? "", spot.loaded, message.spoiler) : null;
    case "voice":
    case "audio":
      return files.length ? media.voice(files[0], message.duration ?? files[0].duration) : null;
    case "document":
      return files.length ? media.documentCard(files[0]) : null;
    case "video":
      return files.length ? media.video(files[0]) : null;
    case "invoice":
      return invoiceCard(message.invoice ?? {});
    case "location":
    case "venue": {
      const at = message.location ?? {};
      return media.card("place", message.title || t("location"), [at.latitude === undefined ? "" : `${at.latitude}, ${at.longitude}`]);
    }
    case "contact": {
      const who = message.contact ?? {};
      return media.card("person", [who.first_name, who.last_name].filter(Boolean).join(" ") || who.name || t("contact"), [who.phone_number ?? who.phone]);
    }
    case "sticker":
      return files.length ? media.photos(files, message.from?.name ?? "", spot.loaded) : h("p", { class: "sticker" }, message.emoji || t("sticker"));
    default:
      return null;
  }
}

function quote(id, spot) {
  const original = spot.find(typeof id === "object" ? id.id ?? id.message_id : id);
  return h(
    "button",
    { type: "button", class: "quote", "data-fk": "quote", onclick: () => original && spot.jump(original.id) },
    h("span", { class: `quote-name hue-${hue(original?.from?.id)}` }, original?.from?.name ?? t("reply")),
    h("span", { class: "quote-text", lang: tongueOf(summary(original)) }, summary(original)),
  );
}

function reactions(message) {
  const given = message.reactions;
  const rows = Array.isArray(given) ? given : Object.entries(given ?? {}).map(([emoji, count]) => ({ emoji, count }));
  if (!rows.length) return null;
  const counted = new Map();
  for (const row of rows) {
    const emoji = typeof row === "string" ? row : row.emoji;
    const count = Array.isArray(row.count) ? row.count.length : row.count ?? 1;
    counted.set(emoji, (counted.get(emoji) ?? 0) + Number(count));
  }
  return h("p", { class: "reactions" }, [...counted].map(([emoji, count]) => h("span", { class: "reaction" }, emoji, count > 1 ? ` ${count}` : "")));
}

function meta(message, spot, mine) {
  return h(
    "p",
    { class: "meta" },
    message.protected ? h("span", { class: "lock", title: t("protected") }, icon("lock"), h("span", { class: "aside" }, t("protected"))) : null,
    message.silent ? h("span", { class: "quiet-mark", title: t("silent") }, icon("mute"), h("span", { class: "aside" }, t("silent"))) : null,
    message.edited ? h("span", {}, t("edited")) : null,
    h("time", {}, hourMinute(moment(message.date))),
    h(
      "button",
      { type: "button", class: "more", "data-fk": "more", tabindex: "-1", "aria-label": t("messageMenu"), "aria-haspopup": "dialog", onclick: () => spot.menu(message, mine) },
      icon("more"),
    ),
  );
}
