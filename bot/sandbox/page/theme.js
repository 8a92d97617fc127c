// Light or dark: as the system has it, or as chosen. Not a module, so that the page is never drawn in the other one first.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") ?? "";
  const put = () => { document.documentElement.dataset.theme = chosen() || (system.matches ? "dark" : "light"); };
  put();
  system.addEventListener("change", put);
  document.addEventListener("DOMContentLoaded", () => {
    const menu = document.getElementById("theme");
    menu.value = chosen();
    menu.addEventListener("change", () => { localStorage.setItem("theme", menu.value); put(); });
  });
})();
