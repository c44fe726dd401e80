// What was just done, said once and gone after ten seconds; a failed request is said too.
(() => {
  "use strict";
  const STAY = 10000;

  function fade(line) {
    setTimeout(() => line.remove(), STAY);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const board = document.getElementById("notices");
    if (!board) return;
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const line of change.addedNodes) if (line.nodeType === Node.ELEMENT_NODE) fade(line);
      }
    }).observe(board, { childList: true });
    const say = (text) => {
      const line = document.createElement("p");
      line.textContent = text;
      board.append(line);
    };
    document.addEventListener("htmx:sendError", () => say(board.dataset.offline));
    document.addEventListener("htmx:responseError", (event) => say(`${board.dataset.failed} (${event.detail.xhr.status})`));
  });
})();
