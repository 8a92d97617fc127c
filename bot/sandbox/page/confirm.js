// The dialog that asks before a press.
import { el } from "/page/make.js";
import { plain, textObject } from "/page/mrkdwn.js";

// True at once where nothing is to be asked.
export function confirmed(confirm, context) {
  if (!confirm) return Promise.resolve(true);
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    dialog.replaceChildren(el("form", { method: "dialog" },
      el("header", {}, el("h2", { id: "confirm-title" }, plain(confirm.title.text))),
      el("div", { class: "inside" }, textObject(confirm.text, context)),
      el("footer", {},
        el("button", { class: "plain", value: "no" }, plain(confirm.deny.text)),
        el("button", { class: confirm.style === "danger" ? "danger plain" : "primary", value: "yes", autofocus: true }, plain(confirm.confirm.text)))));
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });
}
