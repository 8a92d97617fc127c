// Inputs: what may be typed or chosen, the value kept in the surface's draft.
import { el, freshId } from "/page/make.js";
import { plain, textObject } from "/page/mrkdwn.js";
import { upload } from "/page/talk.js";

export function field(block, surface) {
  const id = freshId("field");
  const node = control(block, block.element, surface);
  const isGroup = node.matches("fieldset");
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const label = isGroup
    ? el("div", { class: "label", id: `${id}-label` }, plain(block.label.text), optional)
    : el("label", { htmlFor: id }, plain(block.label.text), optional);
  if (isGroup) node.setAttribute("aria-labelledby", `${id}-label`);
  else (node.querySelector("input[type=file]") ?? node).id = id;
  const error = surface.errors?.[block.block_id];
  const below = error ?? block.hint?.text;
  if (below) node.setAttribute("aria-describedby", `${id}-below`);
  if (error) node.setAttribute("aria-invalid", "true");
  return el("div", { class: `field${error ? " wrong" : ""}`, data: { block: block.block_id, key: `${block.element.action_id} ${block.block_id}` } }, label, node,
    below ? el("div", { class: error ? "error" : "hint", id: `${id}-below` }, plain(below)) : null);
}

// `told` is called with the plain value whenever it changes for good.
export function control(block, element, surface, told) {
  const held = surface.held(block, element);
  const keep = (value) => surface.keep(block, element, value);
  const settle = (value) => { keep(value); told?.(value); };
  return MAKE[element.type]({ element, held, keep, settle, surface });
}

function typed(facts) {
  return ({ element, held, keep, settle, surface }) => {
    const tag = element.multiline ? "textarea" : "input";
    const node = el(tag, {
      ...(element.multiline ? { rows: 4 } : facts(element, surface)),
      value: held ?? "",
      placeholder: element.placeholder ? plain(element.placeholder.text) : "",
      oninput: () => keep(node.value || null),
      onchange: () => settle(node.value || null),
    });
    if (element.max_length) node.maxLength = element.max_length;
    return node;
  };
}

const offered = (element) => [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((one) => one.options)];

function select(choices) {
  return ({ element, held, settle, surface }) => {
    const option = ([value, label]) => el("option", { value, selected: value === held }, label);
    const all = choices(element, surface).map((one) =>
      (one.group ? el("optgroup", { label: one.group }, one.of.map(option)) : option(one)));
    const words = element.placeholder ? plain(element.placeholder.text) : "Choose…";
    const node = el("select", { onchange: () => settle(node.value || null) },
      el("option", { value: "" }, words), all);
    return node;
  };
}

const pair = (option) => [option.value, plain(option.text.text)];
const listed = (element) => (element.option_groups
  ? element.option_groups.map((one) => ({ group: plain(one.label.text), of: one.options.map(pair) }))
  : element.options.map(pair));
const people = (_element, surface) => surface.context.people.map((one) => [one.id, one.real_name]);
const channels = (_element, surface) => surface.context.channels.map((one) => [one.id, `#${one.name}`]);

function choices(type, entries) {
  return ({ element, held, settle, surface }) => {
    const name = freshId("choice");
    const isMany = type === "checkbox";
    const set = el("fieldset", { class: "choices" });
    const chosen = () => [...set.querySelectorAll("input:checked")].map((one) => one.value);
    for (const [value, label, note] of entries(element, surface)) {
      set.append(el("label", {}, el("input", {
        type, name, value,
        checked: isMany ? (held ?? []).includes(value) : held === value,
        onchange: () => settle(isMany ? chosen() : chosen()[0] ?? null),
      }), el("span", {}, label, note ? el("small", {}, note) : null)));
    }
    return set;
  };
}

const described = (element, surface) => offered(element).map((one) =>
  [one.value, textObject(one.text, surface.context), one.description ? textObject(one.description, surface.context) : null]);

// Each file goes up as soon as it is chosen; one that did not arrive is not attached.
const file = ({ element, held, keep, surface }) => {
  const attached = el("div", { class: "hint" });
  const show = (files) => { attached.textContent = (files ?? []).map((one) => one.name).join(", "); };
  const node = el("input", {
    type: "file",
    multiple: (element.max_files ?? 10) > 1,
    accept: (element.filetypes ?? []).map((one) => `.${one}`).join(","),
    onchange: async () => {
      attached.textContent = "Uploading…";
      const sent = await Promise.all([...node.files].map((one) => upload(surface.context.userId, one)));
      const files = sent.filter((one) => one);
      keep(files.length ? files : null);
      show(files);
    },
  });
  show(held);
  return el("div", {}, node, attached);
};

const MAKE = {
  plain_text_input: typed(() => ({ type: "text" })),
  number_input: typed((element) => ({
    type: "number", min: element.min_value, max: element.max_value, step: element.is_decimal_allowed ? "any" : "1",
  })),
  datepicker: typed(() => ({ type: "date" })),
  timepicker: typed(() => ({ type: "time" })),
  static_select: select(listed),
  users_select: select(people),
  conversations_select: select(channels),
  radio_buttons: choices("radio", described),
  checkboxes: choices("checkbox", described),
  multi_static_select: choices("checkbox", described),
  multi_users_select: choices("checkbox", people),
  file_input: file,
};
