// Things to press or choose from, outside of form fields.
import { el } from "/page/make.js";
import { control } from "/page/fields.js";
import { link, plain } from "/page/mrkdwn.js";
import { confirmed } from "/page/confirm.js";

export function elementNode(block, element, surface) {
  if (element.type === "button") return button(block, element, surface);
  return chooser(block, element, surface);
}

// What is pressed: an action and what it is done to.
const keyOf = (block, element) => `${element.action_id} ${element.value ?? ""}`;

async function press(block, element, surface, selected, node) {
  if (!(await confirmed(element.confirm, surface.context))) return;
  node?.setAttribute("aria-busy", "true");
  await surface.press(block, element, selected);
  node?.removeAttribute("aria-busy");
}

function button(block, element, surface) {
  const node = el("button", {
    type: "button",
    class: `press ${element.style ?? ""}`,
    data: { key: keyOf(block, element) },
    "aria-label": element.accessibility_label,
    onclick: () => {
      if (element.url) link(element.url, "").click?.();
      press(block, element, surface, undefined, node);
    },
  }, plain(element.text.text));
  return node;
}

function chooser(block, element, surface) {
  const name = element.placeholder?.text ?? element.type.replaceAll("_", " ");
  const node = control(block, element, surface, (value) => press(block, element, surface, value));
  if (!node.matches("fieldset")) node.setAttribute("aria-label", name);
  return el("span", { class: "inline", data: { key: keyOf(block, element) } }, node);
}
