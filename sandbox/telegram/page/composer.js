// Where a person writes: text, reply, edit, photos waiting to be sent, the reply keyboard and the command menu.
import * as api from "./api.js";
import { attachments } from "./attach.js";
import { summary } from "./bubbles.js";
import { h, iconButton } from "./dom.js";
import { hasTopics, written } from "./lists.js";
import { choices, refused, toast, toClipboard } from "./overlay.js";
import { atHand } from "./guide.js";
import { draft, keepDraft } from "./shelf.js";
import { t, tongueOf } from "./words.js";

/** Answers {node, show(chat, thread), showCommands(), reply(message), edit(message), focus()}. */
export function composer(phone) {
  let chat = null;
  let thread = null;
  let about = null; // {kind: "reply" | "edit", message}
  let sending = false;

  const aboutBar = h("div", { class: "about" });
  const pending = attachments(phone, { here, changed: showSend, sent: () => drop() });
  const keys = h("div", { class: "reply-keys" });
  const hands = h("div", { class: "at-hand", role: "group", "aria-label": t("atHand") });
  const field = h("textarea", { rows: 1, placeholder: t("message"), "aria-label": t("write"), enterkeyhint: "send", dir: "auto", maxlength: 4096 });
  const attach = iconButton("attach", t("attach"), () => pending.menu(), { "aria-haspopup": "dialog" });
  const slash = iconButton("slash", t("commands"), () => commandMenu(), { "aria-haspopup": "dialog" });
  const send = iconButton("send", t("send"), () => submit(), { class: "icon-button send" });
  const form = h("form", { class: "compose", onsubmit: (event) => (event.preventDefault(), submit()) }, attach, slash, field, send);
  const start = h("button", { type: "button", class: "solid start", onclick: () => (phone.blocked() ? phone.unblock() : phone.say("/start")) }, t("start"));
  const shut = h("p", { class: "shut soft" }, t("closedTopic"));
  const node = h("div", { class: "composer" }, shut, aboutBar, pending.node, keys, hands, form, start);

  /** Where a message of this composer goes, with the reply it answers. */
  function here() {
    const to = { chat: chat.id };
    if (hasTopics(chat) && written(thread)) to.thread = written(thread);
    if (about?.kind === "reply") to.reply_to = about.message.id;
    return to;
  }

  function fit() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 9 * parseFloat(getComputedStyle(field).fontSize))}px`;
  }

  function showSend() {
    send.disabled = sending || (!field.value.trim() && pending.count() === 0);
  }

  function drop() {
    about = null;
    aboutBar.replaceChildren();
    send.setAttribute("aria-label", t("send"));
  }

  function showAbout(kind, message) {
    about = { kind, message };
    const title = kind === "edit" ? t("editing") : t("replyTo", { name: message.from?.name ?? "" });
    const leave = () => {
      if (kind === "edit") write("");
      drop();
      field.focus();
    };
    aboutBar.replaceChildren(
      h("div", { class: "about-words" }, h("strong", {}, title), h("span", { class: "soft" }, summary(message))),
      iconButton("close", t(kind === "edit" ? "dropEdit" : "dropReply"), leave),
    );
    send.setAttribute("aria-label", kind === "edit" ? t("save") : t("send"));
    field.focus();
  }

  function write(text) {
    field.value = text;
    keepDraft(phone.person, chat.id, written(thread), about?.kind === "edit" ? "" : text);
    fit();
    showSend();
  }

  async function submit() {
    const text = field.value.trim();
    if (sending || (!text && pending.count() === 0)) return;
    sending = true;
    showSend();
    try {
      if (about?.kind === "edit") await api.edit(phone.person, { chat: chat.id, message_id: about.message.id, text });
      else if (pending.count()) await pending.send(text);
      else await api.say(phone.person, { ...here(), text });
      write("");
      drop();
      phone.sent();
    } catch (error) {
      refused(phone.screen, error);
    } finally {
      sending = false;
      showSend();
    }
  }

  function commandMenu() {
    choices(
      phone.screen,
      t("commands"),
      phone.commands().map(({ command, description }) => ({ label: `/${command}`, note: description, act: () => phone.say(`/${command}`) })),
    );
  }

  // Numbers to type and papers to photograph, in the private chat; what cannot be sent is copied.
  let papers = null;
  function showHands() {
    papers ??= api.tray().then((rows) => rows.filter((row) => row.for_person === phone.person));
    papers.then((rows) => {
      const notes = atHand(phone.person);
      const sign = JSON.stringify([chat.kind, rows, notes]);
      if (hands.dataset.sign === sign) return;
      hands.dataset.sign = sign;
      const chip = (words, text, onclick, more = {}) => h("button", { type: "button", class: "hand-chip", onclick, ...more }, h("span", { class: "soft" }, words), text ? h("strong", {}, text) : null);
      const copy = async (text) => toast(phone.screen, t((await toClipboard(text)) ? "copied" : "notCopied", { text }));
      hands.replaceChildren(
        ...(chat.kind !== "private" ? [] : [
          ...notes.map(({ label, text, send: goes }) => chip(label, text, () => (goes ? phone.say(text) : copy(text)), { "data-text": text })),
          ...rows.map((row) => chip(t("thePaper"), "", () => pending.sendPaper(row), { "data-paper": "1" })),
        ]),
      );
      phone.changed();
    });
  }

  function replyKeys() {
    const rows = chat.keyboard?.rows ?? chat.keyboard?.keyboard ?? (Array.isArray(chat.keyboard) ? chat.keyboard : []);
    keys.replaceChildren(
      ...rows.map((row) =>
        h(
          "div",
          { class: "key-row" },
          row.map((button) => {
            const label = button.label ?? button.text ?? String(button);
            const act = () => (button.request_contact || button.kind === "contact" ? pending.sendContact() : button.request_location || button.kind === "location" ? pending.sendPlace() : phone.say(label));
            return h("button", { type: "button", class: "key", onclick: act }, label);
          }),
        ),
      ),
    );
  }

  function show(nowChat, nowThread) {
    const moved = chat?.id !== nowChat.id || thread !== nowThread;
    [chat, thread] = [nowChat, nowThread];
    if (moved) {
      drop();
      pending.clear();
      write(draft(phone.person, chat.id, written(thread)));
    }
    if (about && !chat.messages.some((message) => message.id === about.message.id)) drop();
    const virgin = chat.kind === "private" && chat.messages.length === 0;
    const closed = Boolean((chat.topics ?? []).find((topic) => topic.thread === written(thread))?.closed);
    const barred = chat.kind === "private" && phone.blocked();
    start.hidden = !virgin && !barred;
    start.textContent = t(barred ? "unblockBot" : "start");
    shut.hidden = !closed;
    form.hidden = virgin || barred;
    showCommands();
    replyKeys();
    hands.hidden = virgin || barred || chat.kind !== "private";
    showHands();
    showSend();
  }

  function showCommands() {
    if (chat) slash.hidden = chat.kind !== "private" || phone.commands().length === 0;
  }

  field.addEventListener("input", () => {
    keepDraft(phone.person, chat.id, written(thread), about?.kind === "edit" ? "" : field.value);
    fit();
    showSend();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape" && about) aboutBar.querySelector("button").click();
    if (event.key === "ArrowUp" && !field.value && !about) editLast(event);
  });
  field.addEventListener("paste", (event) => {
    const images = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!images.length) return;
    event.preventDefault();
    pending.add(images);
  });

  function editLast(event) {
    const own = chat.messages.filter((message) => message.from?.id === phone.person && message.kind === "text").at(-1);
    if (!own) return;
    event.preventDefault();
    edit(own);
  }

  function edit(message) {
    showAbout("edit", message);
    write(message.text ?? "");
  }

  return { node, show, showCommands, reply: (message) => showAbout("reply", message), edit, focus: () => (form.hidden ? start : field).focus({ preventScroll: true }) };
}
