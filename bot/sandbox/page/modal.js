// The modal on top: shown, filled in, submitted, closed. What was typed survives every redraw of the same view.
import { el } from "/page/make.js";
import { blocksNode } from "/page/blocks.js";
import { lookButton } from "/page/inside.js";
import { Surface } from "/page/surface.js";
import { act } from "/page/talk.js";

const dialog = document.getElementById("modal");
const drafts = new Map();
let shown = "";

export function showModal(view, context) {
  if (!view) {
    drafts.clear();
    shown = "";
    if (dialog.open) dialog.close();
    return;
  }
  const key = JSON.stringify([context.userId, view.view_id, view.hash, view.errors]);
  if (key === shown) return;
  const isAnother = !shown.includes(view.view_id);
  shown = key;
  draw(view, context);
  if (!dialog.open) dialog.showModal();
  const first = ["[autofocus], .inside input, .inside select, .inside textarea", ".inside button", "footer button"];
  if (isAnother) first.map((one) => dialog.querySelector(one)).find((one) => one)?.focus();
  else dialog.querySelector(".wrong input, .wrong select, .wrong textarea")?.focus();
}

function draw(view, context) {
  if (!drafts.has(view.view_id)) drafts.set(view.view_id, {});
  const draft = drafts.get(view.view_id);
  prune(draft, view.blocks);
  const surface = new Surface({ view_id: view.view_id }, view.values, context, view.errors, draft);
  const trouble = el("div", { class: "trouble", role: "alert" });
  const submit = el("button", { class: "primary", type: "submit" }, view.submit ?? "");
  const form = el("form", {
    noValidate: true,
    data: { surface: view.view_id },
    onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const delivery = await act(context.userId, "submit", { view_id: view.view_id, given: draft });
      submit.disabled = false;
      if (delivery?.failed) trouble.textContent = "We had some trouble connecting. Try again?";
      context.refresh();
    },
  },
  el("header", {}, el("h2", { id: "modal-title" }, view.title), lookButton(view.view_id, context),
    el("button", { type: "button", "aria-label": "Close", onclick: () => close(view, context, true) }, "✕")),
  el("div", { class: "inside" }, blocksNode(view.blocks, surface)),
  trouble,
  el("footer", {},
    el("button", { type: "button", class: "plain", onclick: () => close(view, context, false) }, view.close ?? "Cancel"),
    view.submit ? submit : null));
  dialog.replaceChildren(form);
  dialog.oncancel = (event) => {
    event.preventDefault();
    close(view, context, true);
  };
}

// An update may have taken inputs away; what was typed into them is gone, as in Slack.
function prune(draft, blocks) {
  const there = (blockId, actionId) => blocks.some((block) => block.block_id === blockId
    && [block.element, block.accessory, ...(block.elements ?? [])].some((one) => one?.action_id === actionId));
  for (const [blockId, byAction] of Object.entries(draft)) {
    for (const actionId of Object.keys(byAction)) if (!there(blockId, actionId)) delete byAction[actionId];
    if (!Object.keys(byAction).length) delete draft[blockId];
  }
}

async function close(view, context, everything) {
  await act(context.userId, "close", { view_id: view.view_id, everything });
  context.refresh();
}
