/* Every form of the desk: choosers have names, a refused page leads to what stands in the way, and a page with unsaved work
   in any of its forms asks before it goes. */
"use strict";

window.addEventListener("load", () => {
  const forms = [...document.querySelectorAll("#content form[method=post]:not(.desk-again, #changelist-form)")];
  if (!forms.length) return;

  // Select2 names its boxes by the value that they hold alone; people ask for them by their label.
  const nameChoosers = (form) => {
    for (const box of form.querySelectorAll(".select2-selection[role=combobox]:not([data-named])")) {
      const select = box.closest(".select2").previousElementSibling;
      const label = select && document.querySelector(`label[for="${select.id}"]`);
      const value = box.querySelector(".select2-selection__rendered");
      if (!select || !value) continue;
      box.dataset.named = "";
      value.removeAttribute("role");
      value.removeAttribute("aria-readonly");
      if (label) {
        label.id = label.id || `${select.id}_label`;
        box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
      } else if (select.hasAttribute("aria-label")) { // in a table, whose heads are the labels
        box.removeAttribute("aria-labelledby");
        box.setAttribute("aria-label", select.getAttribute("aria-label"));
        box.setAttribute("aria-describedby", value.id);
      }
    }
  };
  for (const form of forms) {
    new MutationObserver(() => nameChoosers(form)).observe(form, { childList: true, subtree: true });
    nameChoosers(form);
  }

  // One box for all of a list: it says whether all, some or none are ticked, and ticks all or none.
  for (const all of document.querySelectorAll(".desk-tick-all")) {
    const boxes = [...all.closest("fieldset").querySelectorAll(".desk-ticks input[type=checkbox]")];
    const tell = () => {
      all.checked = boxes.every((box) => box.checked);
      all.indeterminate = !all.checked && boxes.some((box) => box.checked);
    };
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
    for (const box of boxes) box.addEventListener("change", tell);
    for (const element of [all, ...all.labels]) element.hidden = false;
    tell();
  }

  // What is chosen in a list that is typed into reaches the form without an event, so the values themselves are compared.
  const values = (form) => new URLSearchParams(new FormData(form)).toString();
  const wasRefused = document.querySelector("#content .errornote") !== null;
  const shown = new Map(forms.map((form) => [form, values(form)]));
  let saving = null; // the form that is being sent; what was typed into another would be lost
  // Heard last of all, after session.js, which may hold the form back.
  window.addEventListener("submit", (event) => { saving = event.defaultPrevented ? null : event.target; });
  window.addEventListener("pageshow", () => { saving = null; });
  window.addEventListener("beforeunload", (event) => {
    const wouldBeLost = (form) => form !== saving && values(form) !== shown.get(form);
    if ((wasRefused && !forms.includes(saving)) || forms.some(wouldBeLost)) event.preventDefault();
  });

  if (!wasRefused) return;
  const find = (what) => forms.map((form) => form.querySelector(what)).find(Boolean);
  const asked = find(".desk-conflict, .desk-similar");
  const field = find("[aria-invalid=true], .errors input:not([type=hidden]), .errors select, .errors textarea");
  const first = asked || field || document.querySelector("#content .errornote");
  const folded = first.closest("details");
  if (folded) folded.open = true;
  const list = first.nextElementSibling;
  const place = list && list.matches(".select2") ? list.querySelector(".select2-selection") : first;
  if (place.tabIndex < 0) place.tabIndex = -1;
  place.focus();
  place.scrollIntoView({ block: "center" });
});
