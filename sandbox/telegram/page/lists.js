// A phone's list of chats and a forum's list of topics, with unread counts.
import { avatar, summary } from "./bubbles.js";
import { h, icon, keyed } from "./dom.js";
import { readUpTo } from "./shelf.js";
import { listTime, moment } from "./when.js";
import { titled } from "./guide.js";
import { t, tongueOf } from "./words.js";

export const hasTopics = (chat) => chat.kind === "forum" || (chat.topics?.length ?? 0) > 0;

const GENERAL = 1; // Telegram numbers the General topic 1 and sends its messages without a thread.
/** The thread as it is written and sent: null for General and for chats without topics. */
export const written = (thread) => (thread && thread !== GENERAL ? thread : null);

export function inThread(chat, thread) {
  if (!hasTopics(chat)) return chat.messages;
  return chat.messages.filter((message) => written(message.thread) === written(thread));
}

/** Photos of one album as one message: the first, with the files of all and the caption of any. */
export function gathered(messages) {
  const out = [];
  for (const message of messages) {
    const first = out.at(-1);
    if (!message.album || first?.album !== message.album) {
      out.push(message.album ? { ...message, kind: "album", files: [message.file], parts: [message.id] } : message);
      continue;
    }
    first.files.push(message.file);
    first.parts.push(message.id);
    if (!first.caption && message.caption) Object.assign(first, { caption: message.caption, entities: message.entities });
  }
  return out.map((message) => (message.kind === "album" && message.parts?.length === 1 ? { ...message, kind: "photo" } : message));
}

/** How many messages of others came after what this phone has shown of that chat (and topic). */
export function unreadIn(person, chat, thread) {
  const messages = inThread(chat, thread);
  const newest = messages.at(-1)?.id ?? 0;
  const mark = readUpTo(person, chat.id, written(thread));
  const read = mark > newest ? 0 : mark;
  const mine = messages.filter((message) => message.from?.id === person).at(-1)?.id ?? 0;
  return messages.filter((message) => message.id > Math.max(read, mine) && message.from?.id !== person && message.kind !== "service").length;
}

/** Unread in a whole chat: what neither this page has shown nor the server counts as read. */
export function unreadOf(person, chat) {
  const threads = hasTopics(chat) ? [null, ...topicsOf(chat).map((topic) => topic.thread)] : [null];
  const here = threads.reduce((sum, thread) => sum + unreadIn(person, chat, thread), 0);
  return Math.min(here, chat.unread ?? here);
}

const topicsOf = (chat) => (chat.topics ?? []).filter((topic) => topic.thread !== GENERAL);

const newestFirst = (a, b) => moment(b.last?.date ?? 0) - moment(a.last?.date ?? 0) || (b.last?.id ?? 0) - (a.last?.id ?? 0);

function row({ id, name, last, unread, mark, note, person, onclick }) {
  const who = !last?.from || last.kind === "service" ? "" : last.from.id === person ? `${t("you")}: ` : last.from.bot ? "" : `${last.from.name}: `;
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", class: "row", "data-fk": `row${id}`, onclick },
      mark,
      h(
        "span",
        { class: "row-words" },
        h("span", { class: "row-top" }, h("span", { class: "row-name", lang: tongueOf(name) }, name), last ? h("time", { class: "soft" }, listTime(moment(last.date))) : null),
        h(
          "span",
          { class: "row-bottom" },
          h("span", { class: "row-last soft" }, note ? h("span", { class: "tag" }, note) : null, last ? h("span", { lang: tongueOf(summary(last)) }, who + summary(last)) : null),
          unread ? [h("span", { class: "badge", "aria-hidden": "true" }, String(unread)), h("span", { class: "aside" }, ` ${t("unread", { n: unread })}`)] : null,
        ),
      ),
    ),
  );
}

export function chatList(list, seen, phone) {
  const rows = seen.chats.map((chat) => ({ chat, last: chat.messages.at(-1), unread: unreadOf(phone.person, chat) })).sort(newestFirst);
  keyed(
    list,
    rows,
    ({ chat }) => chat.id,
    ({ chat, last, unread }) => JSON.stringify([titled(chat), last, unread, listTime(moment(last?.date ?? 0))]),
    ({ chat, last, unread }) =>
      row({
        id: chat.id,
        name: titled(chat) || t("bot"),
        last,
        unread,
        person: phone.person,
        mark: avatar(chat.id, chat.title || t("bot"), chat.kind === "private" ? "" : "square"),
        onclick: () => phone.go(chat.id, null),
      }),
  );
}

export function topicList(list, chat, phone) {
  const named = topicsOf(chat).map((topic) => ({ ...topic, last: inThread(chat, topic.thread).at(-1) }));
  const rows = [{ thread: 0, name: t("general"), last: inThread(chat, null).at(-1) }, ...named.sort((a, b) => Number(a.closed ?? false) - Number(b.closed ?? false) || newestFirst(a, b))];
  keyed(
    list,
    rows,
    (topic) => topic.thread,
    (topic) => JSON.stringify([topic, unreadIn(phone.person, chat, topic.thread || null), listTime(moment(topic.last?.date ?? 0))]),
    (topic) =>
      row({
        id: topic.thread,
        name: topic.name,
        last: topic.last,
        note: topic.closed ? t("closed") : "",
        unread: unreadIn(phone.person, chat, topic.thread || null),
        person: phone.person,
        mark: h("span", { class: `avatar square hue-${topic.thread ? topic.thread % 7 : 7}`, "aria-hidden": "true" }, icon("topic")),
        onclick: () => phone.go(chat.id, topic.thread || GENERAL),
      }),
  );
}
