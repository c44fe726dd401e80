// The live channel. Each change becomes an event "live:TOPIC" on the body; parts of a page listen with
// hx-trigger="live:alert from:body throttle:2s". One connection a visible page: a hidden one lets go of its own.
(() => {
  "use strict";
  let source = null;
  let last = null;
  let lost = null;

  function show(on) {
    const sign = document.getElementById("live");
    document.body.classList.toggle("lost", !on);
    if (!sign) return;
    sign.classList.toggle("lost", !on);
    sign.textContent = on ? sign.dataset.on : sign.dataset.off;
  }

  function hear(event) {
    last = event.lastEventId || last;
    document.body.dispatchEvent(new CustomEvent(`live:${event.type}`, { detail: { ref: event.data } }));
  }

  function start() {
    if (source || document.hidden) return;
    source = new EventSource(last ? `${document.body.dataset.live}?after=${last}` : document.body.dataset.live);
    source.addEventListener("hello", (event) => {
      clearTimeout(lost);
      lost = null;
      last = event.lastEventId;
      show(true);
    });
    const topics = ["alert", "incident", "finding", "site", "sensor", "run", "notice", "province"];
    for (const topic of topics) source.addEventListener(topic, hear);
    source.addEventListener("ended", () => location.reload());
    source.addEventListener("error", () => {
      // A short break is not worth a word.
      lost = lost || setTimeout(() => show(false), 4000);
      if (source && source.readyState === EventSource.CLOSED) {
        stop();
        setTimeout(start, 5000);
      }
    });
  }

  function stop() {
    source?.close();
    source = null;
  }

  // What nobody's hand asked for says so: it does not count as being at the desk.
  document.addEventListener("htmx:configRequest", (event) => {
    const by = event.detail.triggeringEvent;
    if (!by || by.type.startsWith("live:")) event.detail.headers["X-Passive"] = "1";
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.body.dataset.live) return;
    start();
    document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
    addEventListener("pagehide", stop);
    addEventListener("pageshow", start);
  });
})();
