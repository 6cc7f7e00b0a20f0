// Text with Bot API entities (offsets in UTF-16 units, as JavaScript counts) as elements; nothing is parsed as HTML.
import { h } from "./dom.js";
import { t } from "./words.js";

const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** `act` = {link(url), command(text)}: what pressing a link or a command in the text does. */
export function richText(text, entities, act) {
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return pieces(text, 0, text.length, ordered, act, false);
}

function pieces(text, from, to, entities, act, linked) {
  const out = [];
  let at = from;
  let next = 0;
  while (next < entities.length) {
    const entity = entities[next++];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (end <= start) continue;
    out.push(...plain(text.slice(at, start), act, linked));
    const inside = [];
    while (next < entities.length && entities[next].offset < end) inside.push(entities[next++]);
    const isLink = linked || ["url", "text_link", "bot_command", "code", "pre", "email", "phone_number"].includes(entity.type);
    out.push(element(entity, text.slice(start, end), pieces(text, start, end, inside, act, isLink), act));
    at = end;
  }
  out.push(...plain(text.slice(at, to), act, linked));
  return out;
}

function element(entity, text, inner, act) {
  if (PLAIN[entity.type]) return h(PLAIN[entity.type], {}, inner);
  switch (entity.type) {
    case "pre":
      return h("pre", { tabindex: "0" }, h("code", {}, inner));
    case "spoiler":
      return spoiler(inner);
    case "text_link":
      return link(entity.url, inner, act);
    case "url":
      return link(/^https?:/i.test(text) ? text : `https://${text}`, inner, act);
    case "bot_command":
      return command(text, act);
    case "email":
      return h("a", { href: `mailto:${text}` }, inner);
    case "phone_number":
      return h("a", { href: `tel:${text}` }, inner);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return h("span", { class: "mention" }, inner);
    default:
      return h("span", {}, inner);
  }
}

// Telegram finds bare addresses and commands by itself; entities may leave them out.
function plain(text, act, linked) {
  if (!text || linked) return text ? [text] : [];
  const out = [];
  let at = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"，。；、）】》]+[^\s<>"，。；、）】》.,;:!?)]|(?<![^\s(（])\/[a-z][a-z0-9_]{0,31}(?:@\w+)?(?![\w/])/gi)) {
    if (match.index > at) out.push(text.slice(at, match.index));
    out.push(match[0].startsWith("/") ? command(match[0], act) : link(match[0], [match[0]], act));
    at = match.index + match[0].length;
  }
  if (at < text.length) out.push(text.slice(at));
  return out;
}

function link(url, inner, act) {
  if (!/^(https?|tg|mailto|tel):/i.test(url)) return h("span", {}, inner);
  return h(
    "a",
    {
      href: url,
      target: "_blank",
      rel: "noopener noreferrer",
      onclick: (event) => {
        if (act.link(url)) event.preventDefault();
      },
    },
    inner,
  );
}

const command = (text, act) => h("button", { type: "button", class: "link", onclick: () => act.command(text) }, text);

function spoiler(inner) {
  const hidden = h("span", { class: "spoiler-text", "aria-hidden": "true" }, inner);
  const cover = h(
    "button",
    {
      type: "button",
      class: "spoiler",
      "aria-label": t("showHidden"),
      onclick: () => cover.replaceWith(h("span", { class: "revealed", tabindex: "-1" }, inner)),
    },
    hidden,
  );
  return cover;
}

/** A t.me link taken apart: {bot, start} for a deep link, {invite} for an invitation, {invoice} for a pay link, or null. */
export function telegramLink(url) {
  let at;
  try {
    at = new URL(url);
  } catch {
    return null;
  }
  if (at.protocol === "tg:" && at.host === "resolve") return { bot: at.searchParams.get("domain"), start: at.searchParams.get("start") ?? "" };
  if (!/^(www\.)?(t|telegram)\.me$/i.test(at.hostname)) return null;
  const first = at.pathname.split("/")[1] ?? "";
  if (first.startsWith("$")) return { invoice: url };
  if (first.startsWith("+") || first === "joinchat") return { invite: url };
  return first ? { bot: first, start: at.searchParams.get("start") ?? "" } : null;
}
