// Things to press or choose from, outside of form fields.
import { el } from "/page/make.js";
import { control } from "/page/fields.js";
import { link, plain } from "/page/mrkdwn.js";
import { confirmed } from "/page/confirm.js";

export function elementNode(block, element, surface) {
  if (element.type === "image") return el("img", { class: "thumb", src: element.image_url, alt: element.alt_text });
  if (element.type === "button") return button(block, element, surface);
  if (element.type === "overflow") return overflow(block, element, surface);
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

function overflow(block, element, surface) {
  const menu = el("details", { class: "overflow", data: { key: keyOf(block, element) } }, el("summary", { "aria-label": "More actions" }, "⋯"));
  menu.append(el("div", {}, element.options.map((option) => el("button", {
    type: "button",
    onclick: () => {
      menu.open = false;
      press(block, element, surface, option.value);
    },
  }, plain(option.text.text)))));
  menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
  return menu;
}

function chooser(block, element, surface) {
  const name = element.placeholder?.text ?? element.type.replaceAll("_", " ");
  const node = control(block, element, surface, (value) => press(block, element, surface, value));
  if (!node.matches("fieldset")) node.setAttribute("aria-label", name);
  return el("span", { class: "inline", data: { key: keyOf(block, element) } }, node);
}
