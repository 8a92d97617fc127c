// The page: who you are, where you are, and drawing it anew whenever the workspace changes.
import { avatar, el, toast } from "/page/make.js";
import { blocksNode } from "/page/blocks.js";
import { startComposer } from "/page/composer.js";
import { noteFocus, restoreFocus, say } from "/page/focus.js";
import { drawGuide, startGuide } from "/page/guide.js";
import { lookButton } from "/page/inside.js";
import { showMessages } from "/page/messages.js";
import { showModal } from "/page/modal.js";
import { Surface } from "/page/surface.js";
import { act, onChange, overview, screenOf } from "/page/talk.js";
import { fullClock } from "/page/times.js";
import { startTools } from "/page/tools.js";

const byId = (id) => document.getElementById(id);
const side = byId("side");
const state = {
  workspace: null, screen: null, userId: null, channelId: null, tab: "messages", read: {}, commands: [], homeDrawn: "", sideDrawn: "",
  refresh: () => refresh(),
};
let loading = false;
let again = false;

async function start() {
  state.workspace = await overview();
  state.commands = state.workspace.commands;
  document.title = state.workspace.name;
  byId("workspace").textContent = state.workspace.name;
  const [person, place] = decodeURIComponent(location.hash.slice(1)).split("/");
  const known = state.workspace.people.find((one) => one.id === person || one.name === person);
  state.userId = (known ?? state.workspace.people[0])?.id;
  state.channelId = place ?? null;
  startComposer(state);
  startTools(state);
  startGuide(state);
  byId("menu").addEventListener("click", () => toggleSide());
  byId("tab-home").addEventListener("click", () => openTab("home"));
  byId("tab-messages").addEventListener("click", () => openTab("messages"));
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") toggleSide(false); });
  document.querySelector(".pane").addEventListener("click", () => toggleSide(false));
  onChange(({ now }) => { showClock(now); refresh(); });
}

// One request at a time; a change that comes meanwhile asks for one more.
async function refresh() {
  if (loading) { again = true; return; }
  loading = true;
  const userId = state.userId;
  const screen = await screenOf(userId).catch(() => null);
  loading = false;
  if (screen && userId === state.userId) { state.screen = screen; draw(); }
  if (again) { again = false; refresh(); }
}

const me = () => state.workspace.people.find((one) => one.id === state.userId);

function context() {
  const { workspace } = state;
  return {
    userId: state.userId,
    zone: me().zone,
    now: new Date(state.screen.now),
    people: workspace.people,
    channels: workspace.channels,
    commands: workspace.commands,
    personName: (id) => workspace.people.find((one) => one.id === id)?.real_name,
    channelName: (id) => workspace.channels.find((one) => one.id === id)?.name ?? id,
    refresh,
    settled: (delivery) => {
      if (delivery?.failed) toast("We had some trouble connecting. Try again?");
      refresh();
    },
  };
}

function channel() {
  const { channels } = state.screen;
  const named = (one) => one.id === state.channelId || one.name === state.channelId || (one.is_direct && state.channelId === "app");
  return channels.find(named) ?? channels[0];
}

function draw() {
  const here = channel();
  const isHome = here.is_direct && state.tab === "home";
  state.channelId = here.id;
  noteFocus();
  if (!isHome) markRead(here);
  drawSide(here);
  drawHeading(here, isHome);
  byId("messages").hidden = isHome;
  byId("home").hidden = !isHome;
  byId("composer").hidden = isHome || here.is_archived;
  if (isHome) drawHome();
  else showMessages(here, context());
  showModal(state.screen.modal, context());
  restoreFocus();
  drawGuide();
}

function drawHeading(here, isHome) {
  const name = here.is_direct ? state.workspace.app : `${here.is_private ? "🔒 " : "# "}${here.name}`;
  const note = here.is_archived ? "archived" : here.bot_is_member ? "" : `${state.workspace.app} is not in this channel`;
  byId("title").replaceChildren(name, el("small", {}, note));
  byId("tabs").hidden = !here.is_direct;
  byId("tab-home").hidden = !state.workspace.has_home;
  byId("tab-home").setAttribute("aria-selected", String(isHome));
  byId("tab-messages").setAttribute("aria-selected", String(!isHome));
}

function drawHome() {
  const { home } = state.screen;
  const key = JSON.stringify([state.userId, home]);
  if (key === state.homeDrawn) return;
  const isAgain = state.homeDrawn.startsWith(`["${state.userId}"`);
  state.homeDrawn = key;
  const surface = home && new Surface({ view_id: home.view_id }, home.values, context());
  byId("home").replaceChildren(...(home ? [lookButton(home.view_id, context()), blocksNode(home.blocks, surface)]
    : [el("p", { class: "empty" }, "The app has put nothing here yet.")]));
  if (isAgain) say("Home", byId("home"));
}

// Drawn anew only when it says something else, and the focus stays on the same entry.
function drawSide(here) {
  const key = JSON.stringify([state.userId, here.id, state.read, state.screen.channels.map((one) => [one.id, one.messages.length])]);
  if (key === state.sideDrawn) return;
  state.sideDrawn = key;
  const focused = document.activeElement?.dataset?.entry;
  fillSide(here);
  if (focused) side.querySelector(`[data-entry="${focused}"]`)?.focus();
}

function fillSide(here) {
  byId("people").replaceChildren(...state.workspace.people.map((one) => el("li", {}, el("button", {
    "aria-current": String(one.id === state.userId), data: { entry: one.id }, onclick: () => become(one.id),
  }, avatar(one.real_name), el("span", { class: "who" }, one.real_name, el("small", {}, one.title))))));
  const item = (one, label, icon) => {
    const unread = one.messages.filter((message) => message.at > (state.read[`${state.userId} ${one.id}`] ?? "")).length;
    return el("li", {}, el("button", { "aria-current": String(one.id === here.id), data: { entry: one.id }, onclick: () => go(one.id) },
      icon, el("span", { class: unread ? "unread" : "" }, label),
      unread ? el("span", { class: "count" }, String(unread), el("span", { class: "hidden" }, " new")) : null));
  };
  const [direct, open] = [true, false].map((wanted) => state.screen.channels.filter((one) => one.is_direct === wanted));
  byId("channels").replaceChildren(...open.map((one) => item(one, one.name, one.is_private ? "🔒" : "#")));
  byId("apps").replaceChildren(...direct.map((one) => item(one, state.workspace.app, avatar(state.workspace.app, "app"))));
}

function markRead(here) {
  state.read[`${state.userId} ${here.id}`] = here.messages.at(-1)?.at ?? "";
}

function showClock(now) {
  const time = byId("now");
  time.dateTime = now;
  time.textContent = state.userId ? fullClock(new Date(now), me().zone) : "";
  time.title = `${me().real_name}’s time, ${me().zone}`;
}

function become(userId) {
  if (channel().is_direct) state.channelId = "app";
  state.userId = userId;
  remember();
  showClock(state.screen.now);
  refresh();
}

function go(channelId) {
  state.channelId = channelId;
  state.tab = "messages";
  toggleSide(false);
  remember();
  draw();
  byId("line").focus();
}

function openTab(tab) {
  state.tab = tab;
  act(state.userId, tab === "home" ? "home" : "direct-messages");
  draw();
}

const remember = () => history.replaceState(null, "", `#${state.userId}/${state.channelId ?? ""}`);

function toggleSide(open = !side.classList.contains("open")) {
  side.classList.toggle("open", open);
  byId("menu").setAttribute("aria-expanded", String(open));
  drawGuide();
}

start();
