// The big screen: puts changed parts in place, says how old the numbers are, and moves by keys.
(() => {
  "use strict";
  const STALE = 120;
  const body = document.body;
  let age = body.dataset.age === "" ? null : Number(body.dataset.age);
  let heard = performance.now();
  let lost = null;
  let updates = 0;

  function put(parts) {
    const focused = document.activeElement?.dataset?.figure;
    for (const [name, text] of Object.entries(parts)) {
      const old = document.getElementById(`part-${name}`);
      if (!old) continue;
      const made = document.createElement("template");
      made.innerHTML = text.trim();
      old.replaceWith(made.content);
    }
    if (focused && !document.activeElement?.dataset?.figure) {
      document.querySelector(`[data-figure="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
  }

  function hear(event) {
    const said = JSON.parse(event.data);
    age = said.age;
    heard = performance.now();
    back();
    put(said.parts);
    updates += 1;
    body.dataset.updates = String(updates);
    tell();
  }

  function back() {
    clearTimeout(lost);
    lost = null;
    body.classList.remove("lost");
  }

  function tell() {
    const line = document.getElementById("age");
    const seconds = age === null ? null : Math.max(0, Math.round(age + (performance.now() - heard) / 1000));
    const stale = seconds === null || seconds > STALE;
    body.classList.toggle("stale", stale);
    line.classList.toggle("lost", stale || body.classList.contains("lost"));
    let words = body.dataset.never;
    if (body.classList.contains("lost")) words = body.dataset.lost;
    else if (seconds !== null && stale) words = body.dataset.stale.replace("{n}", String(Math.floor(seconds / 60)));
    else if (seconds !== null && seconds >= 60) words = body.dataset.minutes.replace("{n}", String(Math.floor(seconds / 60)));
    else if (seconds !== null) words = body.dataset.seconds.replace("{n}", String(seconds));
    if (line.textContent !== words) line.textContent = words;
  }

  const beijing = new Intl.DateTimeFormat("zh-CN", {
    timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  });
  function clock() {
    const parts = Object.fromEntries(beijing.formatToParts(new Date()).map((part) => [part.type, part.value]));
    document.getElementById("clock").textContent = `${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`;
  }

  // Keys: a number goes to a view, arrows to the nearest figure that way; Enter is the link's own.
  function reach(view) {
    const chosen = document.querySelector(`[data-view="${view}"] a[data-figure]`);
    chosen?.focus();
  }

  function nearest(key) {
    const here = document.activeElement?.getBoundingClientRect();
    const figures = [...document.querySelectorAll("main a[data-figure]")];
    if (!here || !document.activeElement.dataset.figure) return figures[0];
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    const middle = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const [x, y] = middle(here);
    let best = null;
    let least = Infinity;
    for (const figure of figures) {
      const [fx, fy] = middle(figure.getBoundingClientRect());
      const along = (fx - x) * dx + (fy - y) * dy;
      const aside = Math.abs((fx - x) * dy) + Math.abs((fy - y) * dx);
      if (along > 2 && along + 2.5 * aside < least) [best, least] = [figure, along + 2.5 * aside];
    }
    return best;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, details[open]")) return;
    if (/^[0-6]$/.test(event.key)) reach(event.key);
    else if (event.key.startsWith("Arrow")) nearest(event.key)?.focus();
    else return;
    event.preventDefault();
  });

  function listen() {
    const source = new EventSource(body.dataset.wall);
    source.addEventListener("snapshot", hear);
    source.addEventListener("delta", hear);
    source.addEventListener("ended", () => location.reload());
    source.addEventListener("error", () => {
      lost = lost || setTimeout(() => { body.classList.add("lost"); tell(); }, 4000);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  }

  clock();
  tell();
  setInterval(() => { clock(); tell(); }, 1000);
  listen();
})();
