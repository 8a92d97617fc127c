// Layout blocks as nodes. `surface` says how to press and remember; see surface.js.
import { el } from "/page/make.js";
import { elementNode } from "/page/elements.js";
import { field } from "/page/fields.js";
import { link, mrkdwn, plain, textObject } from "/page/mrkdwn.js";
import { slackDate } from "/page/times.js";
import { emoji } from "/page/emoji.js";

export function blocksNode(blocks, surface) {
  return el("div", { class: "blocks" }, blocks.map((block) => (RENDER[block.type] ?? unknown)(block, surface)));
}

const unknown = (block) => el("div", { class: "text" }, `[${block.type}]`);

function section(block, surface) {
  const main = el("div", { class: "main" });
  if (block.text) main.append(textObject(block.text, surface.context));
  if (block.fields) main.append(el("div", { class: "fields" }, block.fields.map((one) => textObject(one, surface.context))));
  return el("div", { class: "block-section" }, main, block.accessory ? elementNode(block, block.accessory, surface) : null);
}

function context(block, surface) {
  const parts = block.elements.map((one) =>
    one.type === "image" ? el("img", { src: one.image_url, alt: one.alt_text }) : textObject(one, surface.context));
  return el("div", { class: "block-context" }, parts);
}

const actions = (block, surface) =>
  el("div", { class: "block-actions" }, block.elements.map((one) => elementNode(block, one, surface)));

function image(block) {
  const caption = block.title ? el("div", { class: "caption" }, plain(block.title.text)) : null;
  return el("div", { class: "block-image" }, caption, el("img", { src: block.image_url, alt: block.alt_text }));
}

const alert = (block, surface) =>
  el("div", { class: `block-alert ${block.level ?? "default"}`, role: "note" }, textObject(block.text, surface.context));

function table(block, surface) {
  const settings = block.column_settings ?? [];
  const rows = block.rows.map((row, index) => el("tr", {}, row.map((cell, place) => {
    const node = el(index ? "td" : "th", {}, cellNode(cell, surface));
    if (settings[place]?.align) node.style.textAlign = settings[place].align;
    return node;
  })));
  return el("div", { class: "scroll" }, el("table", {}, block.caption ? el("caption", {}, block.caption) : null, rows));
}

const cellNode = (cell, surface) => (cell.type === "rich_text" ? rich(cell, surface) : cell.text);

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

// Close enough to what Slack makes of standard markdown: headings, lists, bold, links.
function markdown(block, surface) {
  const text = block.text
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "<$2|$1>")
    .replace(/\*\*([^*\n]+)\*\*/g, "*$1*")
    .replace(/^#{1,6} +(.*)$/gm, "*$1*")
    .replace(/^[-*] +/gm, "• ");
  return mrkdwn(text, surface.context);
}

function rich(block, surface) {
  return el("div", { class: "text" }, block.elements.map((part) => richPart(part, surface)));
}

function richPart(part, surface) {
  if (part.type === "rich_text_list") {
    return el(part.style === "ordered" ? "ol" : "ul", { class: "list" }, part.elements.map((one) => el("li", {}, richLine(one, surface))));
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[part.type] ?? "div";
  return el(tag, {}, richLine(part, surface));
}

const richLine = (part, surface) => part.elements.map((one) => styled(richInline(one, surface.context), one.style));

function richInline(one, context) {
  switch (one.type) {
    case "link": return link(one.url, one.text ?? one.url);
    case "emoji": return emoji(one.name) ?? `:${one.name}:`;
    case "user": return el("span", { class: "mention" }, `@${context.personName(one.user_id) ?? one.user_id}`);
    case "channel": return el("span", { class: "mention" }, `#${context.channelName(one.channel_id)}`);
    case "date": return slackDate(one.timestamp, one.format, context);
    case "broadcast": return el("span", { class: "mention" }, `@${one.range}`);
    default: return one.text ?? one.value ?? "";
  }
}

function styled(node, style = {}) {
  const tags = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };
  return Object.keys(tags).filter((name) => style[name]).reduce((inner, name) => el(tags[name], {}, inner), node);
}

const video = (block) => el("div", {}, link(block.title_url ?? block.video_url, plain(block.title.text)));

const RENDER = {
  section, context, actions, image, alert, table, markdown, video,
  data_table: table,
  data_visualization: chart,
  rich_text: rich,
  input: field,
  header: (block) => el("h3", { class: "block-header" }, plain(block.text.text)),
  divider: () => el("hr", { class: "block-divider" }),
  file: (block) => el("div", { class: "file" }, block.external_id),
};
