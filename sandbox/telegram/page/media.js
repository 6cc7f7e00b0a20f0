// Photos, albums, voice notes, documents, places and contacts inside a bubble, and the photo viewer.
import { h, icon } from "./dom.js";
import { dialog } from "./overlay.js";
import { duration, size } from "./when.js";
import { t } from "./words.js";

/** Only what our own server offers (or bytes we hold ourselves) is ever loaded. */
function own(url) {
  try {
    const at = new URL(url, location.href);
    return at.origin === location.origin || ["blob:", "data:"].includes(at.protocol) ? at.href : "";
  } catch {
    return "";
  }
}

/** `covered`: the picture is hidden until it is pressed once. */
export function photos(files, name, loaded, covered = false) {
  const label = t("photoFrom", { name });
  return h(
    "div",
    { class: files.length > 1 ? `album of-${Math.min(files.length, 4)}` : "photo-one" },
    files.map((file, n) => {
      const alt = files.length > 1 ? `${label} ${n + 1}/${files.length}` : label;
      const button = h(
        "button",
        {
          type: "button",
          class: covered ? "photo is-covered" : "photo",
          "data-fk": `photo${n}`,
          "aria-label": covered ? t("covered") : `${alt}. ${t("wholePhoto")}`,
          onclick: () => (button.classList.contains("is-covered") ? uncover(button, `${alt}. ${t("wholePhoto")}`) : view(files, n, alt)),
        },
        h("img", { src: own(file.url), alt: "", decoding: "async", width: file.width, height: file.height, onload: loaded, onerror: loaded }),
      );
      return button;
    }),
  );
}

function uncover(button, label) {
  button.classList.remove("is-covered");
  button.setAttribute("aria-label", label);
}

function view(files, first, alt) {
  dialog({
    title: alt,
    kind: "viewer",
    body: () => h("div", { class: "viewer-photos", tabindex: "0" }, [files[first]].map((file) => h("img", { src: own(file.url), alt }))),
  });
}

/** A voice note with one button and a position; browsers that cannot decode it get a download instead. */
export function voice(file, seconds) {
  const audio = h("audio", { src: own(file.url), preload: "metadata" });
  const button = h("button", { type: "button", class: "round", "aria-label": t("play"), "data-fk": "play" }, icon("play"));
  const slider = h("input", { type: "range", min: 0, max: 1000, step: 1, value: 0, "aria-label": t("position") });
  const time = h("span", { class: "voice-time" }, duration(seconds));
  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : seconds || 0);
  function show() {
    button.replaceChildren(icon(audio.paused ? "play" : "pause"));
    button.setAttribute("aria-label", t(audio.paused ? "play" : "pause"));
    if (length()) slider.value = String(Math.round((audio.currentTime / length()) * 1000));
    slider.setAttribute("aria-valuetext", `${duration(audio.currentTime)} / ${duration(length())}`);
    time.textContent = duration(audio.currentTime > 0 ? audio.currentTime : length());
  }
  button.onclick = () => {
    if (!audio.paused) return audio.pause();
    for (const other of document.querySelectorAll("audio")) if (other !== audio) other.pause();
    return audio.play().catch(() => box.classList.add("mute"));
  };
  slider.oninput = () => {
    if (length()) audio.currentTime = (slider.value / 1000) * length();
  };
  for (const name of ["play", "pause", "ended", "timeupdate", "loadedmetadata"]) audio.addEventListener(name, show);
  const box = h(
    "div",
    { class: "voice", role: "group", "aria-label": t("voice") },
    audio,
    button,
    slider,
    time,
    h("a", { class: "voice-file", href: own(file.url), download: file.name || "voice" }, t("notPlayable")),
  );
  audio.addEventListener("error", () => box.classList.add("mute"));
  return box;
}

export function documentCard(file) {
  const name = file.name || t("document");
  return h(
    "a",
    { class: "doc", href: own(file.url), download: name, target: "_blank", rel: "noopener", "aria-label": t("download", { name }), "data-fk": "doc" },
    h("span", { class: "doc-icon" }, icon("file")),
    h("span", { class: "doc-words" }, h("span", { class: "doc-name" }, name), h("span", { class: "soft" }, size(file.size))),
  );
}

export const video = (file) => h("video", { src: own(file.url), controls: true, preload: "metadata", class: "video" });

export function card(iconName, title, lines) {
  return h(
    "div",
    { class: "doc" },
    h("span", { class: "doc-icon" }, icon(iconName)),
    h("span", { class: "doc-words" }, h("span", { class: "doc-name" }, title), lines.filter(Boolean).map((line) => h("span", { class: "soft" }, line))),
  );
}
