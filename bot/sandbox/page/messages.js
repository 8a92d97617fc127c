// The messages of one conversation. A message is redrawn only if it changed, so that a menu left open stays open.
import { avatar, el } from "/page/make.js";
import { blocksNode } from "/page/blocks.js";
import { say } from "/page/focus.js";
import { lookButton } from "/page/inside.js";
import { mrkdwn } from "/page/mrkdwn.js";
import { Surface } from "/page/surface.js";
import { fileUrl } from "/page/talk.js";
import { clockTime, dayName } from "/page/times.js";

const list = document.getElementById("messages");
let drawn = new Map();
let isAtEnd = true;

list.addEventListener("scroll", () => { isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80; });
// A picture that arrives late must not push the last message out of sight.
list.addEventListener("load", () => { if (isAtEnd) toEnd(); }, true);

export function toEnd() {
  isAtEnd = true;
  list.scrollTop = list.scrollHeight;
}
let drawnFor = "";

export function showMessages(channel, context) {
  const place = `${context.userId} ${channel.id} ${context.zone}`;
  const isElsewhere = place !== drawnFor;
  if (isElsewhere) drawn = new Map();
  if (isElsewhere) isAtEnd = true;
  drawnFor = place;
  let changed = null;
  const nodes = [];
  const kept = new Map();
  let day = "";
  for (const message of channel.messages) {
    const today = dayName(new Date(message.at), context.zone);
    if (today !== day) nodes.push(el("div", { class: "day", role: "separator" }, today));
    day = today;
    const key = JSON.stringify(message);
    const node = drawn.get(key) ?? draw(message, channel, context);
    if (!drawn.has(key) && message.author_id !== context.userId) changed = { message, node };
    kept.set(key, node);
    nodes.push(node);
  }
  drawn = kept;
  replace(nodes.length ? nodes : [el("p", { class: "empty" }, emptyWords(channel, context))]);
  if (changed && !isElsewhere) say(changed.message.author, changed.node);
  if (isAtEnd) toEnd();
}

// Moves only what must move: a node taken out of the page and put back loses focus.
function replace(nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function emptyWords(channel, context) {
  const first = context.commands[0]?.name;
  return first ? `Nothing here yet. Type ${first} below to begin.` : "Nothing here yet.";
}

function draw(message, channel, context) {
  if (message.is_notice) return notice(message, context);
  const surface = new Surface({ channel_id: channel.id, ts: message.ts }, message.values, context);
  const body = el("div", { class: "body" },
    message.is_ephemeral ? el("div", { class: "only" }, "Only visible to you") : null,
    el("div", {},
      el("span", { class: "from" }, message.author),
      message.is_from_app ? el("span", { class: "tag" }, "APP") : null,
      el("time", { class: "at", dateTime: message.at }, clockTime(new Date(message.at), context.zone))),
    message.blocks.length ? blocksNode(message.blocks, surface) : mrkdwn(message.text, context),
    message.is_edited && !message.is_ephemeral ? el("span", { class: "edited" }, "(edited)") : null,
    message.files.map((one) => file(one, context)));
  return el("article", { class: `message${message.is_ephemeral ? " private" : ""}`, tabIndex: -1, data: { surface: message.ts } },
    avatar(message.author, message.is_from_app ? "app" : ""), body, message.is_from_app ? lookButton(message.ts, context) : null);
}

function notice(message, context) {
  return el("article", { class: "message private notice" }, avatar("S", "slackbot"),
    el("div", { class: "body" },
      el("div", { class: "only" }, "Only visible to you"),
      el("div", {}, el("span", { class: "from" }, message.author),
        el("time", { class: "at", dateTime: message.at }, clockTime(new Date(message.at), context.zone))),
      el("div", { class: "text" }, message.text)));
}

function file(one, context) {
  const url = fileUrl(context.userId, one.id);
  return el("div", { class: "file" },
    el("a", { class: "name", href: url, download: one.is_image ? undefined : one.name, target: "_blank", rel: "noopener" }, one.title),
    el("span", { class: "size" }, `  ${one.title === one.name ? "" : `${one.name}, `}${size(one.size)}`),
    one.is_image ? el("img", { src: url, alt: one.title }) : null);
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} kB`);
