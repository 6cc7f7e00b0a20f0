// Choosing whose phone to open, and making a new person.
import * as api from "./api.js";
import { avatar } from "./bubbles.js";
import { h } from "./dom.js";
import { dialog } from "./overlay.js";
import { openPhone, phones } from "./shelf.js";
import { t } from "./words.js";

const LANGUAGES = [["zh-hans", "中文"], ["en", "English"], ["ko", "한국어"], ["ja", "日本語"], ["vi", "Tiếng Việt"], ["th", "ไทย"]];

export async function pickPerson() {
  let people = [];
  let why = "";
  try {
    people = (await api.world()).people;
  } catch (error) {
    why = error.message || t("away");
  }
  dialog({
    title: t("choosePerson"),
    kind: "picker",
    body: (close) => {
      const list = h("ul", { class: "rows" });
      const find = h("input", { type: "search", placeholder: t("findPerson"), "aria-label": t("findPerson"), oninput: () => show(list, people, find.value, close), "data-first": true });
      const note = h("p", { class: "problem", role: "alert" }, why ? t("failed", { why }) : "");
      show(list, people, "", close);
      return [find, list, note, newPerson(note, close)];
    },
  });
}

/** Everybody as a list of buttons, for a page on which no phone is open. */
export function peopleRows() {
  const list = h("ul", { class: "rows everybody" });
  api.world().then(
    ({ people }) => show(list, people, "", () => {}),
    () => {},
  );
  return list;
}

function show(list, people, wanted, close) {
  const words = wanted.trim().toLowerCase();
  const found = people.filter((person) => `${person.name} ${person.id} ${person.username ?? ""}`.toLowerCase().includes(words));
  const open = new Set(phones().map((phone) => phone.person));
  list.replaceChildren(
    ...found.map((person) =>
      h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "row", onclick: () => choose(person.id, close) },
          avatar(person.id, person.name),
          h(
            "span",
            { class: "row-words" },
            h("span", { class: "row-top" }, h("span", { class: "row-name" }, person.name), open.has(person.id) ? h("span", { class: "tag" }, t("isOpen")) : null),
            h("span", { class: "row-last soft" }, [person.username ? `@${person.username}` : "", person.phone, person.id].filter(Boolean).join(" · ")),
          ),
        ),
      ),
    ),
  );
  if (!found.length) list.append(h("li", { class: "empty soft" }, t("nobody")));
}

function choose(person, close) {
  close();
  openPhone(person);
  const node = document.getElementById(`phone-${person}`);
  node?.scrollIntoView({ inline: "center", block: "nearest" });
  node?.focus({ preventScroll: true });
}

function newPerson(note, close) {
  const name = h("input", { type: "text", required: true, maxlength: 64, id: "new-name" });
  const lang = h("select", { id: "new-lang" }, LANGUAGES.map(([tag, label]) => h("option", { value: tag }, label)));
  const create = async (event) => {
    event.preventDefault();
    try {
      const { person } = await api.addPerson({ name: name.value.trim(), lang: lang.value });
      choose(person.id, close);
    } catch (error) {
      note.textContent = t("failed", { why: error.message || t("away") });
    }
  };
  return h(
    "details",
    { class: "new-person" },
    h("summary", {}, t("newPerson")),
    h(
      "form",
      { class: "stack-form", onsubmit: create },
      h("label", { for: "new-name" }, t("name")),
      name,
      h("label", { for: "new-lang" }, t("language")),
      lang,
      h("button", { type: "submit", class: "solid" }, t("create")),
    ),
  );
}
