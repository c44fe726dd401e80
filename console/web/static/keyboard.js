// Keyboard first. A list is [data-list] with rows [data-row]; a key acts on [data-key="…"] in the chosen row, else on the page.
(() => {
  "use strict";
  const KEEP = "gongga.keys";
  const rows = () => [...document.querySelectorAll("[data-list] [data-row]")].filter((row) => row.offsetParent !== null);
  const chosen = () => document.querySelector('[data-row][aria-selected="true"]');
  const typing = (at) => at.closest("input, textarea, select, [contenteditable]") !== null;
  let place = -1;
  let name = null;

  // Choosing tells the row by "row:chosen", so that a pane beside the list can follow it.
  function choose(row, focus) {
    const before = chosen();
    if (before && before !== row) before.removeAttribute("aria-selected");
    row.setAttribute("aria-selected", "true");
    row.tabIndex = -1;
    place = rows().indexOf(row);
    name = row.id || null;
    if (focus) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest" });
    }
    if (before !== row) row.dispatchEvent(new CustomEvent("row:chosen", { bubbles: true }));
  }

  function move(step) {
    const all = rows();
    if (all.length) choose(all[Math.min(Math.max((chosen() ? place : -1) + step, 0), all.length - 1)], true);
  }

  function press(key) {
    const quoted = CSS.escape(key);
    const within = chosen()?.querySelector(`[data-key="${quoted}"]`);
    const target = within || [...document.querySelectorAll(`[data-key="${quoted}"]`)].find((one) => one.offsetParent !== null);
    if (!target || target.disabled) return false;
    target.click();
    return true;
  }

  function open() {
    const row = chosen();
    const link = row?.querySelector("[data-open]") || row?.querySelector("a[href]");
    if (!link) return press("Enter");
    link.click();
    return true;
  }

  function mark() {
    const row = chosen();
    const box = row?.querySelector('input[type="checkbox"]');
    if (!box) return press("x");
    box.click();
    row.classList.toggle("checked", box.checked);
    return true;
  }

  const ACTS = {
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => (chosen() ? move(1) : false),
    ArrowUp: () => (chosen() ? move(-1) : false),
    Enter: open,
    x: mark,
    "/": () => document.querySelector("[data-find]")?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (event.key === "Escape" && typing(at)) return void at.blur();
    if (typing(at) || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && at.closest("a, button, summary")) return;
    if (localStorage.getItem(KEEP) === "off" && event.key.length === 1) return;
    const act = ACTS[event.key];
    const acted = act ? act() : event.key.length === 1 && press(event.key);
    if (acted !== false) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (row) choose(row, false);
    if (event.target.closest("[data-keys-help]")) document.getElementById("keys")?.showModal();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-on") localStorage.setItem(KEEP, event.target.checked ? "on" : "off");
    const row = event.target.matches('[data-row] input[type="checkbox"]') && event.target.closest("[data-row]");
    if (row) row.classList.toggle("checked", event.target.checked);
  });

  // A list that was drawn again keeps its place: the same row, else the one that moved up to it.
  document.addEventListener("htmx:afterSettle", () => {
    if (place < 0 || chosen()) return;
    const all = rows();
    const same = name && document.getElementById(name);
    const row = same || all[Math.min(place, all.length - 1)];
    if (row) choose(row, document.activeElement === document.body);
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("keys-on");
    if (box) box.checked = localStorage.getItem(KEEP) !== "off";
    const first = document.querySelector('[data-row][aria-selected="true"]');
    if (first) place = rows().indexOf(first);
  });
})();
