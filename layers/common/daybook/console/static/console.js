/* What a browser with scripts does better; every page works without it.

   data-submit on a field of a form        its form is sent when it changes
   data-confirm="Really?" on a form        asks before it is sent
   data-poll="/console/jobs/1?fragment=1"  replaces itself by what that address answers, while it says so
   data-fresh on what holds a data-poll   the page is loaded anew when that polling has ended
   data-filter="#list" on an input         hides what of the list (its [data-text]) does not hold the text
   data-into="field" on a file input       reads the file into that field
   data-all="name" on a checkbox           ticks all checkboxes of that name */
"use strict";
(() => {
  const POLL_MS = 2000;
  const POLLS_MAX = 1800;

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-submit]") && field.form) field.form.requestSubmit();
    if (field.matches("input[type=file][data-into]") && field.files.length) read(field);
    if (field.matches("[data-all]")) {
      for (const box of document.getElementsByName(field.dataset.all)) box.checked = field.checked;
    }
  });

  async function read(field) {
    const into = document.getElementById(field.dataset.into);
    if (into) into.value = await field.files[0].text();
  }

  document.addEventListener("input", (event) => {
    const list = event.target.dataset && event.target.dataset.filter;
    if (!list) return;
    const wanted = event.target.value.trim().toLowerCase();
    for (const one of document.querySelectorAll(`${list} [data-text]`)) {
      one.hidden = !one.dataset.text.toLowerCase().includes(wanted);
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = form.dataset.confirm;
    const dialog = document.getElementById("confirm");
    if (question && !form.confirmed && dialog) {
      event.preventDefault();
      dialog.querySelector("#confirm-text").textContent = question;
      dialog.returnValue = "no";
      dialog.onclose = () => {
        if (dialog.returnValue !== "yes") return;
        form.confirmed = true;
        form.requestSubmit(event.submitter);
      };
      dialog.showModal();
      return;
    }
    // A second click does nothing: the request is on its way.
    if (form.method === "post" && form.sent) event.preventDefault();
    if (form.method === "post") form.sent = true;
  });

  // A page that the browser kept is shown as it was left: its forms may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) form.sent = form.confirmed = false;
  });

  // On a phone the navigation scrolls: where one is, is in sight.
  const here = document.querySelector("nav.main [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - 16;

  async function poll(place, turn) {
    if (!place.isConnected || turn > POLLS_MAX) return;
    let next = place;
    try {
      const answer = await fetch(place.dataset.poll, { credentials: "same-origin", redirect: "error" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector(".progress, [data-poll]");
        if (fresh) {
          next = document.importNode(fresh, true);
          place.replaceWith(next);
          if (!next.dataset.poll && next.closest("[data-fresh]")) return location.reload();
        }
      }
    } catch {
      // Offline for a moment: the next turn asks again.
    }
    if (next.dataset.poll) setTimeout(() => poll(next, turn + 1), POLL_MS);
  }
  for (const place of document.querySelectorAll("[data-poll]")) setTimeout(() => poll(place, 1), POLL_MS);
})();
