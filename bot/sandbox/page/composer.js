// The line at the bottom: messages, and commands with their hints.
import { el } from "/page/make.js";
import { toEnd } from "/page/messages.js";
import { act, upload } from "/page/talk.js";

const line = document.getElementById("line");
const list = document.getElementById("suggestions");
let chosen = 0;

export function startComposer(state) {
  const form = document.getElementById("composer");
  const share = document.getElementById("share");
  line.addEventListener("input", () => { chosen = 0; suggest(state); });
  line.addEventListener("blur", () => setTimeout(hide, 150));
  line.addEventListener("keydown", (event) => keys(event, state));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(state); });
  share.addEventListener("change", async () => { await shareFiles(state, share.files); share.value = ""; });
  takeDrops(state, form);
}

// Files dropped anywhere on a conversation are shared in it.
function takeDrops(state, form) {
  const pane = document.querySelector(".pane");
  const takes = (event) => !form.hidden && event.dataTransfer?.types.includes("Files");
  pane.addEventListener("dragover", (event) => {
    if (!takes(event)) return;
    event.preventDefault();
    pane.classList.add("dropping");
  });
  pane.addEventListener("dragleave", (event) => { if (!pane.contains(event.relatedTarget)) pane.classList.remove("dropping"); });
  pane.addEventListener("drop", (event) => {
    pane.classList.remove("dropping");
    if (!takes(event)) return;
    event.preventDefault();
    shareFiles(state, event.dataTransfer.files);
  });
}

async function shareFiles(state, files) {
  toEnd();
  for (const one of files) await upload(state.userId, one, state.channelId);
  state.refresh();
}

const matching = (state) => {
  const typed = line.value;
  if (!typed.startsWith("/")) return [];
  const [name] = typed.split(" ");
  if (typed.includes(" ")) return state.commands.filter((one) => one.name === name);
  return state.commands.filter((one) => one.name.startsWith(name));
};

function suggest(state) {
  const found = matching(state);
  list.replaceChildren(...found.map((one, index) => el("li", {
    role: "option", id: `suggestion-${index}`, "aria-selected": String(index === chosen),
    onmousedown: (event) => { event.preventDefault(); take(one); },
  }, el("code", {}, one.name), ` ${one.usage_hint}`, el("small", {}, one.description))));
  list.hidden = !found.length;
  line.setAttribute("aria-expanded", String(found.length > 0));
  if (found.length) line.setAttribute("aria-activedescendant", `suggestion-${chosen}`);
  else line.removeAttribute("aria-activedescendant");
}

function hide() {
  list.hidden = true;
  line.setAttribute("aria-expanded", "false");
  line.removeAttribute("aria-activedescendant");
}

function take(command) {
  line.value = `${command.name} `;
  hide();
  line.focus();
}

function keys(event, state) {
  const found = matching(state);
  if (list.hidden || !found.length) return;
  const isWhole = found.some((one) => one.name === line.value.trim().split(" ")[0]);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
    suggest(state);
  } else if (event.key === "Tab" || (event.key === "Enter" && !isWhole)) {
    event.preventDefault();
    take(found[chosen]);
  } else if (event.key === "Escape") {
    hide();
  }
}

async function send(state) {
  const typed = line.value.trim();
  if (!typed) return;
  line.value = "";
  hide();
  toEnd();
  if (typed.startsWith("/")) await act(state.userId, "command", { line: typed, channel: state.channelId });
  else await act(state.userId, "say", { text: typed, channel: state.channelId });
  state.refresh();
}
