// Layout blocks as nodes. `surface` says how to press and remember; see surface.js.
import { el } from "/page/make.js";
import { elementNode } from "/page/elements.js";
import { field } from "/page/fields.js";
import { plain, textObject } from "/page/mrkdwn.js";

export function blocksNode(blocks, surface) {
  return el("div", { class: "blocks" }, blocks.map((block) => RENDER[block.type](block, surface)));
}

function section(block, surface) {
  const main = el("div", { class: "main" }, textObject(block.text, surface.context));
  return el("div", { class: "block-section" }, main, block.accessory ? elementNode(block, block.accessory, surface) : null);
}

const context = (block, surface) =>
  el("div", { class: "block-context" }, block.elements.map((one) => textObject(one, surface.context)));

const actions = (block, surface) =>
  el("div", { class: "block-actions" }, block.elements.map((one) => elementNode(block, one, surface)));

function table(block) {
  const settings = block.column_settings ?? [];
  const rows = block.rows.map((row, index) => el("tr", {}, row.map((cell, place) => {
    const node = el(index ? "td" : "th", {}, cell.text);
    if (settings[place]?.align) node.style.textAlign = settings[place].align;
    return node;
  })));
  return el("div", { class: "scroll" }, el("table", {}, rows));
}

// Grouped bars, as Slack draws them.
function chart(block) {
  const { series, axis_config: axis } = block.chart;
  const most = Math.max(1, ...series.flatMap((one) => one.data.map((point) => point.value)));
  const places = axis.categories.map((category) => el("div", { class: "place" },
    el("div", { class: "bars" }, series.map((one, place) => bar(one, category, place, most))),
    el("div", { class: "name" }, category)));
  const key = series.map((one, place) => el("span", {}, el("i", { class: `series-${place}` }), one.name));
  return el("figure", { class: "block-chart" },
    el("figcaption", {}, block.title), el("div", { class: "places" }, places),
    series.length > 1 ? el("div", { class: "key" }, key) : null);
}

function bar(series, category, place, most) {
  const { value } = series.data.find((point) => point.label === category);
  const node = el("div", { class: `bar series-${place}`, title: `${series.name}, ${category}: ${value}` });
  node.style.height = `${(100 * value) / most}%`;
  return node;
}

const RENDER = {
  section, context, actions, table,
  data_visualization: chart,
  input: field,
  header: (block) => el("h3", { class: "block-header" }, plain(block.text.text)),
  divider: () => el("hr", { class: "block-divider" }),
};
