// Building elements without ever parsing HTML: text stays text.

export function el(tag, facts = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name in node && name !== "list" && name !== "form") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((one) => one !== null && one !== undefined));
  return node;
}

export function avatar(name, kind = "") {
  const sum = [...name].reduce((total, letter) => total + letter.codePointAt(0), 0);
  const letter = el("span", { class: `avatar ${kind || `hue-${sum % 6}`}` }, name.slice(0, 1).toUpperCase());
  letter.setAttribute("aria-hidden", "true");
  return letter;
}

let numbers = 0;
export const freshId = (prefix) => `${prefix}-${(numbers += 1)}`;

export function toast(sentence, lasts = 6000) {
  const box = document.getElementById("toast");
  box.textContent = sentence;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, lasts);
}
