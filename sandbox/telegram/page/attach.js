// Photos waiting to be sent, the photos at hand, documents, voice notes, a place and one's phone number.
import * as api from "./api.js";
import { h, icon, iconButton } from "./dom.js";
import { choices, refused, sheet, toast } from "./overlay.js";
import { canRecord, record } from "./recorder.js";
import { t } from "./words.js";

const MOST = 10; // An album holds at most ten.

/** `here()` says where it goes, `changed()` hears of every change, `sent()` of things sent at once. */
export function attachments(phone, { here, changed, sent }) {
  let waiting = []; // {blob, name, url}
  const node = h("div", { class: "waiting", role: "group", "aria-label": t("attached") });
  const photoInput = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: () => add(take(photoInput)) });
  const fileInput = h("input", { type: "file", hidden: true, onchange: () => sendFiles(take(fileInput), "document") });
  const voiceInput = h("input", { type: "file", accept: "audio/*", hidden: true, onchange: () => sendFiles(take(voiceInput), "voice") });
  const box = h("div", {}, node, photoInput, fileInput, voiceInput);

  function take(input) {
    const files = [...input.files];
    input.value = "";
    return files;
  }

  function add(files) {
    if (waiting.length + files.length > MOST) toast(phone.screen, t("tooMany"), { bad: true });
    for (const file of files.slice(0, MOST - waiting.length)) waiting.push({ blob: file, name: file.name || t("photo"), url: URL.createObjectURL(file) });
    show();
  }

  function show() {
    node.replaceChildren(
      ...waiting.map((item, n) =>
        h("div", { class: "waiting-one" }, h("img", { src: item.url, alt: item.name }), iconButton("close", t("remove", { name: item.name }), () => remove(n))),
      ),
    );
    changed();
  }

  function remove(n) {
    URL.revokeObjectURL(waiting[n].url);
    waiting.splice(n, 1);
    show();
  }

  function clear() {
    for (const item of waiting) URL.revokeObjectURL(item.url);
    waiting = [];
    show();
  }

  async function send(caption) {
    const photos = await Promise.all(waiting.map(async ({ blob }) => ({ base64: await api.base64(blob) })));
    await api.photo(phone.person, { ...here(), photos, ...(caption ? { caption } : {}) });
    clear();
  }

  const attempt = async (work) => {
    try {
      await work();
      sent();
      phone.sent();
    } catch (error) {
      refused(phone.screen, error);
    }
  };

  const sendFiles = (files, kind) =>
    attempt(async () => {
      for (const file of files) {
        const bytes = { base64: await api.base64(file), name: file.name || kind, mime: file.type || "application/octet-stream" };
        await api.send(phone.person, { ...here(), kind, ...bytes });
      }
    });

  const sendPlace = () => attempt(() => api.send(phone.person, { ...here(), kind: "location", latitude: 31.2397, longitude: 121.4998 }));
  const sendContact = () => attempt(() => api.send(phone.person, { ...here(), kind: "contact", ...phone.contact() }));

  async function menu() {
    const rows = await api.tray();
    choices(phone.screen, t("attach"), [
      { mark: icon("photo"), label: t("choosePhoto"), act: () => photoInput.click() },
      rows.length ? { mark: icon("list"), label: t("hand"), act: () => hand(rows) } : null,
      { mark: icon("file"), label: t("chooseFile"), act: () => fileInput.click() },
      canRecord() ? { mark: icon("mic"), label: t("record"), act: () => record(phone.screen, (file) => sendFiles([file], "voice")) } : null,
      { mark: icon("mic"), label: t("voiceFile"), act: () => voiceInput.click() },
      { mark: icon("place"), label: t("sendPlace"), act: sendPlace },
      { mark: icon("person"), label: t("sendContact"), act: sendContact },
    ]);
  }

  // Own photos first; several may be picked, and each press puts one with those waiting.
  function hand(offered) {
    const rows = [...offered].sort((a, b) => Number(b.for_person === phone.person) - Number(a.for_person === phone.person));
    sheet(phone.screen, {
      title: t("hand"),
      kind: "of-hand",
      body: (close) =>
        h(
          "ul",
          { class: "hand" },
          rows.map((item) =>
            h(
              "li",
              {},
              h("button", { type: "button", class: "hand-one", onclick: () => (close(), pick(item)) }, h("img", { src: item.url, alt: "", loading: "lazy" }), h("span", {}, item.name)),
            ),
          ),
        ),
    });
  }

  /** A paper at hand, photographed and sent at once. */
  const sendPaper = (item) =>
    attempt(async () => {
      const photo = await fetched(item);
      await api.photo(phone.person, { ...here(), photos: [{ base64: await api.base64(photo) }] });
    });

  async function fetched(item) {
    const at = new URL(item.url, location.href);
    if (at.origin !== location.origin) throw new api.ControlError(item.url, 0);
    const answer = await fetch(at);
    if (!answer.ok) throw new api.ControlError(answer.statusText, answer.status);
    return answer.blob();
  }

  async function pick(item) {
    try {
      const blob = await fetched(item);
      add([new File([blob], item.name, { type: blob.type || "image/jpeg" })]);
    } catch (error) {
      refused(phone.screen, error);
    }
  }

  return { node: box, menu, add, clear, send, sendContact, sendPlace, sendPaper, count: () => waiting.length };
}
