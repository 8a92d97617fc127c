// Keeps the focus where it was when what holds it is drawn anew, and says aloud what changed.
// A surface carries data-surface (a message's ts, "home" or a modal's id); what is pressed in it carries data-key.

const FOCUSABLE = "button:not(:disabled), select, input, textarea, summary, a[href]";
const told = document.getElementById("told");
const places = { pane: null, dialog: null };

const keyOf = (node) => node.closest("[data-key]")?.dataset.key;
const inDialog = (node) => Boolean(node.closest("dialog"));
const pressable = (surface) => [...surface.querySelectorAll(FOCUSABLE)].filter((one) => one.offsetParent);

// Called before a drawing. Where nothing has the focus, there is none to keep.
export function noteFocus() {
  const held = document.activeElement;
  const surface = held?.closest("[data-surface]");
  if (!held || held === document.body) places.pane = places.dialog = null;
  else places[inDialog(held) ? "dialog" : "pane"] = surface && {
    surface: surface.dataset.surface, key: keyOf(held), index: pressable(surface).indexOf(held), keys: pressable(surface).map(keyOf),
  };
}

// The same action of the same thing; else the first button that was not there before, else what stands in its place.
// Never a red button, nor one beside a text, which takes back or confirms what was just done: two presses of Enter in a
// row must do neither.
function successor(surface, { key, index, keys }) {
  const all = pressable(surface);
  const safe = all.filter((one) => !one.matches(".danger, .block-section > .press"));
  const isNew = (one) => one.matches(".press") && !keys.includes(keyOf(one));
  const same = all.find((one) => key && keyOf(one) === key);
  return same ?? safe.find(isNew) ?? safe.find((one) => all.indexOf(one) >= index) ?? safe.at(-1) ?? surface;
}

// Called after a drawing. The focus is only moved if the drawing took it away.
export function restoreFocus() {
  const held = document.activeElement;
  if (held && held !== document.body) return;
  const dialog = document.querySelector("dialog[open]");
  const place = dialog ? places.dialog : places.pane;
  if (!place) return;
  const surfaces = [...(dialog ?? document.querySelector(".pane")).querySelectorAll("[data-surface]")].filter((one) => one.offsetParent);
  const same = surfaces.find((one) => one.dataset.surface === place.surface);
  const there = same ?? surfaces.at(-1);
  if (there) successor(there, same ? place : { index: 0, keys: [] }).focus();
}

const SAID_AT_MOST = 160;

// A screen reader reads the first words; all of a card with its buttons would be read for a minute.
export function say(who, node) {
  const words = [...node.querySelectorAll(".blocks .text, .block-header, .body > .text, .file .name")].map((one) => one.textContent.trim());
  const line = words.filter((one) => one).join(". ").replace(/\s+/g, " ");
  told.textContent = `${who}: ${line.length > SAID_AT_MOST ? `${line.slice(0, SAID_AT_MOST)}…` : line}`;
}
