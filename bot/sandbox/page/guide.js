// A guide of a few steps: says what to do next and marks what to press. It can be skipped and is remembered.
import { el } from "/page/make.js";
import { upload } from "/page/talk.js";

const box = document.getElementById("guide");
const opener = document.getElementById("guide-open");
const line = document.getElementById("line");
let state = null;
let kept = {};
let marked = null;

// The step belongs to one workspace; a guide that was skipped stays skipped in the next.
function read() {
  const found = JSON.parse(localStorage.getItem("guide") ?? "{}");
  return { step: found.workspace === state.workspace.id ? found.step : 0, isSkipped: Boolean(found.isSkipped) };
}

function keep(change) {
  kept = { ...kept, ...change };
  localStorage.setItem("guide", JSON.stringify({ workspace: state.workspace.id, ...kept }));
  drawGuide();
}

const steps = () => state.workspace.guide;
const step = () => steps()[kept.step];

export function startGuide(page) {
  state = page;
  opener.hidden = !steps().length;
  opener.addEventListener("click", () => { keep({ isSkipped: !kept.isSkipped, step: step() ? kept.step : 0 }); if (!box.hidden) box.focus(); });
  document.addEventListener("done", ({ detail }) => { if (!kept.isSkipped && step() && isDone(step(), detail)) keep({ step: kept.step + 1 }); });
  kept = read();
}

function isDone({ kind, target, user_id: userId }, { name, body, userId: by }) {
  if (by !== userId) return false;
  if (kind === "command") return name === "command" && body.line.split(" ")[0] === target.split(" ")[0];
  if (kind === "action") return name === "press" && (target.endsWith("_") ? body.action_id.startsWith(target) : body.action_id === target);
  if (kind === "upload") return name === "upload" && body.channel === app().id;
  return name === kind && (!target || body?.jump === target);
}

const app = () => state.screen.channels.find((one) => one.is_direct);

export function drawGuide() {
  if (!state?.screen) return;
  const now = step();
  box.hidden = kept.isSkipped || !steps().length;
  opener.setAttribute("aria-expanded", String(!box.hidden));
  mark(box.hidden || !now ? null : nextToPress(now));
  if (box.hidden) return;
  const key = JSON.stringify([kept, now?.user_id === state.userId, state.channelId]);
  if (box.dataset.drawn === key) return;
  box.dataset.drawn = key;
  if (!now) return drawEnd();
  const person = state.workspace.people.find((one) => one.id === now.user_id);
  const before = now.user_id === state.userId ? "" : `First become ${person.real_name} (${person.title}) at the side. `;
  box.replaceChildren(
    el("p", { role: "status" }, el("strong", {}, `${kept.step + 1} of ${steps().length}.`), ` ${before}`, el("strong", {}, now.title), ` ${now.says}`),
    el("div", { class: "row" }, helper(now),
      el("button", { type: "button", class: "plain", disabled: !kept.step, onclick: () => keep({ step: kept.step - 1 }) }, "Back"),
      el("button", { type: "button", class: "plain", onclick: () => keep({ step: kept.step + 1 }) }, "Next"),
      el("button", { type: "button", class: "plain", onclick: () => { keep({ isSkipped: true }); opener.focus(); } }, "Skip the guide")));
}

// After the last step the guide says so, and stays until it is closed.
function drawEnd() {
  box.replaceChildren(
    el("p", { role: "status" }, el("strong", {}, "That was the last step."), " Go on as anyone at the side, with the buttons at the top."),
    el("div", { class: "row" },
      el("button", { type: "button", class: "plain", onclick: () => keep({ step: 0 }) }, "Start again"),
      el("button", { type: "button", class: "plain", onclick: () => { keep({ isSkipped: true }); opener.focus(); } }, "Close the guide")));
}

// Typing and files are done for the person who wants that. Only the app's conversation answers a file.
function helper(now) {
  if (now.user_id !== state.userId) return null;
  if (now.kind === "command") return el("button", { type: "button", class: "plain", onclick: () => { line.value = now.target; line.focus(); } }, `Fill in ${now.target}`);
  const { sample } = state.workspace;
  if (now.kind !== "upload" || !sample || state.channelId !== app().id) return null;
  const share = () => upload(state.userId, new File([sample.text], sample.name, { type: "text/csv" }), state.channelId);
  return el("button", { type: "button", class: "plain", onclick: share }, `Share ${sample.name}`);
}

// The person, then the conversation with the app, then the thing itself.
function nextToPress({ kind, target, place, mark: marks, user_id: userId }) {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.offsetParent).at(-1);
  const inSide = (entry) => (document.getElementById("menu").offsetParent && !document.querySelector(".side.open")
    ? document.getElementById("menu") : shown(`.side [data-entry="${entry}"]`));
  if (userId !== state.userId) return inSide(userId);
  if (place && state.channelId !== place) return inSide(place);
  if (kind === "jump") return shown(`[data-jump="${target}"]`);
  const thing = kind === "action" && shown(`[data-key^="${marks || target} "]`);
  if (thing) return thing;
  if (state.channelId !== app().id) return inSide(app().id);
  if (state.tab === "home") return shown("#tab-messages");
  return { command: line, upload: shown(".attach"), inside: shown(".look") }[kind] ?? line;
}

function mark(node) {
  if (marked === node) return;
  marked?.classList.remove("pointed");
  marked = node;
  marked?.classList.add("pointed");
  marked?.scrollIntoView({ block: "nearest" });
}
