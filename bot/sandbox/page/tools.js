// The top of the page: moves of the clock, and faults on purpose.
import { el, toast } from "/page/make.js";
import { jumpClock, makeTrouble, moveClock } from "/page/talk.js";

const byId = (id) => document.getElementById(id);

export function startTools(state) {
  document.querySelectorAll("[data-advance]").forEach((button) =>
    button.addEventListener("click", () => moveClock(Number(button.dataset.advance))));
  byId("clock").append(...state.workspace.jumps.map((one) => el("button", {
    class: "quiet", title: one.title, data: { jump: one.name }, onclick: () => jumpClock(state.userId, one.name),
  }, one.label)));
  byId("troubles").replaceChildren(el("p", {}, "Break something on purpose:"), ...state.workspace.troubles.map(trouble));
  closeElsewhere(byId("faults"));
}

const trouble = (one) => el("div", {}, el("button", {
  type: "button", class: "plain", data: { trouble: one.name }, "aria-describedby": `trouble-${one.name}`,
  onclick: async () => {
    byId("faults").open = false;
    byId("faults").querySelector("summary").focus();
    if (await makeTrouble(one.name)) toast(`${one.label}. ${one.says}`, 12000);
  },
}, one.label), el("p", { id: `trouble-${one.name}` }, one.says));

function closeElsewhere(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", ({ target }) => { if (!menu.contains(target)) menu.open = false; });
}
