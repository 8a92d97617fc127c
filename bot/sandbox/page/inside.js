// Look inside: the calls of Slack's API that drew a message, a modal or Home, and what the bot was told before each.
import { el } from "/page/make.js";
import { insideOf } from "/page/talk.js";
import { preciseTime } from "/page/times.js";

const dialog = document.getElementById("inside");

// `surface`: a message's ts, or a view's id.
export const lookButton = (surface, context) => el("button", {
  type: "button", class: "look", title: "Look inside: the API call behind this", "aria-label": "Look inside",
  onclick: () => look(surface, context),
}, "{ }");

async function look(surface, context) {
  const found = await insideOf(context.userId, surface);
  if (!found) return;
  const none = el("p", {}, "No call of the API drew this: it came with the acknowledgement of what you did, or at a scheduled time.");
  dialog.replaceChildren(el("form", { method: "dialog" },
    el("header", {}, el("h2", { id: "inside-title" }, "Look inside"), el("button", { "aria-label": "Close", autofocus: true }, "✕")),
    el("div", { class: "inside" }, found.calls.length ? found.calls.map((one, index) => callNode(one, index, context)) : none)));
  dialog.showModal();
}

function callNode(call, index, context) {
  const result = call.error ? `refused: ${call.error}` : "ok";
  return el("section", { class: "call" },
    el("h3", {}, index ? "Before: " : "", el("code", {}, call.method), ` ${result}`),
    el("p", { class: "when" }, preciseTime(new Date(call.at), context.zone)),
    toldNode(call.told, context),
    folded("Payload", call.payload, !index),
    folded("Slack’s answer", call.answer, false));
}

function toldNode(told, context) {
  if (!told) return el("p", {}, "The bot made it by itself: it had been told nothing yet.");
  const acked = told.ack_ms === null ? "not acknowledged" : `acknowledged in ${told.ack_ms} ms`;
  const lead = told.is_its_cause ? "It answers " : "Last heard before it: ";
  return el("div", {},
    el("p", {}, lead, el("strong", {}, told.what), `, ${acked}, ${preciseTime(new Date(told.at), context.zone)}.`),
    folded("What the bot was told", told.payload, false));
}

const folded = (label, json, open) => el("details", { open }, el("summary", {}, label),
  el("pre", { tabIndex: 0 }, JSON.stringify(json, null, 2)));
