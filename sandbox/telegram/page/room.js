// One chat (or topic) on a phone: its messages in order, the pinned one, and what can be done with a message.
import * as api from "./api.js";
import { bubble, summary } from "./bubbles.js";
import { h, icon, keyed } from "./dom.js";
import { openLink } from "./keyboard.js";
import { gathered, hasTopics, inThread, unreadIn, written } from "./lists.js";
import { depth, lookBack } from "./live.js";
import { refused, sheet, toast, toClipboard } from "./overlay.js";
import { markRead } from "./shelf.js";
import { dayKey, dayText, moment } from "./when.js";
import { t } from "./words.js";

const MOST = 2000; // Messages of one chat on a page.
const EMOJI = ["👍", "❤", "🙏", "👏", "🎉", "👀"];

/** `phone` as in keyboard.js; `composer` = {reply(message), edit(message)}. Answers {node, show(chat, thread)}. */
export function room(phone, composer) {
  const pins = h("div", { class: "pins" });
  const log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": t("messages"), tabindex: "-1" });
  const older = h("button", { type: "button", class: "older quiet", onclick: () => showOlder() }, t("older"));
  const empty = h("p", { class: "empty soft" }, t("empty"));
  const scroll = h("div", { class: "scroll", tabindex: "-1" }, older, empty, log);
  const end = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => toEnd(true) });
  const node = h("div", { class: "room" }, pins, h("div", { class: "scroll-box" }, scroll, end));
  let chat = null;
  let thread = null;
  let shown = [];
  let atEnd = true;
  let fresh = true;

  const spot = {
    phone,
    get chat() {
      return chat;
    },
    find: (id) => chat.messages.find((message) => message.id === id),
    jump,
    menu,
    loaded: () => atEnd && toEnd(false),
    act: {
      link: (url) => openLink(url, phone),
      command: (text) => phone.say(text),
    },
  };

  function toEnd(gently) {
    atEnd = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scroll.scrollTo({ top: scroll.scrollHeight, behavior: gently && !calm ? "smooth" : "instant" });
  }

  function jump(id) {
    const shownAs = gathered(shown).find((message) => message.parts?.includes(id))?.id ?? id;
    const target = [...log.children].find((child) => child.dataset.key === `m${shownAs}`);
    if (!target) return;
    target.scrollIntoView({ block: "center" });
    target.classList.remove("flash");
    void target.offsetWidth; // Restarts the animation.
    target.classList.add("flash");
    target.querySelector(".more")?.focus({ preventScroll: true });
  }

  async function showOlder() {
    const before = scroll.scrollHeight - scroll.scrollTop;
    atEnd = false;
    await lookBack(phone.person, MOST);
    scroll.scrollTop = scroll.scrollHeight - before;
  }

  function menu(message, mine) {
    const text = message.text ?? message.caption ?? "";
    const go = (close, act) => () => {
      close();
      act();
    };
    sheet(phone.screen, {
      title: summary(message).slice(0, 60),
      kind: "of-choices",
      body: (close) => {
        const choice = (label, act) => h("li", {}, h("button", { type: "button", class: "choice", onclick: go(close, act) }, label));
        return [
          h("ul", { class: "choices" }, [
            choice(t("reply"), () => composer.reply(message)),
            mine && message.kind === "text" ? choice(t("edit"), () => composer.edit(message)) : null,
            text && !message.protected ? choice(t("copy"), async () => toast(phone.screen, t((await toClipboard(text)) ? "copied" : "notCopied", { text: text.slice(0, 80) }))) : null,
          ]),
          h("div", { class: "emoji-row" }, EMOJI.map((emoji) => h("button", { type: "button", class: "emoji", "aria-label": t("react", { emoji }), onclick: go(close, () => react(message, emoji)) }, emoji))),
        ];
      },
    });
  }

  function react(message, emoji) {
    api.react(phone.person, { chat: chat.id, message_id: message.id, emoji }).catch((error) => refused(phone.screen, error));
  }

  function showPins() {
    const pinned = (chat.pinned ?? []).map(spot.find).filter((message) => message && (!hasTopics(chat) || written(message.thread) === written(thread)));
    const newest = pinned.at(-1);
    pins.replaceChildren();
    if (!newest) return;
    pins.append(
      h("button", { type: "button", class: "pin", onclick: () => jump(newest.id) }, icon("pin"), h("span", { class: "pin-words" }, h("span", { class: "pin-title" }, t("pinned")), h("span", { class: "pin-text" }, summary(newest)))),
    );
  }

  function rows(messages) {
    const out = [];
    let day = "";
    for (const message of gathered(messages)) {
      const ms = moment(message.date);
      if (dayKey(ms) !== day) {
        day = dayKey(ms);
        out.push({ key: `d${day}`, sign: dayText(ms), day: dayText(ms) });
      }
      const quoted = message.reply_to ? summary(spot.find(message.reply_to?.id ?? message.reply_to)) : "";
      out.push({ key: `m${message.id}`, sign: JSON.stringify(message) + quoted, message });
    }
    return out;
  }

  /** Show this chat as it is now. Keeps the place of reading unless the newest message was in view. */
  function show(nowChat, nowThread) {
    if (chat?.id !== nowChat.id || thread !== nowThread) {
      fresh = true;
      atEnd = true;
      log.replaceChildren();
    }
    [chat, thread] = [nowChat, nowThread];
    shown = inThread(chat, thread);
    const missed = unreadIn(phone.person, chat, thread);
    keyed(
      log,
      rows(shown),
      (row) => row.key,
      (row) => row.sign,
      (row) => (row.message ? bubble(row.message, spot) : h("div", { class: "day" }, h("span", {}, row.day))),
    );
    oneStop();
    empty.hidden = shown.length > 0;
    older.hidden = chat.messages.length < depth(phone.person) || depth(phone.person) >= MOST;
    showPins();
    const mineLast = shown.at(-1)?.from?.id === phone.person;
    if (atEnd || (mineLast && !fresh && missed === 0 && grew())) toEnd(false);
    seen();
    showEnd();
    log.setAttribute("aria-live", fresh ? "off" : "polite");
    fresh = false;
    lastId = shown.at(-1)?.id ?? 0;
  }

  let lastId = 0;
  const grew = () => (shown.at(-1)?.id ?? 0) > lastId;

  // Tab comes to the newest buttons, or to the newest "more" where none are; arrows move from there between messages,
  // and where they are Tab goes on to that message's buttons.
  function oneStop() {
    const all = [...log.querySelectorAll(".more")];
    const focused = document.activeElement?.closest?.(".message");
    const newest = [...log.querySelectorAll(".message.has-keys")].at(-1);
    const stop = newest?.contains(all.at(-1)) ? null : all.at(-1);
    if (!all.includes(document.activeElement)) for (const button of all) button.tabIndex = button === stop ? 0 : -1;
    reachable(focused && log.contains(focused) ? [newest, focused] : [newest, all.at(-1)?.closest(".message")]);
  }

  function reachable(messages) {
    for (const control of log.querySelectorAll(".message :is(button, a[href], pre):not(.more)")) {
      control.tabIndex = messages.some((message) => message?.contains(control)) ? 0 : -1;
    }
  }

  function seen() {
    if (atEnd && !document.hidden && shown.length) {
      markRead(phone.person, chat.id, written(thread), shown.at(-1).id);
      phone.readNow();
    }
  }

  function showEnd() {
    end.hidden = atEnd;
    const missed = chat ? unreadIn(phone.person, chat, thread) : 0;
    end.replaceChildren(icon("down"), h("span", { class: missed ? "" : "aside" }, missed ? t("newer", { n: missed }) : t("toEnd")));
  }

  scroll.addEventListener("scroll", () => {
    const was = atEnd;
    atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
    if (was === atEnd || !chat) return;
    seen();
    showEnd();
  });
  document.addEventListener("visibilitychange", () => node.isConnected && chat && seen());
  new ResizeObserver(() => atEnd && toEnd(false)).observe(scroll);
  log.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const from = event.target.closest(".more, .key");
    if (!step || !from) return;
    const all = [...log.querySelectorAll(".more")];
    const next = from.matches(".key") ? from.closest(".message").querySelector(".more") : all[all.indexOf(from) + step];
    if (!next) return;
    event.preventDefault();
    if (from.matches(".more")) from.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    oneStop();
  });
  log.addEventListener("dblclick", (event) => {
    const id = Number(event.target.closest("[data-key^=m]")?.dataset.key.slice(1));
    const message = id && !event.target.closest("button, a") && spot.find(id);
    if (message) composer.reply(message);
  });
  return { node, show, jump, toEnd };
}
