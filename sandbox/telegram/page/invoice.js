// An invoice in the chat and the sheet in which a person pays, is declined, or walks away.
import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { refused, sheet, toast } from "./overlay.js";
import { money } from "./when.js";
import { t } from "./words.js";

const STATES = { paid: "paid", declined: "declinedState", refused: "refusedState" };

export function invoiceCard(invoice) {
  const state = STATES[invoice.state];
  return h(
    "div",
    { class: "invoice" },
    h("div", { class: "invoice-head" }, icon("card"), h("strong", {}, invoice.title)),
    invoice.description ? h("p", { class: "invoice-text" }, invoice.description) : null,
    h("p", { class: "invoice-sum" }, h("span", { class: "soft" }, t("total")), h("strong", {}, money(invoice.amount, invoice.currency))),
    state ? h("p", { class: `invoice-state ${invoice.state}` }, invoice.state === "paid" ? icon("tick") : null, t(state)) : null,
  );
}

/**
 * Pay on this phone: `what` is {chat, message_id} or {link}, whose invoice is not known before it is paid.
 * The three ways out are those of the control interface.
 */
export function paySheet(what, phone, invoice) {
  const amount = invoice ? money(invoice.amount, invoice.currency) : "";
  sheet(phone.screen, {
    title: t("paySheet"),
    kind: "of-pay",
    body: (close) => {
      const way = (result, label, look) =>
        h("button", { type: "button", class: look, onclick: () => pay(result, what, phone, form, close) }, label);
      const form = h(
        "div",
        { class: "pay" },
        invoice ? invoiceCard({ ...invoice, state: "" }) : null,
        h("p", { class: "soft" }, t("payHow")),
        way("ok", invoice ? t("payAmount", { amount }) : t("payNow"), "solid"),
        way("declined", t("payDecline"), "quiet"),
        way("walk-away", t("payWalk"), "quiet"),
      );
      return form;
    },
  });
}

async function pay(result, what, phone, form, close) {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  try {
    const answer = await api.pay(phone.person, { ...what, result });
    if (answer.reason) phone.told(answer.reason);
    close();
    say(answer, result, phone.screen);
  } catch (error) {
    close();
    refused(phone.screen, error);
  }
}

function say(answer, result, screen) {
  if (result === "walk-away") return;
  if (answer.state === "paid") toast(screen, t("paidNow"));
  else if (answer.state === "refused") toast(screen, t("refusedNow", { why: answer.reason ?? "" }), { bad: true });
  else toast(screen, t("declinedNow"), { bad: true });
}
