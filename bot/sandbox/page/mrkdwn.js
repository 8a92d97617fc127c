// Slack's markup as nodes: *bold*, _italic_, ~strike~, `code`, quotes, links, mentions, dates, emoji.
import { el } from "/page/make.js";
import { emoji } from "/page/emoji.js";
import { slackDate } from "/page/times.js";

const SAFE = /^(https?:|mailto:|tel:)/i;

// One alternative a line; the order is the order of precedence.
const INLINE = new RegExp([
  "`([^`\\n]+)`",
  "<([^<>\\n]+)>",
  "(?<![\\w*])\\*(?=\\S)([^*\\n]*[^*\\s])\\*(?![\\w*])",
  "(?<![\\w_])_(?=\\S)([^_\\n]*[^_\\s])_(?![\\w_])",
  "(?<![\\w~])~(?=\\S)([^~\\n]*[^~\\s])~(?![\\w~])",
  ":([a-z0-9_+-]+):",
].join("|"), "g");

const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function mrkdwn(text, context) {
  const box = el("div", { class: "text" });
  text.split("```").forEach((part, index) => {
    if (index % 2) box.append(el("pre", {}, unescape(part.replace(/^\n|\n$/g, ""))));
    else if (part) box.append(...lines(part, context));
  });
  return box;
}

function lines(text, context) {
  const nodes = [];
  let quoted = [];
  const flush = () => {
    if (quoted.length) nodes.push(el("blockquote", {}, inline(quoted.join("\n"), context)));
    quoted = [];
  };
  text.split("\n").forEach((line, index, all) => {
    const quote = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quote) { quoted.push(quote[1]); return; }
    const wasQuote = quoted.length > 0;
    flush();
    if (index && !wasQuote) nodes.push("\n");
    nodes.push(...inline(line, context));
    if (index === all.length - 1 && line === "" && nodes.at(-1) === "\n") nodes.pop();
  });
  flush();
  return nodes;
}

function inline(text, context) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > from) nodes.push(unescape(text.slice(from, found.index)));
    nodes.push(...piece(found, context));
    from = found.index + found[0].length;
  }
  if (from < text.length) nodes.push(unescape(text.slice(from)));
  return nodes;
}

function piece([whole, code, angled, bold, italic, strike, name], context) {
  if (code !== undefined) return [el("code", {}, unescape(code))];
  if (angled !== undefined) return [reference(angled, context)];
  if (bold !== undefined) return [el("strong", {}, inline(bold, context))];
  if (italic !== undefined) return [el("em", {}, inline(italic, context))];
  if (strike !== undefined) return [el("s", {}, inline(strike, context))];
  return [emoji(name) ?? whole];
}

function reference(inside, context) {
  const [target, label] = split(inside);
  if (target.startsWith("@")) return mention(target.slice(1), label, context);
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${label ?? context.channelName(target.slice(1))}`);
  if (target.startsWith("!date^")) return dated(target, label, context);
  if (target.startsWith("!")) return el("span", { class: "mention" }, label ?? `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), unescape(label ?? target.replace(/^(mailto|tel):/, "")));
}

function split(inside) {
  const at = inside.indexOf("|");
  return at < 0 ? [inside, undefined] : [inside.slice(0, at), inside.slice(at + 1)];
}

function mention(userId, label, context) {
  const mine = userId === context.userId ? " me" : "";
  return el("span", { class: `mention${mine}` }, `@${context.personName(userId) ?? label ?? userId}`);
}

function dated(target, fallback, context) {
  const [, stamp, format, url] = target.split("^");
  const words = Number.isFinite(Number(stamp)) ? slackDate(Number(stamp), format, context) : fallback;
  const time = el("time", { dateTime: new Date(Number(stamp) * 1000).toISOString(), title: fallback }, words);
  return url ? link(url, words) : time;
}

export function link(url, label) {
  if (!SAFE.test(url)) return document.createTextNode(label);
  const outside = /^https?:/i.test(url) ? { target: "_blank", rel: "noopener noreferrer" } : {};
  return el("a", { href: url, ...outside }, label);
}

export function textObject(object, context) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, context);
  return el("div", { class: "text" }, plain(object.text));
}

// Plain text shows literally, but for emoji.
export function plain(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => {
    const name = part.match(/^:([a-z0-9_+-]+):$/);
    return name ? emoji(name[1]) ?? part : part;
  }).join("");
}
