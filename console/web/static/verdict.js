// A false alarm needs its reason: the row's f opens the dialog, a digit or a click gives the reason and sends the row's form.
(() => {
  "use strict";
  const dialog = document.getElementById("reason");
  if (!dialog) return;
  let form = null;

  function send(words) {
    if (!form || words.trim().length < 2) return;
    form.querySelector('[name="reason"]').value = words.trim();
    dialog.close();
    form.querySelector("[data-false-send]").click();
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest("[data-false]");
    if (asked) {
      form = asked.closest("form");
      dialog.showModal();
    }
    const chosen = event.target.closest("[data-reason]");
    if (chosen) send(chosen.dataset.reason);
    if (event.target.closest("[data-reason-other]")) send(dialog.querySelector('[name="other"]').value);
  });

  dialog.addEventListener("keydown", (event) => {
    if (event.target.matches("input") && event.key === "Enter") {
      event.preventDefault();
      send(event.target.value);
    } else if (!event.target.matches("input") && /^[1-9]$/.test(event.key)) {
      dialog.querySelectorAll("[data-reason]")[Number(event.key) - 1]?.click();
    }
  });
})();
