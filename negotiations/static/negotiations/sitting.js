/* The article beside the talk: what is selected in it lands in the quote box of the row that was worked on last. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const pane = document.querySelector(".desk-article");
  const text = document.getElementById("id_article_text");
  if (!pane || !text) return;
  const article = pane.querySelector(".desk-article-words");
  const target = pane.querySelector(".desk-article-target");
  let row = null; // worked on last, and the box in it
  let box = null;

  const show = () => {
    const lines = text.value.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).filter((line) => line.trim());
    article.replaceChildren(...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }));
    pane.classList.toggle("desk-without-text", !lines.length);
  };

  const quoteBoxOf = (place) => place.querySelector("textarea[name$=excerpt]");

  const nameOf = (place) => {
    const label = place.querySelector(".inline_label");
    const kind = place.querySelector("h3 b");
    return label && kind ? `${kind.textContent} ${label.firstChild.textContent.trim()}` : target.dataset.itself;
  };

  const remember = (event) => {
    if (event.target.matches("#talk_form textarea, #talk_form input[type=text]") && event.target.name) box = event.target;
    const place = event.target.closest(".inline-related") || event.target.closest("fieldset.module");
    if (!place || !quoteBoxOf(place)) return;
    if (row) row.classList.remove("desk-focused");
    row = place;
    row.classList.add("desk-focused");
    target.textContent = `${target.dataset.goesTo} ${nameOf(row)}`;
  };

  const putInto = (box, whatToDo) => {
    const words = document.getSelection().toString().replace(/\s+/g, " ").trim();
    const selectedHere = article.contains(document.getSelection().anchorNode);
    if (!selectedHere || !words) {
      target.textContent = target.dataset.selectFirst;
      return;
    }
    if (!box || !box.isConnected) {
      target.textContent = whatToDo;
      return;
    }
    box.value = words;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    box.focus();
  };

  const quote = () => putInto(row && row.isConnected && quoteBoxOf(row), target.dataset.rowFirst);
  const fill = () => putInto(box, target.dataset.boxFirst);

  const addRow = () => {
    const group = row && row.closest(".inline-group");
    const link = group && group.querySelector(".add-row a");
    if (!link) return;
    link.click();
    const rows = group.querySelectorAll(".inline-related:not(.empty-form)");
    rows[rows.length - 1].querySelector("select, input:not([type=hidden]), textarea").focus();
  };

  const keys = { KeyQ: quote, KeyW: fill, KeyN: addRow, KeyA: () => article.focus() };

  document.addEventListener("keydown", (event) => {
    const act = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && keys[event.code];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // Lists of which several may be chosen: by typing, as everywhere else on the page.
  const $ = window.django && window.django.jQuery;
  const openLists = (place) => {
    for (const list of $ ? place.querySelectorAll("select.desk-many:not(.select2-hidden-accessible)") : []) {
      if (list.closest(".empty-form")) continue;
      const label = document.querySelector(`label[for="${list.id}"]`);
      $(list).select2({ width: "24em" });
      list.nextElementSibling.querySelector(".select2-search__field").setAttribute("aria-label", label.textContent);
    }
  };

  document.addEventListener("focusin", remember);
  document.addEventListener("formset:added", (event) => openLists(event.target));
  openLists(document);
  article.addEventListener("beforeinput", (event) => event.preventDefault());
  pane.querySelector(".desk-quote-button").addEventListener("mousedown", (event) => event.preventDefault());
  pane.querySelector(".desk-quote-button").addEventListener("click", quote);
  pane.querySelector(".desk-add-button").addEventListener("click", addRow);
  text.addEventListener("input", show);
  show();

  // A new talk begins in the Address. Django's own script, which comes at its leisure, focuses the first button.
  const { modelName } = document.getElementById("django-admin-form-add-constants").dataset;
  const wasRefused = document.querySelector("#content .errornote");
  if (modelName && !wasRefused) window.addEventListener("load", () => document.getElementById("id_source_url").focus());
});
