// One phone: whose it is, which of its screens shows (chats, topics, one chat), and what that person does.
import * as api from "./api.js";
import { avatar } from "./bubbles.js";
import { isTyping as typingNow, knownCommands, onCalls } from "./calls.js";
import { called, inFull, titled } from "./guide.js";
import { composer } from "./composer.js";
import { h, icon, iconButton } from "./dom.js";
import { openLink } from "./keyboard.js";
import { chatList, hasTopics, topicList, unreadOf } from "./lists.js";
import { watch } from "./live.js";
import { choices, popup, refused, sheet, toast } from "./overlay.js";
import { room } from "./room.js";
import { closePhone, moved } from "./shelf.js";
import { t, tongueOf } from "./words.js";

/** `facts` = {bot(), members(chat), unread(person, n), named(person, name)}; `place` = {person, chat, thread}. Answers {node, close(), open(link), follow(place)}. */
export function phone(place, facts) {
  const { person } = place;
  let { chat: chatId, thread } = place;
  let seen = null;
  let presses = 0;
  let popped = "";
  let toldRead = "";
  let told = ""; // An answer this page has shown already, so that the pop-up of `sees` does not say it again.

  const ownerName = h("h2", { class: "owner-name", id: `owner-${person}` }, String(person));
  const ownerNote = h("span", { class: "owner-note soft" });
  const face = h("span", {});
  const owner = h(
    "header",
    { class: "owner" },
    face,
    h("div", { class: "owner-words" }, ownerName, ownerNote),
    iconButton("more", t("phoneMenu", { name: "" }), () => more(), { "aria-haspopup": "dialog" }),
    iconButton("close", t("closePhone", { name: "" }), () => closePhone(person)),
  );
  const bar = h("div", { class: "bar" });
  const main = h("div", { class: "main" });
  const toasts = h("div", { class: "toasts", role: "status" });
  const screen = h("div", { class: "screen" }, bar, main, toasts);
  const node = h("section", { class: "phone", id: `phone-${person}`, "aria-labelledby": `owner-${person}`, tabindex: "-1" }, owner, screen);

  const self = {
    person,
    screen,
    go,
    say: (text) => api.say(person, { ...where(), text }).then(self.sent, (error) => refused(screen, error)),
    sent: () => view.toEnd(true),
    waiting: (change) => (presses += change),
    readNow,
    told: (text) => (told = text),
    changed: () => facts.shown?.(),
    commands: () => seen?.commands ?? facts.bot()?.commands ?? knownCommands(),
    blocked: () => Boolean(seen?.person?.blocked),
    unblock: () => api.unblock(person).catch((error) => refused(screen, error)),
    contact: () => (seen?.person?.phone ? {} : { phone: "+8613800000000" }),
  };
  const writer = composer(self);
  const view = room(self, writer);
  const list = h("ul", { class: "rows" });
  const none = h("p", { class: "empty soft" }, t("noChats"));
  let showing = "";

  function where() {
    const chat = current();
    return chat ? { chat: chat.id, ...(hasTopics(chat) && thread > 1 ? { thread } : {}) } : {};
  }

  // The server counts by chat; it is told once this page has shown the whole chat.
  function readNow() {
    facts.unread(person, total());
    const chat = current();
    const newest = chat?.messages.at(-1)?.id;
    if (!chat?.unread || unreadOf(person, chat) > 0 || toldRead === `${chat.id}/${newest}`) return;
    toldRead = `${chat.id}/${newest}`;
    api.read(person, chat.id).catch(() => (toldRead = ""));
  }

  const current = () => seen?.chats.find((chat) => chat.id === chatId);
  const total = () => (seen?.chats ?? []).reduce((sum, chat) => sum + unreadOf(person, chat), 0);

  /** Go to a chat (or topic), to a forum's list of topics (thread null), or to the list of chats (chat null). */
  function go(toChat, toThread, quietly = false) {
    const forward = Boolean(toChat) && (toChat !== chatId || toThread !== thread);
    [chatId, thread] = [toChat, toThread];
    moved(person, chatId, thread);
    show();
    if (quietly) return;
    if (forward && showing === "room") writer.focus();
    else bar.querySelector("button, h3")?.focus({ preventScroll: true });
  }

  function show() {
    if (!seen) return;
    const chat = current();
    const wanted = !chat ? "chats" : hasTopics(chat) && !thread ? "topics" : "room";
    if (wanted !== showing) {
      showing = wanted;
      list.replaceChildren();
      main.replaceChildren(...(wanted === "room" ? [view.node, writer.node] : [h("div", { class: "scroll" }, list, none)]));
    }
    showBar(chat, wanted);
    none.hidden = wanted !== "chats" || seen.chats.length > 0;
    if (wanted === "chats") chatList(list, seen, self);
    else if (wanted === "topics") topicList(list, chat, self);
    else {
      writer.show(chat, thread);
      view.show(chat, thread);
    }
    facts.unread(person, total());
    facts.shown?.();
  }

  function showBar(chat, wanted) {
    const topic = chat?.topics?.find((one) => one.thread === thread);
    const inTopic = wanted === "room" && chat && hasTopics(chat);
    const title = wanted === "chats" ? t("chats") : inTopic ? topic?.name ?? t("general") : titled(chat) || t("bot");
    const sign = JSON.stringify([wanted, chat?.id, thread, title, about(chat, inTopic)]);
    if (bar.dataset.sign === sign) return;
    bar.dataset.sign = sign;
    const back = () => go(inTopic ? chat.id : null, null);
    const hadFocus = bar.contains(document.activeElement);
    bar.replaceChildren(
      ...[
        wanted === "chats" ? null : iconButton("back", t("back"), back),
        wanted === "chats" ? null : inTopic ? h("span", { class: `avatar square hue-${thread > 1 ? thread % 7 : 7}`, "aria-hidden": "true" }, icon("topic")) : avatar(chat.id, title, chat.kind === "private" ? "" : "square"),
        h("div", { class: "bar-words" }, h("h3", { tabindex: "-1", lang: tongueOf(title) }, title), h("span", { class: "soft" }, about(chat, inTopic))),
      ].filter(Boolean),
    );
    if (hadFocus) bar.querySelector("button, h3").focus({ preventScroll: true });
  }

  function about(chat, inTopic) {
    if (!chat) return "";
    if (isTyping(chat)) return t("typing");
    if (inTopic) return titled(chat);
    if (chat.kind === "private") return t("bot");
    const members = facts.members(chat.id);
    return [t(chat.kind === "forum" ? "forum" : "group"), members ? t("members", { n: members }) : ""].filter(Boolean).join(" · ");
  }

  function isTyping(chat) {
    const here = hasTopics(chat) && thread > 1 ? thread : 1;
    return Boolean(chat.typing?.includes(here)) || typingNow(chat.id, here > 1 ? here : null);
  }

  function more() {
    const act = (work, words) => () => work(person).then(() => toast(screen, words), (error) => refused(screen, error));
    choices(screen, seen?.person?.name ?? "", [
      { label: t("openLink"), act: askLink },
      seen?.person?.blocked ? { label: t("unblockBot"), act: act(api.unblock, t("unblockedNow")) } : { label: t("blockBot"), act: act(api.block, t("blockedNow")), danger: true },
    ]);
  }

  function askLink() {
    sheet(screen, {
      title: t("openLink"),
      body: (close) => {
        const field = h("input", { type: "url", required: true, placeholder: "https://t.me/…", "aria-label": t("link"), "data-first": true });
        const submit = (event) => {
          event.preventDefault();
          close();
          open(field.value.trim());
        };
        return h("form", { class: "stack-form", onsubmit: submit }, field, h("button", { type: "submit", class: "solid" }, t("open")));
      },
    });
  }

  function open(link) {
    if (!openLink(link, self)) toast(screen, t("failed", { why: link }), { bad: true });
  }

  function showOwner() {
    const own = seen.person?.name ?? String(person);
    const { name, role, own: other } = called(person, own);
    ownerName.textContent = inFull(person, own);
    ownerName.lang = tongueOf(ownerName.textContent);
    node.dataset.name = own;
    ownerNote.textContent = role ? other : [seen.person?.username ? `@${seen.person.username}` : "", seen.person?.phone ?? ""].filter(Boolean).join(" · ") || String(person);
    ownerNote.lang = tongueOf(ownerNote.textContent);
    face.replaceChildren(avatar(person, name));
    const [dots, shut] = owner.querySelectorAll("button");
    for (const [button, label] of [[dots, t("phoneMenu", { name })], [shut, t("closePhone", { name })]]) {
      button.setAttribute("aria-label", label);
      button.title = label;
    }
    facts.named(person, name);
  }

  // A pop-up that no press of this page waits for: somebody else pressed for this person, or it came late.
  function showPopup() {
    const sign = seen.popup ? JSON.stringify(seen.popup) : "";
    const heard = seen.popup?.text && seen.popup.text === told;
    if (heard) told = "";
    if (sign && sign !== popped && presses === 0 && !heard && seen.popup.text) (seen.popup.alert ? popup : toast)(screen, seen.popup.text);
    popped = sign;
  }

  function update(now) {
    if (now === null) {
      main.replaceChildren(h("p", { class: "empty soft" }, t("gone")));
      return;
    }
    const first = seen === null;
    seen = now;
    showOwner();
    if (first) popped = seen.popup ? JSON.stringify(seen.popup) : "";
    if (first && !chatId && seen.chats.length === 1) {
      chatId = seen.chats[0].id;
      moved(person, chatId, null);
    }
    show();
    showPopup();
  }

  /** Follow the address: be where `wanted` says. */
  function follow(wanted, quietly = false) {
    if (wanted.chat !== chatId || wanted.thread !== thread) go(wanted.chat, wanted.thread, quietly);
  }

  const stop = watch(person, update);
  const showTyping = () => seen && showing && showBar(current(), showing);
  const deaf = onCalls(() => (showTyping(), writer.showCommands()));
  const ticking = setInterval(showTyping, 1000);
  return { node, open, follow, renamed: () => seen && (showOwner(), show()), close: () => (stop(), deaf(), clearInterval(ticking)) };
}
